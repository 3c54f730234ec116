/** Cleaning mode: for half a minute touches do nothing, and any alarm ends it. */
import { effect, signal } from "@preact/signals";
import { needsAcknowledge } from "../../server/domain/alarm.ts";
import { asking, connected, now, tell, view } from "../state.ts";
import { CLEAN } from "./words.ts";

const CLEAN_MS = 30_000;

/** When it ends, the page's monotonic clock; undefined where nobody cleans. */
export const cleaning = signal<number | undefined>(undefined);

/** The alarm that nobody has acknowledged. */
function openAlarm() {
  return view.value?.alarms.find(({ state }) => needsAcknowledge(state));
}

export function beginCleaning(): void {
  const alarm = openAlarm();
  if (alarm !== undefined) {
    tell("refused", CLEAN.notNow, [CLEAN.acknowledgeFirst(alarm.text)]);
    return;
  }
  asking.value = undefined;
  cleaning.value = performance.now() + CLEAN_MS;
}

export function endCleaning(): void {
  cleaning.value = undefined;
}

effect(() => {
  const until = cleaning.value;
  if (until === undefined) return;
  const alarm = openAlarm();
  if (alarm !== undefined) tell("ended", CLEAN.ended);
  if (alarm !== undefined || !connected.value || now.value >= until) endCleaning();
});
