/** Who is who: what keeps a number, what ends it, and that no sequence of boxes at all breaks it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Detection } from "../../../server/domain/eye.ts";
import {
  advanceTracks,
  LOST_MS,
  MAX_TRACKS,
  NO_TRACKS,
  type Tracks,
  trackOf,
} from "../../../server/domain/track.ts";
import type { Box } from "../../../server/domain/units.ts";
import { person } from "./scenario.ts";

const THRESHOLD = 0.45;
const FRAME_MS = 100;

interface Frame {
  readonly at: number;
  readonly detections: readonly Detection[];
}

const advance = (tracks: Tracks, { at, detections }: Frame): Tracks =>
  advanceTracks(tracks, detections, at, THRESHOLD);

/** The tracks after each of these frames. */
function follow(frames: readonly Frame[], from: Tracks = NO_TRACKS): Tracks[] {
  let tracks = from;
  return frames.map((frame) => {
    tracks = advance(tracks, frame);
    return tracks;
  });
}

/** Frames at ten a second, the first at 1,000 ms. */
const paced = (frames: readonly (readonly Detection[])[]): Frame[] =>
  frames.map((detections, i) => ({ at: 1_000 + i * FRAME_MS, detections }));

const last = (tracks: readonly Tracks[]): Tracks => tracks.at(-1) ?? NO_TRACKS;

/** Somebody of this height, 0.4 as wide, around this centre. */
const standing = (x: number, y: number, height = 0.3): Box => ({
  x0: x - 0.2 * height,
  y0: y - height / 2,
  x1: x + 0.2 * height,
  y1: y + height / 2,
});

/** Evenly spread, unlike fc.double, whose values crowd at zero. */
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 9_973 }).map((n) => min + ((max - min) * n) / 9_973);

const HERE = standing(0.3, 0.5);
const THERE = standing(0.7, 0.5);

/* ---- by example ---- */

test("a track is tentative on the first frame, confirmed on the second, lost on a missed one", () => {
  const [once, twice, missed, again] = follow(paced([[person(HERE)], [person(HERE)], [], [person(HERE)]]));
  const told = [once, twice, missed, again].map((tracks) => tracks?.list.map(({ id, state }) => [id, state]));
  assert.deepEqual(told, [[[1, "tentative"]], [[1, "confirmed"]], [[1, "lost"]], [[1, "confirmed"]]]);
});

test("what was seen once only is forgotten by the next frame, and its number is not given again", () => {
  const tracks = last(follow(paced([[person(HERE)], [], [person(HERE)]])));
  assert.deepEqual(
    tracks.list.map(({ id, state }) => [id, state]),
    [[2, "tentative"]],
  );
});

test("somebody who is missed for longer than the limit is a new person, up to it the same", () => {
  const before = last(follow(paced([[person(HERE)], [person(HERE)]])));
  for (const [missed, id] of [
    [LOST_MS, 1],
    [LOST_MS + 1, 2],
  ] as const) {
    const at = before.at + missed;
    const after = last(follow([{ at, detections: [person(HERE)] }], before));
    assert.equal(after.list[0]?.id, id, `${missed} ms`);
  }
});

test("an unsure detection keeps a track and never begins one", () => {
  const unsure = person(HERE, THRESHOLD - 0.01);
  assert.deepEqual(last(follow(paced([[unsure], [unsure], [unsure]]))).list, []);
  const kept = last(follow(paced([[person(HERE)], [person(HERE)], [unsure], [unsure]])));
  assert.deepEqual(
    kept.list.map(({ id, state }) => [id, state]),
    [[1, "confirmed"]],
  );
});

test("unsure detections alone keep nobody longer than somebody hidden is waited for", () => {
  const sure = last(follow(paced([[person(HERE)], [person(HERE)]])));
  const frames = Array.from({ length: 40 }, (_, i) => ({
    at: sure.at + (i + 1) * FRAME_MS,
    detections: [person(HERE, THRESHOLD - 0.01)],
  }));
  const confirmed = follow(frames, sure).filter(({ list }) => list[0]?.state === "confirmed");
  assert.equal(confirmed.length, LOST_MS / FRAME_MS);
  assert.deepEqual(last(follow(frames, sure)).list, []);
});

test("a person and a forklift at one place are two tracks", () => {
  const forklift: Detection = { ...person(HERE), label: "forklift" };
  const tracks = last(follow(paced([[person(HERE)], [person(HERE)], [forklift], [forklift]])));
  assert.deepEqual(
    tracks.list.map(({ id, label, state }) => [id, label, state]),
    [
      [1, "person", "lost"],
      [2, "forklift", "confirmed"],
    ],
  );
});

test("a frame that is not newer than the last, or of no time at all, says nothing", () => {
  const tracks = last(follow(paced([[person(HERE)], [person(HERE)]])));
  for (const at of [tracks.at, tracks.at - 1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(advance(tracks, { at, detections: [] }), tracks);
});

test("trackOf() knows whose number a detection of the newest frame bears", () => {
  const [a, b] = [person(HERE), person(THERE)];
  const first = advance(NO_TRACKS, { at: 1_000, detections: [a] });
  assert.equal(trackOf(first, a), undefined, "nobody is anybody after one frame");
  const [again, new_] = [person(HERE), person(THERE)];
  const second = advance(first, { at: 1_100, detections: [again, new_] });
  assert.equal(trackOf(second, again), 1);
  assert.equal(trackOf(second, new_), undefined);
  assert.equal(trackOf(second, a), undefined, "an older frame's");
  assert.equal(trackOf(advance(second, { at: 1_200, detections: [] }), again), undefined, "lost by now");
  assert.equal(trackOf(second, b), undefined);
});

test("a lost track's box goes on as the person went, and neither grows nor shrinks", () => {
  const walk = Array.from({ length: 15 }, (_, i) => [person(standing(0.2 + 0.02 * i, 0.5, 0.3 + 0.005 * i))]);
  const seen = last(follow(paced(walk)));
  const lost = follow(
    [1, 2, 3, 4, 5].map((i) => ({ at: seen.at + i * FRAME_MS, detections: [] })),
    seen,
  );
  const middles = [seen, ...lost].map(({ list }) => ((list[0]?.box.x0 ?? 0) + (list[0]?.box.x1 ?? 0)) / 2);
  for (let i = 1; i < middles.length; i++) {
    const step = (middles[i] ?? 0) - (middles[i - 1] ?? 0);
    assert.ok(Math.abs(step - 0.02) < 0.004, `step ${i} is ${step}`);
  }
  const heights = lost.map(({ list }) => (list[0]?.box.y1 ?? 0) - (list[0]?.box.y0 ?? 0));
  assert.ok(Math.max(...heights) - Math.min(...heights) < 1e-9, heights.join());
});

/* ---- people who walk ---- */

/** Heights a second, in any direction. */
const velocity = fc.record({ speed: between(0, 1), angle: between(0, 2 * Math.PI) });

test("a person at a constant speed keeps their number through a second of missed frames, at any pace", () => {
  let moved = 0;
  fc.assert(
    fc.property(
      velocity,
      between(0.05, 0.2),
      // Frames are as far apart as cameras of 5 to 25 frames a second have them, and unevenly so.
      fc.array(between(40, 200), { minLength: 60, maxLength: 60 }),
      between(100, 1_000),
      ({ speed, angle }, height, steps, missedMs) => {
        const [vx, vy] = [speed * height * Math.cos(angle), speed * height * Math.sin(angle)];
        let at = 1_000;
        const frames = steps.map((step): Frame => {
          at += step;
          const seconds = (at - 2_500) / 1000;
          const box = standing(0.5 + vx * seconds, 0.5 + vy * seconds, height);
          return { at, detections: [person(box)] };
        });
        // Known for a second, then missed.
        const from = 2_000;
        const tracks = follow(
          frames
            .filter((frame) => frame.at <= 4_000)
            .map((frame) =>
              frame.at > from && frame.at <= from + missedMs ? { ...frame, detections: [] } : frame,
            ),
        );
        assert.deepEqual([...new Set(tracks.flatMap(({ list }) => list.map(({ id }) => id)))], [1]);
        assert.equal(last(tracks).list[0]?.state, "confirmed");
        if (speed > 0.5 && missedMs > 500) moved++;
      },
    ),
  );
  assert.ok(moved > 2, `people must walk while they are missed; ${moved} did`);
});

test("two people who cross each other keep their numbers where their speeds differ", () => {
  fc.assert(
    fc.property(
      between(0.3, 1),
      between(-1, -0.1),
      between(-0.02, 0.02),
      fc.array(between(-0.01, 0.01), { minLength: 160, maxLength: 160 }),
      (right, left, lower, jitter) => {
        const height = 0.2;
        const noise = (i: number): number => height * (jitter[i] ?? 0);
        // Two seconds before the crossing and two after it.
        const frames = Array.from({ length: 40 }, (_, i): Frame => {
          const seconds = (i - 20) / 10;
          const a = standing(0.5 + right * height * seconds + noise(4 * i), 0.5 + noise(4 * i + 1), height);
          const b = standing(
            0.5 + left * height * seconds + noise(4 * i + 2),
            0.5 + lower + noise(4 * i + 3),
            height,
          );
          return { at: 1_000 + i * FRAME_MS, detections: [person(a, 0.9), person(b, 0.8)] };
        });
        const tracks = follow(frames);
        const idsOf = (i: number): readonly (number | undefined)[] =>
          (frames[i]?.detections ?? []).map((detection) => trackOf(tracks[i] ?? NO_TRACKS, detection));
        assert.deepEqual(idsOf(1).toSorted(), [1, 2]);
        assert.deepEqual(idsOf(39), idsOf(1));
      },
    ),
  );
});

test("two people who cross keep their numbers where one hides the other for a while", () => {
  const frames = Array.from({ length: 40 }, (_, i): Frame => {
    const seconds = (i - 20) / 10;
    const front = person(standing(0.5 + 0.2 * seconds, 0.5, 0.3), 0.9);
    const behind = person(standing(0.5 - 0.15 * seconds, 0.48, 0.28), 0.8);
    const hidden = Math.abs(seconds) < 0.35;
    return { at: 1_000 + i * FRAME_MS, detections: hidden ? [front] : [front, behind] };
  });
  const tracks = follow(frames);
  const idsOf = (i: number) => frames[i]?.detections.map((one) => trackOf(tracks[i] ?? NO_TRACKS, one));
  assert.deepEqual(idsOf(39), idsOf(1));
  assert.equal(last(tracks).nextId, 3);
});

test("a person who stands still keeps their number however their box trembles", () => {
  fc.assert(
    fc.property(
      between(0.02, 0.4),
      fc.array(fc.tuple(...Array.from({ length: 4 }, () => between(-0.1, 0.1))), {
        minLength: 100,
        maxLength: 100,
      }),
      (height, trembling) => {
        const still = standing(0.5, 0.5, height);
        const frames = trembling.map(([a = 0, b = 0, c = 0, d = 0]) => {
          // A tenth of each side, either way.
          const [wide, high] = [0.4 * height, height];
          return [
            person({
              x0: still.x0 + a * wide,
              y0: still.y0 + b * high,
              x1: still.x1 + c * wide,
              y1: still.y1 + d * high,
            }),
          ];
        });
        for (const { list } of follow(paced(frames)))
          assert.deepEqual(
            list.map(({ id }) => id),
            [1],
          );
      },
    ),
    { numRuns: 50 },
  );
});

/* ---- anything at all ---- */

const wildNumber = fc.oneof(
  { weight: 6, arbitrary: between(0, 1) },
  { weight: 1, arbitrary: fc.double({ noNaN: false }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, -0, 5e-324, 1e308, -1e308, 1e-3) },
);
/** Around a few places, so that tracks live; now and then anything. */
const place = fc.record({
  x: fc.constantFrom(0.2, 0.25, 0.5, 0.8),
  y: between(0.2, 0.8),
  height: between(0.01, 0.4),
});
const wildBox: fc.Arbitrary<Box> = fc.oneof(
  { weight: 5, arbitrary: place.map(({ x, y, height }) => standing(x, y, height)) },
  { weight: 1, arbitrary: fc.record({ x0: wildNumber, y0: wildNumber, x1: wildNumber, y1: wildNumber }) },
);
const wildDetection: fc.Arbitrary<Detection> = fc.record({
  label: fc.constantFrom("person", "person", "forklift"),
  score: fc.oneof({ weight: 5, arbitrary: between(0.2, 1) }, wildNumber),
  box: wildBox,
});
/** Steps from one frame to the next: mostly ordinary, sometimes backwards, hardly any, or for ever. */
const wildStep = fc.oneof(
  { weight: 8, arbitrary: between(20, 300) },
  { weight: 1, arbitrary: fc.constantFrom(0, -50, 1e-9, 5_000, 1e300, Number.NaN) },
);
const wildFrames: fc.Arbitrary<Frame[]> = fc
  .array(fc.tuple(wildStep, fc.array(wildDetection, { maxLength: 6 })), { minLength: 20, maxLength: 40 })
  .map((frames) => {
    let at = 1_000;
    return frames.map(([step, detections]) => {
      at = Number.isFinite(at + step) ? at + step : at;
      return { at, detections };
    });
  });

test("any boxes at any times lead to finite numbers, unique ids that are never given again, and few tracks", () => {
  let kept = 0;
  fc.assert(
    fc.property(wildFrames, (frames) => {
      let before = NO_TRACKS;
      for (const after of follow(frames)) {
        const ids = after.list.map(({ id }) => id);
        assert.equal(new Set(ids).size, ids.length);
        assert.ok(ids.length <= MAX_TRACKS);
        assert.ok(after.nextId >= before.nextId);
        for (const { id } of after.list) {
          assert.ok(id < after.nextId);
          const known = before.list.some((track) => track.id === id);
          assert.ok(known || id >= before.nextId, `number ${id} was given before`);
          if (known && after !== before) kept++;
        }
        for (const track of after.list) {
          // JSON writes null where a number is none.
          const text = JSON.stringify(track);
          assert.ok(!text.includes("null"), text);
          assert.ok(track.box.x0 < track.box.x1 && track.box.y0 < track.box.y1, JSON.stringify(track.box));
          assert.ok(track.firstSeen <= track.lastSeen && track.lastSure <= track.lastSeen);
          assert.ok(track.lastSeen <= after.at && after.at - track.lastSeen <= LOST_MS);
          assert.equal(track.state !== "lost", track.lastSeen === after.at);
        }
        before = after;
      }
    }),
    { numRuns: 100 },
  );
  assert.ok(kept > 500, `tracks must live on; ${kept} did`);
});

test("the order of a frame's detections does not matter", () => {
  fc.assert(
    fc.property(wildFrames, fc.infiniteStream(fc.nat()), (frames, random) => {
      const shuffled = frames.map(({ at, detections }) => ({
        at,
        detections: detections
          .map((detection) => ({ detection, turn: random.next().value as number }))
          .sort((a, b) => a.turn - b.turn)
          .map(({ detection }) => detection),
      }));
      assert.deepEqual(follow(shuffled), follow(frames));
    }),
  );
});

test("a picture full of people is followed as far as the limit goes, and no further", () => {
  const crowd = Array.from({ length: 100 }, (_, i) =>
    person(standing(0.05 + 0.1 * (i % 10), 0.05 + 0.1 * Math.floor(i / 10), 0.08), 0.5 + i / 1_000),
  );
  const tracks = follow(paced([crowd, crowd, crowd]));
  assert.equal(last(tracks).list.length, MAX_TRACKS);
  assert.equal(last(tracks).nextId, MAX_TRACKS + 1);
  assert.ok(last(tracks).list.every(({ state }) => state === "confirmed"));
});
