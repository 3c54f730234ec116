/** What no rule foresees: a state that knows less than the rules, and values that the types forbid. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALARMS, normalAlarm } from "../../../server/domain/alarm.ts";
import { type CameraInput, reduceCamera } from "../../../server/domain/camera.ts";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import { compileRules, type Rules } from "../../../server/domain/rules.ts";
import { viewOf } from "../../../server/domain/screen.ts";
import { type Input, supervise } from "../../../server/domain/supervise.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";
import { assertNever } from "../../../server/domain/units.ts";
import { configOf, IN_CELL, Play, PROVISION, person } from "./scenario.ts";

const RULES = compileRules(configOf(), 0.45);
const NOTHING: Rules = compileRules(EMPTY_CONFIG, 0.45);

test("a state that knows nothing of what the rules name takes it all for unknown, and energises nothing but alarms", () => {
  let state = initialSupervision(NOTHING, 0);
  state = supervise(state, { at: 100, kind: "tick" }, RULES);
  assert.deepEqual(
    [...state.verdicts.values()].map(({ verdict }) => verdict),
    ["blind", "blind"],
  );
  state = supervise(state, { at: 200, kind: "reset", by: "panel" }, RULES);
  assert.equal(state.demand.permit, "dropped");
  assert.equal(state.demand.green, "dropped");
});

test("a zone that is new to the state is observed like any other", () => {
  const play = new Play().ready();
  play.state = { ...play.state, zones: new Map() };
  play.at += 100;
  play.see("front", person(IN_CELL));
  assert.deepEqual(play.state.zones.get("cell")?.hits, [true]);
  assert.equal(play.state.verdicts.get("cell")?.verdict, "blind", "and not clear before it is proven so");
});

test("people are shown although their zone is new to the state", () => {
  const play = new Play().ready();
  play.at += 100;
  play.see("front", person(IN_CELL));
  const around = { seq: 1, boot: "b", version: "1", wallAt: 0, at: play.at } as const;
  const view = viewOf({ ...play.state, zones: new Map() }, play.rules, {
    ...around,
    site: { name: "n", timezone: "UTC" },
    demonstration: false,
    pictures: new Map(),
    reaction: { count: 0 },
    model: { name: "m", grade: "g", quality: "q" },
    faults: [],
  });
  assert.deepEqual(view.cameras[0]?.people[0]?.zones, ["cell"]);
});

test("a zone whose camera the rules do not name is called by the camera's id, and never seen", () => {
  const rules: Rules = { ...RULES, cameras: [] };
  const state = supervise(initialSupervision(rules, 0), { at: 1, kind: "tick" }, rules);
  assert.ok(refusals(state, rules).includes("Cell is not seen: camera front gives no picture"));
});

test("a zone whose camera the configuration does not name is confirmed as at 10 frames a second", () => {
  const rules = compileRules({ ...configOf(), cameras: [] }, 0.45);
  assert.deepEqual([rules.zones[0]?.confirm, rules.zones[0]?.window], [2, 3]);
  assert.deepEqual([rules.zones[1]?.confirm, rules.zones[1]?.window], [3, 5]);
});

test("a zone that has left the rules is acted upon by what is still bound to it", () => {
  const rules: Rules = { ...RULES, zones: [] };
  const state = supervise(initialSupervision(RULES, 0), { at: 1, kind: "tick" }, rules);
  assert.equal(state.demand.beacon, "energised");
});

test("a box without permits ends its latches while the guardian is lost", () => {
  const file = structuredClone(PROVISION);
  file.outputs = file.outputs.filter(({ role }) => role !== "run-permit");
  const play = new Play(configOf(file)).ready().watch(300, person(IN_CELL)).watch(4_000);
  play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
  play.feed({ kind: "relay", state: { kind: "lost", why: "w", since: play.at } });
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.alarm("zone.stop.occupied:cell"), "normal");
  assert.equal(play.alarm("out.comm.lost:guardian"), "unacknowledged");
});

test("an alarm with an on-delay waits for a condition that holds without a break", () => {
  const definition = ALARMS["sys.audit.fail"] as { onDelayMs: number };
  const before = definition.onDelayMs;
  definition.onDelayMs = 2_000;
  try {
    const play = new Play().guarding();
    const record = (writable: boolean): void => void play.feed({ kind: "record", writable });
    record(false);
    play.watch(1_900);
    record(true);
    record(false);
    play.watch(1_900);
    assert.equal(play.alarm("sys.audit.fail:record"), "normal");
    play.watch(100);
    assert.equal(play.alarm("sys.audit.fail:record"), "unacknowledged");
  } finally {
    definition.onDelayMs = before;
  }
});

test("an alarm's off-delay begins again with every return of its condition", () => {
  const play = new Play().guarding();
  play.feed({ kind: "record", writable: false });
  for (let i = 0; i < 5; i++) {
    play.feed({ kind: "record", writable: true });
    play.watch(4_900);
    assert.equal(play.alarm("sys.audit.fail:record"), "unacknowledged");
    play.feed({ kind: "record", writable: false });
  }
  play.feed({ kind: "record", writable: true });
  play.watch(5_000);
  assert.equal(play.alarm("sys.audit.fail:record"), "returned-unacknowledged");
});

test("time that runs backwards is held still", () => {
  const play = new Play().guarding();
  const { at } = play.state;
  const state = supervise(play.state, { at: at - 5_000, kind: "tick" }, play.rules);
  assert.equal(state.at, at);
  assert.equal(state.demand.permit, "energised");
});

test("time that is no number blinds every zone and drops", () => {
  const play = new Play().guarding();
  const state = supervise(play.state, { at: Number.NaN, kind: "tick" }, play.rules);
  assert.equal(state.verdicts.get("cell")?.verdict, "blind");
  assert.equal(state.demand.permit, "dropped");
});

test("an acknowledge of what is not listed changes nothing", () => {
  const play = new Play().guarding();
  const { alarms } = play.state;
  play.feed({ kind: "acknowledge", alarm: "nothing:nowhere", by: "panel" });
  assert.equal(play.state.alarms, alarms);
});

test("what the types forbid throws and names itself, so that the pipeline drops everything", () => {
  const play = new Play().guarding();
  const strange = { kind: "strange", at: play.at };
  const named = /Cannot handle .*strange/;
  assert.throws(() => assertNever("strange" as never), named);
  assert.throws(() => supervise(play.state, strange as unknown as Input, play.rules), named);
  assert.throws(() => reduceCamera({ kind: "idle" }, strange as unknown as CameraInput), named);
  const [output] = play.rules.outputs;
  const rules = { ...play.rules, outputs: [{ ...output, role: "strange" }] } as unknown as Rules;
  assert.throws(() => supervise(play.state, { at: play.at, kind: "tick" }, rules), named);
  const alarm = { ...normalAlarm("out.mismatch", "x"), definition: "strange", state: "unacknowledged" };
  const alarms = new Map([["x", { alarm, presentSince: undefined, goneSince: undefined, raises: [] }]]);
  const state = { ...new Play().ready().state, alarms } as unknown as Play["state"];
  assert.throws(() => refusals(state, play.rules), named);
});
