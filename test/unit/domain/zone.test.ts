/** One zone: where a person counts as inside, how fast it fills, and what it takes to be proven clear. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Detection } from "../../../server/domain/eye.ts";
import type { Polygon } from "../../../server/domain/geometry.ts";
import type { Box } from "../../../server/domain/units.ts";
import {
  confirmation,
  isHit,
  isInside,
  isOccupied,
  loseZone,
  NEW_ZONE,
  observeZone,
  verdictOf,
  type ZoneRule,
  type ZoneState,
} from "../../../server/domain/zone.ts";
import { IN_CELL, OUTSIDE, person } from "./scenario.ts";

const POLYGON: Polygon = [
  [0.2, 0.5],
  [0.8, 0.5],
  [0.8, 0.9],
  [0.2, 0.9],
];
const RULE: ZoneRule = {
  id: "cell",
  camera: "front",
  name: "Cell",
  kind: "stop",
  polygon: POLYGON,
  dwellMs: 0,
  masks: [],
  minHeight: 0,
  confirmMs: 200,
  confirm: 2,
  window: 3,
  clearMs: 3_000,
  threshold: 0.45,
  keepThreshold: 0.27,
};

const NOBODY: readonly Detection[] = [];
const SOMEBODY = [person(IN_CELL)];

/** Frames 100 ms apart, the first at `at`. */
function frames(
  state: ZoneState,
  seen: readonly (readonly Detection[])[],
  { at = 1_000, rule = RULE } = {},
): ZoneState {
  return seen.reduce(
    (now, detections, i) =>
      observeZone(now, rule, {
        camera: "front",
        seq: i,
        capturedAt: at + i * 100,
        detections,
        inferenceMs: 1,
      }),
    state,
  );
}
const many = (n: number, detections: readonly Detection[]): (readonly Detection[])[] =>
  Array.from({ length: n }, () => detections);

const CLEAR = frames(NEW_ZONE, many(31, NOBODY));
const OCCUPIED = frames(CLEAR, many(2, SOMEBODY), { at: 5_000 });

/* ---- where is the person ---- */

type Answer = readonly [stop: boolean, stopOccupied: boolean, warn: boolean, warnOccupied: boolean];
const YES: Answer = [true, true, true, true];
const STOP: Answer = [true, true, false, false];
const HELD: Answer = [false, true, false, false];
const NO: Answer = [false, false, false, false];

const PLACES: readonly (readonly [what: string, box: Box, answer: Answer])[] = [
  ["feet in the middle", { x0: 0.45, y0: 0.3, x1: 0.55, y1: 0.7 }, YES],
  ["feet on no border by 0.1 %", { x0: 0.75, y0: 0.3, x1: 0.848, y1: 0.7 }, YES],
  ["feet 1.5 % outside", { x0: 0.17, y0: 0.4, x1: 0.2, y1: 0.7 }, [true, true, false, true]],
  ["feet 3 % outside", { x0: 0.15, y0: 0.4, x1: 0.19, y1: 0.7 }, HELD],
  ["feet 5 % outside", { x0: 0.14, y0: 0.4, x1: 0.16, y1: 0.7 }, NO],
  ["lower third 17 % over the border", { x0: 0.1, y0: 0.2, x1: 0.22, y1: 0.7 }, STOP],
  ["lower third 9 % over the border", { x0: 0.1, y0: 0.2, x1: 0.21, y1: 0.7 }, HELD],
  ["lower third 2.5 % beside the border", { x0: 0.1, y0: 0.2, x1: 0.175, y1: 0.7 }, NO],
  ["head and chest before the zone, feet far above it", { x0: 0.4, y0: 0.05, x1: 0.5, y1: 0.45 }, NO],
  ["feet below the picture, 9 % of the width over", { x0: 0.1, y0: 0.3, x1: 0.21, y1: 0.99 }, STOP],
  ["feet just in the picture, 9 % of the width over", { x0: 0.1, y0: 0.3, x1: 0.21, y1: 0.985 }, HELD],
  ["feet below the picture, 1 % beside the zone", { x0: 0.05, y0: 0.3, x1: 0.19, y1: 1 }, HELD],
  ["feet below the picture, 2.5 % beside the zone", { x0: 0.05, y0: 0.3, x1: 0.175, y1: 1 }, NO],
  ["a box over the picture's left edge", { x0: -0.1, y0: 0.6, x1: 0.12, y1: 0.8 }, NO],
  ["a box over the whole picture", { x0: 0, y0: 0, x1: 1, y1: 1 }, STOP],
  ["a box without height, in the zone", { x0: 0.4, y0: 0.7, x1: 0.5, y1: 0.7 }, YES],
  ["a box without height, elsewhere", { x0: 0.4, y0: 0.2, x1: 0.5, y1: 0.2 }, NO],
];

for (const [what, box, [stop, stopOccupied, warn, warnOccupied]] of PLACES) {
  test(`isInside() with ${what}`, () => {
    assert.equal(isInside({ kind: "stop", polygon: POLYGON }, box, false), stop, "stop");
    assert.equal(isInside({ kind: "stop", polygon: POLYGON }, box, true), stopOccupied, "stop, occupied");
    assert.equal(isInside({ kind: "warn", polygon: POLYGON }, box, false), warn, "warn");
    assert.equal(isInside({ kind: "warn", polygon: POLYGON }, box, true), warnOccupied, "warn, occupied");
  });
}

test("isInside() counts a box that is mostly inside a stop zone although its lower third is not", () => {
  const high: Polygon = [
    [0.2, 0.1],
    [0.8, 0.1],
    [0.8, 0.5],
    [0.2, 0.5],
  ];
  const over = { x0: 0.4, y0: 0.1, x1: 0.5, y1: 0.69 }; // 68 % of it, 3 % of its lower third
  const less = { x0: 0.4, y0: 0.3, x1: 0.5, y1: 0.71 }; // 49 % of it
  assert.equal(isInside({ kind: "stop", polygon: high }, over, false), true);
  assert.equal(isInside({ kind: "stop", polygon: high }, less, false), false);
  assert.equal(isInside({ kind: "warn", polygon: high }, over, false), false);
});

test("isInside() never lets go of a box that it would let enter", () => {
  const share = fc.integer({ min: 0, max: 1_000 }).map((n) => n / 1_000);
  fc.assert(
    fc.property(share, share, share, share, fc.constantFrom("stop", "warn"), (a, b, c, d, kind) => {
      const box = { x0: Math.min(a, b), y0: Math.min(c, d), x1: Math.max(a, b), y1: Math.max(c, d) };
      const rule = { kind, polygon: POLYGON } as const;
      if (isInside(rule, box, false)) assert.equal(isInside(rule, box, true), true);
      if (isInside({ ...rule, kind: "warn" }, box, false))
        assert.equal(isInside({ ...rule, kind: "stop" }, box, false), true, "stop sees all that warn sees");
    }),
    { numRuns: 1_000 },
  );
});

for (const [score, label, enters, stays] of [
  [0.9, "person", true, true],
  [0.45, "person", true, true],
  [0.4499, "person", false, true],
  [0.27, "person", false, true],
  [0.2699, "person", false, false],
  [Number.NaN, "person", false, false],
  [0.9, "forklift", false, false],
] as const) {
  test(`isHit() of a ${label} at score ${score}: ${enters ? "enters" : "does not enter"}, ${stays ? "stays" : "is let go"}`, () => {
    const detection = { ...person(IN_CELL, score), label };
    assert.equal(isHit(RULE, CLEAR, detection), enters);
    assert.equal(isHit(RULE, OCCUPIED, detection), stays);
  });
}

test("isHit() of a sure person elsewhere is none", () => {
  assert.equal(isHit(RULE, OCCUPIED, person(OUTSIDE)), false);
});

/* ---- N of M ---- */

for (const [fps, stop, warn] of [
  [1, "1/1", "1/1"],
  [3, "1/1", "1/1"],
  [3.1, "2/3", "2/3"],
  [5, "2/3", "2/3"],
  [7, "2/3", "2/3"],
  [7.1, "2/3", "3/5"],
  [10, "2/3", "3/5"],
  [12, "2/3", "3/5"],
  [12.1, "2/4", "4/6"],
  [15, "2/4", "4/6"],
  [20, "2/4", "4/6"],
  [20.1, "3/5", "5/8"],
  [25, "3/5", "5/8"],
  [30, "3/5", "5/8"],
] as const) {
  test(`confirmation() at ${fps} frames a second is ${stop} for stop and ${warn} for warn`, () => {
    const text = (kind: "stop" | "warn"): string => {
      const { confirm, window } = confirmation(kind, fps);
      return `${confirm}/${window}`;
    };
    assert.equal(text("stop"), stop);
    assert.equal(text("warn"), warn);
  });
}

test("isHit() counts people, or the classes that the zone names", () => {
  const helmet = { ...person(IN_CELL), label: "helmet" };
  assert.ok(!isHit(RULE, NEW_ZONE, helmet));
  const both = { ...RULE, classes: ["person", "helmet"] };
  assert.ok(isHit(both, NEW_ZONE, helmet) && isHit(both, NEW_ZONE, person(IN_CELL)));
  const helmets = { ...RULE, classes: ["helmet"] };
  assert.ok(isHit(helmets, NEW_ZONE, helmet) && !isHit(helmets, NEW_ZONE, person(IN_CELL)));
});

test("confirmation() costs a stop zone at most a third of a second at any rate", () => {
  for (let fps = 1; fps <= 30; fps += 0.1) {
    const { confirm, window } = confirmation("stop", fps);
    assert.ok(confirm <= window);
    assert.ok((confirm - 1) / fps <= 1 / 3, `${fps} fps: ${(confirm - 1) / fps} s`);
  }
});

for (const [seen, occupied] of [
  ["x", false],
  ["xx", true],
  ["x.x", true],
  ["x..x", false],
  [".x.", false],
  ["x..x..x..x", false],
  ["..xx..", true],
] as const) {
  test(`a clear zone that needs 2 of 3 is ${occupied ? "" : "not "}occupied after ${seen}`, () => {
    const state = frames(
      CLEAR,
      [...seen].map((c) => (c === "x" ? SOMEBODY : NOBODY)),
      { at: 5_000 },
    );
    assert.equal(state.presence.kind, occupied ? "occupied" : "clear");
  });
}

test("a zone is occupied since the frame that confirms it, and remembers whether it was clear", () => {
  assert.deepEqual(OCCUPIED.presence, { kind: "occupied", since: 5_100, seen: 5_100, wasClear: true });
  const unproven = frames(NEW_ZONE, many(2, SOMEBODY));
  assert.deepEqual(unproven.presence, { kind: "occupied", since: 1_100, seen: 1_100, wasClear: false });
  const longer = frames(OCCUPIED, many(20, SOMEBODY), { at: 6_000 });
  assert.deepEqual(
    longer.presence,
    { ...OCCUPIED.presence, seen: 7_900 },
    "a person who stays does not come anew",
  );
  assert.ok(longer.hits.length <= RULE.window);
});

test("two people in one frame are one frame with a person", () => {
  assert.equal(frames(CLEAR, [[...SOMEBODY, ...SOMEBODY]], { at: 5_000 }).presence.kind, "clear");
});

/* ---- proven clear ---- */

test("a zone is unproven until its clear time is full of empty frames", () => {
  assert.equal(frames(NEW_ZONE, many(30, NOBODY)).presence.kind, "unproven", "2.9 s");
  assert.equal(frames(NEW_ZONE, many(31, NOBODY)).presence.kind, "clear", "3.0 s");
});

test("one frame with a person begins the clear time again, confirmed or not", () => {
  const disturbed = frames(NEW_ZONE, [...many(30, NOBODY), SOMEBODY, ...many(30, NOBODY)]);
  assert.equal(disturbed.presence.kind, "unproven");
  assert.equal(frames(disturbed, [NOBODY], { at: 7_100 }).presence.kind, "clear");
  const held = frames(OCCUPIED, [...many(29, NOBODY), SOMEBODY, ...many(30, NOBODY)], { at: 5_200 });
  assert.equal(held.presence.kind, "occupied");
});

test("a person inside is kept by a weak score, which would not have let them enter", () => {
  const weak = [person(IN_CELL, 0.3)];
  assert.equal(frames(CLEAR, many(40, weak), { at: 5_000 }).presence.kind, "clear");
  assert.equal(frames(OCCUPIED, many(60, weak), { at: 5_200 }).presence.kind, "occupied");
});

test("a person inside is kept by the wider border", () => {
  const beside = [person({ x0: 0.15, y0: 0.4, x1: 0.19, y1: 0.7 })];
  assert.equal(frames(CLEAR, many(40, beside), { at: 5_000 }).presence.kind, "clear");
  assert.equal(frames(OCCUPIED, many(60, beside), { at: 5_200 }).presence.kind, "occupied");
});

test("loseZone() unproves what was clear, keeps who is inside, and forgets every frame", () => {
  assert.deepEqual(loseZone(CLEAR), { presence: { kind: "unproven" }, hits: [], quietSince: undefined });
  const lost = loseZone(OCCUPIED);
  assert.deepEqual(lost.presence, { kind: "occupied", since: 5_100, seen: 5_100, wasClear: false });
  assert.deepEqual(lost.hits, []);
  assert.equal(frames(lost, many(30, NOBODY), { at: 9_000 }).presence.kind, "occupied");
  assert.equal(frames(lost, many(31, NOBODY), { at: 9_000 }).presence.kind, "clear");
});

test("loseZone() returns the very same object where there is nothing to lose", () => {
  assert.equal(loseZone(NEW_ZONE), NEW_ZONE);
  const lost = loseZone(OCCUPIED);
  assert.equal(loseZone(lost), lost);
});

/* ---- verdicts ---- */

const DWELL: ZoneRule = { ...RULE, dwellMs: 2_000 };
/** Somebody who came at 5.1 s and is still there at 7.0 and at 7.1 s. */
const DWELLS = frames(OCCUPIED, many(19, SOMEBODY), { at: 5_200 });
const DWELT = frames(DWELLS, [SOMEBODY], { at: 7_100 });

for (const [what, state, rule, fresh, verdict] of [
  ["a clear zone", CLEAR, RULE, true, "clear"],
  ["a clear zone that nobody sees", CLEAR, RULE, false, "blind"],
  ["a new zone", NEW_ZONE, RULE, true, "blind"],
  ["an occupied stop zone", OCCUPIED, RULE, true, "stop"],
  ["an occupied warn zone", OCCUPIED, { ...RULE, kind: "warn" }, true, "warn"],
  ["an occupied zone that nobody sees", OCCUPIED, RULE, false, "blind"],
  ["a person who may dwell", DWELLS, DWELL, true, "clear"],
  [
    "a person who may dwell and has left",
    frames(DWELLS, many(29, NOBODY), { at: 7_100 }),
    DWELL,
    true,
    "clear",
  ],
  ["a person who has dwelt too long", DWELT, DWELL, true, "stop"],
  ["a person who may dwell, in a zone lost meanwhile", loseZone(DWELLS), DWELL, true, "blind"],
  [
    "a person who may dwell, in a zone never clear",
    frames(NEW_ZONE, many(2, SOMEBODY)),
    DWELL,
    true,
    "blind",
  ],
] as const) {
  test(`verdictOf() ${what} is ${verdict}`, () => {
    assert.equal(verdictOf(state, rule, fresh), verdict);
  });
}

test("isOccupied() asks for presence and dwell, not for a camera that runs", () => {
  assert.equal(isOccupied(DWELLS, DWELL), false);
  assert.equal(isOccupied(loseZone(DWELT), DWELL), true);
  assert.equal(isOccupied(CLEAR, DWELL), false);
});
