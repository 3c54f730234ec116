/** Where one is on the page of the alarms. */
import { signal } from "@preact/signals";

export type Tab = "active" | "aside" | "history";
export const tab = signal<Tab>("active");

/** The alarm that is looked at by itself. */
export const opened = signal<string | undefined>(undefined);

/** The clip that is played in the page's place. */
export const playing = signal<string | undefined>(undefined);

/** What is asked about it. */
export type Ask = "comment" | "shelve" | "out-of-service" | "return-to-service";
export const asked = signal<Ask | "history" | undefined>(undefined);

/** Back to the list of what wants a person. */
export function toAlarmList(): void {
  tab.value = "active";
  opened.value = undefined;
  asked.value = undefined;
  playing.value = undefined;
}
