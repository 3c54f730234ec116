/** The drawing under a finger: whatever it does, the outline keeps its limits, and undo brings back what was there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import {
  type Drawing,
  draw,
  drawingOf,
  type Gesture,
  type Outline,
  plussesOf,
  SHAPES,
  snapped,
  UNDO_DEPTH,
} from "../../../kiosk/zones/draw.ts";
import { CORNERS, outlineFault } from "../../../server/domain/outline.ts";
import type { Point } from "../../../server/domain/units.ts";
import { polygon } from "../../../server/domain/zone_config.ts";

const REACH = { x: 0.05, y: 0.09 };
const coordinate = fc.double({ min: -0.5, max: 1.5, noNaN: true });
const place: fc.Arbitrary<Point> = fc.tuple(coordinate, coordinate);
const gesture: fc.Arbitrary<Gesture> = fc.oneof(
  { weight: 4, arbitrary: place.map((at): Gesture => ({ kind: "press", at, reach: REACH })) },
  {
    weight: 4,
    arbitrary: fc.tuple(place, fc.option(fc.array(place, { maxLength: 3 }), { nil: undefined })).map(
      ([at, snapTo]): Gesture => ({
        ...{ kind: "move", at, reach: REACH },
        ...(snapTo === undefined ? {} : { snapTo }),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("lift", "cancel", "delete", "next", "close", "undo", "redo")
      .map((kind): Gesture => ({ kind }) as Gesture),
  },
  place.map((by): Gesture => ({ kind: "nudge", by })),
  fc.constantFrom(...Object.values(SHAPES)).map((points): Gesture => ({ kind: "shape", points })),
  fc.array(place, { maxLength: 20 }).map((points): Gesture => ({ kind: "shape", points })),
);
const gestures = fc.array(gesture, { maxLength: 60 });
const after = (all: readonly Gesture[], from = drawingOf(SHAPES.rectangle)): Drawing =>
  all.reduce(draw, from);
const outlineOf = ({ points, open }: Outline): Outline => ({ points, open });
const lifted = (drawing: Drawing): Drawing => draw(drawing, { kind: "lift" });

function assertOutline({ points, open }: Outline): void {
  assert.ok(points.length <= CORNERS.most);
  assert.ok(open || points.length >= CORNERS.least, "a closed outline has at least three corners");
  assert.ok(
    points.flat().every((value) => value >= 0 && value <= 1),
    "inside the picture",
  );
}

test("whatever a finger does, the drawing keeps its limits", () => {
  fc.assert(
    fc.property(gestures, (all) => {
      const drawing = after(all);
      for (const outline of [drawing, ...drawing.past, ...drawing.future]) assertOutline(outline);
      assert.ok(drawing.past.length <= UNDO_DEPTH && drawing.future.length <= UNDO_DEPTH);
      const { selected, points, hold } = drawing;
      assert.ok(selected === undefined || (selected >= 0 && selected < points.length));
      if (hold !== undefined) {
        assertOutline(hold.before);
        assert.ok(hold.what === "whole" || hold.what < points.length);
      }
    }),
    { numRuns: 400 },
  );
});

test("undo after a deed brings back what was there, and redo the deed", () => {
  fc.assert(
    fc.property(gestures, gestures, (before, deed) => {
      const from = lifted(after(before));
      // One deed: everything that a finger does until it is up, or one command.
      let to = from;
      for (const one of deed) {
        if (one.kind === "undo" || one.kind === "redo") continue;
        to = draw(to, one);
        if (to.hold === undefined && to.past !== from.past) break;
      }
      to = lifted(to);
      if (isDeepStrictEqual(outlineOf(to), outlineOf(from)) && to.past === from.past) return;
      const back = draw(to, { kind: "undo" });
      assert.deepEqual(outlineOf(back), outlineOf(from));
      assert.deepEqual(outlineOf(draw(back, { kind: "redo" })), outlineOf(to));
    }),
    { numRuns: 400 },
  );
});

test("as many steps forth as back lead to where it was", () => {
  fc.assert(
    fc.property(gestures, (all) => {
      const to = lifted(after(all));
      const fresh = { ...to, future: [] };
      const back = after(
        to.past.map((): Gesture => ({ kind: "undo" })),
        fresh,
      );
      assert.equal(back.past.length, 0);
      const forth = after(
        to.past.map((): Gesture => ({ kind: "redo" })),
        back,
      );
      assert.deepEqual(outlineOf(forth), outlineOf(to));
      assert.deepEqual([forth.past, forth.future], [to.past, []]);
    }),
  );
});

test("a gesture that was cancelled leaves nothing", () => {
  fc.assert(
    fc.property(gestures, place, fc.array(place, { maxLength: 5 }), (before, at, moves) => {
      const from = lifted(after(before));
      const pressed = draw(from, { kind: "press", at, reach: REACH });
      if (pressed.hold === undefined) return;
      const moved = moves.reduce((now, to) => draw(now, { kind: "move", at: to, reach: REACH }), pressed);
      const left = draw(moved, { kind: "cancel" });
      assert.deepEqual(outlineOf(left), outlineOf(from));
      assert.equal(left.past, from.past);
    }),
  );
});

test("an outline that the drawer lets pass is one that the box takes, and the other way round", () => {
  const coordinates = fc.integer({ min: -1, max: 9 }).map((n) => n / 8);
  const outlines = fc.array(fc.tuple(coordinates, coordinates), { minLength: 1, maxLength: 18 });
  let taken = 0;
  fc.assert(
    fc.property(outlines, (points) => {
      const good = outlineFault(points) === undefined;
      taken += Number(good);
      assert.equal(good, polygon.safeParse(points).success);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(taken > 20, `${taken} were taken`);
  for (const points of Object.values(SHAPES))
    assert.equal(outlineFault(points), points.length === 0 ? "few" : undefined);
});

const press = (at: Point): Gesture => ({ kind: "press", at, reach: REACH });
const move = (at: Point, snapTo?: readonly Point[]): Gesture => ({
  ...{ kind: "move", at, reach: REACH },
  ...(snapTo === undefined ? {} : { snapTo }),
});

test("a corner keeps its distance to the finger, and a trembling finger moves nothing", () => {
  const held = after([press([0.32, 0.47]), move([0.322, 0.47])]);
  assert.deepEqual(held.points, SHAPES.rectangle);
  assert.equal(held.selected, 0);
  assert.deepEqual(draw(held, move([0.42, 0.37])).points[0], [0.4, 0.35]);
});

test("the whole outline goes as far as the picture and keeps its shape", () => {
  const { points } = after([press([0.5, 0.7]), move([0.9, 1.4]), { kind: "lift" }]);
  assert.deepEqual(points, [
    [0.6, 0.55],
    [1, 0.55],
    [1, 1],
    [0.6, 1],
  ]);
});

test("corner by corner: each touch sets one, the first one closes it, and more than 16 are not set", () => {
  const set = (at: Point): Gesture[] => [press(at), { kind: "lift" }];
  const open = after(
    [
      [0.2, 0.2],
      [0.6, 0.2],
      [0.6, 0.6],
    ].flatMap((at) => set(at as unknown as Point)),
    drawingOf(SHAPES.corners),
  );
  assert.equal(open.open, true);
  const closed = draw(open, press([0.21, 0.21]));
  assert.deepEqual([closed.open, closed.points.length, closed.hold], [false, 3, undefined]);
  assert.equal(draw(closed, { kind: "undo" }).open, true);
  const many = Array.from(
    { length: 30 },
    (_, i): Point => [(i % 6) / 6 + 0.05, Math.floor(i / 6) / 6 + 0.05],
  );
  assert.equal(after(many.flatMap(set), drawingOf([])).points.length, CORNERS.most);
  assert.deepEqual(plussesOf({ points: many.slice(0, 16), open: false }, REACH), []);
});

test("a corner snaps to another zone's corner, to the picture's edge and in line with its neighbours", () => {
  const neighbours: readonly Point[] = [
    [0.3, 0.5],
    [0.7, 0.2],
  ];
  assert.deepEqual(snapped([0.41, 0.41], neighbours, [[0.4, 0.4]]), [0.4, 0.4]);
  assert.deepEqual(snapped([0.01, 0.99], neighbours, []), [0, 1]);
  assert.deepEqual(snapped([0.69, 0.51], neighbours, []), [0.7, 0.5]);
  assert.deepEqual(snapped([0.6, 0.4], neighbours, []), [0.6, 0.4]);
});

test("at most 20 steps go back; three corners are the fewest; a second finger changes nothing", () => {
  const far = after(Array.from({ length: 50 }, (): Gesture => ({ kind: "nudge", by: [0.001, 0] })));
  assert.equal(far.past.length, UNDO_DEPTH);
  const back = after(
    Array.from({ length: 50 }, (): Gesture => ({ kind: "undo" })),
    far,
  );
  assert.deepEqual(back.points[0], [0.33, 0.45]);
  const three = after([{ kind: "next" }, { kind: "delete" }, { kind: "next" }, { kind: "delete" }]);
  assert.equal(three.points.length, CORNERS.least);
  const held = after([press([0.3, 0.45])]);
  assert.equal(draw(held, press([0.7, 0.45])), held);
});
