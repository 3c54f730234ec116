/** What the versions' pages ask of the box. All of it needs the session; without one Maintenance locks. */
import type { VersionAnswer, VersionList } from "../../server/http/versions.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";

export type { VersionAnswer, VersionList };

const PATH = "/api/versions";
/** A model that does not watch now is opened and proven before the box answers. */
const PROVING_MS = 75_000;

export async function readVersions(before?: number): Promise<Outcome<VersionList>> {
  return await ask({ method: "GET", path: before === undefined ? PATH : `${PATH}?before=${before}` });
}

export async function readVersion(version: number): Promise<Outcome<VersionAnswer>> {
  return await ask({ method: "GET", path: `${PATH}/${version}` });
}

export async function revertTo(version: number, reason: string): Promise<Outcome<unknown>> {
  const path = `${PATH}/${version}/revert`;
  return await ask({ method: "POST", path, body: { reason }, timeoutMs: PROVING_MS }, "revert");
}
