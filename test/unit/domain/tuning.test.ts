/** Which way to use the processor is taken: only one that clearly beats the usual one, and has room. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bestTuning,
  candidates,
  type Figure,
  figureOf,
  type Round,
  type Tuning,
  threadsFor,
  tuningText,
  USUAL,
} from "../../../server/domain/tuning.ts";

const SPARING: Tuning = { ...USUAL, arena: false };
const TWO: Tuning = { threads: 2, spinning: false, arena: true };

/** Rounds in which the other way took so much of the usual one's time, on a box that does nothing else. */
function rounds(ratios: readonly number[], wait = 1): Round[] {
  return ratios.map((ratio) => ({
    usual: { wallMs: 10 * wait, cpuMs: 10 },
    other: { wallMs: 10 * wait * ratio, cpuMs: 10 * ratio },
  }));
}
const same = (ratio: number, count = 9): readonly number[] => new Array<number>(count).fill(ratio);
const chosen = (tuning: Tuning, given: readonly Round[], threads = 4): Tuning =>
  bestTuning([figureOf(tuning, given)], threads);

test("a way is taken from five percent on, and if it is mostly faster", () => {
  assert.deepEqual(chosen(SPARING, rounds(same(0.94))), SPARING);
  assert.deepEqual(chosen(SPARING, rounds(same(0.97))), USUAL);
  assert.deepEqual(chosen(SPARING, rounds(same(1.3))), USUAL);
  assert.deepEqual(chosen(SPARING, rounds([...same(0.9, 6), ...same(1.4, 4)])), USUAL, "60 % of the rounds");
  assert.deepEqual(chosen(SPARING, rounds([...same(0.9, 8), ...same(1.4, 2)])), SPARING);
  assert.deepEqual(bestTuning([], 4), USUAL);
});

test("too few rounds decide nothing", () => {
  assert.equal(figureOf(SPARING, rounds(same(0.5, 6))).unsure, "too few rounds");
  assert.deepEqual(chosen(SPARING, rounds(same(0.5, 6))), USUAL);
});

test("one thread is judged by processor time, several by the clock and only where nothing else runs", () => {
  const waited = rounds(same(0.8), 3);
  assert.deepEqual(chosen(SPARING, waited), SPARING);
  assert.equal(figureOf(TWO, waited).unsure, "the box was busy");
  assert.deepEqual(chosen(TWO, waited), USUAL);
  const [round] = rounds(same(1));
  assert.ok(round);
  // Twice the processor time in two thirds of the time.
  const faster = new Array<Round>(9).fill({ ...round, other: { wallMs: 6.6, cpuMs: 20 } });
  assert.deepEqual(chosen(TWO, faster), TWO);
  assert.deepEqual(chosen(SPARING, faster), USUAL);
});

test("of those that beat it the fastest is taken, with no more threads than there is room for", () => {
  const figures: Figure[] = [
    figureOf(SPARING, rounds(same(0.9))),
    figureOf(TWO, rounds(same(0.6))),
    figureOf({ ...TWO, threads: 4 }, rounds(same(0.5))),
  ];
  assert.equal(bestTuning(figures, 4).threads, 4);
  assert.equal(bestTuning(figures, 3).threads, 2);
  assert.deepEqual(bestTuning(figures, 1), SPARING);
});

test("all eyes together have half of the cores, and each has one thread", () => {
  const of = (cores: number, eyes: number): number => threadsFor(cores, eyes);
  assert.deepEqual([of(1, 1), of(2, 1), of(3, 1), of(4, 1), of(4, 2)], [1, 1, 1, 2, 1]);
  assert.deepEqual([of(8, 1), of(8, 2), of(8, 4), of(16, 3), of(8, 0)], [4, 2, 1, 2, 4]);
  assert.deepEqual(candidates(1), [SPARING]);
  assert.deepEqual(
    candidates(4).map(({ threads }) => threads),
    [1, 2, 2, 4, 4],
  );
});

test("each is told in words", () => {
  assert.equal(tuningText(USUAL), "one thread");
  assert.equal(tuningText({ ...TWO, arena: false }), "2 threads, sleeping, memory given back");
});
