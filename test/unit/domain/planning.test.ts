/** The planning distance: S = K * T + C, with what goes into T. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PLAN_LABEL, planOf } from "../../../server/domain/planning.ts";

const NOTHING = { confirmMs: 0, dwellMs: 0, stopTimeMs: 0 };

for (const [totalMs, distanceMm] of [
  [600, 2_160],
  [1_000, 2_800],
  [1_250, 3_200],
  [2_000, 4_400],
] as const) {
  test(`planOf() of ${totalMs} ms is ${distanceMm} mm`, () => {
    const plan = planOf({ ...NOTHING, reactionMs: totalMs });
    assert.deepEqual([plan.totalMs, plan.distanceMm], [totalMs, distanceMm]);
  });
}

test("planOf() adds reaction, confirmation, dwell and stop time, and carries its label", () => {
  const plan = planOf({ reactionMs: 150, confirmMs: 200, dwellMs: 250, stopTimeMs: 400 });
  assert.deepEqual([plan.totalMs, plan.distanceMm, plan.tooNear], [1_000, 2_800, false]);
  assert.equal(plan.label, PLAN_LABEL);
  assert.equal(plan.says, "1.6 m/s in 1.00 s and 1.2 m of reach make 2.80 m, without the camera's own delay");
});

test("planOf() warns of an edge that is nearer than the distance, and of no other", () => {
  const input = { reactionMs: 1_000, ...NOTHING };
  assert.equal(planOf({ ...input, edgeMm: 2_800 }).tooNear, false);
  const near = planOf({ ...input, edgeMm: 2_799 });
  assert.equal(near.tooNear, true);
  assert.match(near.says, /^draw the zone larger.* only 2\.80 m from the hazard; 1\.6 m/);
});

test("planOf() has no distance before a reaction is measured", () => {
  const plan = planOf({ ...NOTHING, edgeMm: 10 });
  assert.deepEqual(
    [plan.distanceMm, plan.tooNear, plan.says],
    [undefined, false, "No reaction is measured yet"],
  );
});
