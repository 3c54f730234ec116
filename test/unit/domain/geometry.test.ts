/** Geometry against slower ways to the same answer: angles added up for contains, sweeping rows for areas. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  clipToBox,
  contains,
  footPoint,
  iou,
  isSimple,
  overlapOfBox,
  type Polygon,
  polygonArea,
} from "../../../server/domain/geometry.ts";
import type { Box, Point } from "../../../server/domain/units.ts";

const SQUARE: Polygon = [
  [0.2, 0.2],
  [0.6, 0.2],
  [0.6, 0.6],
  [0.2, 0.6],
];
/** Open to the top: the middle is outside although the polygon surrounds it on three sides. */
const U_SHAPE: Polygon = [
  [0.1, 0.1],
  [0.3, 0.1],
  [0.3, 0.7],
  [0.7, 0.7],
  [0.7, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
];

const close = (a: number, b: number, what?: string): void =>
  assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}${what === undefined ? "" : `: ${what}`}`);

/* ---- any simple polygon ---- */

/** Evenly spread, unlike fc.double, whose values crowd at zero. */
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 9_973 }).map((n) => min + ((max - min) * n) / 9_973);
const unit = between(0, 1);

/** Points around a centre, each in its own sector: simple for any radii, mostly concave. */
const star: fc.Arbitrary<Polygon> = fc
  .tuple(unit, unit, fc.array(fc.tuple(unit, unit), { minLength: 5, maxLength: 16 }))
  .map(([cx, cy, corners]) =>
    corners.map(([turn, radius], i): Point => {
      const angle = (2 * Math.PI * (i + 0.05 + 0.9 * turn)) / corners.length;
      const r = 0.02 + 0.4 * radius;
      return [0.2 + 0.6 * cx + r * Math.cos(angle), 0.2 + 0.6 * cy + r * Math.sin(angle)];
    }),
  );

/** Two jagged chains from left to right, one above the other: simple, and seldom seen whole from any point. */
const comb: fc.Arbitrary<Polygon> = fc
  .tuple(fc.array(unit, { minLength: 2, maxLength: 8 }), fc.array(unit, { minLength: 2, maxLength: 8 }))
  .map(([top, bottom]) => {
    const x = (i: number, n: number): number => 0.05 + (0.9 * i) / (n - 1);
    const upper = top.map((y, i): Point => [x(i, top.length), 0.05 + 0.4 * y]);
    const lower = bottom.map((y, i): Point => [x(i, bottom.length), 0.55 + 0.4 * y]);
    return [...upper, ...lower.reverse()];
  });

const simple = fc.oneof(star, comb);

/** Boxes that also cross and leave the picture. */
const boxes: fc.Arbitrary<Box> = fc
  .tuple(between(-0.2, 1), between(-0.2, 1), between(0.001, 1), between(0.001, 1))
  .map(([x0, y0, width, height]) => ({ x0, y0, x1: x0 + width, y1: y0 + height }));

const sides = (polygon: Polygon): [Point, Point][] =>
  polygon.map((a, i) => [a, polygon[(i + 1) % polygon.length] as Point]);

/** The angle under which the polygon is seen, added up: a whole turn from inside, none from outside. */
function isInsideByAngles(polygon: Polygon, [x, y]: Point): boolean {
  let sum = 0;
  for (const [[ax, ay], [bx, by]] of sides(polygon)) {
    const [ux, uy, vx, vy] = [ax - x, ay - y, bx - x, by - y];
    sum += Math.atan2(ux * vy - uy * vx, ux * vx + uy * vy);
  }
  return Math.abs(sum) > Math.PI;
}

function distanceToBorder(polygon: Polygon, [x, y]: Point): number {
  let best = Number.POSITIVE_INFINITY;
  for (const [[ax, ay], [bx, by]] of sides(polygon)) {
    // Golden-section search: the distance along a line has one minimum.
    let [low, high] = [0, 1];
    const at = (t: number): number => Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y);
    for (let i = 0; i < 60; i++) {
      const third = (high - low) / 3;
      if (at(low + third) < at(high - third)) high -= third;
      else low += third;
    }
    best = Math.min(best, at(low));
  }
  return best;
}

/** Area of the polygon inside the box by rows: between two breaks the covered width changes linearly. */
function areaInBoxByRows(polygon: Polygon, box: Box): number {
  const breaks = [box.y0, box.y1, ...polygon.map(([, y]) => y)];
  for (const [[ax, ay], [bx, by]] of sides(polygon))
    for (const x of [box.x0, box.x1]) if (ax !== bx) breaks.push(ay + ((x - ax) / (bx - ax)) * (by - ay));
  const rows = breaks.filter((y) => y >= box.y0 && y <= box.y1).sort((a, b) => a - b);
  let area = 0;
  for (let i = 1; i < rows.length; i++) {
    const [low, high] = [rows[i - 1] as number, rows[i] as number];
    const y = (low + high) / 2;
    const crossings = sides(polygon)
      .filter(([[, ay], [, by]]) => ay > y !== by > y)
      .map(([[ax, ay], [bx, by]]) => ax + ((y - ay) / (by - ay)) * (bx - ax))
      .sort((a, b) => a - b);
    for (let j = 1; j < crossings.length; j += 2) {
      const [left, right] = [crossings[j - 1] as number, crossings[j] as number];
      area += Math.max(0, Math.min(right, box.x1) - Math.max(left, box.x0)) * (high - low);
    }
  }
  return area;
}

/* ---- contains ---- */

/** Eighths: numbers without rounding, so that the border itself can be asked for. */
const EIGHTHS: Polygon = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.75, 0.75],
  [0.25, 0.75],
];

for (const [polygon, point, inside, what] of [
  [EIGHTHS, [0.5, 0.5], true, "the middle of the square"],
  [EIGHTHS, [0.25, 0.25], true, "a corner of the square"],
  [EIGHTHS, [0.75, 0.75], true, "the corner opposite"],
  [EIGHTHS, [0.5, 0.25], true, "the upper side of the square"],
  [EIGHTHS, [0.75, 0.5], true, "the right side of the square"],
  [EIGHTHS, [0.5, 0.75], true, "the lower side of the square"],
  [EIGHTHS, [0.25, 0.5], true, "the left side of the square"],
  [EIGHTHS, [0.5, 0.2499], false, "just above the square"],
  [EIGHTHS, [0.7501, 0.5], false, "just right of the square"],
  [EIGHTHS, [0, 0.25], false, "far left at the height of a corner"],
  [EIGHTHS, [1, 0.75], false, "far right at the height of a corner"],
  [U_SHAPE, [0.5, 0.4], false, "the bay of the U"],
  [U_SHAPE, [0.5, 0.8], true, "the bottom of the U"],
  [U_SHAPE, [0.2, 0.2], true, "the left arm of the U"],
  [U_SHAPE, [0.8, 0.2], true, "the right arm of the U"],
] as const) {
  test(`contains() says ${inside} for ${what}`, () => {
    assert.equal(contains(polygon, point), inside);
    assert.equal(contains([...polygon].reverse(), point), inside, "the other way round");
  });
}

test("contains() with a margin reaches that far beyond sides and corners and no further", () => {
  assert.equal(contains(SQUARE, [0.62, 0.4], 0.0201), true);
  assert.equal(contains(SQUARE, [0.62, 0.4], 0.0199), false);
  assert.equal(contains(SQUARE, [0.62, 0.62], 0.0283), true, "a corner is rounded: 0.02 in both directions");
  assert.equal(contains(SQUARE, [0.62, 0.62], 0.0282), false);
  assert.equal(contains(U_SHAPE, [0.31, 0.4], 0.02), true, "into the bay");
  assert.equal(contains(U_SHAPE, [0.5, 0.4], 0.02), false);
});

test("contains() copes with a side without length", () => {
  const [a, b, c, d] = SQUARE as [Point, Point, Point, Point];
  assert.equal(contains([a, a, b, c, d], [0.4, 0.4]), true);
  assert.equal(contains([a, a, b, c, d], [0.1, 0.1]), false);
});

test("contains() agrees with the angle under which the polygon is seen", () => {
  let inside = 0;
  fc.assert(
    fc.property(simple, unit, unit, (polygon, x, y) => {
      if (distanceToBorder(polygon, [x, y]) < 1e-9) return;
      const expected = isInsideByAngles(polygon, [x, y]);
      if (expected) inside++;
      assert.equal(contains(polygon, [x, y]), expected);
    }),
    { numRuns: 1_000 },
  );
  assert.ok(inside > 100, `the property must meet points inside; it met ${inside}`);
});

test("contains() with a margin is true exactly for the inside and what is that near", () => {
  fc.assert(
    fc.property(simple, unit, unit, between(0, 0.2), (polygon, x, y, margin) => {
      const distance = distanceToBorder(polygon, [x, y]);
      if (Math.abs(distance - margin) < 1e-6) return;
      const expected = isInsideByAngles(polygon, [x, y]) || distance < margin;
      assert.equal(contains(polygon, [x, y], margin), expected);
    }),
    { numRuns: 500 },
  );
});

/* ---- areas ---- */

test("polygonArea() is the share of the picture, whichever way the points run", () => {
  close(polygonArea(SQUARE), 0.16);
  close(polygonArea([...SQUARE].reverse()), 0.16);
  close(polygonArea(U_SHAPE), 0.64 - 0.4 * 0.6);
  close(polygonArea([]), 0);
});

test("clipToBox() leaves an area that sweeping rows finds too, for concave polygons and boxes beyond the picture", () => {
  let partly = 0;
  fc.assert(
    fc.property(simple, boxes, (polygon, box) => {
      const area = polygonArea(clipToBox(polygon, box));
      close(area, areaInBoxByRows(polygon, box));
      if (area > 1e-6 && area < polygonArea(polygon) - 1e-6) partly++;
    }),
    { numRuns: 1_000 },
  );
  assert.ok(partly > 200, `the property must meet boxes that cross the border; it met ${partly}`);
});

test("clipToBox() leaves no point outside the box", () => {
  fc.assert(
    fc.property(simple, boxes, (polygon, box) => {
      for (const [x, y] of clipToBox(polygon, box)) {
        assert.ok(x >= box.x0 - 1e-9 && x <= box.x1 + 1e-9, `x ${x}`);
        assert.ok(y >= box.y0 - 1e-9 && y <= box.y1 + 1e-9, `y ${y}`);
      }
    }),
  );
});

for (const [box, share, what] of [
  [{ x0: 0.3, y0: 0.3, x1: 0.5, y1: 0.5 }, 1, "inside the zone"],
  [{ x0: 0.2, y0: 0.2, x1: 0.6, y1: 0.6 }, 1, "the zone itself"],
  [{ x0: 0.5, y0: 0.3, x1: 0.7, y1: 0.5 }, 0.5, "half across the right border"],
  [{ x0: 0.1, y0: 0.1, x1: 0.3, y1: 0.3 }, 0.25, "over a corner"],
  [{ x0: 0, y0: 0, x1: 1, y1: 1 }, 0.16, "the whole picture"],
  [{ x0: -0.2, y0: 0.2, x1: 0.6, y1: 0.6 }, 0.5, "beyond the picture's left edge"],
  [{ x0: 0.6, y0: 0.2, x1: 0.9, y1: 0.6 }, 0, "touching from outside"],
  [{ x0: 0.7, y0: 0.7, x1: 0.9, y1: 0.9 }, 0, "elsewhere"],
  [{ x0: 0.4, y0: 0.4, x1: 0.4, y1: 0.5 }, 0, "without width"],
  [{ x0: 0.5, y0: 0.5, x1: 0.4, y1: 0.4 }, 0, "with its corners exchanged in both directions"],
] as const) {
  test(`overlapOfBox() is ${share} for a box ${what}`, () => {
    // Two exchanged directions give a positive product: such a box has no place in the picture.
    close(overlapOfBox(SQUARE, box), share);
  });
}

test("overlapOfBox() takes both arms of a concave zone and not the bay between them", () => {
  close(overlapOfBox(U_SHAPE, { x0: 0.1, y0: 0.2, x1: 0.9, y1: 0.6 }), 0.5);
  close(overlapOfBox(U_SHAPE, { x0: 0.35, y0: 0.1, x1: 0.65, y1: 0.65 }), 0);
});

test("overlapOfBox() stays within 0 and 1, and the halves of a box add up to the whole", () => {
  fc.assert(
    fc.property(simple, boxes, between(0.1, 0.9), (polygon, box, cut) => {
      const share = overlapOfBox(polygon, box);
      assert.ok(share >= 0 && share <= 1, `share ${share}`);
      const x = box.x0 + cut * (box.x1 - box.x0);
      const left = overlapOfBox(polygon, { ...box, x1: x });
      const right = overlapOfBox(polygon, { ...box, x0: x });
      assert.ok(Math.abs(left * cut + right * (1 - cut) - share) < 1e-6);
    }),
  );
});

/* ---- isSimple ---- */

for (const [points, expected, what] of [
  [SQUARE, true, "a square"],
  [U_SHAPE, true, "a U"],
  [SQUARE.slice(0, 3), true, "a triangle"],
  [[SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]] as Polygon, false, "a bow tie"],
  [[...SQUARE, SQUARE[0] as Point], false, "a square that names its first point again"],
  [[SQUARE[0], SQUARE[0], SQUARE[1], SQUARE[2]] as Polygon, false, "a point named twice in a row"],
  [
    [
      [0, 0],
      [1, 0],
      [0.5, 0],
      [0.5, 1],
    ],
    false,
    "a side that runs back over itself",
  ],
  [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0.5, 0],
      [0, 1],
    ],
    false,
    "a corner that touches another side",
  ],
  [
    [
      [0.5, 0],
      [1, 1],
      [0, 0],
      [0, 1],
      [0.75, 0.5],
    ],
    false,
    "a corner that touches another side from the other end",
  ],
] as [Polygon, boolean, string][]) {
  test(`isSimple() says ${expected} for ${what}`, () => {
    for (let turn = 0; turn < points.length; turn++) {
      const turned = [...points.slice(turn), ...points.slice(0, turn)];
      assert.equal(isSimple(turned), expected, `begun at point ${turn}`);
      assert.equal(isSimple(turned.reverse()), expected, `begun at point ${turn}, backwards`);
    }
  });
}

test("isSimple() holds for every polygon that is built without crossing sides", () => {
  fc.assert(fc.property(simple, (polygon) => assert.equal(isSimple(polygon), true)));
});

test("isSimple() finds two exchanged neighbours of a regular polygon", () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 16 }), fc.nat(), unit, (n, seed, turn) => {
      const corner = (i: number): Point => {
        const angle = (2 * Math.PI * (i + turn)) / n;
        return [0.5 + 0.4 * Math.cos(angle), 0.5 + 0.4 * Math.sin(angle)];
      };
      const points = Array.from({ length: n }, (_, i) => corner(i));
      assert.equal(isSimple(points), true);
      const i = seed % n;
      const j = (i + 1) % n;
      [points[i], points[j]] = [points[j] as Point, points[i] as Point];
      assert.equal(isSimple(points), false);
    }),
  );
});

/* ---- boxes ---- */

test("footPoint() is the middle of the lower edge, wherever the box is", () => {
  assert.deepEqual(footPoint({ x0: 0.2, y0: 0.1, x1: 0.4, y1: 0.9 }), [0.30000000000000004, 0.9]);
  assert.deepEqual(footPoint({ x0: -0.5, y0: 0, x1: 0.5, y1: 1.25 }), [0, 1.25]);
});

for (const [a, b, expected, what] of [
  [{ x0: 0, y0: 0, x1: 0.2, y1: 0.2 }, { x0: 0, y0: 0, x1: 0.2, y1: 0.2 }, 1, "the same box"],
  [{ x0: 0, y0: 0, x1: 0.2, y1: 0.2 }, { x0: 0.1, y0: 0, x1: 0.3, y1: 0.2 }, 1 / 3, "half over each other"],
  [{ x0: 0, y0: 0, x1: 0.4, y1: 0.4 }, { x0: 0.1, y0: 0.1, x1: 0.3, y1: 0.3 }, 0.25, "one in the other"],
  [{ x0: 0, y0: 0, x1: 0.2, y1: 0.2 }, { x0: 0.2, y0: 0, x1: 0.4, y1: 0.2 }, 0, "side by side"],
  [{ x0: 0, y0: 0, x1: 0.2, y1: 0.2 }, { x0: 0, y0: 0.2, x1: 0.2, y1: 0.4 }, 0, "one above the other"],
  [{ x0: 0, y0: 0, x1: 0.2, y1: 0.2 }, { x0: 0.5, y0: 0.5, x1: 0.6, y1: 0.6 }, 0, "apart"],
] as const) {
  test(`iou() is ${expected.toFixed(2)} for ${what}`, () => close(iou(a, b), expected));
}

test("iou() is symmetric, within 0 and 1, and 1 for the same box only", () => {
  fc.assert(
    fc.property(boxes, boxes, (a, b) => {
      const value = iou(a, b);
      assert.equal(value, iou(b, a));
      assert.ok(value >= 0 && value <= 1 + 1e-12, `value ${value}`);
      close(iou(a, a), 1);
      if (Math.abs(a.x0 - b.x0) > 0.01) assert.ok(value < 1);
    }),
  );
});
