/** What happened to alarms between two states besides their own life: taken from the list, put back, commented. */
import type { Alarm, AlarmStateName } from "./alarm.ts";
import { suppressedBy } from "./annunciation.ts";
import type { Fact } from "./fact.ts";
import type { Supervision } from "./supervision.ts";

export type AlarmEvent = "raise" | "re-alarm" | "acknowledge" | "clear" | "reset";

/** What a change of an alarm's state was; no two events lead from the same state to the same one. */
export function eventOf(from: AlarmStateName, { state, annunciatedAt }: Alarm): AlarmEvent {
  switch (state) {
    case "unacknowledged":
      return annunciatedAt !== undefined ? "re-alarm" : "raise";
    case "acknowledged":
    case "latched-acknowledged":
      return from === "acknowledged" ? "clear" : "acknowledge";
    case "returned-unacknowledged":
    case "latched-unacknowledged":
      return "clear";
    case "normal":
      if (from === "latched-acknowledged") return "reset";
      return from === "returned-unacknowledged" ? "acknowledge" : "clear";
  }
}

export function annunciationFacts(before: Supervision, after: Supervision): Fact[] {
  const facts = before.hidden === after.hidden ? [] : hidingFacts(before, after);
  if (before.alarms === after.alarms && before.cameras === after.cameras) return facts;
  const { at } = after;
  for (const [id, { alarm }] of after.alarms) {
    const known = before.alarms.get(id)?.alarm;
    const { comment } = alarm;
    if (comment !== undefined && comment !== known?.comment)
      facts.push({ kind: "alarm-commented", at, alarm, by: comment.by, text: comment.text });
    const was = known === undefined ? undefined : causeOf(before, known);
    const by = causeOf(after, alarm);
    if (was !== by) facts.push({ kind: "alarm-suppressed", at, alarm, ...(by === undefined ? {} : { by }) });
  }
  return facts;
}

function causeOf(state: Supervision, alarm: Alarm): string | undefined {
  return alarm.state === "normal" ? undefined : suppressedBy(state, alarm)?.id;
}

function hidingFacts(before: Supervision, after: Supervision): Fact[] {
  const { at } = after;
  const facts: Fact[] = [];
  for (const [id, { as: was, untilAt }] of before.hidden) {
    const alarm = after.alarms.get(id)?.alarm;
    if (after.hidden.has(id) || alarm === undefined) continue;
    const ended = untilAt <= after.startedAt ? "restart" : untilAt <= at ? "time" : "person";
    facts.push({ kind: "alarm-hidden", at, alarm, was, ended });
  }
  for (const [id, hiding] of after.hidden) {
    const alarm = after.alarms.get(id)?.alarm;
    if (before.hidden.get(id) === hiding || alarm === undefined) continue;
    const { as, by, reason, untilAt } = hiding;
    facts.push({ kind: "alarm-hidden", at, alarm, hiding: { as, by, reason, untilAt } });
  }
  return facts;
}
