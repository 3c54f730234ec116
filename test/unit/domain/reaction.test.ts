import assert from "node:assert/strict";
import { test } from "node:test";
import { percentiles, Reactions } from "../../../server/domain/reaction.ts";

test("percentiles are those of the measured values, and none where nothing was measured", () => {
  assert.equal(percentiles([]), undefined);
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(percentiles(hundred), { p50Ms: 51, p95Ms: 96, p99Ms: 100, maxMs: 100 });
});

test("each camera has its own percentiles and its own spread, and all of them one together", () => {
  const reactions = new Reactions();
  for (let i = 0; i < 10; i++) reactions.add("front", 80, false);
  reactions.add("side", 240.04, true);
  assert.deepEqual(reactions.ofCameras().get("front"), { p50Ms: 80, p95Ms: 80, p99Ms: 80, maxMs: 80 });
  assert.equal(reactions.ofCameras().get("side")?.maxMs, 240);
  assert.equal(reactions.view().count, 11);
  assert.equal(reactions.view().lastTripMs, 240);
  const side = reactions.spreads().get("side");
  assert.equal(side?.count, 1);
  assert.equal(side?.within[side.bounds.indexOf(200)], 0);
  assert.equal(side?.within[side.bounds.indexOf(250)], 1);
});

test("what came after so many frames is told once each, and no more than is kept", () => {
  const reactions = new Reactions();
  for (let i = 1; i <= 2_500; i++) reactions.add("front", i, false);
  assert.deepEqual(reactions.after(2_498), [2_499, 2_500]);
  assert.deepEqual(reactions.after(2_500), []);
  assert.equal(reactions.after(0).length, 1_000);
  assert.equal(reactions.ofCameras().get("front")?.maxMs, 2_500);
});
