/** A zone through the rules: what silence, late frames and gaps do to it, and what clear means after anything. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { staleMs } from "../../../server/domain/rules.ts";
import { configOf, IN_CELL, Play, PROVISION, person } from "./scenario.ts";

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
    [900, true],
    [901, false],
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
  [30, 900],
  [10, 900],
  [5, 900],
  [2, 2_400],
  [1, 4_900],
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
  if (zone) Object.assign(zone, { dwellMs: 5_000 });
  return new Play(configOf(file));
}

test("a person may cross a zone with dwell time, the clear time included, and trips it by staying", () => {
  const crossing = dwelling().guarding().watch(1_500, person(IN_CELL)).watch(10_000);
  assert.equal(crossing.demand("permit"), "energised");
  const slow = dwelling().guarding().watch(4_500, person(IN_CELL)).watch(10_000);
  assert.equal(slow.demand("permit"), "energised", "the time it takes to prove them gone is no dwell");
  const staying = dwelling().guarding().watch(5_000, person(IN_CELL));
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
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("tick" as const), after: fc.integer({ min: 0, max: 1_500 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("camera" as const),
      runs: fc.constantFrom(true, true, true, false),
    }),
  },
);
/** Long calm runs between whatever else happens, or nothing would ever be proven. */
const events = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: event.map((one) => [one]) },
      {
        weight: 1,
        arbitrary: fc.constant(
          Array.from({ length: 34 }, (): Event => ({ kind: "frame", after: 100, age: 5, score: 0 })),
        ),
      },
    ),
    { maxLength: 40 },
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
    { numRuns: 300 },
  );
  assert.ok(proofs > 60, `the property must meet proofs; it met ${proofs}`);
  assert.ok(losses > 3, `the property must meet losses; it met ${losses}`);
});
