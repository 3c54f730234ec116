/** What must be so after every step of a walk. */
import assert from "node:assert/strict";
import type { Input } from "../../../server/domain/supervise.ts";
import type { Supervision } from "../../../server/domain/supervision.ts";
import { WALK_RULES, Walk } from "./walk.ts";

const WALK_LENGTH = 2_000;
const BYPASS_MS = 30 * 60_000 + 5_000;
const TEST_MS = 11_000;

/** What the walks have met: a rule that never came up was not tried. */
export interface Met {
  energised: number;
  comebacks: number;
  /** Of these, while the board of lamps alone was lost. */
  lampless: number;
  trips: number;
  bypasses: number;
  /** Bypasses whose time was over. */
  timedOut: number;
  /** Steps in which a permit was energised over a bypassed zone that was not clear. */
  overBypass: number;
  /** The same over a zone that its condition has taken out. */
  overInactive: number;
  tests: number;
  pulses: number;
}

interface Step {
  readonly before: Supervision;
  readonly input: Input;
  readonly after: Supervision;
}

function isDue(state: Supervision, zone: string): boolean {
  return !state.inactive.has(zone) && !isBypassedNow(state, zone);
}

function isBypassedNow(state: Supervision, zone: string): boolean {
  return state.bypasses.has(zone) && state.detector.kind !== "failed";
}

/** Only a reset energises a permit; it stays so only while nothing speaks against it. */
function checkPermits({ before, input, after }: Step, met: Met): void {
  for (const { id, role, zones, second, feedback } of WALK_RULES.outputs) {
    if (role !== "run-permit") continue;
    if (after.demand[id] !== "energised") {
      if (before.demand[id] === "energised") met.trips++;
      continue;
    }
    met.energised++;
    for (const zone of zones) {
      if (isDue(after, zone)) assert.equal(after.verdicts.get(zone)?.verdict, "clear");
      else if (after.verdicts.get(zone)?.verdict !== "clear")
        met[isBypassedNow(after, zone) ? "overBypass" : "overInactive"]++;
    }
    assert.ok(after.relay.kind === "held");
    const { boards, outputs, epoch } = after.relay.report;
    assert.ok(boards.sim?.kind === "ok" && (second === undefined || boards.two?.kind === "ok"));
    assert.ok(outputs[id]?.mismatch === false && outputs[id]?.feedbackMismatch !== true);
    const permit = after.permits.get(id);
    assert.ok(permit?.kind === "energised" && permit.epoch === epoch);
    if (before.demand[id] === "energised") continue;
    assert.equal(input.kind, "reset");
    assert.ok(feedback === undefined || outputs[id]?.feedback === "dropped");
    assert.ok(after.record.writable && after.maintenance.withheld === undefined && !after.tests.has(id));
    met.comebacks++;
    if (boards.lamps?.kind === "lost") met.lampless++;
  }
}

/** Everything that a person has begun has an end, and a pulse none later than its length. */
function checkEnds({ before, input, after }: Step, met: Met): void {
  for (const [zone, bypass] of after.bypasses) {
    assert.ok(bypass.untilAt > after.at && bypass.untilAt - bypass.since <= BYPASS_MS);
    if (before.bypasses.get(zone) === bypass) continue;
    assert.ok(input.kind === "bypass" && input.zone === zone);
    met.bypasses++;
  }
  for (const [zone, { untilAt }] of before.bypasses)
    if (!after.bypasses.has(zone)) {
      assert.ok(input.kind === "bypass-end" || untilAt <= after.at);
      if (untilAt <= after.at) met.timedOut++;
    }
  for (const [output, trial] of after.tests) {
    assert.ok(trial.untilAt > after.at && trial.untilAt - trial.since <= TEST_MS);
    if (before.tests.get(output) === trial) continue;
    assert.ok(input.kind === "output-test" && input.output === output);
    met.tests++;
  }
  for (const { id, role, pulseMs } of WALK_RULES.outputs) {
    if (role !== "pulse") continue;
    const end = after.pulses.get(id);
    assert.ok(end === undefined || (end > after.at && end - after.at <= pulseMs));
    if (end !== undefined && end !== before.pulses.get(id)) met.pulses++;
    const acts = after.demand[id] === "energised";
    assert.equal(acts, end !== undefined || after.tests.get(id)?.drive === "energised");
  }
}

function checkCycle({ before, input, after }: Step): void {
  const { cycle } = after;
  const running = [...after.permits.values()].some(({ kind }) => kind === "energised");
  assert.ok(cycle.kind === "waiting" || running, "no cycle runs while every permit is dropped");
  if (cycle.number === before.cycle.number) return;
  assert.ok(cycle.number === before.cycle.number + 1 && input.kind === "reset" && cycle.kind === "running");
}

/** Two commands that calm people and no machine. */
function checkCommands(walk: Walk): void {
  const { at } = walk.state;
  walk.feed({ at, kind: "tick" });
  const alarms = [...walk.state.alarms.keys()];
  for (const alarm of alarms) compare(walk.feed({ at, kind: "acknowledge", alarm, by: "x" }));
  compare(walk.feed({ at, kind: "silence", by: "x" }));
}

function compare({ before, input, after }: Step): void {
  assert.equal(after.bypasses, before.bypasses);
  assert.equal(after.tests, before.tests);
  assert.equal(after.permits, before.permits);
  assert.equal(after.pulses, before.pulses);
  for (const { id, role, horn } of WALK_RULES.outputs) {
    // A lamp tells what an acknowledge makes possible.
    if (horn || (input.kind === "acknowledge" && role.startsWith("lamp-"))) continue;
    assert.equal(after.demand[id], before.demand[id], `${input.kind} changed ${id}`);
  }
}

/** Feeds at least so many inputs, a walk after the other, and checks every step. */
export function walk(inputs: number): { readonly fed: number; readonly met: Met } {
  const met = {
    energised: 0,
    comebacks: 0,
    lampless: 0,
    trips: 0,
    bypasses: 0,
    timedOut: 0,
    overBypass: 0,
    overInactive: 0,
    tests: 0,
    pulses: 0,
  };
  let fed = 0;
  for (let seed = 1; fed < inputs; seed++) {
    const walk = new Walk(seed);
    for (let i = 0; i < WALK_LENGTH; i++) {
      const step = walk.feed(walk.next());
      try {
        checkPermits(step, met);
        checkEnds(step, met);
        checkCycle(step);
        if (i % 50 === 0) checkCommands(walk);
      } catch (error) {
        throw new Error(`Walk ${seed}, step ${i}, ${JSON.stringify(step.input)}`, { cause: error });
      }
    }
    checkEnd(walk);
    fed += walk.fed;
  }
  return { fed, met };
}

function checkEnd(walk: Walk): void {
  const { at } = walk.state;
  const { after } = walk.feed({ at, kind: "shutdown" });
  assert.ok(Object.values(after.demand).every((drive) => drive === "dropped"));
  assert.equal(after.bypasses.size + after.tests.size + after.pulses.size, 0);
  const { permits } = after;
  for (const step of ["reset", "silence"] as const) walk.feed({ at, kind: step, by: "x" });
  assert.equal(walk.state.permits, permits);
}
