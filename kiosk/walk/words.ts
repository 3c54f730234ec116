/** Every text of the walk tests' pages. Loaded with them only. */
import type { Cancelled, PermitDrop, WalkAttempt } from "../../server/domain/walk_test.ts";

export const WALKS = {
  title: "Walk tests",
  how: "One person goes to the marked points of a stop zone. The box writes down whether it saw them, how fast, and whether the run permit dropped.",
  none: "There is no stop zone to walk",
  noneHow: "Draw a stop zone and bind a run permit to it first.",
  gone: "This is not set up any more",
  waiting: "Asking the box",
  last: (when: string) => `Last passed ${when}`,
  never: "Never passed as it is now",
  due: (when: string) => `due ${when}`,
  overdue: (when: string) => `OVERDUE since ${when}`,
  notAsked: "not asked for by date",
  rate: (detected: number, walked: number) =>
    `Seen ${detected} of ${walked} times in 30 days, ${Math.floor((100 * detected) / walked)} %`,
  noRate: "Nobody has walked it in 30 days",
  day: "Day",
  seenOf: "Seen",
  share: "Share",
  percent: (detected: number, walked: number) => `${Math.floor((100 * detected) / walked)} %`,
  begin: "Begin walk test",
  records: "Records",
  noRecords: "No walk test was recorded yet",
} as const;

export const WALKING = {
  title: (zone: string) => `Walk test: ${zone}`,
  cancel: "Cancel test",
  left: (time: string) => `${time} left`,
  clearing: "Leave the zone",
  clearingHow: (zone: string) => `${zone} must be proven clear before the next point.`,
  walkTo: (point: number) => `Walk to point ${point}`,
  standOn: (point: number) => `Seen. Stand on point ${point}`,
  dropping: "Seen. Measuring the drop",
  measures: "The run permit is energised: its drop will be measured.",
  doesNot: "The run permit is dropped: reset it to measure its drop, or walk without.",
  missed: "I stand there, not seen",
  skip: "Skip point",
  skipWhy: (point: number) => `Why does nobody go to point ${point}?`,
  again: "Once more to point",
  againThis: (point: number) => `Point ${point} once more`,
  review: "Every point has a result",
  reviewPass: "Every point was seen and the drop is proven.",
  reviewFail: "This will be recorded as not passed. Go to a point once more, or save it so.",
  save: "Save record",
  saved: "The walk test is recorded",
  came: (point: number) => `Point ${point}:`,
  points: "Points",
} as const;

export const RECORD = {
  outcome: { passed: "Passed", failed: "Not passed", cancelled: "Cancelled" },
  why: {
    time: "It took longer than 15 minutes.",
    person: "Somebody cancelled it.",
    bypass: "The zone was bypassed meanwhile.",
    change: "The settings were changed meanwhile.",
    restart: "The box was started again meanwhile.",
  } satisfies Record<Cancelled, string>,
  by: (name: string, role: string | null) => (role === null ? name : `${name}, ${role}`),
  about: (camera: string, model: string) => `Camera ${camera}, ${model}`,
  point: "Point",
  seen: "Seen",
  reaction: "Reaction",
  drop: "Run permit",
  nothing: "Nobody went to a point.",
  count: (detected: number, walked: number) => `${detected} of ${walked} seen`,
} as const;

const OUTCOMES: Readonly<Record<WalkAttempt["outcome"], string>> = {
  detected: "Seen",
  missed: "Not seen",
  skipped: "Skipped",
};

/** "Seen, 92 %"; "Skipped: a press stands there". */
export function seenText({ outcome, score, reason }: WalkAttempt): string {
  const sure = score === undefined ? "" : `, ${Math.round(score * 100)} %`;
  return `${OUTCOMES[outcome]}${sure}${reason === undefined ? "" : `: ${reason}`}`;
}

export function reactionText(ms: number | undefined): string {
  return ms === undefined ? "not measured" : `${Math.round(ms)} ms`;
}

const DROPS: Readonly<Record<PermitDrop["kind"], string>> = {
  proven: "dropped, read back",
  already: "not measured: it was dropped already",
  failed: "DID NOT DROP",
  unmeasured: "not measured",
};

/** What the run permits did; each by its name where there are several. */
export function dropText(drops: readonly PermitDrop[], nameOf: (output: string) => string): string {
  if (drops.length === 0) return "not measured";
  return drops
    .map((drop) => {
      const contact = drop.kind === "proven" && drop.contact ? ", contact agrees" : "";
      const said = `${DROPS[drop.kind]}${contact}`;
      return drops.length === 1 ? said : `${nameOf(drop.output)} ${said}`;
    })
    .join("; ");
}
