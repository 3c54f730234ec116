/** A row of the trail as the table holds it, and as it is hashed, exported and told. */
import { getTableColumns } from "drizzle-orm";
import type { AuditRow, Json } from "./chain.ts";
import { audit } from "./schema.ts";

export type StoredRow = typeof audit.$inferSelect;

/** The columns under the names of a row's members, for statements that drizzle cannot step through. */
export const ROW_COLUMNS = Object.entries(getTableColumns(audit))
  .map(([member, column]) => `"${column.name}" AS "${member}"`)
  .join(", ");

export function jsonOf(text: string | null): Json {
  if (text === null) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Only a foreign hand writes this; the row must still be readable so that its hash can fail.
    return { unreadable: text };
  }
}

export function rowOf({ clockState, reasonCode, ...stored }: StoredRow): AuditRow {
  return {
    ...stored,
    actorType: stored.actorType as AuditRow["actorType"],
    result: stored.result as AuditRow["result"],
    before: jsonOf(stored.before),
    after: jsonOf(stored.after),
    ...(reasonCode === null ? {} : { reasonCode }),
    // Rows from before it was noted were hashed without it.
    ...(clockState === null ? {} : { clockState: clockState as NonNullable<AuditRow["clockState"]> }),
  };
}
