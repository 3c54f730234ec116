/** What happened between two states: told to the audit trail and the log after the outputs have moved. */
import type { Inactive } from "./activity.ts";
import type { Alarm, AlarmStateName } from "./alarm.ts";
import { type AlarmEvent, annunciationFacts, eventOf } from "./alarm_fact.ts";
import type { Hiding } from "./annunciation.ts";
import type { Bypass } from "./bypass.ts";
import type { CameraState } from "./camera.ts";
import { tripped } from "./cycle.ts";
import type { DetectorState } from "./eye.ts";
import { type OutputTest, testOver } from "./output_test.ts";
import type { DropCause } from "./relay.ts";
import type { Rules } from "./rules.ts";
import { outputSentence } from "./sentence.ts";
import type { Supervision } from "./supervision.ts";
import type { CameraId, Drive, Millis, OutputId, Verdict, ZoneId } from "./units.ts";

export type Fact = { readonly at: Millis } & (
  | {
      /** The board's read-back changed: a relay has really moved. */
      readonly kind: "output-changed";
      readonly output: OutputId;
      readonly from: Drive | "unknown";
      readonly to: Drive | "unknown";
      readonly demand: Drive;
      readonly why: string;
      /** The machine cycle it belongs to; the last one where none runs. */
      readonly cycle: number;
    }
  | {
      readonly kind: "alarm-changed";
      readonly alarm: Alarm;
      readonly from: AlarmStateName;
      readonly event: AlarmEvent;
      /** It is the trip that came first since the last reset. */
      readonly firstOut: boolean;
    }
  | {
      readonly kind: "alarm-hidden";
      readonly alarm: Alarm;
      /** What took it from the list; absent where it is on it again. */
      readonly hiding?: Pick<Hiding, "as" | "by" | "reason" | "untilAt">;
      readonly was?: Hiding["as"];
      /** `restart`: its time could not be told any more after a start. */
      readonly ended?: "time" | "person" | "restart";
    }
  /** Another alarm explains it; absent where none does any more. */
  | { readonly kind: "alarm-suppressed"; readonly alarm: Alarm; readonly by?: string }
  | { readonly kind: "alarm-commented"; readonly alarm: Alarm; readonly by: string; readonly text: string }
  | {
      readonly kind: "verdict-changed";
      readonly zone: ZoneId;
      readonly camera: CameraId;
      readonly from: Verdict;
      readonly to: Verdict;
      readonly cycle: number;
    }
  | {
      readonly kind: "activity-changed";
      readonly zone: ZoneId;
      /** What takes it out of the rules; absent where it is in them again. */
      readonly inactive?: Pick<Inactive, "why" | "untilWallAt">;
    }
  | { readonly kind: "cycle-begun"; readonly cycle: number; readonly by: string }
  | { readonly kind: "cycle-ended"; readonly cycle: number; readonly why: string }
  | {
      readonly kind: "bypass-changed";
      readonly zone: ZoneId;
      /** The one that began, or was entered anew; absent where it ended. */
      readonly bypass?: Pick<Bypass, "by" | "reason" | "untilAt">;
      readonly ended?: "time" | "shift" | "person" | "shutdown";
    }
  | {
      readonly kind: "output-test-changed";
      readonly output: OutputId;
      /** The one that began; absent where it ended. */
      readonly test?: Pick<OutputTest, "by" | "drive" | "untilAt">;
      /** `trip`: a permit has dropped meanwhile. `fault`: the board no longer does what it is told. */
      readonly ended?: "time" | "person" | "trip" | "fault" | "shutdown";
    }
  | { readonly kind: "camera-changed"; readonly camera: CameraId; readonly state: CameraState }
  | { readonly kind: "detector-changed"; readonly state: DetectorState }
  | { readonly kind: "guardian-dropped"; readonly cause: DropCause }
  | { readonly kind: "relay-link-changed"; readonly link: "held" | "lost"; readonly why?: string }
);

/** Usually an empty list. */
export function factsBetween(before: Supervision, after: Supervision, rules: Rules): Fact[] {
  const { at } = after;
  const facts: Fact[] = [];
  if (before.relay !== after.relay) facts.push(...relayFacts(before, after, rules));
  if (before.alarms !== after.alarms) {
    for (const [id, { alarm }] of after.alarms) {
      const known = before.alarms.get(id)?.alarm;
      const from = known?.state ?? "normal";
      if (known?.version === alarm.version || (known === undefined && alarm.state === "normal")) continue;
      const firstOut = after.firstOut === id;
      facts.push({ kind: "alarm-changed", at, alarm, from, event: eventOf(from, alarm), firstOut });
    }
  }
  facts.push(...annunciationFacts(before, after));
  if (before.verdicts !== after.verdicts) {
    for (const [zone, { verdict: to }] of after.verdicts) {
      const from = before.verdicts.get(zone)?.verdict ?? "blind";
      const camera = rules.zones.find(({ id }) => id === zone)?.camera ?? "";
      const { number: cycle } = after.cycle;
      if (from !== to) facts.push({ kind: "verdict-changed", at, zone, camera, from, to, cycle });
    }
  }
  if (before.inactive !== after.inactive) facts.push(...activityFacts(before, after));
  if (before.cycle !== after.cycle) facts.push(...cycleFacts(before, after));
  if (before.bypasses !== after.bypasses) facts.push(...bypassFacts(before, after));
  if (before.tests !== after.tests) facts.push(...testFacts(before, after, rules));
  if (before.cameras !== after.cameras) {
    for (const [camera, { state }] of after.cameras)
      if (before.cameras.get(camera)?.state !== state)
        facts.push({ kind: "camera-changed", at, camera, state });
  }
  if (before.detector !== after.detector) facts.push({ kind: "detector-changed", at, state: after.detector });
  return facts;
}

function activityFacts(before: Supervision, after: Supervision): Fact[] {
  const zones = new Set([...before.inactive.keys(), ...after.inactive.keys()]);
  return [...zones].flatMap((zone): Fact[] => {
    const inactive = after.inactive.get(zone);
    if (inactive?.why === before.inactive.get(zone)?.why) return [];
    const base = { kind: "activity-changed", at: after.at, zone } as const;
    if (inactive === undefined) return [base];
    const { why, untilWallAt } = inactive;
    return [{ ...base, inactive: { why, ...(untilWallAt === undefined ? {} : { untilWallAt }) } }];
  });
}

function cycleFacts(before: Supervision, after: Supervision): Fact[] {
  const { at, cycle } = after;
  const facts: Fact[] = [];
  if (before.cycle.kind === "running") {
    const why = tripped(before, after)?.why ?? "";
    facts.push({ kind: "cycle-ended", at, cycle: before.cycle.number, why });
  }
  if (cycle.kind === "running") facts.push({ kind: "cycle-begun", at, cycle: cycle.number, by: cycle.by });
  return facts;
}

function bypassFacts(before: Supervision, after: Supervision): Fact[] {
  const { at } = after;
  const facts: Fact[] = [];
  for (const [zone, { untilAt, endsWithShift }] of before.bypasses) {
    if (after.bypasses.has(zone)) continue;
    const over = endsWithShift === true ? "shift" : "time";
    const ended = after.ended ? "shutdown" : untilAt <= at ? over : "person";
    facts.push({ kind: "bypass-changed", at, zone, ended });
  }
  for (const [zone, bypass] of after.bypasses) {
    const { by, reason, untilAt } = bypass;
    if (before.bypasses.get(zone) !== bypass)
      facts.push({ kind: "bypass-changed", at, zone, bypass: { by, reason, untilAt } });
  }
  return facts;
}

function testFacts(before: Supervision, after: Supervision, rules: Rules): Fact[] {
  const { at } = after;
  const facts: Fact[] = [];
  for (const [output, test] of before.tests) {
    if (after.tests.has(output)) continue;
    const earnest = after.stopRequested || tripped(before, after) !== undefined;
    const ended = testOver(after, rules, output, test) ?? (earnest ? "trip" : "person");
    facts.push({ kind: "output-test-changed", at, output, ended });
  }
  for (const [output, test] of after.tests) {
    const { by, drive, untilAt } = test;
    if (before.tests.get(output) !== test)
      facts.push({ kind: "output-test-changed", at, output, test: { by, drive, untilAt } });
  }
  return facts;
}

function relayFacts(before: Supervision, after: Supervision, rules: Rules): Fact[] {
  const { at } = after;
  const facts: Fact[] = [];
  if (before.relay.kind !== after.relay.kind) {
    const why = after.relay.kind === "lost" ? { why: after.relay.why } : {};
    facts.push({ kind: "relay-link-changed", at, link: after.relay.kind, ...why });
  }
  const [was, is] = [before.relay, after.relay].map((relay) =>
    relay.kind === "held" ? relay.report : undefined,
  );
  if (is !== undefined && was !== undefined && is.epoch !== was.epoch)
    facts.push({ kind: "guardian-dropped", at, cause: is.lastDrop.cause });
  for (const output of rules.outputs) {
    const from = was?.outputs[output.id]?.readback ?? "unknown";
    const to = is?.outputs[output.id]?.readback ?? "unknown";
    if (from === to) continue;
    const demand = after.demand[output.id] ?? "dropped";
    const why = outputSentence(after, output, rules);
    const { number: cycle } = after.cycle;
    facts.push({ kind: "output-changed", at, output: output.id, from, to, demand, why, cycle });
  }
  return facts;
}
