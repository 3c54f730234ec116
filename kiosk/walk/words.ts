/** Every text of the walk tests' pages. Loaded with them only. */
import type { Cancelled, PermitDrop, WalkAttempt } from "../../server/domain/walk_test.ts";
import { roleInside } from "../codes.ts";
import { inside, t } from "../say.ts";

export const WALKS = {
  title: t("Walk tests"),
  how: t(
    "One person goes to the marked points of a stop zone. The box writes down whether it saw them, how fast, and whether the run permit dropped.",
  ),
  none: t("There is no stop zone to walk"),
  noneHow: t("Draw a stop zone and bind a run permit to it first."),
  gone: t("This is not set up any more"),
  recordGone: t("This walk test is not on the list any more"),
  waiting: t("Asking the box"),
  last: (when: string) => t("Last passed {when}", { when }),
  never: t("Never passed in its present shape"),
  due: (when: string) => t("due {when}", { when }),
  overdue: (when: string) => t("OVERDUE since {when}", { when }),
  notAsked: t("not asked for by date"),
  rate: (detected: number, walked: number) =>
    t("Seen {detected} of {walked} times in 30 days, {share} %", {
      detected,
      walked,
      share: Math.floor((100 * detected) / walked),
    }),
  noRate: t("Nobody has walked it in 30 days"),
  day: t("Day"),
  seenOf: t("Seen"),
  share: t("Share||of the times"),
  percent: (detected: number, walked: number) =>
    t("{share} %", { share: Math.floor((100 * detected) / walked) }),
  begin: t("Begin walk test"),
  records: t("Records"),
  noRecords: t("No walk test was recorded yet"),
} as const;

export const WALKING = {
  title: (zone: string) => t("Walk test: {zone}", { zone }),
  cancel: t("Cancel test"),
  left: (time: string) => t("{time} left", { time }),
  clearing: t("Leave the zone"),
  clearingHow: (zone: string) => t("{zone} must be proven clear before the next point.", { zone }),
  blind: (camera: string) => t("Wait: {camera} sees nothing", { camera }),
  blindHow: t("The test goes on as soon as the box sees again that nobody is in the zone."),
  walkTo: (point: number) => t("Walk to point {point}", { point }),
  standOn: (point: number) => t("In the zone. Stand on point {point}", { point }),
  dropping: t("Seen. Measuring the drop"),
  measures: t("The run permit is energised: its drop will be measured."),
  doesNot: t("The run permit is dropped: reset it to measure its drop, or walk without."),
  missed: t("I stand there, not seen"),
  skip: t("Skip point"),
  skipWhy: (point: number) => t("Why does nobody go to point {point}?", { point }),
  again: t("Once more to point"),
  againThis: (point: number) => t("Point {point} once more", { point }),
  review: t("Every point has a result"),
  reviewPass: t("Every point was seen and the drop is proven."),
  reviewFail: t("This will be recorded as not passed. Go to a point once more, or save it like this."),
  save: t("Save record"),
  saved: t("The walk test is recorded"),
  came: (point: number) => t("Point {point}:", { point }),
  points: t("Points"),
  notMeasured: t("The drop of the run permit was not measured"),
} as const;

export const RECORD = {
  outcome: { passed: t("Passed"), failed: t("Not passed"), cancelled: t("Cancelled") },
  why: {
    time: t("It took longer than 15 minutes."),
    person: t("Somebody cancelled it."),
    bypass: t("The zone was bypassed meanwhile."),
    change: t("The settings were changed meanwhile."),
    restart: t("The box was started again meanwhile."),
  } satisfies Record<Cancelled, string>,
  by: (name: string, role: string | null) => (role === null ? name : `${name}, ${roleInside(role)}`),
  about: (camera: string, model: string) => t("Camera {camera}, {model}", { camera, model }),
  point: t("Point"),
  seen: t("Seen"),
  reaction: t("Reaction"),
  drop: t("Run permit"),
  nothing: t("Nobody went to a point."),
  count: (detected: number, walked: number) => t("{detected} of {walked} seen", { detected, walked }),
} as const;

const OUTCOMES: Readonly<Record<WalkAttempt["outcome"], string>> = {
  detected: t("Seen"),
  missed: t("Not seen"),
  skipped: t("Skipped"),
};

/** "Seen, 92 %"; "Skipped: a press stands there". */
export function seenText({ outcome, score, reason }: WalkAttempt): string {
  const sure = score === undefined ? "" : `, ${t("{share} %", { share: Math.round(score * 100) })}`;
  return `${OUTCOMES[outcome]}${sure}${reason === undefined ? "" : `: ${reason}`}`;
}

export function reactionText(ms: number | undefined): string {
  return ms === undefined ? t("not measured") : t("{ms} ms", { ms: Math.round(ms) });
}

const DROPS: Readonly<Record<PermitDrop["kind"], string>> = {
  proven: t("dropped, read back"),
  already: t("not measured: it was dropped already"),
  failed: t("DID NOT DROP"),
  unmeasured: t("not measured"),
};

/** Every point that failed at its last going, and every permit that did not drop, in a few words each. */
export function faultsOf(attempts: readonly WalkAttempt[]): readonly string[] {
  const found = attempts.flatMap(({ point, outcome, drops }, n) => {
    const stays = !attempts.slice(n + 1).some((later) => later.point === point);
    const said = [
      ...(stays && outcome !== "detected" ? [inside(OUTCOMES[outcome])] : []),
      ...(drops.some(({ kind }) => kind === "failed") ? [DROPS.failed] : []),
    ];
    return said.map((text) => `${WALKING.came(point + 1)} ${text}`);
  });
  return found.length === 0 ? [WALKING.notMeasured] : found;
}

/** What the run permits did; each by its name where there are several. */
export function dropText(drops: readonly PermitDrop[], nameOf: (output: string) => string): string {
  if (drops.length === 0) return t("not measured");
  return drops
    .map((drop) => {
      const contact = drop.kind === "proven" && drop.contact ? `, ${t("contact agrees")}` : "";
      const said = `${DROPS[drop.kind]}${contact}`;
      return drops.length === 1 ? said : `${nameOf(drop.output)} ${said}`;
    })
    .join("; ");
}
