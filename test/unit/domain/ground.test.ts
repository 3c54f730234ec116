/** The floor under a camera, against a pinhole camera that really looks at one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  borderDistance,
  calibrate,
  distance,
  type GroundConfig,
  gridOf,
  groundFault,
  inPicture,
  onFloor,
} from "../../../server/domain/ground.ts";
import type { Point } from "../../../server/domain/units.ts";

interface Camera {
  readonly height: number;
  /** Below the horizontal, radians. */
  readonly tilt: number;
  readonly turn: number;
  readonly focal: number;
}

/** Where a floor point appears; undefined behind the camera. Metres, the camera stands over the origin. */
function project({ height, tilt, turn, focal }: Camera, [x, y]: Point): Point | undefined {
  const [across, ahead] = [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)];
  const depth = ahead * Math.cos(tilt) + height * Math.sin(tilt);
  const down = height * Math.cos(tilt) - ahead * Math.sin(tilt);
  return depth <= 0.1 ? undefined : [0.5 + (focal * across) / depth, 0.5 + (focal * 1.78 * down) / depth];
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const cameras = fc.record({
  height: between(2.5, 8),
  tilt: between(0.3, 1.4),
  turn: between(-3, 3),
  focal: between(0.5, 1.2),
});

/** Four corners of a rectangle on the floor, moved about a little, as somebody would mark and measure them. */
const scenes = fc
  .record({
    camera: cameras,
    at: fc.tuple(between(-2, 2), between(2, 7)),
    size: fc.tuple(between(1.5, 5), between(1.5, 5)),
    off: fc.array(between(-0.3, 0.3), { minLength: 8, maxLength: 8 }),
    other: fc.tuple(between(0, 1), between(0, 1)),
    reversed: fc.boolean(),
  })
  .map(({ camera, at, size, off, other, reversed }) => {
    const back = (p: Point): Point => [
      p[0] * Math.cos(camera.turn) + p[1] * Math.sin(camera.turn),
      -p[0] * Math.sin(camera.turn) + p[1] * Math.cos(camera.turn),
    ];
    const floor = (
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ] as const
    ).map(([u, v], i) =>
      back([at[0] + u * size[0] + (off[2 * i] ?? 0), at[1] + v * size[1] + (off[2 * i + 1] ?? 0)]),
    );
    if (reversed) floor.reverse();
    const somewhere = back([at[0] + other[0] * size[0], at[1] + other[1] * size[1]]);
    return { camera, floor, somewhere };
  });

function measured(floor: readonly Point[], points: readonly Point[]): GroundConfig {
  const corner = (i: number): Point => floor[i % 4] as Point;
  return {
    points,
    sides: [0, 1, 2, 3].map((i) => distance(corner(i), corner(i + 1))),
    diagonal: distance(corner(0), corner(2)),
  };
}

/** A calibration as a person would make it, or undefined where the camera does not see the four points. */
function seen({ camera, floor, somewhere }: { camera: Camera; floor: Point[]; somewhere: Point }) {
  const points = floor.map((point) => project(camera, point));
  const target = project(camera, somewhere);
  if (points.some((p) => p === undefined || p.some((c) => c < 0 || c > 1)) || target === undefined)
    return undefined;
  const config = measured(floor, points as Point[]);
  return groundFault(config) === undefined ? { config, target, ground: calibrate(config) } : undefined;
}

test("a calibration gives back every distance on the floor, whichever way the points run", () => {
  let met = 0;
  fc.assert(
    fc.property(scenes, (scene) => {
      const known = seen(scene);
      if (known === undefined) return;
      met++;
      const place = onFloor(known.ground, known.target);
      assert.ok(place !== undefined);
      scene.floor.forEach((corner, i) => {
        const own = onFloor(known.ground, known.config.points[i] as Point) as Point;
        assert.ok(Math.abs(distance(own, place) - distance(corner, scene.somewhere)) < 1e-6);
      });
    }),
    { numRuns: 2_000 },
  );
  assert.ok(met > 100, `met ${met}`);
});

test("picture to floor and back is the same point", () => {
  fc.assert(
    fc.property(scenes, (scene) => {
      const known = seen(scene);
      if (known === undefined) return;
      const place = onFloor(known.ground, known.target) as Point;
      const again = inPicture(known.ground, place) as Point;
      assert.ok(distance(again, known.target) < 1e-9);
    }),
    { numRuns: 1_000 },
  );
});

/** Three by four metres, the far side narrower in the picture. */
const CELL: GroundConfig = {
  points: [
    [0.2, 0.9],
    [0.8, 0.9],
    [0.65, 0.5],
    [0.35, 0.5],
  ],
  sides: [3, 4, 3, 4],
  diagonal: 5,
};

for (const [what, change, member] of [
  ["right", {}, undefined],
  [
    "two points exchanged",
    {
      points: [
        [0.2, 0.9],
        [0.65, 0.5],
        [0.8, 0.9],
        [0.35, 0.5],
      ],
    },
    "points",
  ],
  [
    "one inside the others",
    {
      points: [
        [0.2, 0.9],
        [0.8, 0.9],
        [0.5, 0.8],
        [0.5, 0.1],
      ],
    },
    "points",
  ],
  [
    "three on a line",
    {
      points: [
        [0.2, 0.9],
        [0.5, 0.9],
        [0.8, 0.9],
        [0.5, 0.5],
      ],
    },
    "points",
  ],
  [
    "three almost on a line",
    {
      points: [
        [0.2, 0.9],
        [0.5, 0.915],
        [0.8, 0.9],
        [0.5, 0.5],
      ],
    },
    "points",
  ],
  [
    "four in one corner",
    {
      points: [
        [0.5, 0.5],
        [0.55, 0.5],
        [0.55, 0.55],
        [0.5, 0.55],
      ],
    },
    "points",
  ],
  ["a diagonal too long for its sides", { diagonal: 7.1 }, "sides"],
  ["a diagonal as long as its sides", { diagonal: 7 }, "sides"],
  ["sides that fold the floor", { sides: [3, 4, 0.6, 5.5], diagonal: 5 }, "sides"],
] as const) {
  test(`groundFault() of four points with ${what} is ${member === undefined ? "nothing" : `in ${member}`}`, () => {
    const fault = groundFault({ ...CELL, ...change } as GroundConfig);
    assert.equal(fault?.member, member);
  });
}

test("groundFault() passes nothing from which a figure would come that is none", () => {
  const coordinate = between(0, 1);
  const quads = fc.record({
    points: fc.array(fc.tuple(coordinate, coordinate), { minLength: 4, maxLength: 4 }),
    sides: fc.array(between(0.1, 100), { minLength: 4, maxLength: 4 }),
    diagonal: between(0.1, 100),
  });
  fc.assert(
    fc.property(quads, coordinate, coordinate, (config, x, y) => {
      if (groundFault(config) !== undefined) return;
      const ground = calibrate(config);
      for (const value of [...ground.toFloor, ...ground.toPicture]) assert.ok(Number.isFinite(value));
      const place = onFloor(ground, [x, y]);
      if (place !== undefined) assert.ok(place.every(Number.isFinite));
      const [a, b] = config.points.slice(0, 2).map((point) => onFloor(ground, point)) as [Point, Point];
      assert.ok(Math.abs(distance(a, b) - (config.sides[0] ?? 0)) < 1e-6 * 100);
    }),
    { numRuns: 2_000 },
  );
});

test("onFloor() knows no floor at the horizon and above it", () => {
  const ground = calibrate(CELL);
  assert.notEqual(onFloor(ground, [0.5, 0.4]), undefined);
  assert.equal(onFloor(ground, [0.5, 0.05]), undefined);
});

test("gridOf() draws lines in the picture that lie at their metres on the floor", () => {
  let met = 0;
  let sky = 0;
  fc.assert(
    fc.property(scenes, (scene) => {
      const known = seen(scene);
      if (known === undefined) return;
      const { ground } = known;
      const { step, lines } = gridOf(ground);
      assert.ok(lines.length >= 4 && lines.length <= 42, `${lines.length} lines`);
      for (const { axis, metres, from, to } of lines) {
        met++;
        assert.ok([...from, ...to].every((c) => c >= -1e-9 && c <= 1 + 1e-9));
        assert.ok(Math.abs(metres / step - Math.round(metres / step)) < 1e-9);
        const middle: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
        const place = onFloor(ground, middle);
        if (place === undefined) {
          sky++;
          continue;
        }
        assert.ok(Math.abs(place[axis === "x" ? 0 : 1] - metres) < 1e-6);
        // Of the whole line in the picture only what is measured: not what lies behind the camera.
        const along = axis === "x" ? 1 : 0;
        const ends = ground.corners.map((point) => point[along]);
        const [low, high] = [Math.min(...ends), Math.max(...ends)];
        assert.ok(place[along] >= 2 * low - high - 1e-6 && place[along] <= 2 * high - low + 1e-6);
      }
    }),
    { numRuns: 1_000 },
  );
  assert.ok(met > 200 && sky < met / 100, `met ${met}, ${sky} of them at the horizon`);
});

test("borderDistance() is the tape's: from the middle of a zone of three by four metres it is 1.5", () => {
  const ground = calibrate(CELL);
  const middle = inPicture(
    ground,
    ground.corners.reduce((sum, [x, y]) => [sum[0] + x / 4, sum[1] + y / 4], [0, 0] as Point),
  );
  assert.ok(middle !== undefined);
  assert.ok(Math.abs((borderDistance(ground, CELL.points, middle) ?? 0) - 1.5) < 1e-9);
  assert.equal(borderDistance(ground, CELL.points, [0.5, 0.01]), undefined);
});

test("borderDistance() is the nearest of many points along the border, and what is beyond the horizon is none of them", () => {
  const ground = calibrate(CELL);
  const coordinate = fc.noBias(fc.nat(1_000)).map((n) => n / 1_000);
  const pointAnywhere = fc.tuple(coordinate, coordinate);
  // Near the horizon two neighbours of many points are metres apart.
  const nearPoint = fc.tuple(
    coordinate,
    coordinate.map((y) => 0.4 + 0.6 * y),
  );
  let beyond = 0;
  fc.assert(
    fc.property(fc.array(pointAnywhere, { minLength: 3, maxLength: 4 }), nearPoint, (polygon, from) => {
      const place = onFloor(ground, from);
      if (place === undefined) return;
      const known = polygon.flatMap(([x0, y0], i) => {
        const [x1, y1] = polygon[(i + 1) % polygon.length] ?? [x0, y0];
        return Array.from({ length: 201 }, (_, n) => n / 200).map((t) =>
          onFloor(ground, [x0 + t * (x1 - x0), y0 + t * (y1 - y0)]),
        );
      });
      const seen = known.filter((point) => point !== undefined);
      if (seen.length < known.length) beyond++;
      const nearest = Math.min(...seen.map((point) => distance(point, place)));
      const told = borderDistance(ground, polygon, from) ?? Number.POSITIVE_INFINITY;
      assert.ok(told <= nearest + 1e-9, `${told} is more than ${nearest}`);
      if (nearest < 4) assert.ok(told > nearest * 0.9 - 0.1, `${told} is less than ${nearest}`);
    }),
    { numRuns: 150 },
  );
  assert.ok(beyond > 20, `met ${beyond}`);
});
