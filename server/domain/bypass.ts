/**
 * A person takes one zone out of the rules for a few minutes: it neither trips nor sounds nor keeps Reset away.
 * The detector and the outputs stay in them.
 */
import { isInactive } from "./activity.ts";
import { type AlarmDefinitionId, alarmId, alarmText, isActive } from "./alarm.ts";
import type { Rules } from "./rules.ts";
import { listedAlarms, type Supervision } from "./supervision.ts";
import type { Millis, ZoneId } from "./units.ts";

export const BYPASS_REASONS = ["maintenance", "cleaning", "set-up", "fault-finding", "other"] as const;
export type BypassReason = (typeof BYPASS_REASONS)[number];

export interface Bypass {
  readonly by: string;
  readonly reason: BypassReason;
  readonly since: Millis;
  readonly untilAt: Millis;
  /** The shift ends before its time would. */
  readonly endsWithShift?: true;
}

export interface BypassRequest {
  readonly zone: ZoneId;
  readonly reason: string;
  readonly untilAt: Millis;
  /** It never outlasts the shift: whoever takes over has not agreed to it. */
  readonly shiftEndsAt?: Millis;
  /** Whose PIN was given; a supervisor's where it is not told. */
  readonly role?: "supervisor" | "maintenance";
}

const MINUTE = 60_000;
const MIN_MS = MINUTE;
const MAX_MS = 30 * MINUTE;
/** The request, its record and the step that obeys it are a moment apart. */
const SLACK_MS = 5_000;
/** So many in so long by a supervisor; further ones need maintenance. */
export const SUPERVISOR_BYPASSES = 3;
const COUNTED_MS = 8 * 60 * MINUTE;

function isBypassReason(reason: string): reason is BypassReason {
  return (BYPASS_REASONS as readonly string[]).includes(reason);
}

/** Whether the zone is out of the rules now. A detector that does not work brings every zone back. */
export function isBypassed(state: Supervision, zone: ZoneId): boolean {
  return state.bypasses.has(zone) && !detectorFails(state);
}

/** Whether the zone moves nothing now: somebody has bypassed it, or it is not its time. */
export function isLeftOut(state: Supervision, zone: ZoneId): boolean {
  return isInactive(state, zone) || isBypassed(state, zone);
}

function detectorFails(state: Supervision): boolean {
  return (["prot.detector.stalled", "prot.detector.selftest"] as const).some((definition) => {
    const alarm = state.alarms.get(alarmId(definition, "detector"))?.alarm;
    return alarm !== undefined && isActive(alarm.state);
  });
}

/** When the bypasses began that count against a supervisor, newest last. */
function counted(state: Supervision): readonly Millis[] {
  return state.bypassedAt.filter((at) => state.at - at < COUNTED_MS);
}

/** Faults that no bypass may lie over. */
function forbids(definition: AlarmDefinitionId): boolean {
  return ["out.mismatch", "out.feedback", "prot.detector.stalled", "prot.detector.selftest"].includes(
    definition,
  );
}

/** Why this bypass cannot begin, one sentence each; empty where it can. */
export function bypassRefusals(state: Supervision, rules: Rules, request: BypassRequest): string[] {
  const { zone, reason, untilAt, role = "supervisor" } = request;
  const list: string[] = [];
  if (state.ended) list.push("The box is shutting down");
  if (!rules.zones.some(({ id }) => id === zone)) list.push(`Zone ${zone} is not known`);
  if (!isBypassReason(reason)) list.push(`The reason must be one of ${BYPASS_REASONS.join(", ")}`);
  const lasts = untilAt - state.at;
  if (!(lasts >= MIN_MS - SLACK_MS && lasts <= MAX_MS + SLACK_MS))
    list.push("A bypass must last 1 to 30 minutes");
  if (role === "supervisor" && counted(state).length >= SUPERVISOR_BYPASSES)
    list.push(`There were ${SUPERVISOR_BYPASSES} bypasses within 8 hours; a further one needs maintenance`);
  if (state.detector.kind === "loading") list.push("The detector is not ready yet");
  for (const alarm of listedAlarms(state))
    if (forbids(alarm.definition) && isActive(alarm.state))
      list.push(`Still present: ${alarmText(alarm, rules)}`);
  if (!state.record.writable) list.push("The record cannot be written");
  return list;
}

/** The state with this bypass, where nothing speaks against it. */
export function beginBypass(
  state: Supervision,
  rules: Rules,
  request: BypassRequest & { readonly by: string },
): Supervision {
  const { zone, by, reason, shiftEndsAt = Number.POSITIVE_INFINITY } = request;
  if (!isBypassReason(reason) || bypassRefusals(state, rules, request).length > 0) return state;
  const ends =
    shiftEndsAt < request.untilAt
      ? ({ untilAt: shiftEndsAt, endsWithShift: true } as const)
      : { untilAt: request.untilAt };
  return {
    ...state,
    bypasses: new Map(state.bypasses).set(zone, { by, reason, since: state.at, ...ends }),
    bypassedAt: [...counted(state), state.at].slice(-SUPERVISOR_BYPASSES),
  };
}

/** Without the bypasses whose time is over; without any where the box ends. */
export function endBypasses(state: Supervision, ended?: ZoneId): Supervision {
  const goes = (zone: ZoneId, { untilAt }: Bypass): boolean =>
    state.ended || zone === ended || untilAt <= state.at;
  const rest = [...state.bypasses].filter(([zone, bypass]) => !goes(zone, bypass));
  return rest.length === state.bypasses.size ? state : { ...state, bypasses: new Map(rest) };
}
