/** Alarms as they were before a start: what was acknowledged stays so, and what has gone meanwhile is still listed. */
import { type Alarm, isActive } from "./alarm.ts";
import type { Hiding } from "./annunciation.ts";
import type { Rules } from "./rules.ts";
import type { AlarmTrack, Supervision } from "./supervision.ts";
import type { Millis } from "./units.ts";

export interface PastAlarms {
  /** Versions of this start begin here, above any that was ever told. */
  readonly versions: number;
  readonly alarms: readonly Alarm[];
  readonly hidden: ReadonlyMap<string, Hiding>;
  readonly firstOut?: string;
}

export const NO_PAST_ALARMS: PastAlarms = { versions: 0, alarms: [], hidden: new Map() };

/** What outlasts a start, as it is now. */
export function alarmsToKeep({ alarms, hidden, firstOut }: Supervision): Omit<PastAlarms, "versions"> {
  const kept = [...alarms.values()].map(({ alarm }) => alarm);
  return {
    alarms: kept.filter(({ id, state }) => state !== "normal" || hidden.has(id)),
    hidden,
    ...(firstOut === undefined ? {} : { firstOut }),
  };
}

/** A condition that was present is taken to be still, until somebody has looked: the grace of a start at most. */
export function restoredAlarms(
  { alarms, hidden, firstOut }: PastAlarms,
  rules: Rules,
): Pick<Supervision, "alarms" | "hidden" | "firstOut"> {
  const known = alarms.filter((alarm) => isOfThisBox(alarm, rules));
  const ids = new Set(known.map(({ id }) => id));
  return {
    alarms: new Map(
      known.map((alarm): [string, AlarmTrack] => [
        alarm.id,
        { alarm, presentSince: undefined, goneSince: undefined, raises: [], restored: true },
      ]),
    ),
    hidden: new Map([...hidden].filter(([id]) => ids.has(id))),
    firstOut: firstOut !== undefined && ids.has(firstOut) ? firstOut : undefined,
  };
}

/** What is no longer configured has no alarm. */
function isOfThisBox({ definition, source }: Alarm, { zones, cameras, outputs, boards }: Rules): boolean {
  const among = (items: readonly { readonly id: string }[]): boolean => items.some(({ id }) => id === source);
  if (definition.startsWith("zone.") || definition === "bypass.active") return among(zones);
  if (definition.startsWith("prot.camera.")) return among(cameras);
  if (definition === "out.comm.lost") return source === "guardian" || among(boards);
  return definition.startsWith("out.") ? among(outputs) : true;
}

/** Whether it is not known yet if the condition of a restored alarm is still present. */
export function isUnlooked(state: Supervision, { alarm }: AlarmTrack, graceMs: Millis): boolean {
  const { definition, source } = alarm;
  if (!isActive(alarm.state) || state.at - state.startedAt > graceMs) return false;
  if (definition.startsWith("zone.")) return state.zones.get(source)?.presence.kind !== "clear";
  if (definition.startsWith("prot.camera.")) return state.cameras.get(source)?.trust.kind !== "trusted";
  if (definition.startsWith("prot.")) return state.detector.kind !== "ready";
  return definition.startsWith("out.") && state.relay.kind !== "held";
}
