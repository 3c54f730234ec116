/**
 * What people may do about an alarm besides answering it, when it is put before them anew, and how it sounds.
 * Numbers without a source are start values of our own; a site may need others.
 */
import { ALARMS, type Alarm, type AlarmDefinitionId, type Priority } from "./alarm.ts";
import type { Rules } from "./rules.ts";
import type { Millis } from "./units.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** One shift. */
const SHIFT_MS = 8 * HOUR_MS;

/** The longest time on the shelf. What is not named here is never shelved. */
const SHELVABLE: Partial<Record<AlarmDefinitionId, Millis>> = {
  "zone.warn.occupied": 30 * MINUTE_MS,
  "zone.dwell": 60 * MINUTE_MS,
  "ui.panel.offline": 60 * MINUTE_MS,
  "sys.audit.fail": SHIFT_MS,
  "sys.disk.low": SHIFT_MS,
  "sys.backup.due": SHIFT_MS,
  "sys.certificate.due": SHIFT_MS,
  "sys.time.unsynced": SHIFT_MS,
  "out.worn": SHIFT_MS,
  "test.overdue": SHIFT_MS,
  "test.overdue.long": SHIFT_MS,
};
/** More at once would be a list that nobody looks at. */
export const SHELVED_MAX = 5;
export const OUT_OF_SERVICE_MAX_MS: Millis = 7 * 24 * HOUR_MS;
/** What a person must always see as it is: somebody in the way, somebody's stop, a zone that is not watched. */
const ALWAYS_IN_SERVICE: readonly AlarmDefinitionId[] = [
  "zone.stop.occupied",
  "op.stop.requested",
  "bypass.active",
];

/** Acknowledged and still present for so long, it has to be acknowledged anew. */
const RE_ALARM_MS: Record<Priority, Millis> = {
  1: 30 * MINUTE_MS,
  2: HOUR_MS,
  3: SHIFT_MS / 2,
  4: SHIFT_MS,
};
/** Present for longer than a day it stands (EEMUA 191 and ISA-18.2 ask for none). */
export const STANDING_MS: Millis = 24 * HOUR_MS;
/** So many raisings within so long are chattering, and are told for one bin of the usual figures. */
export const CHATTER_COUNT = 3;
export const CHATTER_MS: Millis = 60_000;
export const CHATTER_TOLD_MS: Millis = 10 * MINUTE_MS;
/** A sounder gives up after this long; the lights stay (EU and US noise practice: 180 s). */
export const SOUND_LIMIT_MS: Millis = 180_000;

export const SHELVE_REASONS = ["nuisance", "known", "cleaning", "maintenance", "other"] as const;
export const SERVICE_REASONS = ["repair", "spare-part", "conversion", "not-needed", "other"] as const;
export const COMMENT_MAX = 200;

/** The zone's permits drop with it, whatever kind of zone it is. */
function dropsPermit({ definition, source }: Named, { outputs }: Rules): boolean {
  return (
    definition.startsWith("zone.") &&
    outputs.some(({ role, zones }) => role === "run-permit" && zones.includes(source))
  );
}

type Named = Pick<Alarm, "definition" | "source">;

/** The longest time this alarm may be shelved; undefined where it never may. */
export function longestShelf(alarm: Named, rules: Rules): Millis | undefined {
  const { priority, latching } = ALARMS[alarm.definition];
  if (priority === 1 || latching || dropsPermit(alarm, rules)) return undefined;
  return SHELVABLE[alarm.definition];
}

export function mayLeaveService(alarm: Named, rules: Rules): boolean {
  return !ALWAYS_IN_SERVICE.includes(alarm.definition) && !dropsPermit(alarm, rules);
}

/** Whether it was acknowledged so long ago that it has to be again. */
export function isForgotten({ definition, state, acknowledgedAt }: Alarm, at: Millis): boolean {
  if (state !== "acknowledged" || acknowledgedAt === undefined) return false;
  return at - acknowledgedAt >= RE_ALARM_MS[ALARMS[definition].priority];
}

/** How a class of alarms sounds. What has the lowest priority is silent. */
export type Sound = "stop" | "lost" | "warning";

export function soundOf(definition: AlarmDefinitionId): Sound | undefined {
  if (definition === "zone.stop.occupied" || definition === "op.stop.requested") return "stop";
  const { priority } = ALARMS[definition];
  if (priority === 1) return "lost";
  return priority === 4 ? undefined : "warning";
}
