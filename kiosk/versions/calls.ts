/** What the versions' pages ask of the box. All of it needs the session; without one Maintenance locks. */
import { CHANGE_REASONS, REVERT_REASONS } from "../../server/domain/reason_code.ts";
import type { DraftView } from "../../server/http/draft.ts";
import type { VersionAnswer, VersionList } from "../../server/http/versions.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { DraftView, VersionAnswer, VersionList };

const PATH = "/api/versions";
/** A model that does not watch now is opened and proven before the box answers. */
const PROVING_MS = 75_000;

export async function readVersions(before?: number): Promise<Outcome<VersionList>> {
  return await ask({ method: "GET", path: before === undefined ? PATH : `${PATH}?before=${before}` });
}

export async function readVersion(version: number): Promise<Outcome<VersionAnswer>> {
  return await ask({ method: "GET", path: `${PATH}/${version}` });
}

export async function revertTo(version: number): Promise<Outcome<unknown>> {
  const path = `${PATH}/${version}/revert`;
  const request = { method: "POST", path, because: REVERT_REASONS, timeoutMs: PROVING_MS } as const;
  return await ask(request, "revert");
}

const DRAFT = "/api/draft";

/** Undefined where there is none. */
export async function readDraft(): Promise<Outcome<DraftView | undefined>> {
  const outcome = await ask<DraftView>({ method: "GET", path: DRAFT });
  return outcome.kind === "failed" && outcome.status === 404 ? { kind: "ok", value: undefined } : outcome;
}

/** The revision that was read: nobody publishes what they have not seen. */
export async function publishDraft(revision: number): Promise<Outcome<unknown>> {
  const told = { path: `${DRAFT}/publish`, body: { revision }, because: CHANGE_REASONS } as const;
  return await ask({ method: "POST", ...told, timeoutMs: PROVING_MS }, "publish-draft");
}

export async function discardDraft(): Promise<Outcome<unknown>> {
  return await ask({ method: "DELETE", path: DRAFT }, "discard-draft");
}
