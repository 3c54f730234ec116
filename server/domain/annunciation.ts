/**
 * Which alarms are put before people, and how. Shelving, taking out of service and suppression change only that:
 * the life of the alarm goes on beneath, and no verdict, no permit and no output asks for what stands here.
 */
import { ALARMS, type Alarm, alarmText, isActive, type ListedState, reduceAlarm } from "./alarm.ts";
import { compareAlarms } from "./alarm_order.ts";
import {
  COMMENT_MAX,
  isForgotten,
  longestShelf,
  mayLeaveService,
  OUT_OF_SERVICE_MAX_MS,
  SHELVED_MAX,
} from "./alarm_policy.ts";
import type { Rules } from "./rules.ts";
import type { Supervision } from "./supervision.ts";
import type { Millis } from "./units.ts";

/** A person has taken the alarm from the list for a while. */
export interface Hiding {
  readonly as: "shelved" | "out-of-service";
  readonly by: string;
  readonly reason: string;
  readonly since: Millis;
  readonly untilAt: Millis;
}

export interface HideRequest extends Omit<Hiding, "since" | "by"> {
  readonly alarm: string;
  /** The version the person saw. */
  readonly version?: number;
}

/** The request, its record and the step that obeys it are a moment apart. */
const SLACK_MS = 5_000;
const MINUTE_MS = 60_000;
const HOURS_MS = 60 * MINUTE_MS;

/** What was seen is no longer so. */
export const CHANGED = "The alarm has changed meanwhile; look again and repeat";

/** Why the alarm cannot be taken from the list, one sentence each; empty where it can. */
export function hideRefusals(state: Supervision, rules: Rules, request: HideRequest): string[] {
  const { alarm: id, version, as, reason, untilAt } = request;
  const alarm = state.alarms.get(id)?.alarm;
  if (alarm === undefined || alarm.state === "normal") return [`No alarm "${id}" is listed`];
  const list: string[] = [];
  if (version !== undefined && version !== alarm.version) list.push(CHANGED);
  const hidden = state.hidden.get(id);
  if (hidden !== undefined) list.push(`It is ${nameOf(hidden)} already, by ${hidden.by}`);
  if (reason.trim() === "") list.push("A reason is needed");
  const text = alarmText(alarm, rules);
  const longest = as === "shelved" ? longestShelf(alarm, rules) : OUT_OF_SERVICE_MAX_MS;
  if (as === "out-of-service" && !mayLeaveService(alarm, rules))
    list.push(`"${text}" is never taken out of service: answer it`);
  if (longest === undefined) return [...list, `"${text}" is never shelved: answer it`];
  const lasts = untilAt - state.at;
  if (!(lasts >= MINUTE_MS - SLACK_MS && lasts <= longest + SLACK_MS))
    list.push(
      `It may be ${as === "shelved" ? "shelved" : "out of service"} for 1 minute to ${span(longest)}`,
    );
  const shelved = [...state.hidden.values()].filter((other) => other.as === "shelved").length;
  if (as === "shelved" && shelved >= SHELVED_MAX)
    list.push(`${SHELVED_MAX} alarms are shelved already: take one back first`);
  return list;
}

function nameOf({ as }: Hiding): string {
  return as === "shelved" ? "shelved" : "out of service";
}

function span(ms: Millis): string {
  return ms <= HOURS_MS ? `${ms / MINUTE_MS} minutes` : `${ms / HOURS_MS} hours`;
}

/** The state with the alarm taken from the list, where nothing speaks against it. */
export function hide(
  state: Supervision,
  rules: Rules,
  request: HideRequest & { readonly by: string },
): Supervision {
  if (hideRefusals(state, rules, request).length > 0) return state;
  const { alarm, as, by, reason, untilAt } = request;
  return { ...state, hidden: new Map(state.hidden).set(alarm, { as, by, reason, since: state.at, untilAt }) };
}

/** Puts an alarm on the list again; where it is present, it has to be acknowledged anew. */
export function bringBack(state: Supervision, id: string): Supervision {
  if (!state.hidden.has(id)) return state;
  const hidden = new Map(state.hidden);
  hidden.delete(id);
  return { ...state, hidden, alarms: annunciated(state, [id]) };
}

/** The alarms with these put before people anew. */
function annunciated({ alarms, at }: Supervision, ids: readonly string[]): Supervision["alarms"] {
  let next = alarms;
  for (const id of ids) {
    const track = next.get(id);
    if (track === undefined) continue;
    const alarm = reduceAlarm(track.alarm, { kind: "annunciate", at });
    if (alarm !== track.alarm) next = new Map(next).set(id, { ...track, alarm });
  }
  return next;
}

/** Notes what somebody wrote of an alarm that is listed. */
export function comment(
  state: Supervision,
  input: { readonly alarm: string; readonly by: string; readonly text: string },
): Supervision {
  const track = state.alarms.get(input.alarm);
  const text = input.text.trim().slice(0, COMMENT_MAX);
  if (track === undefined || track.alarm.state === "normal" || text === "") return state;
  const alarm: Alarm = { ...track.alarm, comment: { by: input.by, at: state.at, text } };
  return { ...state, alarms: new Map(state.alarms).set(input.alarm, { ...track, alarm }) };
}

/** What time brings: shelves end, acknowledged alarms that stand too long come anew, and a first-out is known. */
export function advanceAnnunciation(before: Supervision, state: Supervision): Supervision {
  const over = [...state.hidden].filter(([, { untilAt }]) => untilAt <= state.at).map(([id]) => id);
  const back = over.reduce(bringBack, state);
  const forgotten = [...back.alarms].filter(
    ([id, { alarm }]) => isForgotten(alarm, state.at) && !back.hidden.has(id),
  );
  const alarms = annunciated(
    back,
    forgotten.map(([id]) => id),
  );
  const told = alarms === back.alarms ? back : { ...back, alarms };
  const firstOut = firstOutOf(before, told);
  return firstOut === told.firstOut ? told : { ...told, firstOut };
}

/** The trip that came first since the last reset, for as long as it is listed. */
function firstOutOf(before: Supervision, state: Supervision): string | undefined {
  if (before.alarms === state.alarms) return state.firstOut;
  const known = state.firstOut === undefined ? undefined : state.alarms.get(state.firstOut)?.alarm;
  if (known !== undefined && known.state !== "normal") return known.id;
  const raised = [...state.alarms.values()].flatMap(({ alarm }) => {
    const isNew = alarm.state === "unacknowledged" && alarm.raisedAt === state.at;
    return isNew && ALARMS[alarm.definition].latching ? [alarm] : [];
  });
  return raised.toSorted(compareAlarms)[0]?.id;
}

/** Which alarm explains this one, so that only that one is put before people; undefined where none does. */
export function suppressedBy(state: Supervision, { definition, source }: Alarm): Alarm | undefined {
  // Now, not while its off-delay runs: what is then still there has a cause of its own.
  const present = (id: string): Alarm | undefined => {
    const track = state.alarms.get(id);
    return track !== undefined && track.goneSince === undefined && isActive(track.alarm.state)
      ? track.alarm
      : undefined;
  };
  const stalled = present("prot.detector.stalled:detector") ?? present("prot.detector.selftest:detector");
  if (definition === "prot.latency.high") return stalled;
  if (!definition.startsWith("prot.camera.")) return undefined;
  if (definition === "prot.camera.lost" || definition === "prot.camera.refused") {
    // A camera that runs gives pictures: it is lost only because nobody looks at them.
    return state.cameras.get(source)?.state.kind === "running" ? stalled : undefined;
  }
  const lost = present(`prot.camera.lost:${source}`) ?? present(`prot.camera.refused:${source}`);
  return lost ?? (definition === "prot.camera.late" ? stalled : undefined);
}

/** What a list says of the alarm. */
export function listedState(state: Supervision, alarm: Alarm): ListedState {
  const hiding = state.hidden.get(alarm.id);
  if (hiding !== undefined) return hiding.as;
  return alarm.state !== "normal" && suppressedBy(state, alarm) !== undefined ? "suppressed" : alarm.state;
}
