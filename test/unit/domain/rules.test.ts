/** The configuration as the rules need it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRules, staleMs } from "../../../server/domain/rules.ts";
import { configOf } from "./scenario.ts";

test("compileRules() keeps a person in a stop zone by a weaker score, and in a warn zone by none", () => {
  const { zones } = compileRules(configOf(), 0.5);
  const scores = zones.map(({ id, threshold, keepThreshold }) => [id, threshold, keepThreshold]);
  assert.deepEqual(scores, [
    ["cell", 0.5, 0.3],
    ["aisle", 0.5, 0.5],
  ]);
});

test("staleMs() and the drop after it take a second, or five periods of a slow camera", () => {
  assert.deepEqual([30, 10, 5, 2, 1].map(staleMs), [900, 900, 900, 2_400, 4_900]);
});
