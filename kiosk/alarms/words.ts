/** Texts of one alarm, of what is set aside and of the history. Loaded with them only. */
import type { SERVICE_REASONS, SHELVE_REASONS } from "../../server/domain/alarm_policy.ts";
import type { AlarmView } from "../../server/domain/view.ts";

export const SHELVE_WORDS: Readonly<Record<(typeof SHELVE_REASONS)[number], string>> = {
  nuisance: "Comes without a cause",
  known: "Known and being worked on",
  cleaning: "Cleaning",
  maintenance: "Maintenance",
  other: "Other",
};
export const SERVICE_WORDS: Readonly<Record<(typeof SERVICE_REASONS)[number], string>> = {
  repair: "Waits for repair",
  "spare-part": "Waits for a spare part",
  conversion: "Machine is converted",
  "not-needed": "Not needed now",
  other: "Other",
};

/** The box keeps reasons as codes; one that this page does not know stands as it is. */
export function reasonText(reason: string): string {
  return { ...SHELVE_WORDS, ...SERVICE_WORDS }[reason as keyof typeof SHELVE_WORDS] ?? reason;
}

export const COMMENTS = [
  "Looked at it, nothing found",
  "Maintenance is told",
  "Waits for a spare part",
  "Cleaned",
  "Cable or plug checked",
] as const;

export const ONE = {
  gone: "This alarm is over",
  goneHow: "Its condition is gone and nothing waits for a person.",
  comment: "Comment",
  shelve: "Shelve",
  service: "Out of service",
  unshelve: "List again",
  back: "Return to service",
  history: "Its history",
  never: "It is never shelved: it concerns the machine's stop, or is too urgent.",
  lastComment: (by: string, text: string) => `${by}: ${text}`,
  until: (time: string, left: string) => `until ${time}, ${left} left`,
  done: {
    comment: "Comment is kept",
    shelve: "Shelved",
    "out-of-service": "Out of service",
    "return-to-service": "Listed again",
  },
} as const;

export const ASIDE = {
  title: "Set aside",
  none: "Nothing is set aside",
  noneHow: "Every alarm that is not normal is listed.",
  outputs: "What is set aside changes no output: what it drops stays dropped.",
  present: "Present now",
  gone: "Not present now",
} as const;

export const ASK_ALARM = {
  write: "Write something else",
  comment: "What is to be noted?",
  why: (text: string) => `Why is it set aside? ${text}`,
  howLong: "For how long?",
  means: [
    "It is kept from the list and is not heard on this panel. No output changes.",
    "It comes back by itself and has to be acknowledged again.",
  ],
  who: {
    comment: "Who writes this?",
    shelve: "Who shelves it?",
    "out-of-service": "Who takes it out of service?",
    "return-to-service": "Who returns it to service?",
  },
  nobody: {
    comment: "Nobody is set up",
    shelve: "Nobody set up here may shelve: a supervisor or a maintenance person is needed",
    "out-of-service": "Nobody set up here may do this: a maintenance person is needed",
    "return-to-service": "Nobody set up here may do this: a maintenance person is needed",
  },
  confirm: "Confirm",
} as const;

/** "30 min", "8 h", "3 days". */
export function lasts(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${minutes / 60} h`;
  const days = minutes / (24 * 60);
  return days === 1 ? "1 day" : `${days} days`;
}

export const HISTORY = {
  priority: "Priority",
  all: "All",
  period: "Period",
  periods: { 1: "1 h", 8: "8 h", 24: "24 h", 168: "7 days" },
  only: (text: string) => `Only ${text}`,
  everything: "All alarms",
  none: "Nothing happened",
  noneHow: "No alarm changed in this time with this priority.",
  loading: "Loading",
  again: "Try again",
  more: "Show earlier ones",
} as const;

const EVENTS: Readonly<Record<string, string>> = {
  raise: "Raised",
  "re-alarm": "Still there, raised anew",
  clear: "Gone",
  acknowledge: "Acknowledged",
  reset: "Reset",
  shelved: "Shelved",
  unshelved: "Listed again",
  "out-of-service": "Out of service",
  "in-service": "Returned to service",
  suppressed: "Suppressed",
  unsuppressed: "No longer suppressed",
  commented: "Comment",
};

export function eventText(event: string): string {
  return EVENTS[event] ?? event;
}

const STATES: Partial<Record<AlarmView["state"], string>> = {
  shelved: "Shelved",
  suppressed: "Suppressed",
  "out-of-service": "Out of service",
};

export function asideText(state: AlarmView["state"]): string {
  return STATES[state] ?? state;
}
