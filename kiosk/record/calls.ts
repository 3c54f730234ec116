/** What the record's pages ask of the box. */
import type { ExportReason } from "../../server/domain/reason_code.ts";
import type { AuditRow, ExportStatement, RecordState, TrailReport } from "../../server/http/audit.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";
import { wallNow } from "../state.ts";
import type { Filter } from "./place.ts";

export type { AuditRow, ExportStatement, RecordState, TrailReport };

export const PAGE = 50;
const DAY_MS = 24 * 60 * 60_000;
/** A million rows behind everything else on a busy box. */
const CHECK_MS = 15 * 60_000;

export async function readRows(
  { kind, refused, days }: Filter,
  before?: number,
): Promise<Outcome<readonly AuditRow[]>> {
  const query = new URLSearchParams({ limit: String(PAGE) });
  if (kind !== undefined) query.set("kind", kind);
  if (refused) query.set("result", "denied,failed");
  if (days !== undefined) query.set("from", String(Math.floor(wallNow.peek() - days * DAY_MS)));
  if (before !== undefined) query.set("before", String(before));
  return await ask({ method: "GET", path: `/api/audit?${query}` });
}

export async function readState(): Promise<Outcome<RecordState>> {
  return await ask({ method: "GET", path: "/api/audit/state" });
}

export async function verify(): Promise<Outcome<TrailReport>> {
  return await ask({ method: "GET", path: "/api/audit/verify", timeoutMs: CHECK_MS });
}

export async function noteAnchor(): Promise<Outcome<RecordState>> {
  return await ask({ method: "POST", path: "/api/audit/anchors" }, "note-anchor");
}

export interface ExportAsk {
  readonly format: ExportStatement["format"];
  readonly days: Filter["days"];
  readonly reason: string;
  readonly reasonCode: ExportReason | undefined;
}

export async function writeExport({
  format,
  days,
  reason,
  reasonCode,
}: ExportAsk): Promise<Outcome<ExportStatement>> {
  const from = days === undefined ? {} : { from: Math.floor(wallNow.peek() - days * DAY_MS) };
  const code = reasonCode === undefined ? {} : { reasonCode };
  const words = reason.trim() === "" ? {} : { reason };
  const body = { format, ...words, ...code, ...from };
  return await ask(
    { method: "POST", path: "/api/audit/exports", body, timeoutMs: CHECK_MS },
    "export-record",
  );
}
