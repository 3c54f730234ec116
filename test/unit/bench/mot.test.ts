/** The figures of following people, against stories small enough to be counted by hand. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Box } from "../../../server/domain/units.ts";
import { type MotFrame, motFigures, type Placed, type Present } from "../../bench/mot.ts";

const LEFT: Box = { x0: 0.1, y0: 0.2, x1: 0.2, y1: 0.6 };
const RIGHT: Box = { x0: 0.7, y0: 0.2, x1: 0.8, y1: 0.6 };
const NOBODY: Box = { x0: 0.4, y0: 0.2, x1: 0.5, y1: 0.6 };

const here = (visit: string, box: Box, unsure = false): Present => ({ visit, boxes: [box], unsure });
const told = (id: number, box: Box): Placed => ({ id, box });
const times = (count: number, frame: MotFrame): MotFrame[] => Array.from({ length: count }, () => frame);

const FOLLOWED = { truth: [here("a", LEFT)], told: [told(1, LEFT)] };
const MISSED = { truth: [here("a", LEFT)], told: [] };

test("whoever is followed from the first frame to the last costs nothing", () => {
  assert.deepEqual(motFigures(times(10, FOLLOWED)), {
    mota: 1,
    idf1: 1,
    switches: 0,
    fragmentations: 0,
    stretchesPerVisit: 1,
    numbersPerVisit: 1,
    missed: 0,
    invented: 0,
    present: 10,
  });
});

test("two people who exchange their numbers half-way are two switches and half of what is true", () => {
  const truth = [here("a", LEFT), here("b", RIGHT)];
  const found = motFigures([
    ...times(5, { truth, told: [told(1, LEFT), told(2, RIGHT)] }),
    ...times(5, { truth, told: [told(2, LEFT), told(1, RIGHT)] }),
  ]);
  assert.equal(found.switches, 2);
  assert.equal(found.fragmentations, 0);
  assert.equal(found.stretchesPerVisit, 2);
  assert.equal(found.numbersPerVisit, 1);
  assert.equal(found.mota, 1 - 2 / 20);
  assert.equal(found.idf1, 0.5);
});

test("a gap under one number is a fragmentation and no switch, under another one it is both", () => {
  const same = motFigures([...times(4, FOLLOWED), ...times(2, MISSED), ...times(4, FOLLOWED)]);
  assert.deepEqual([same.fragmentations, same.switches, same.stretchesPerVisit], [1, 0, 2]);
  assert.equal(same.mota, 0.8);
  assert.equal(same.idf1, 16 / 18);
  const renamed = { ...FOLLOWED, told: [told(2, LEFT)] };
  const other = motFigures([...times(4, FOLLOWED), ...times(2, MISSED), ...times(4, renamed)]);
  assert.deepEqual([other.fragmentations, other.switches, other.stretchesPerVisit], [1, 1, 2]);
  assert.equal(other.numbersPerVisit, 2);
  assert.equal(other.idf1, 8 / 18);
});

test("frames before somebody is found for the first time are missed and break nothing", () => {
  const found = motFigures([...times(3, MISSED), ...times(7, FOLLOWED)]);
  assert.deepEqual([found.missed, found.fragmentations, found.stretchesPerVisit], [3, 0, 1]);
});

test("a box where nobody is, and a second one of somebody found, are invented", () => {
  const found = motFigures(
    times(10, { ...FOLLOWED, told: [told(1, LEFT), told(2, NOBODY), told(3, { ...LEFT, y1: 0.55 })] }),
  );
  assert.equal(found.invented, 20);
  assert.equal(found.mota, -1);
  assert.equal(found.numbersPerVisit, 3);
  assert.equal(found.idf1, 20 / 40);
});

test("who can hardly be seen counts neither for nor against, found or not", () => {
  const hardly = here("b", RIGHT, true);
  const missed = motFigures(times(5, { truth: [here("a", LEFT), hardly], told: [told(1, LEFT)] }));
  const found = motFigures(
    times(5, { truth: [here("a", LEFT), hardly], told: [told(1, LEFT), told(2, RIGHT), told(3, RIGHT)] }),
  );
  assert.deepEqual(found, missed);
  assert.deepEqual([found.mota, found.idf1, found.present], [1, 1, 5]);
});

test("any box finds whose place is not known, but only one", () => {
  const truth: Present[] = [{ visit: "a", boxes: [], unsure: false }];
  const found = motFigures(times(5, { truth, told: [told(1, RIGHT), told(2, LEFT)] }));
  assert.deepEqual([found.missed, found.invented, found.switches], [0, 5, 0]);
});

test("who has a number keeps it while another box fits better", () => {
  const near: Box = { ...LEFT, y1: 0.5 };
  const found = motFigures([
    FOLLOWED,
    ...times(3, { truth: [here("a", LEFT)], told: [told(2, LEFT), told(1, near)] }),
  ]);
  assert.equal(found.switches, 0);
});
