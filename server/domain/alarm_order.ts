/** Which alarm stands before which on the banner and on the list. */
import { ALARMS, type Alarm, type AlarmStateName, needsAcknowledge } from "./alarm.ts";

const LIST_ORDER: Record<AlarmStateName, number> = {
  unacknowledged: 0,
  "latched-unacknowledged": 1,
  "returned-unacknowledged": 2,
  acknowledged: 3,
  "latched-acknowledged": 4,
  normal: 5,
};

/** Unacknowledged first, then priority, then newest: the order of the banner and of the list. */
export function compareAlarms(a: Alarm, b: Alarm): number {
  return (
    Number(needsAcknowledge(b.state)) - Number(needsAcknowledge(a.state)) ||
    ALARMS[a.definition].priority - ALARMS[b.definition].priority ||
    LIST_ORDER[a.state] - LIST_ORDER[b.state] ||
    b.raisedAt - a.raisedAt
  );
}
