/** The trail as text that a stranger can read: JSON Lines, of which the chain can be checked, and CSV for a spreadsheet. */
import { type AuditRow, canonicalJson } from "./chain.ts";

const COLUMNS: readonly (keyof AuditRow)[] = [
  ...(["seq", "id", "wallAt", "tzOffsetMin", "bootId", "monoMs", "clockState"] as const),
  ...([
    "actorType",
    "actor",
    "role",
    "origin",
    "action",
    "objectType",
    "objectId",
    "before",
    "after",
  ] as const),
  ...([
    "reason",
    "reasonCode",
    "result",
    "correlation",
    "appVersion",
    "configVersion",
    "prevHash",
    "hash",
  ] as const),
];

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(value: AuditRow[keyof AuditRow]): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : canonicalJson(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export const formats = {
  jsonl: { head: "", line: (row: AuditRow): string => `${canonicalJson(row)}\n` },
  csv: {
    head: `${COLUMNS.join(",")}\r\n`,
    line: (row: AuditRow): string => `${COLUMNS.map((name) => cell(row[name])).join(",")}\r\n`,
  },
} as const;
