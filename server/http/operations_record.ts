/** What the document tells of the routes about the audit trail. */
import { EXPORT_REASONS } from "../domain/reason_code.ts";
import { RECORD_KINDS } from "../domain/record_kind.ts";
import { noDatabase, type Operation, string, wrongField } from "./operation.ts";

const unixMs = { type: "number", description: "Unix milliseconds" };

export const recordOperations: Readonly<Record<string, Operation>> = {
  "GET /api/audit": {
    tag: "audit",
    summary: "Rows of the trail that stand in the database, newest first",
    query: {
      from: "From this instant on, ISO 8601 or Unix milliseconds",
      to: "Before this instant",
      limit: "1 to 1000 rows, 1000 unless told",
      before: "Only rows with a smaller number: the next page",
      kind: `Only rows of this kind: ${Object.keys(RECORD_KINDS).join(", ")}`,
      result: "Only these results, with commas: ok, denied, failed",
    },
    answers: { list: "AuditRow" },
    problems: { 400: "A parameter cannot be read", ...noDatabase },
  },
  "GET /api/audit/verify": {
    tag: "audit",
    summary:
      "Checks the whole trail in a process of its own: guards, sealed segments, rows, anchors; a million rows take a minute and more",
    query: {
      anchor: "An anchor kept outside the box, `NUMBER:HASH` or `NUMBER:CODE`; may be given several times",
    },
    answers: { json: "TrailReport" },
    problems: { 400: "An anchor cannot be read", ...noDatabase },
  },
  "GET /api/audit/state": {
    tag: "audit",
    summary: "The newest row with its code, the newest anchors, sealed segments, exports, and the public key",
    answers: { json: "RecordState" },
    problems: noDatabase,
    session: true,
  },
  "POST /api/audit/anchors": {
    tag: "audit",
    summary: "Notes the newest row outside the trail, and sends it where the box was told to",
    answers: { json: "RecordState" },
    problems: noDatabase,
    session: true,
  },
  "POST /api/audit/exports": {
    tag: "audit",
    summary:
      "Writes the trail, or a part of it, to a signed file in the data folder; checks the whole trail on the way",
    takes: {
      format: { type: "string", enum: ["jsonl", "csv", "pdf"] },
      from: unixMs,
      to: unixMs,
      reasonCode: { type: "string", enum: EXPORT_REASONS },
      reason: { ...string, description: "What the file is for, since it names people; or a reasonCode" },
    },
    needs: ["format"],
    answers: { json: "ExportStatement" },
    problems: { ...wrongField, 503: "There is no database, or the file cannot be written" },
    session: "changing",
  },
  "GET /api/audit/exports/:name": {
    tag: "audit",
    summary: "An export, or its signature where the name ends with .sig",
    answers: { media: "application/octet-stream", what: "The file" },
    problems: { 404: "There is no such export" },
    session: "changing",
  },
};
