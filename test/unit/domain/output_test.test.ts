/** Outputs tried out by a person: what they drive, what ends them, and what is refused. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { factsBetween } from "../../../server/domain/fact.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import { testRefusals } from "../../../server/domain/output_test.ts";
import type { Told } from "../../../server/pipeline.ts";
import { Play } from "./scenario.ts";
import { aislePerson, full, fullConfig, fullDisk, lost, stop, unplugged } from "./situations.ts";

const LAMPS = ["red", "amber", "green", "blue", "white"];

function refused(play: Play, output: string, drive: "energised" | "dropped", lasts = 5_000): string[] {
  return testRefusals(play.state, play.rules, { output, drive, untilAt: play.at + lasts });
}

function facts(play: Play, step: Told): unknown[] {
  const before = play.state;
  play.feed(step);
  return factsBetween(before, play.state, play.rules).filter(({ kind }) => kind === "output-test-changed");
}

for (const id of ["horn", "pulse", "beacon", "siren", ...LAMPS]) {
  test(`a test energises ${id} for its time and no longer, and nothing else but the white lamp`, () => {
    const play = full().guarding();
    const before = play.state.demand;
    play.test(id, "energised", 5).watch(4_900);
    assert.deepEqual(play.state.demand, { ...before, white: "energised", [id]: "energised" });
    play.watch(100);
    assert.deepEqual(play.state.demand, before);
  });
}

test("a test drops a lamp, and the heartbeat, for its time", () => {
  const play = full().guarding();
  assert.equal(play.test("green", "dropped").demand("green"), "dropped");
  assert.equal(play.test("beat", "dropped").demand("beat"), "dropped");
  play.watch(5_000);
  assert.equal(play.demand("green"), "energised");
});

test("a test never keeps a horn, a beacon or a pulse from acting", () => {
  const config = fullConfig((file) =>
    file.outputs.push({
      id: "chime",
      board: "sim",
      channel: 12,
      role: "pulse",
      pulseMs: 500,
      zones: ["aisle"],
    }),
  );
  const play = new Play(config).guarding();
  for (const id of ["siren", "beacon", "chime"]) play.test(id, "dropped");
  aislePerson(play);
  assert.equal(play.state.tests.size, 3, "no permit has tripped");
  for (const id of ["siren", "beacon", "chime"]) assert.equal(play.demand(id), "energised", id);
});

test("a test never makes a heartbeat of a box that does not see", () => {
  const play = full().guarding().wait(1_100).test("beat", "energised", 10).wait(100);
  assert.equal(play.state.tests.size, 1);
  assert.equal(play.demand("beat"), "dropped");
});

test("a test drops a run permit, which then comes back by Reset alone, and not before the test is over", () => {
  const play = full().guarding().test("permit", "dropped");
  assert.equal(play.demand("permit"), "dropped");
  assert.deepEqual(play.state.permits.get("permit"), {
    kind: "dropped",
    since: play.at,
    why: "Output test by Sam",
  });
  assert.deepEqual(refusals(play.state, play.rules), ["permit is being tested"]);
  play.watch(20_000);
  assert.equal(play.demand("permit"), "dropped");
  assert.deepEqual(refusals(play.state, play.rules), []);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
});

test("a test never energises a run permit", () => {
  const play = full().ready();
  assert.deepEqual(refused(play, "permit", "energised"), [
    "permit is a run permit: it is energised by Reset alone",
  ]);
  play.test("permit", "energised").watch(500);
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.state.tests.size, 0);
  assert.deepEqual(refused(play, "permit", "dropped"), [
    "permit is dropped already; reset it first, then see it drop",
  ]);
});

test("a test is refused for another time or output, without its board, and where nothing can be recorded", () => {
  const play = full().guarding();
  assert.deepEqual(refused(play, "red", "energised"), []);
  for (const lasts of [0, -1, 12_000, Number.NaN, Number.POSITIVE_INFINITY])
    assert.deepEqual(
      refused(play, "red", "energised", lasts),
      ["A test must last 1 to 10 seconds"],
      `${lasts}`,
    );
  for (const lasts of [1_000, 10_000]) assert.deepEqual(refused(play, "red", "energised", lasts), []);
  assert.deepEqual(refused(play, "ghost", "dropped"), ["Output ghost is not known"]);
  for (const [other, sentence] of [
    [unplugged(full().guarding()), "Board sim does not answer: The board was unplugged"],
    [lost(full().guarding()), "Outputs do not answer: The guardian ended"],
    [fullDisk(full().guarding()), "The record cannot be written"],
  ] as const) {
    assert.deepEqual(refused(other, "red", "energised"), [sentence]);
    other.test("green", "energised");
    assert.equal(other.state.tests.size, 0);
  }
  play.feed({ kind: "shutdown" });
  assert.ok(refused(play, "red", "energised").includes("The box is shutting down"));
});

test("a person, a trip, a stop request, a lost board and the end of the box end a test, and it is told which", () => {
  const testing = (): Play => full().guarding().test("siren", "energised", 10);
  const endings: readonly (readonly [string, (play: Play) => Told])[] = [
    ["person", () => ({ kind: "output-test-end", output: "siren", by: "panel" })],
    ["trip", (play) => ({ kind: "camera", camera: "front", state: { kind: "stopping", since: play.at } })],
    ["trip", () => ({ kind: "stop-request", by: "panel" })],
    ["fault", (play) => ({ kind: "relay", state: { kind: "lost", why: "w", since: play.at } })],
    ["shutdown", () => ({ kind: "shutdown" })],
  ];
  for (const [ended, step] of endings) {
    const play = testing();
    assert.deepEqual(
      facts(play, step(play)),
      [{ kind: "output-test-changed", at: play.at, output: "siren", ended }],
      ended,
    );
    assert.equal(play.demand("siren"), "dropped", ended);
    assert.equal(play.state.tests.size, 0);
  }
  const timed = testing();
  timed.at += 10_000;
  assert.deepEqual(facts(timed, { kind: "tick" })[0], {
    kind: "output-test-changed",
    at: timed.at,
    output: "siren",
    ended: "time",
  });
});

test("a stop request ends the tests also where every permit is dropped already", () => {
  const play = stop(full().ready().test("siren", "energised"));
  assert.equal(play.demand("siren"), "dropped");
});

test("the test of one permit ends no other test", () => {
  const play = full().guarding().test("siren", "energised").test("permit", "dropped").watch(1_000);
  assert.equal(play.demand("siren"), "energised");
  assert.equal(play.state.tests.size, 2);
});

test("a test that begins is told once, also when it is entered anew", () => {
  const play = full().guarding();
  const test = { by: "Sam", drive: "energised", untilAt: play.at + 3_000 } as const;
  assert.deepEqual(facts(play, { kind: "output-test", output: "siren", ...test }), [
    { kind: "output-test-changed", at: play.at, output: "siren", test },
  ]);
  play.at += 500;
  assert.deepEqual(facts(play, { kind: "tick" }), []);
  const again = { ...test, untilAt: play.at + 10_000 };
  assert.deepEqual(facts(play, { kind: "output-test", output: "siren", ...again }), [
    { kind: "output-test-changed", at: play.at, output: "siren", test: again },
  ]);
});
