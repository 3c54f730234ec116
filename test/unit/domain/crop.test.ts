/** The part that is looked at, against people who stand before a pinhole camera. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cropOf } from "../../../server/domain/crop.ts";
import type { Polygon } from "../../../server/domain/geometry.ts";
import { distance, type GroundConfig, groundFault } from "../../../server/domain/ground.ts";
import type { Box, Point } from "../../../server/domain/units.ts";
import { isInside } from "../../../server/domain/zone.ts";

/** Over the origin, looking along y and down; `aspect` is the picture's width for its height. */
interface Pinhole {
  readonly high: number;
  readonly tilt: number;
  readonly focal: number;
  readonly aspect: number;
}

type Place = readonly [x: number, y: number, z: number];

/** 0..1 of the picture, and beyond; undefined behind the camera. */
function project({ high, tilt, focal, aspect }: Pinhole, [x, y, z]: Place): Point | undefined {
  const drop = high - z;
  const depth = y * Math.cos(tilt) + drop * Math.sin(tilt);
  const down = drop * Math.cos(tilt) - y * Math.sin(tilt);
  return depth < 0.3 ? undefined : [0.5 + (focal * x) / depth, 0.5 + (focal * aspect * down) / depth];
}

const between = (min: number, max: number) =>
  fc.integer({ min: 0, max: 9_973 }).map((n) => min + ((max - min) * n) / 9_973);
/** As cameras hang beside machines: 2.5 to 6 m high, lenses of 53 to 90 degrees. */
const cameras = fc.record({
  high: between(2.5, 6),
  tilt: between(0.1, 1.2),
  focal: between(0.5, 1),
  aspect: fc.constantFrom(16 / 9, 4 / 3),
});

/** Four by four metres of the floor, measured by tape; undefined where the camera does not see them. */
function measured(camera: Pinhole, ahead: number): GroundConfig | undefined {
  const floor = [
    [-1, ahead],
    [1, ahead],
    [1, ahead + 2],
    [-1, ahead + 2],
  ] as const;
  const points = floor.flatMap(([x, y]) => {
    const point = project(camera, [x, y, 0]);
    return point === undefined || point.some((c) => c < 0 || c > 1) ? [] : [point];
  });
  const config = { points, sides: [2, 2, 2, 2], diagonal: distance([0, 0], [2, 2]) };
  return points.length === 4 && groundFault(config) === undefined ? config : undefined;
}

/** Somebody 1.9 m high and 0.8 m thick, as a tight box in the picture. */
function bodyAt(camera: Pinhole, [x, y]: Point): Box | undefined {
  const points = [0, 1.9].flatMap((z) =>
    Array.from({ length: 8 }, (_, i) => {
      const turn = (Math.PI * i) / 4;
      return project(camera, [x + 0.4 * Math.cos(turn), y + 0.4 * Math.sin(turn), z]);
    }),
  );
  const seen = points.filter((point) => point !== undefined);
  if (seen.length < points.length) return undefined;
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  const [xs, ys] = [seen.map(([px]) => cut(px)), seen.map(([, py]) => cut(py))];
  const box = { x0: Math.min(...xs), x1: Math.max(...xs), y0: Math.min(...ys), y1: Math.max(...ys) };
  // What the picture leaves of somebody beside it is nothing that a model finds.
  return box.x1 - box.x0 > 2 * PIXEL && box.y0 < box.y1 ? box : undefined;
}

/** A pixel of the model's input. */
const PIXEL = 1 / 256;

function isWithin(inner: Box, outer: Box): boolean {
  return (
    inner.x0 >= outer.x0 - PIXEL &&
    inner.y0 >= outer.y0 - PIXEL &&
    inner.x1 <= outer.x1 + PIXEL &&
    inner.y1 <= outer.y1 + PIXEL
  );
}

const scenes = fc.record({
  camera: cameras,
  ahead: between(1, 12),
  zone: fc.tuple(between(0, 0.8), between(0, 0.8), between(0.1, 0.4), between(0.1, 0.4)),
  kind: fc.constantFrom("stop" as const, "warn" as const),
  feet: fc.array(fc.tuple(between(-6, 6), between(1.5, 25)), { minLength: 30, maxLength: 30 }),
});

test("whoever could count in a zone is whole in the part that is looked at, wherever the camera hangs", () => {
  let [met, cropped] = [0, 0];
  fc.assert(
    fc.property(scenes, ({ camera, ahead, zone: [x, y, width, high], kind, feet }) => {
      const ground = measured(camera, ahead);
      const [x1, y1] = [Math.min(1, x + width), Math.min(1, y + high)];
      const polygon: Polygon = [
        [x, y],
        [x1, y],
        [x1, y1],
        [x, y1],
      ];
      const crop =
        ground === undefined ? undefined : cropOf({ id: "a", ground }, [{ camera: "a", kind, polygon }]);
      if (crop === undefined) return;
      cropped++;
      for (const foot of feet) {
        const box = bodyAt(camera, foot);
        if (box === undefined || !isInside({ kind, polygon }, box, true)) continue;
        met++;
        assert.ok(isWithin(box, crop), `${JSON.stringify({ box, crop })}`);
      }
    }),
    { numRuns: 2_000 },
  );
  assert.ok(met > 200 && cropped > 200, `met ${met}, ${cropped} crops`);
});
