/** One zone: where a person counts as inside, how fast it fills, and what it takes to be proven clear. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Detection } from "../../../server/domain/eye.ts";
import type { Polygon } from "../../../server/domain/geometry.ts";
import { staleMs } from "../../../server/domain/rules.ts";
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
import { configOf, IN_CELL, OUTSIDE, Play, PROVISION, person } from "./scenario.ts";

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
const NO: Answer = [false, false, false, false];

const PLACES: readonly (readonly [what: string, box: Box, answer: Answer])[] = [
  ["feet in the middle", { x0: 0.45, y0: 0.3, x1: 0.55, y1: 0.7 }, YES],
  ["feet on no border by 0.1 %", { x0: 0.75, y0: 0.3, x1: 0.848, y1: 0.7 }, YES],
  ["feet 1.5 % outside", { x0: 0.17, y0: 0.4, x1: 0.2, y1: 0.7 }, [true, true, false, true]],
  ["feet 3 % outside", { x0: 0.15, y0: 0.4, x1: 0.19, y1: 0.7 }, [false, true, false, false]],
  ["feet 5 % outside", { x0: 0.14, y0: 0.4, x1: 0.16, y1: 0.7 }, NO],
  ["lower third 17 % over the border", { x0: 0.1, y0: 0.2, x1: 0.22, y1: 0.7 }, STOP],
  ["lower third 9 % over the border", { x0: 0.1, y0: 0.2, x1: 0.21, y1: 0.7 }, NO],
  ["head and chest before the zone, feet far above it", { x0: 0.4, y0: 0.05, x1: 0.5, y1: 0.46 }, NO],
  ["feet below the picture, 9 % of the width over", { x0: 0.1, y0: 0.3, x1: 0.21, y1: 0.99 }, STOP],
  ["feet just in the picture, 9 % of the width over", { x0: 0.1, y0: 0.3, x1: 0.21, y1: 0.985 }, NO],
  ["feet below the picture, beside the zone", { x0: 0.05, y0: 0.3, x1: 0.19, y1: 1 }, NO],
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
  assert.deepEqual(OCCUPIED.presence, { kind: "occupied", since: 5_100, wasClear: true });
  const unproven = frames(NEW_ZONE, many(2, SOMEBODY));
  assert.deepEqual(unproven.presence, { kind: "occupied", since: 1_100, wasClear: false });
  const longer = frames(OCCUPIED, many(20, SOMEBODY), { at: 6_000 });
  assert.deepEqual(longer.presence, OCCUPIED.presence, "a person who stays does not come anew");
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
  assert.deepEqual(lost.presence, { kind: "occupied", since: 5_100, wasClear: false });
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

for (const [what, state, rule, at, fresh, verdict] of [
  ["a clear zone", CLEAR, RULE, 5_000, true, "clear"],
  ["a clear zone that nobody sees", CLEAR, RULE, 5_000, false, "blind"],
  ["a new zone", NEW_ZONE, RULE, 5_000, true, "blind"],
  ["an occupied stop zone", OCCUPIED, RULE, 5_100, true, "stop"],
  ["an occupied warn zone", OCCUPIED, { ...RULE, kind: "warn" }, 5_100, true, "warn"],
  ["an occupied zone that nobody sees", OCCUPIED, RULE, 5_100, false, "blind"],
  ["a person who may dwell", OCCUPIED, DWELL, 7_099, true, "clear"],
  ["a person who has dwelt too long", OCCUPIED, DWELL, 7_100, true, "stop"],
  ["a person who may dwell, in a zone lost meanwhile", loseZone(OCCUPIED), DWELL, 7_099, true, "blind"],
  [
    "a person who may dwell, in a zone never clear",
    frames(NEW_ZONE, many(2, SOMEBODY)),
    DWELL,
    2_000,
    true,
    "blind",
  ],
] as const) {
  test(`verdictOf() ${what} is ${verdict}`, () => {
    assert.equal(verdictOf(state, rule, { at, fresh }), verdict);
  });
}

test("isOccupied() asks for presence and dwell, not for a camera that runs", () => {
  assert.equal(isOccupied(OCCUPIED, DWELL, 7_099), false);
  assert.equal(isOccupied(loseZone(OCCUPIED), DWELL, 7_100), true);
  assert.equal(isOccupied(CLEAR, DWELL, 100_000), false);
});

/* ---- through the rules: silence, late frames, gaps ---- */

const presence = (play: Play): string | undefined => play.state.zones.get("cell")?.presence.kind;
const verdict = (play: Play): string | undefined => play.state.verdicts.get("cell")?.verdict;

test("silence never advances the clear time, however often it is asked", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL)).watch(2_500);
  play.wait(60_000);
  assert.equal(presence(play), "occupied");
  play.watch(2_900);
  assert.equal(presence(play), "occupied", "2.9 s of frames after the silence are no 3 s");
  play.watch(200);
  assert.equal(presence(play), "clear");
});

test("a gap between two frames begins the clear time again even if no tick fell into it", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL)).watch(2_500);
  play.at += 1_100;
  play.see("front").see("side");
  play.watch(2_900);
  assert.equal(presence(play), "occupied");
  play.watch(200);
  assert.equal(presence(play), "clear");
});

test("late, repeated and future frames never advance the clear time, and are counted", () => {
  const play = new Play();
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
  play.running("front").see("front");
  const first = play.at - 5;
  const base = { camera: "front", seq: 1, detections: [], inferenceMs: 1 };
  for (let i = 0; i < 100; i++) {
    play.at += 100;
    const capturedAt = [play.at - 1_001, first, play.at + 51, Number.NaN][i % 4] as number;
    play.feed({ kind: "observed", observation: { ...base, capturedAt } });
  }
  assert.equal(presence(play), "unproven");
  assert.equal(verdict(play), "blind");
  assert.equal(play.state.cameras.get("front")?.late, 100);
});

test("a frame is taken up to its stale time, and up to 50 ms from the future", () => {
  for (const [age, taken] of [
    [1_000, true],
    [1_001, false],
    [-50, true],
    [-51, false],
  ] as const) {
    const play = new Play().running("front");
    const observation = {
      camera: "front",
      seq: 1,
      capturedAt: play.at - age,
      detections: [],
      inferenceMs: 1,
    };
    play.feed({ kind: "observed", observation });
    assert.equal(play.state.cameras.get("front")?.observedAt !== undefined, taken, `age ${age}`);
  }
});

for (const [fps, ms] of [
  [30, 1_000],
  [10, 1_000],
  [5, 1_000],
  [2, 2_500],
  [1, 5_000],
] as const) {
  test(`silence of a camera with ${fps} frames a second is blindness after ${ms} ms`, () => {
    assert.equal(staleMs(fps), ms);
  });
}

test("frames of a camera that is not running prove nothing", () => {
  const play = new Play();
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
  play.watch(10_000);
  assert.equal(presence(play), "unproven");
});

test("frames and states of a camera nobody configured change nothing", () => {
  const play = new Play().guarding();
  const before = play.state;
  play.see("nobody", person(IN_CELL)).running("nobody");
  assert.equal(play.state.zones, before.zones);
  assert.equal(play.state.cameras, before.cameras);
});

/** The small box, whose stop zone a person may cross. */
function dwelling(): Play {
  const file = structuredClone(PROVISION);
  const zone = file.zones[0];
  if (zone) Object.assign(zone, { dwellMs: 2_000 });
  return new Play(configOf(file));
}

test("a person may cross a zone with dwell time, and trips it by staying", () => {
  const crossing = dwelling().guarding().watch(1_500, person(IN_CELL)).watch(10_000);
  assert.equal(crossing.demand("permit"), "energised");
  const staying = dwelling().guarding().watch(2_000, person(IN_CELL));
  assert.equal(staying.demand("permit"), "energised");
  staying.watch(200, person(IN_CELL));
  assert.equal(staying.demand("permit"), "dropped");
});

test("a dwelling person whose camera was silent in between is no proof of a clear zone", () => {
  const play = dwelling().guarding().watch(300, person(IN_CELL)).wait(1_100);
  assert.equal(verdict(play), "blind");
  play.watch(100);
  assert.equal(verdict(play), "blind");
  play.feed({ kind: "acknowledge", alarm: "prot.detector.stalled:detector", by: "panel" });
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
});

test("no machine is started around a person who may dwell", () => {
  const play = dwelling().guarding();
  play.feed({ kind: "stop-request", by: "panel" });
  play.watch(300, person(IN_CELL));
  play.feed({ kind: "acknowledge", alarm: "op.stop.requested:panel", by: "panel" });
  assert.equal(verdict(play), "clear");
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
});

/* ---- any sequence ---- */

type Event =
  | { readonly kind: "frame"; readonly after: number; readonly age: number; readonly score: number }
  | { readonly kind: "tick"; readonly after: number }
  | { readonly kind: "camera"; readonly runs: boolean };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({
      kind: fc.constant("frame" as const),
      after: fc.oneof({ weight: 30, arbitrary: fc.constant(100) }, fc.integer({ min: 0, max: 1_300 })),
      age: fc.oneof({ weight: 20, arbitrary: fc.constant(5) }, fc.integer({ min: 0, max: 1_300 })),
      score: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.constantFrom(0.3, 0.9)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("tick" as const), after: fc.integer({ min: 0, max: 1_500 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("camera" as const), runs: fc.boolean() }) },
);
/** Long calm runs between whatever else happens, or nothing would ever be proven. */
const events = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: event.map((one) => [one]) },
      {
        weight: 1,
        arbitrary: fc.constant(
          Array.from({ length: 34 }, (): Event => ({ kind: "frame", after: 100, age: 5, score: 0 })),
        ),
      },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.flat());

/** What the zone should have counted, kept by hand: the frames that were taken, newest last. */
interface Taken {
  readonly at: number;
  readonly hit: boolean;
}

test("after any sequence, clear means an unbroken clear time of empty frames and no confirmed person since", () => {
  let proofs = 0;
  let losses = 0;
  fc.assert(
    fc.property(events, (list) => {
      const play = new Play().running("front");
      /** Frames taken since the last silence or stop. */
      let run: Taken[] = [];
      let runs = true;
      for (const one of list) {
        const before = presence(play);
        const newest = run.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
        if (one.kind === "camera") {
          runs = one.runs;
          if (runs) play.running("front");
          else play.feed({ kind: "camera", camera: "front", state: { kind: "stopping", since: play.at } });
          if (!runs) run = [];
        } else {
          play.at += one.after;
          if (one.kind === "tick") play.feed({ kind: "tick" });
          else {
            const capturedAt = play.at - one.age;
            const detections = one.score === 0 ? [] : [person(IN_CELL, one.score)];
            const observation = { camera: "front", seq: 1, capturedAt, detections, inferenceMs: 1 };
            const taken = play.state.cameras.get("front")?.late;
            play.feed({ kind: "observed", observation });
            if (play.state.cameras.get("front")?.late === taken) {
              if (capturedAt - newest > 1_000) run = [];
              const hit = one.score >= (before === "occupied" ? 0.27 : 0.45);
              if (runs) run.push({ at: capturedAt, hit });
            }
          }
          if (play.at - (run.at(-1)?.at ?? Number.NEGATIVE_INFINITY) > 1_000) run = [];
        }
        const now = presence(play);
        if (before === "clear" && now === "unproven") losses++;
        if (now !== "clear") continue;
        // Whatever happened, a clear zone rests on frames that are there and young.
        assert.ok(runs && run.length > 0, "a clear zone without frames");
        assert.ok(play.at - (run.at(-1)?.at ?? 0) <= 1_000, "a clear zone in silence");
        assert.ok(run.slice(-3).filter(({ hit }) => hit).length < 2, "a clear zone with a confirmed person");
        if (before === "clear") continue;
        proofs++;
        const end = run.at(-1)?.at ?? 0;
        const last = run.filter(({ at }) => at >= end - 3_000);
        assert.ok((run[0]?.at ?? end) <= end - 3_000, "proven by less than the clear time");
        assert.ok(
          last.every(({ hit }) => !hit),
          "proven although a frame showed a person",
        );
      }
    }),
    { numRuns: 400 },
  );
  assert.ok(proofs > 100, `the property must meet proofs; it met ${proofs}`);
  assert.ok(losses > 50, `the property must meet losses; it met ${losses}`);
});
