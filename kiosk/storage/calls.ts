/** What the pages of clips ask of the box. */
import type { ExportReason } from "../../server/domain/reason_code.ts";
import type { ClipExport, ListedClip, StorageAnswer } from "../../server/http/clips.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";
import { wallNow } from "../state.ts";
import type { Filter } from "./place.ts";

export type { ClipExport, ListedClip, StorageAnswer };

export const PAGE = 50;
const DAY_MS = 24 * 60 * 60_000;

export async function readStorage(): Promise<Outcome<StorageAnswer>> {
  return await ask({ method: "GET", path: "/api/storage" });
}

export async function readClips(
  { camera, days }: Filter,
  before?: string,
): Promise<Outcome<readonly ListedClip[]>> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (camera !== undefined) query.set("camera", camera);
  if (days > 0) query.set("from", String(Math.floor(wallNow.peek() - days * DAY_MS)));
  if (before !== undefined) query.set("before", before);
  return await ask({ method: "GET", path: `/api/clips?${query}` });
}

export async function noteExport(
  id: string,
  reason: string,
  reasonCode: ExportReason | undefined,
): Promise<Outcome<ClipExport>> {
  const body = { reason, ...(reasonCode === undefined ? {} : { reasonCode }) };
  return await ask(
    { method: "POST", path: `/api/clips/${encodeURIComponent(id)}/export`, body },
    "export-clip",
  );
}

export async function deleteClip(id: string, reason: string): Promise<Outcome<unknown>> {
  const path = `/api/clips/${encodeURIComponent(id)}/delete`;
  return await ask({ method: "POST", path, body: { reason } }, "delete-clip");
}
