/** Texts of one alarm, of what is set aside and of the history. Loaded with them only. */
import type { AlarmView } from "../../server/domain/view.ts";
import { t } from "../say.ts";

export const ONE = {
  gone: t("This alarm is over"),
  goneHow: t("Its condition is gone and nothing waits for a person."),
  comment: t("Comment"),
  shelve: t("Shelve"),
  service: t("Out of service"),
  unshelve: t("List again"),
  back: t("Return to service"),
  history: t("Its history"),
  never: t("It is never shelved: it concerns the machine's stop, or is too urgent."),
  lastComment: (by: string, text: string) => `${by}: ${text}`,
  until: (time: string, left: string) => t("until {time}, {left} left", { time, left }),
  done: {
    comment: t("Comment is kept"),
    shelve: t("Shelved"),
    "out-of-service": t("Out of service"),
    "return-to-service": t("Listed again"),
  },
} as const;

export const ASIDE = {
  title: t("Set aside"),
  none: t("Nothing is set aside"),
  noneHow: t("All alarms are listed under Active."),
  outputs: t("What is set aside changes no output: what it drops stays dropped."),
  present: t("Present now"),
  gone: t("Not present now"),
} as const;

export const ASK_ALARM = {
  write: t("Write something else"),
  comment: t("What is to be noted?"),
  why: (text: string) => t("Why is it set aside? {text}", { text }),
  howLong: t("For how long?"),
  means: [
    t("It is kept from the list and is not heard on this panel. No output changes."),
    t("It comes back by itself and has to be acknowledged again."),
  ],
  who: {
    comment: t("Who writes this?"),
    shelve: t("Who shelves it?"),
    "out-of-service": t("Who takes it out of service?"),
    "return-to-service": t("Who returns it to service?"),
  },
  nobody: {
    comment: t("Nobody is set up"),
    shelve: t("Nobody set up here may shelve: a supervisor or a maintenance person is needed"),
    "out-of-service": t("Nobody set up here may do this: a maintenance person is needed"),
    "return-to-service": t("Nobody set up here may do this: a maintenance person is needed"),
  },
  confirm: t("Confirm"),
} as const;

/** "30 min", "8 h", "3 days". */
export function lasts(minutes: number): string {
  if (minutes < 60) return t("{minutes} min", { minutes });
  if (minutes < 24 * 60) return t("{minutes} h", { minutes: minutes / 60 });
  const days = minutes / (24 * 60);
  return t("{days, plural, one {# day} other {# days}}", { days });
}

export const HISTORY = {
  priority: t("Priority"),
  all: t("All"),
  period: t("Period"),
  periods: { 1: "1 h", 8: "8 h", 24: "24 h", 168: t("7 days") },
  only: (text: string) => t("Only {text}", { text }),
  everything: t("All alarms"),
  none: t("Nothing happened"),
  noneHow: t("No alarm changed in this time with this priority."),
  waiting: t("Asking the box"),
  more: t("Show earlier ones"),
} as const;

const EVENTS: Readonly<Record<string, string>> = {
  raise: t("Raised"),
  "re-alarm": t("Still there, raised again"),
  clear: t("Gone"),
  acknowledge: t("Acknowledged"),
  reset: t("Reset"),
  shelved: t("Shelved"),
  unshelved: t("Listed again"),
  "out-of-service": t("Out of service"),
  "in-service": t("Returned to service"),
  suppressed: t("Suppressed"),
  unsuppressed: t("No longer suppressed"),
  commented: t("Comment"),
};

export function eventText(event: string): string {
  return EVENTS[event] ?? event;
}

const STATES: Partial<Record<AlarmView["state"], string>> = {
  shelved: t("Shelved"),
  suppressed: t("Suppressed"),
  "out-of-service": t("Out of service"),
};

export function asideText(state: AlarmView["state"]): string {
  return STATES[state] ?? state;
}
