/** The figures of `bench accuracy`, on pictures and clips so small that they can be worked out by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Detection } from "../../../server/domain/eye.ts";
import type { Box } from "../../../server/domain/units.ts";
import { type Clip, curveOf, type LookedAt, SIZES, together, tripsOf } from "../../bench/accuracy_score.ts";

const size = { width: 100, height: 100 };
const at = (x: number, side = 0.2): Box => ({ x0: x, y0: 0, x1: x + side, y1: side });
const found = (x: number, score: number, side = 0.2): Detection => ({
  label: "person",
  score,
  box: at(x, side),
});
const person = (x: number, side = 0.2) => ({ box: at(x, side), ignored: false });
const crowd = { box: at(0.7), ignored: true };

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

test("average precision is the area under the precision that never rises", () => {
  // Best first: right, wrong, right; the third person is missed. Recall 1/3 at precision 1, 2/3 at 2/3.
  const pictures: LookedAt[] = [
    { size, persons: [person(0), person(0.3), person(0.6)], found: [found(0, 0.9), found(0.3, 0.5)] },
    { size, persons: [], found: [found(0.5, 0.7)] },
  ];
  const curve = curveOf(pictures);
  assert.equal(curve.people, 3);
  close(curve.ap50, 1 / 3 + (1 / 3) * (2 / 3));
  close(curve.at(0.1).recall, 1 / 3);
  close(curve.at(0.1).score, 0.9);
  close(curve.at(0.5).recall, 2 / 3);
  close(curve.at(0.5).score, 0.5);
});

test("a person told twice is once wrong, and a loose box is wrong", () => {
  const twice = curveOf([{ size, persons: [person(0)], found: [found(0, 0.9), found(0.01, 0.8)] }]);
  close(twice.ap50, 1);
  close(twice.at(0).score, 0.9);
  close(curveOf([{ size, persons: [person(0)], found: [found(0.15, 0.9)] }]).ap50, 0);
});

test("what falls on a crowd is neither right nor wrong", () => {
  const curve = curveOf([{ size, persons: [person(0), crowd], found: [found(0.7, 0.9), found(0, 0.5)] }]);
  assert.equal(curve.people, 1);
  close(curve.at(0).recall, 1);
});

test("of one size, people of another are neither found nor missed", () => {
  // In 200 x 200 pixels: 20 px a side is small, 60 px medium.
  const large = { width: 200, height: 200 };
  const picture = {
    size: large,
    persons: [person(0, 0.1), person(0.5, 0.3)],
    found: [found(0.5, 0.9, 0.3), found(0, 0.4, 0.1)],
  };
  for (const range of [SIZES.small, SIZES.medium]) {
    assert.equal(curveOf([picture], range).people, 1);
    close(curveOf([picture], range).ap50, 1);
  }
  assert.ok(Number.isNaN(curveOf([picture], SIZES.large).ap50), "nobody is that large");
});

const clip: Clip = {
  name: "clip",
  polygon: [
    [0, 0],
    [0.5, 0],
    [0.5, 1],
    [0, 1],
  ],
  inside: [
    [2, 4],
    [12, 14],
  ],
  unsure: [[9, 10]],
  seconds: 20,
};
/** Ten frames a second; somebody stands in the zone from each of the times to the next. */
function frames(...seen: readonly (readonly [from: number, to: number])[]) {
  return Array.from({ length: 200 }, (_, i) => {
    const second = i / 10;
    const inside = seen.some(([from, to]) => second >= from && second < to);
    return { second, found: inside ? [found(0.1, 0.8)] : [] };
  });
}
const watching = { confirm: 2, window: 3, threshold: 0.5 };

test("a trip counts from the entering, for each event that has one", () => {
  const trips = tripsOf(clip, frames([2.3, 4]), watching);
  assert.deepEqual([trips.events, trips.tripped, trips.wrong], [2, 1, 0]);
  close(trips.took[0] ?? Number.NaN, 0.4);
});

test("a trip with nobody there is wrong, one near an event or where nobody knows is not", () => {
  assert.equal(tripsOf(clip, frames([16, 17]), watching).wrong, 1);
  assert.equal(tripsOf(clip, frames([16, 16.1]), watching).wrong, 0, "one frame confirms nothing");
  assert.equal(tripsOf(clip, frames([1.2, 2]), watching).wrong, 0);
  assert.equal(tripsOf(clip, frames([9.2, 9.6]), watching).wrong, 0);
  assert.equal(tripsOf(clip, frames([16, 17]), { ...watching, threshold: 0.9 }).wrong, 0);
});

test("clips are added up", () => {
  const all = together([
    tripsOf(clip, frames([2.3, 4]), watching),
    tripsOf(clip, frames([12, 13], [17, 18]), watching),
  ]);
  assert.deepEqual([all.events, all.tripped, all.wrong, all.seconds, all.took.length], [4, 2, 1, 40, 2]);
});
