/** Where a person stands in a zone: inside, spread, and the same each time. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contains, distanceToBorder, isSimple, polygonArea } from "../../../server/domain/geometry.ts";
import type { Point } from "../../../server/domain/units.ts";
import { distance, reachOf, walkPoints } from "../../../server/domain/walk_points.ts";

/** The least that a zone may cover. */
const MIN_AREA = 0.005;
const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
const zone = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 3, maxLength: 5 })
  .filter((polygon) => isSimple(polygon) && polygonArea(polygon) >= MIN_AREA);

function nearest(points: readonly Point[]): number {
  return Math.min(...points.flatMap((one, i) => points.slice(i + 1).map((other) => distance(one, other))));
}

test("every zone has three to five points inside it, apart from each other and from the border, always the same", () => {
  fc.assert(
    fc.property(zone, (polygon) => {
      const points = walkPoints(polygon);
      assert.ok(points.length >= 3 && points.length <= 5, `${points.length} points`);
      for (const point of points) {
        assert.ok(contains(polygon, point), `${point} is outside`);
        assert.ok(distanceToBorder(polygon, point) > 0);
      }
      assert.ok(nearest(points) > 0, "no place is named twice");
      if (points.length > 3) assert.ok(nearest(points) >= 0.1);
      assert.deepEqual(walkPoints(polygon), points);
    }),
    { numRuns: 60 },
  );
});

test("a wide zone has five points well inside, and a small one three whose reaches do not meet", () => {
  const wide: readonly Point[] = [
    [0.2, 0.5],
    [0.8, 0.5],
    [0.8, 0.9],
    [0.2, 0.9],
  ];
  const points = walkPoints(wide);
  assert.equal(points.length, 5);
  for (const point of points) assert.ok(distanceToBorder(wide, point) >= 0.03, String(point));
  assert.equal(reachOf(points), 0.06);
  const small = walkPoints([
    [0.4, 0.4],
    [0.5, 0.4],
    [0.5, 0.5],
    [0.4, 0.5],
  ]);
  assert.equal(small.length, 3);
  assert.ok(reachOf(small) <= nearest(small) / 2 && reachOf(small) >= 0.02, `${reachOf(small)}`);
});

test("a sliver that no grid would meet has its points too", () => {
  const sliver: readonly Point[] = [
    [0, 0],
    [0.01, 0],
    [1, 0.99],
    [1, 1],
  ];
  const points = walkPoints(sliver);
  assert.ok(points.length >= 3 && nearest(points) > 0.1);
  for (const point of points) assert.ok(contains(sliver, point));
});
