/** Masks, counting, dwelling, the height of boxes, and boxes that cross a zone's border. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isOneBody } from "../../../server/domain/count.ts";
import type { Detection } from "../../../server/domain/eye.ts";
import { meet, type Polygon } from "../../../server/domain/geometry.ts";
import { viewOf } from "../../../server/domain/screen.ts";
import { TRUST_FAULTS } from "../../../server/domain/trust.ts";
import type { Box } from "../../../server/domain/units.ts";
import { isHit, isInside, NEW_ZONE, type ZoneRule } from "../../../server/domain/zone.ts";
import { configOf, IN_CELL, OUTSIDE, Play, PROVISION, person } from "./scenario.ts";

const rectangle = (x0: number, y0: number, x1: number, y1: number): Polygon => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];
const CELL = rectangle(0.2, 0.5, 0.8, 0.9);

function play(more: readonly Record<string, unknown>[], members: Record<string, unknown> = {}): Play {
  const file = structuredClone(PROVISION);
  const zones = file.zones.map((zone) => (zone.id === "cell" ? { ...zone, ...members } : zone));
  const drawn = more.map((zone) => ({ camera: "front", name: String(zone.id), ...zone }));
  return new Play(configOf({ ...file, zones: [...zones, ...drawn] }));
}

function viewed(it: Play) {
  return viewOf(it.state, it.rules, {
    ...{ seq: 1, boot: "b", version: "0", wallAt: 0, at: it.at, demonstration: false, faults: [] },
    site: { name: "s", timezone: "UTC" },
    pictures: new Map(),
    reaction: { count: 0 },
    model: { name: "m", grade: "", quality: "" },
  });
}

/* ---- boxes that cross a border ---- */

/** Evenly spread: boxes at the very ends of a range seldom meet a zone. */
const between = (min: number, max: number) =>
  fc.noBias(fc.nat(10_000)).map((n) => min + ((max - min) * n) / 10_000);
const boxes = fc
  .tuple(between(-0.1, 0.9), between(-0.1, 0.8), between(0.02, 0.3), between(0.05, 0.6))
  .map(([x, y, width, height]): Box => ({ x0: x, y0: y, x1: x + width, y1: y + height }));
const moved = (box: Box, dx: number, dy: number): Box => {
  return { x0: box.x0 + dx, x1: box.x1 + dx, y0: box.y0 + dy, y1: box.y1 + dy };
};
const convex = fc
  .tuple(
    between(0.2, 0.8),
    between(0.2, 0.8),
    between(0.1, 0.35),
    between(0.1, 0.35),
    fc.integer({ min: 3, max: 9 }),
  )
  .map(
    ([x, y, across, down, n]): Polygon =>
      Array.from({ length: n }, (_, i) => {
        const angle = (2 * Math.PI * i) / n;
        return [x + across * Math.cos(angle), y + down * Math.sin(angle)] as const;
      }),
  );

test("a person who counts as inside a stop zone is not let go by a trembling box", () => {
  let met = 0;
  const tremble = between(-0.0135, 0.0135);
  fc.assert(
    fc.property(convex, boxes, tremble, tremble, (polygon, box, dx, dy) => {
      const rule = { kind: "stop", polygon } as const;
      if (!isInside(rule, box, false)) return;
      met++;
      assert.equal(isInside(rule, moved(box, dx, dy), true), true);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(met > 300, `met ${met}`);
});

test("a box that moves through a convex warn zone enters once and leaves once", () => {
  fc.assert(
    fc.property(convex, boxes, between(0, 2 * Math.PI), (polygon, box, angle) => {
      const path = Array.from({ length: 200 }, (_, i) => (i - 100) / 80).map((t) =>
        isInside({ kind: "warn", polygon }, moved(box, t * Math.cos(angle), t * Math.sin(angle)), false),
      );
      const changes = path.filter((inside, i) => i > 0 && inside !== path[i - 1]).length;
      assert.ok(changes <= 2, `${changes} changes`);
    }),
    { numRuns: 300 },
  );
});

test("no box gets through a stop zone unseen: wherever its feet are in it, it is inside", () => {
  fc.assert(
    fc.property(convex, between(0, 1), between(0, 1), boxes, (polygon, u, v, box) => {
      const [x, y] = polygon.reduce(
        ([sx, sy], [px, py]) => [sx + px / polygon.length, sy + py / polygon.length],
        [0, 0] as const as readonly [number, number],
      );
      const [cx, cy] = polygon[Math.floor(u * polygon.length) % polygon.length] ?? [x, y];
      const foot = [x + v * (cx - x), y + v * (cy - y)] as const;
      const there = moved(box, foot[0] - (box.x0 + box.x1) / 2, foot[1] - box.y1);
      for (const kind of ["stop", "warn", "dwell"] as const)
        assert.equal(isInside({ kind, polygon }, there, kind !== "stop"), true, kind);
    }),
  );
});

/* ---- the height of a box ---- */

const RULE: ZoneRule = {
  ...{ id: "cell", camera: "front", name: "Cell", kind: "stop", polygon: CELL },
  ...{ dwellMs: 0, masks: [], minHeight: 0.2, confirm: 2, window: 3, clearMs: 3_000 },
  ...{ threshold: 0.45, keepThreshold: 0.27, confirmMs: 200 },
};
const OCCUPIED = {
  ...NEW_ZONE,
  presence: { kind: "occupied", since: 0, seen: 0, wasClear: true },
} as const;

for (const [what, box, enters, stays] of [
  ["as high as asked", { x0: 0.4, y0: 0.39, x1: 0.5, y1: 0.6 }, true, true],
  ["a little less high", { x0: 0.4, y0: 0.45, x1: 0.5, y1: 0.6 }, false, true],
  ["half as high", { x0: 0.4, y0: 0.5, x1: 0.5, y1: 0.6 }, false, false],
  ["cut off below", { x0: 0.4, y0: 0.9, x1: 0.5, y1: 1 }, true, true],
] as const) {
  test(`isHit() of a box ${what}: ${enters ? "enters" : "does not"}, ${stays ? "stays" : "is let go"}`, () => {
    const rule = { ...RULE, polygon: rectangle(0.2, 0.5, 0.8, 1) };
    assert.equal(isHit(rule, NEW_ZONE, person(box)), enters);
    assert.equal(isHit(rule, OCCUPIED, person(box)), stays);
  });
}

/* ---- masks ---- */

const MASK = { id: "poster", kind: "mask" };

test("a mask takes nobody from a stop zone, wherever people stand", () => {
  // Right below the zone: who leans in has the feet there.
  const masks = rectangle(0, 0.91, 1, 1);
  let hits = 0;
  fc.assert(
    fc.property(fc.array(boxes, { minLength: 1, maxLength: 4 }), (list) => {
      const people = list.map((box) => person(box));
      const [bare, masked] = [play([]), play([{ ...MASK, polygon: masks }])];
      for (const it of [bare, masked]) it.running("front", "side").watch(300, ...people);
      assert.deepEqual(masked.state.zones.get("cell"), bare.state.zones.get("cell"));
      if (bare.state.zones.get("cell")?.presence.kind === "occupied") hits++;
    }),
    { numRuns: 150 },
  );
  assert.ok(hits > 20, `${hits} hits`);
});

test("a mask with a reason takes from a stop zone whoever stands on it, and says so", () => {
  const half = rectangle(0.5, 0.45, 0.85, 0.95);
  const it = play([{ ...MASK, polygon: half, reason: "A mannequin" }]).guarding();
  const left: Box = { x0: 0.25, y0: 0.3, x1: 0.35, y1: 0.7 };
  it.watch(500, person({ ...left, x0: 0.6, x1: 0.7 }));
  assert.equal(it.demand("permit"), "energised");
  assert.deepEqual(viewed(it).cameras[0]?.people, [], "who is not looked for is not drawn");
  assert.deepEqual(viewed(it).masks[0]?.warnings, ["Nobody is seen in part of Cell: A mannequin"]);
  it.watch(300, person(left));
  assert.equal(it.demand("permit"), "dropped");
});

test("a mask over a warn zone takes from it who stands on it", () => {
  const it = play([
    { id: "near", kind: "warn", polygon: rectangle(0.02, 0.02, 0.5, 0.4) },
    { ...MASK, polygon: rectangle(0.02, 0.2, 0.2, 0.42) },
  ]).ready();
  it.watch(1_000, person(OUTSIDE));
  assert.equal(it.alarm("zone.warn.occupied:near"), "normal");
  it.watch(1_000, person({ ...OUTSIDE, y1: 0.15 }));
  assert.equal(it.alarm("zone.warn.occupied:near"), "unacknowledged");
});

test("masks over a fifth of the picture are told of", () => {
  const warnings = (polygon: Polygon) => viewed(play([{ ...MASK, polygon }])).masks[0]?.warnings;
  assert.deepEqual(warnings(rectangle(0, 0, 1, 0.19)), []);
  assert.deepEqual(warnings(rectangle(0, 0, 1, 0.3)), ["The masks cover 30 % of the picture"]);
});

for (const [what, one, other, expected] of [
  ["side by side", rectangle(0, 0, 0.4, 1), rectangle(0.5, 0, 1, 1), false],
  ["with one side in common", rectangle(0, 0, 0.5, 1), rectangle(0.5, 0, 1, 1), true],
  ["crossing", rectangle(0, 0.4, 1, 0.6), rectangle(0.4, 0, 0.6, 1), true],
  ["one inside the other", rectangle(0, 0, 1, 1), rectangle(0.4, 0.4, 0.6, 0.6), true],
] as const) {
  test(`meet() of two polygons ${what} is ${expected}`, () => {
    assert.equal(meet(one, other), expected);
    assert.equal(meet(other, one), expected);
  });
}

/* ---- counting and dwelling ---- */

const COUNT = { id: "door", kind: "count", polygon: rectangle(0.02, 0.02, 0.98, 0.48) };
const at = (x: number): Detection => person({ x0: x, y0: 0.1, x1: x + 0.05, y1: 0.4 });

test("a zone that counts tells how many are in it, and moves nothing", () => {
  const it = play([COUNT]).guarding();
  const people = () => viewed(it).counts[0]?.people;
  assert.equal(people(), 0);
  it.watch(500, at(0.1), at(0.5), at(0.51), person(IN_CELL, 0.2));
  assert.equal(people(), 2, "two boxes of one body are one person");
  it.watch(200);
  assert.equal(people(), 2, "nobody vanishes who is missed in two frames");
  it.watch(300);
  assert.equal(people(), 0);
  assert.equal(it.demand("permit"), "energised");
  it.wait(1_200);
  assert.equal(people(), undefined, "nobody counts what nobody sees");
});

test("isOneBody() is the same from both sides", () => {
  fc.assert(fc.property(boxes, boxes, (a, b) => assert.equal(isOneBody(a, b), isOneBody(b, a))));
});

test("a dwell zone warns of who stays, not of who passes", () => {
  const it = play([
    { id: "bay", kind: "dwell", dwellMs: 2_000, polygon: rectangle(0.02, 0.02, 0.5, 0.48) },
  ]).ready();
  it.watch(1_500, at(0.1)).watch(2_500).watch(1_500, at(0.1));
  assert.equal(it.alarm("zone.dwell:bay"), "normal");
  assert.equal(it.state.verdicts.get("bay")?.verdict, "clear");
  it.watch(1_500, at(0.1));
  assert.equal(it.alarm("zone.dwell:bay"), "unacknowledged");
  assert.equal(it.state.verdicts.get("bay")?.verdict, "warn");
  it.watch(2_500);
  assert.equal(it.alarm("zone.dwell:bay"), "normal");
});

/* ---- light ---- */

test("whatever the checks say of the light, two of three frames with a person drop the permit", () => {
  const trust = fc.option(fc.constantFrom(...TRUST_FAULTS), { nil: undefined });
  const started = play([]).guarding();
  fc.assert(
    fc.property(fc.array(fc.tuple(trust, fc.nat(3)), { maxLength: 12 }), (changes) => {
      const it = started.fork();
      for (const [fault, frames] of changes) {
        it.trust("front", ...(fault === undefined ? [] : [fault]));
        if (fault !== undefined) assert.equal(it.demand("permit"), "dropped", fault);
        it.watch(frames * 100);
      }
      it.watch(200, person(IN_CELL));
      assert.equal(it.demand("permit"), "dropped");
      const verdict = it.state.verdicts.get("cell")?.verdict;
      assert.ok(verdict === "stop" || verdict === "blind");
    }),
    { numRuns: 200 },
  );
});
