import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Lateness, type Timing } from "../../../server/camera/lateness.ts";

/** Frames every 100 ms by the camera's clock; `arrive` says when the nth came, `stamp` what it carried. */
function run(
  frames: number,
  arrive: (n: number) => number,
  stamp: (n: number) => number = (n) => n * 100,
): { timings: Timing[]; lateness: Lateness } {
  const lateness = new Lateness();
  const timings = Array.from({ length: frames }, (_, n) => lateness.take(stamp(n), 5_000 + arrive(n)));
  return { timings, lateness };
}

test("frames that come at their pace are not late, whatever the way takes", () => {
  const { timings } = run(100, (n) => n * 100 + 700);
  assert.ok(timings.every(({ lateMs }) => lateMs === 0));
  assert.equal(timings.at(-1)?.pace?.ratio, 1);
});

test("a queue on the way makes frames as late as it is long, and its end makes them young", () => {
  const queue = (n: number): number => (n < 50 ? 0 : n < 80 ? (n - 50) * 60 : 0);
  const { timings } = run(100, (n) => n * 100 + queue(n));
  assert.ok(Math.abs((timings[79]?.lateMs ?? 0) - 29 * 60) < 50);
  assert.ok((timings[99]?.lateMs ?? 0) < 50);
});

test("a run that begins with a queue is caught up half a second after the queue has emptied, not before", () => {
  for (const speed of [1.25, 2, 5, 100]) {
    const queued = 50;
    const emptyAt = (queued * 100) / speed;
    const arrive = (n: number): number => Math.max((n * 100) / speed, emptyAt + (n - queued) * 100);
    const { timings } = run(100, arrive);
    const first = timings.findIndex(({ catchingUp }) => !catchingUp);
    assert.ok(arrive(first) >= emptyAt + 400, `${speed} times: frame ${first}`);
    assert.ok(arrive(first) <= emptyAt + 700, `${speed} times: frame ${first}`);
    assert.ok(timings.slice(first).every(({ catchingUp }) => !catchingUp));
  }
});

test("a run without a queue is caught up within a second or two frames, although its first frame is slow", () => {
  for (const gap of [40, 100, 500, 1_000]) {
    const arrive = (n: number): number => n * gap + (n === 0 ? 300 : (n % 3) * 15);
    const lateness = new Lateness();
    const timings = Array.from({ length: 40 }, (_, n) => lateness.take(n * gap, 5_000 + arrive(n)));
    const first = timings.findIndex(({ catchingUp }) => !catchingUp);
    assert.ok(arrive(first) <= Math.max(1_000, 2 * gap + 50), `every ${gap} ms: frame ${first}`);
  }
});

test("a hold-up with a burst after it is late for as long as it lasts, and is no wrong pace", () => {
  const arrive = (n: number): number =>
    n % 40 >= 30 && n % 40 < 39 ? Math.floor(n / 40) * 4_000 + 3_900 : n * 100;
  const { timings } = run(400, arrive);
  assert.ok(Math.abs((timings[30]?.lateMs ?? 0) - 900) < 20);
  for (const { pace } of timings) assert.ok(Math.abs((pace?.ratio ?? 1) - 1) < 0.1, `${pace?.ratio}`);
});

test("a clock that is half a percent slow for a day is not taken for a queue", () => {
  const { timings } = run(864_000, (n) => n * 100.5);
  assert.ok((timings.at(-1)?.lateMs ?? Infinity) < 1);
});

test("a clock that is set, forwards or back, is counted and makes no frame late", () => {
  for (const step of [3_600_000, -3_600_000, 5_000, -300]) {
    const { timings, lateness } = run(
      100,
      (n) => n * 100 + (n >= 45 ? 200 : 0),
      (n) => n * 100 + (n < 50 ? 0 : step),
    );
    assert.equal(lateness.jumps, 1, `by ${step}`);
    // What was known of the way before is still held against it.
    assert.ok(Math.abs((timings.at(-1)?.lateMs ?? 0) - 200) < 30, `by ${step}: ${timings.at(-1)?.lateMs}`);
    assert.ok(timings.every(({ pace }) => Math.abs((pace?.ratio ?? 1) - 1) < 0.15));
  }
});

test("a clock that stands still, or runs at half or double speed, shows in the pace within 5 s", () => {
  for (const ratio of [0, 0.5, 2]) {
    const { timings } = run(
      150,
      (n) => n * 100,
      (n) => (n < 100 ? n * 100 : 10_000 + (n - 100) * 100 * ratio),
    );
    assert.ok(
      Math.abs((timings[149]?.pace?.ratio ?? 1) - ratio) < 0.05,
      `${ratio}: ${timings[149]?.pace?.ratio}`,
    );
  }
});

test("a clock that is set all the time has no pace to believe", () => {
  const { timings } = run(
    200,
    (n) => n * 100,
    (n) => n * 100 + Math.floor(n / 7) * 60_000,
  );
  assert.ok(Math.abs((timings.at(-1)?.pace?.ratio ?? 1) - 1) > 0.2);
});

test("no sequence of stamps and arrivals makes a frame younger than its arrival", () => {
  const frame = fc.tuple(fc.integer({ min: -10_000, max: 10_000 }), fc.nat({ max: 5_000 }));
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 200 }), (steps) => {
      const lateness = new Lateness();
      let [pts, at] = [0, 0];
      for (const [step, gap] of steps) {
        pts += step;
        at += gap;
        const { lateMs } = lateness.take(pts, at);
        assert.ok(lateMs >= 0 && Number.isFinite(lateMs), `${lateMs}`);
      }
    }),
  );
});

test("the step of the camera's clock from frame to frame is told where it is an ordinary one", () => {
  const stamps = [0, 100, 240, 240, 7_000, 7_100, 3_000];
  const { timings } = run(
    stamps.length,
    (n) => n * 100,
    (n) => stamps[n] ?? 0,
  );
  assert.deepEqual(
    timings.map(({ stepMs }) => stepMs),
    [undefined, 100, 140, undefined, undefined, 100, undefined],
  );
});
