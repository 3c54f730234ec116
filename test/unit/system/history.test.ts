import assert from "node:assert/strict";
import { test } from "node:test";
import { SAMPLES_KEPT } from "../../../server/domain/figures.ts";
import { History } from "../../../server/system/history.ts";

function filled(count: number): History {
  const history = new History();
  for (let i = 1; i <= count; i++) history.add(i * 2_000, i % 2 === 0 ? { "cpu.machine": i } : {});
  return history;
}

test("the history keeps the newest samples in their order, and never more", () => {
  const { seq, at, figures } = filled(SAMPLES_KEPT + 50).after(0);
  assert.equal(seq, SAMPLES_KEPT + 50);
  assert.equal(at.length, SAMPLES_KEPT);
  assert.equal(at[0], 51 * 2_000);
  assert.equal(at.at(-1), (SAMPLES_KEPT + 50) * 2_000);
  assert.equal(figures["cpu.machine"].length, SAMPLES_KEPT);
  assert.equal(figures["cpu.machine"][0], null, "a sample that could not tell is a gap, not a zero");
  assert.equal(figures["cpu.machine"].at(-1), SAMPLES_KEPT + 50);
  assert.ok(Object.values(figures).every((column) => column.length === at.length));
});

test("who has some samples gets only the newer ones, and whoever knows another box's numbers gets all", () => {
  const history = filled(10);
  assert.deepEqual(history.after(8).at, [18_000, 20_000]);
  assert.deepEqual(history.after(10).at, []);
  assert.equal(history.after(900).at.length, 10);
  assert.deepEqual(new History().after(0).at, []);
});
