/** What a real box was told in one loop of the demonstration cell, played to the rules again. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { demonstrationConfig } from "../../../server/demonstration.ts";
import { compileRules } from "../../../server/domain/rules.ts";
import type { Input } from "../../../server/domain/supervise.ts";
import { type Transition, transitions } from "../../support/replay.ts";

interface Recording {
  readonly startedAt: number;
  readonly inputs: readonly Input[];
  readonly decided: readonly Transition[];
}

/** The model's own threshold, with which the recording was made. */
const THRESHOLD = 0.4;
const file = new URL("../../golden/cell.inputs.json", import.meta.url);
const recording = JSON.parse(readFileSync(file, "utf8")) as Recording;
const rules = compileRules(demonstrationConfig(), THRESHOLD);

test("the recorded inputs of the demonstration cell lead to the recorded decisions, to the millisecond", () => {
  assert.deepEqual(
    transitions(recording.inputs, { rules, startedAt: recording.startedAt }),
    recording.decided,
  );
});

test("the recording holds what it is there for: two trips and three resets", () => {
  const permit = recording.decided.filter(({ output }) => output === "permit").map(({ to }) => to);
  assert.deepEqual(permit, ["energised", "dropped", "energised", "dropped", "energised"]);
  assert.equal(recording.inputs.filter(({ kind }) => kind === "reset").length, 3);
});

test("the recorded inputs without the resets energise no permit", () => {
  const inputs = recording.inputs.filter(({ kind }) => kind !== "reset");
  const decided = transitions(inputs, { rules, startedAt: recording.startedAt });
  assert.deepEqual(
    decided.filter(({ output, to }) => output === "permit" && to === "energised"),
    [],
  );
});
