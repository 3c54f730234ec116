/** The test of all outputs, step by step: what the box measured counts as much as what the person saw. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answered,
  beginRun,
  canAnswer,
  driveFor,
  lacks,
  type Run,
  refused,
  type Step,
  started,
  stepOf,
  watched,
} from "../../../kiosk/outputs/run.ts";
import type { OutputView } from "../../../server/domain/view.ts";

const PERMIT: Step = { output: "permit", name: "Run permit", role: "run-permit", horn: false };
const HORN: Step = { output: "horn", name: "Horn", role: "while-active", horn: true };
const LAMP: Step = { output: "red", name: "Red", role: "lamp-red", horn: false };
const PULSE: Step = { output: "pulse", name: "Stop pulse", role: "pulse", horn: false };

function output(id: string, change: Partial<OutputView> = {}): OutputView {
  return {
    id,
    name: id,
    role: "while-active",
    horn: false,
    board: "sim",
    channel: 1,
    demand: "dropped",
    readback: "dropped",
    why: "",
    ...change,
  };
}

const running = (id: string) =>
  [{ output: id, name: id, drive: "energised", by: "Sam", leftMs: 900 }] as const;

function begun(step: Step): Run {
  return started(beginRun("relay", [step], { withheld: false }), "energised", 1_000);
}

test("beginRun() takes every output, permits last; the proof test takes what moves the machine", () => {
  const all = [PERMIT, HORN, LAMP, PULSE];
  const ids = (run: Run) => run.steps.map((step) => step.output);
  assert.deepEqual(ids(beginRun("relay", all, { withheld: false })), ["horn", "red", "pulse", "permit"]);
  assert.deepEqual(ids(beginRun("proof", all, { withheld: false })), ["pulse", "permit"]);
  const withheld = beginRun("relay", all, { withheld: true });
  assert.deepEqual([ids(withheld), withheld.leftOut], [["horn", "red", "pulse"], ["Run permit"]]);
  assert.deepEqual(beginRun("proof", all, { withheld: true }).leftOut, []);
});

test("driveFor() asks for what can be seen, and never for an energised permit", () => {
  assert.equal(driveFor(HORN, output("horn")), "energised");
  assert.equal(driveFor(LAMP, output("red", { demand: "energised" })), "dropped");
  for (const demand of ["energised", "dropped"] as const)
    assert.equal(driveFor(PERMIT, output("permit", { demand })), "dropped");
  assert.equal(driveFor({ role: "heartbeat" }, output("beat")), "dropped");
});

test("an answer is taken when everything was measured, and then passes", () => {
  let run = begun(HORN);
  assert.equal(canAnswer(run), false, "before the box has said anything");
  run = watched(run, { tests: running("horn"), outputs: [output("horn")] }, 1_100);
  assert.equal(canAnswer(run), false, "the read-back has not followed");
  run = watched(run, { tests: running("horn"), outputs: [output("horn", { readback: "energised" })] }, 1_200);
  assert.equal(canAnswer(run), true);
  run = answered(run, true, lacks(run));
  assert.deepEqual(run.results, [{ output: "horn", passed: true }]);
  assert.equal(stepOf(run), undefined);
});

test("what was right once is enough, and a contact that never follows fails the output in spite of a yes", () => {
  const wired = { second: "dropped", feedback: "dropped" } as const;
  let run = begun(HORN);
  const tests = running("horn");
  run = watched(run, { tests, outputs: [output("horn", { ...wired, readback: "energised" })] }, 1_100);
  run = watched(run, { tests, outputs: [output("horn", { ...wired, second: "energised" })] }, 1_200);
  assert.deepEqual(lacks(run), ["feedback"]);
  assert.equal(canAnswer(run), false, "it may still follow");
  run = watched(run, { tests: [], outputs: [output("horn", wired)] }, 1_300);
  assert.equal(run.phase.kind, "over");
  assert.equal(canAnswer(run), true);
  run = answered({ ...run, note: " It hums " }, true, ["The contact never followed"]);
  assert.deepEqual(run.results, [
    { output: "horn", passed: false, note: "The contact never followed; It hums" },
  ]);
});

test("what the outputs say outside the test is no measurement", () => {
  const after = { tests: [], outputs: [output("horn", { readback: "energised" })] };
  const before = watched(begun(HORN), after, 2_900);
  assert.equal(before.phase.kind, "running", "the view may be older than the order");
  const over = watched(before, after, 3_001);
  assert.equal(over.phase.kind, "over");
  assert.deepEqual(lacks(over), ["readback", "second", "feedback"]);
});

test("a refusal stays at the output, and a no goes on to the next one", () => {
  let run = refused(beginRun("relay", [HORN, LAMP], { withheld: false }), ["Board sim does not answer"]);
  assert.deepEqual(run.phase, { kind: "ready", refused: ["Board sim does not answer"] });
  run = answered(run, false, []);
  assert.deepEqual(run.results, [{ output: "horn", passed: false }]);
  assert.deepEqual([stepOf(run), run.phase.kind, run.note], [LAMP, "ready", ""]);
});
