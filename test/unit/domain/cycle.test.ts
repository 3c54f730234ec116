/** Machine cycles: numbered from the reset that energises to the next trip. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Fact, factsBetween } from "../../../server/domain/fact.ts";
import { supervise } from "../../../server/domain/supervise.ts";
import { failedSupervision, initialSupervision } from "../../../server/domain/supervision.ts";
import type { Told } from "../../../server/pipeline.ts";
import { IN_CELL, Play, person } from "./scenario.ts";
import { acknowledge, CELL, fullConfig, lose, stop } from "./situations.ts";

const STOP = "op.stop.requested:panel";

function cycleFacts(play: Play, step: Told): Fact[] {
  const before = play.state;
  play.feed(step);
  return factsBetween(before, play.state, play.rules).filter(({ kind }) => kind.startsWith("cycle-"));
}

/** A second permit, of the aisle. */
const twoMachines = (): Play =>
  new Play(
    fullConfig((file) =>
      file.outputs.push({ id: "permit2", board: "sim", channel: 12, role: "run-permit", zones: ["aisle"] }),
    ),
  );

test("a reset that energises begins a cycle, the next trip ends it, and the next reset has the next number", () => {
  const play = new Play().ready();
  assert.deepEqual(play.state.cycle, { kind: "waiting", number: 0, since: 1_000 });
  assert.deepEqual(cycleFacts(play, { kind: "reset", by: "Sam" }), [
    { kind: "cycle-begun", at: play.at, cycle: 1, by: "Sam" },
  ]);
  play.relay();
  play.watch(1_000);
  assert.deepEqual(cycleFacts(play, { kind: "stop-request", by: "panel" }), [
    { kind: "cycle-ended", at: play.at, cycle: 1, why: "A stop was requested at the panel" },
  ]);
  assert.deepEqual(play.state.cycle, { kind: "waiting", number: 1, since: play.at });
  assert.deepEqual(cycleFacts(play, { kind: "reset", by: "Sam" }), [], "a refused reset begins none");
  acknowledge(play.watch(100), STOP);
  assert.deepEqual(cycleFacts(play, { kind: "reset", by: "Sam" }), [
    { kind: "cycle-begun", at: play.at, cycle: 2, by: "Sam" },
  ]);
});

test("a box that has counted before goes on from there", () => {
  const play = new Play();
  play.state = initialSupervision(play.rules, play.at, { cycle: 41 });
  play.ready().feed({ kind: "reset", by: "Sam" });
  assert.equal(play.state.cycle.number, 42);
});

test("what happens is told with its cycle, the trip with the one that it ends", () => {
  const play = new Play().guarding().watch(100, person(IN_CELL));
  const before = play.state;
  play.watch(100, person(IN_CELL));
  const verdict = factsBetween(before, play.state, play.rules).find(({ kind }) => kind === "verdict-changed");
  assert.ok(verdict?.kind === "verdict-changed");
  assert.deepEqual([verdict.cycle, verdict.camera], [1, "front"]);
  play.relay();
  acknowledge(play.watch(4_000), CELL).feed({ kind: "reset", by: "Sam" });
  const reset = play.state;
  play.relay();
  const moved = factsBetween(reset, play.state, play.rules).filter(({ kind }) => kind === "output-changed");
  assert.ok(moved.length > 0 && moved.every((fact) => fact.kind === "output-changed" && fact.cycle === 2));
});

test("a trip of one machine ends the cycle, also while the other runs on, and a later reset begins the next", () => {
  const play = twoMachines().guarding().watch(300, person(IN_CELL));
  assert.equal(play.demand("permit2"), "energised");
  assert.equal(play.state.cycle.kind, "waiting");
  acknowledge(play.watch(4_000), CELL);
  play.feed({ kind: "reset", by: "Sam" });
  assert.deepEqual([play.state.cycle.kind, play.state.cycle.number], ["running", 2]);
});

test("a reset that brings a second machine into a running cycle begins none", () => {
  const play = twoMachines().ready().watch(300, person(IN_CELL));
  play.feed({ kind: "reset", by: "Sam" });
  play.relay();
  assert.equal(play.demand("permit2"), "energised");
  acknowledge(play.watch(4_000), CELL);
  assert.deepEqual(cycleFacts(play, { kind: "reset", by: "Kim" }), []);
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.state.cycle.number, 1);
});

test("one reset may end a cycle and begin the next", () => {
  const play = twoMachines().ready();
  lose(play, "side").feed({ kind: "reset", by: "Sam" });
  play.relay();
  play.running("side").watch(6_000);
  acknowledge(play, "prot.camera.lost:side");
  const before = play.state;
  play.state = supervise(
    { ...before, verdicts: new Map(before.verdicts).set("cell", { verdict: "clear", since: 0 }) },
    { at: play.at, kind: "reset", by: "Kim" },
    // The first machine's zone is gone in this very step.
    {
      ...play.rules,
      outputs: play.rules.outputs.map((one) => (one.id === "permit" ? { ...one, zones: ["ghost"] } : one)),
    },
  );
  const told = factsBetween(before, play.state, play.rules).filter(({ kind }) => kind.startsWith("cycle-"));
  assert.deepEqual(told, [
    { kind: "cycle-ended", at: play.at, cycle: 1, why: "Zone ghost is not known" },
    { kind: "cycle-begun", at: play.at, cycle: 2, by: "Kim" },
  ]);
});

test("a test of the permit, the end of the box and an error of its own end a cycle", () => {
  const tested = new Play().guarding().test("permit", "dropped");
  assert.equal(tested.state.cycle.kind, "waiting");
  const ended = new Play().guarding();
  assert.deepEqual(cycleFacts(ended, { kind: "shutdown" }), [
    { kind: "cycle-ended", at: ended.at, cycle: 1, why: "The box is shutting down" },
  ]);
  const broken = new Play().guarding();
  const failed = failedSupervision(broken.state, broken.at);
  const told = factsBetween(broken.state, failed, broken.rules).find(({ kind }) => kind === "cycle-ended");
  assert.deepEqual(told, {
    kind: "cycle-ended",
    at: broken.at,
    cycle: 1,
    why: "The box met an error of its own; restart it",
  });
  assert.equal(stop(new Play().ready()).state.cycle.number, 0, "nothing ran");
});
