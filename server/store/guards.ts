/** Whether the triggers that guard the trail stand in a database as they must. */
import { AUDIT_GUARDS } from "./schema.ts";

export interface Trigger {
  readonly name: string;
  /** The table it watches. */
  readonly table: string;
  readonly sql: string;
}

const GUARDED = ["audit", "audit_anchor", "audit_segment"];

/** What is wrong with them; undefined where nothing is. A foreign one could undo what is written. */
export function guardFault(found: readonly Trigger[]): string | undefined {
  const texts = new Map(found.map(({ name, sql }) => [name, sql]));
  const bad = Object.entries(AUDIT_GUARDS).find(([name, text]) => texts.get(name) !== text);
  if (bad !== undefined)
    return `Guard "${bad[0]}" of the audit trail is ${texts.has(bad[0]) ? "altered" : "missing"} in the database`;
  const foreign = found.find(({ name, table }) => GUARDED.includes(table) && !(name in AUDIT_GUARDS));
  return foreign === undefined
    ? undefined
    : `The database holds a trigger "${foreign.name}" on the audit trail that is none of ours`;
}
