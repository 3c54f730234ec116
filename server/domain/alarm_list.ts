/** The alarms as screens and the API tell them; instants become Unix milliseconds. */
import { ALARMS, type Alarm, alarmText, isActive } from "./alarm.ts";
import { compareAlarms } from "./alarm_order.ts";
import {
  CHATTER_COUNT,
  CHATTER_MS,
  CHATTER_TOLD_MS,
  longestShelf,
  mayLeaveService,
  STANDING_MS,
  soundOf,
} from "./alarm_policy.ts";
import { listedState, suppressedBy } from "./annunciation.ts";
import { isAudible } from "./horn.ts";
import type { Rules } from "./rules.ts";
import type { AlarmTrack, Supervision } from "./supervision.ts";
import type { Millis } from "./units.ts";
import type { AlarmView, HiddenView, View } from "./view.ts";

/** What wants a person, in the banner's order, and what is kept from them, what ends soonest first. */
export function alarmViews(
  state: Supervision,
  rules: Rules,
  wallOf: (at: Millis) => Millis,
): Pick<View, "alarms" | "hidden"> {
  const tracks = [...state.alarms.values()].filter(
    ({ alarm }) => alarm.state !== "normal" || state.hidden.has(alarm.id),
  );
  const views = tracks
    .toSorted((a, b) => compareAlarms(a.alarm, b.alarm))
    .map((track) => alarmView(state, track, rules, wallOf));
  const end = ({ hidden }: AlarmView): Millis => hidden?.untilWallAt ?? Number.POSITIVE_INFINITY;
  return {
    alarms: views.filter(({ hidden }) => hidden === undefined),
    hidden: views
      .filter(({ hidden }) => hidden !== undefined)
      .toSorted((a, b) => Math.sign(end(a) - end(b)) || 0),
  };
}

function alarmView(
  state: Supervision,
  track: AlarmTrack,
  rules: Rules,
  wallOf: (at: Millis) => Millis,
): AlarmView {
  const { alarm } = track;
  const definition = ALARMS[alarm.definition];
  const { acknowledgedAt, acknowledgedBy, clearedAt, detail, comment } = alarm;
  const hidden = hiddenView(state, alarm, rules, wallOf);
  const shelveMaxMs = longestShelf(alarm, rules);
  const sound = hidden === undefined && isAudible(state, alarm) ? soundOf(alarm.definition) : undefined;
  return {
    id: alarm.id,
    definition: alarm.definition,
    source: alarm.source,
    priority: definition.priority,
    state: listedState(state, alarm),
    raisedAt: wallOf(alarm.raisedAt),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt: wallOf(acknowledgedAt) }),
    ...(acknowledgedBy === undefined ? {} : { acknowledgedBy }),
    ...(clearedAt === undefined ? {} : { clearedAt: wallOf(clearedAt) }),
    text: alarmText(alarm, rules),
    ...(detail === undefined ? {} : { detail }),
    response: definition.response,
    version: alarm.version,
    returns: alarm.returns,
    ...(state.firstOut === alarm.id ? { firstOut: true } : {}),
    ...(isActive(alarm.state) && state.at - alarm.raisedAt >= STANDING_MS ? { standing: true } : {}),
    ...(chatters(track, state.at) ? { chattering: true } : {}),
    ...(sound === undefined ? {} : { sound }),
    ...(comment === undefined
      ? {}
      : { comment: { by: comment.by, text: comment.text, wallAt: wallOf(comment.at) } }),
    ...(shelveMaxMs === undefined ? {} : { shelveMaxMs }),
    ...(mayLeaveService(alarm, rules) ? { mayLeaveService: true } : {}),
    ...(hidden === undefined ? {} : { hidden }),
  };
}

function hiddenView(
  state: Supervision,
  alarm: Alarm,
  rules: Rules,
  wallOf: (at: Millis) => Millis,
): HiddenView | undefined {
  const present = isActive(alarm.state);
  const hiding = state.hidden.get(alarm.id);
  if (hiding !== undefined) {
    const { by, reason, untilAt } = hiding;
    const leftMs = Math.max(0, Math.round(untilAt - state.at));
    return { by, reason, present, untilWallAt: wallOf(untilAt), leftMs };
  }
  const cause = suppressedBy(state, alarm);
  if (cause === undefined) return undefined;
  return { by: cause.id, reason: `Explained by: ${alarmText(cause, rules)}`, present };
}

/** It was raised several times within a minute, and not long ago. */
function chatters({ raises }: AlarmTrack, at: Millis): boolean {
  const [first] = raises;
  const last = raises.at(-1);
  if (first === undefined || last === undefined || raises.length < CHATTER_COUNT) return false;
  return last - first <= CHATTER_MS && at - last <= CHATTER_TOLD_MS;
}
