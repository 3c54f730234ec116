import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Arrival, HttpLateness, PAUSE_MS } from "../../../server/camera/http_lateness.ts";
import type { Timing } from "../../../server/camera/lateness.ts";

interface Way {
  readonly pictures: number;
  readonly periodMs: number;
  /** Bytes of the nth picture. */
  readonly size: (n: number) => number;
  /** Bytes in a millisecond, at this time. */
  readonly rate: (at: number) => number;
  /** The most that comes at once. */
  readonly packet: number;
  /** How often we come to read, in ms; at once where not given. */
  readonly turnMs?: number;
  /** No packet holds the end of one picture and the beginning of the next. */
  readonly own?: boolean;
}

/** Pictures sent down a link, one byte after the other: when each came, and when it was taken. */
function send(way: Way): { arrival: Arrival; takenAt: number }[] {
  const { pictures, periodMs, size, rate, packet, turnMs } = way;
  const readAt = (at: number): number => (turnMs === undefined ? at : Math.ceil(at / turnMs) * turnMs);
  const came = [];
  let now = 0;
  /** Of a packet that also holds the beginning of the next picture. */
  let room = 0;
  for (let n = 0; n < pictures; n++) {
    const takenAt = n * periodMs;
    if (takenAt > now) {
      now = takenAt;
      room = 0;
    }
    let left = size(n);
    let firstByteAt: number | undefined;
    let reads = 0;
    let lastReadAt: number | undefined;
    while (left > 0) {
      if (room === 0) {
        now += packet / rate(now);
        room = packet;
      }
      firstByteAt ??= readAt(now);
      if (turnMs === undefined || readAt(now) !== lastReadAt) reads++;
      lastReadAt = readAt(now);
      const taken = Math.min(left, room);
      left -= taken;
      room -= taken;
    }
    const lastByteAt = readAt(now);
    came.push({ arrival: { firstByteAt: firstByteAt ?? lastByteAt, lastByteAt, reads }, takenAt });
    if (way.own === true) room = 0; // the next picture has a packet of its own
  }
  return came;
}

/** Looks for more as often as it comes round, and says when there was nothing. */
function reader(turnMs = PAUSE_MS): (arrival: Arrival) => Partial<Timing> {
  const lateness = new HttpLateness();
  let lastByteAt = Number.POSITIVE_INFINITY;
  return (arrival) => {
    const lookedAt = lastByteAt + turnMs;
    if (lookedAt < arrival.firstByteAt) lateness.foundNothing(lookedAt);
    lastByteAt = arrival.lastByteAt;
    return lateness.take(arrival);
  };
}

function told(way: Way): { lateMs: number; trueMs: number }[] {
  const take = reader(way.turnMs);
  return send(way).map(({ arrival, takenAt }) => ({
    lateMs: take(arrival).lateMs ?? Number.NaN,
    trueMs: arrival.firstByteAt - takenAt,
  }));
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const anyWay = {
  periodMs: fc.integer({ min: 33, max: 500 }),
  bytes: fc.integer({ min: 30_000, max: 200_000 }),
  packet: fc.constantFrom(536, 1_448, 1_448, 4_344),
  vary: fc.array(fc.double({ min: 0.7, max: 1.3, noNaN: true }), { minLength: 7, maxLength: 7 }),
};

test("a link with room to spare makes no picture late", () => {
  fc.assert(
    fc.property(
      fc.record({ ...anyWay, load: fc.double({ min: 0.02, max: 0.4, noNaN: true }) }),
      ({ load, periodMs, bytes, packet, vary }) => {
        const rate = (bytes * mean(vary)) / periodMs / load;
        const size = (n: number): number => Math.round(bytes * (vary[n % vary.length] ?? 1));
        const pictures = told({ pictures: 60, periodMs, size, rate: () => rate, packet });
        assert.ok(pictures.every(({ lateMs }) => lateMs === 0));
      },
    ),
  );
});

test("no picture is older than it is told to be, whatever the link does", () => {
  fc.assert(
    fc.property(
      fc.record({ ...anyWay, load: fc.double({ min: 1.3, max: 10, noNaN: true }) }),
      ({ load, periodMs, bytes, packet, vary }) => {
        const rate = (bytes * mean(vary)) / periodMs / load;
        const size = (n: number): number => Math.round(bytes * (vary[n % vary.length] ?? 1));
        // Plenty of room for ten pictures, then too little.
        const slow = 10 * periodMs;
        const pictures = told({
          pictures: 40,
          periodMs,
          size,
          rate: (at) => (at < slow ? rate * load * 4 : rate),
          packet,
        });
        for (const { lateMs, trueMs } of pictures) {
          // What it took from being sent to its first packet is the way, and no queue.
          assert.ok(
            lateMs >= trueMs - packet / rate - periodMs,
            `${lateMs} ms told, ${trueMs} ms true, period ${periodMs}`,
          );
        }
        assert.ok((pictures.at(-1)?.lateMs ?? 0) > 20 * periodMs, "and the queue was found");
      },
    ),
  );
});

test("a reader that seldom comes does not take its own pauses for the camera's", () => {
  fc.assert(
    fc.property(
      fc.record({
        turnMs: fc.integer({ min: 20, max: 400 }),
        bytes: fc.integer({ min: 12_000, max: 30_000 }),
        vary: fc.array(fc.double({ min: 0.9, max: 1.1, noNaN: true }), { minLength: 7, maxLength: 7 }),
      }),
      ({ turnMs, bytes, vary }) => {
        const size = (n: number): number => Math.round(bytes * (vary[n % vary.length] ?? 1));
        const way = { pictures: 100, periodMs: 100, size, packet: 1_448, turnMs, own: true };
        const pictures = told({ ...way, rate: (at) => (at < 1_000 ? 2_000 : bytes / 150) });
        const wrong = pictures.filter(({ lateMs, trueMs }) => trueMs > 1_000 + turnMs && lateMs < 1_000);
        assert.deepEqual(wrong, []);
      },
    ),
  );
});

test("a reader that is busy half of the time takes no camera for late", () => {
  const pictures = told({
    pictures: 200,
    periodMs: 100,
    size: () => 14_000,
    rate: () => 5_000,
    packet: 1_448,
    turnMs: 60,
  });
  assert.ok(Math.max(...pictures.map(({ lateMs }) => lateMs)) < 250);
});

test("a queue that has emptied is forgotten after three pictures", () => {
  const busy = (at: number): number => (at > 2_000 && at < 5_000 ? 100 : 4_000);
  const pictures = told({ pictures: 120, periodMs: 100, size: () => 20_000, rate: busy, packet: 1_448 });
  assert.ok(Math.max(...pictures.map(({ lateMs }) => lateMs)) > 2_500);
  const emptied = pictures.findLastIndex(({ trueMs }) => trueMs > 20);
  assert.ok(emptied > 20);
  assert.ok(pictures.slice(emptied + 4).every(({ lateMs }) => lateMs === 0));
});

test("pictures read together after a hold-up of ours are late by that, and no longer", () => {
  const take = reader();
  const at = (n: number): number => (n >= 20 && n < 26 ? 2_600 : n * 100);
  const late = Array.from({ length: 60 }, (_, n) => {
    const firstByteAt = at(n);
    return take({ firstByteAt, lastByteAt: firstByteAt + (n === 20 ? 0 : 4), reads: 3 }).lateMs;
  });
  assert.ok(
    late.every((lateMs, n) => (n > 20 && n < 29) || lateMs === 0),
    String(late),
  );
  assert.ok(late.every((lateMs) => (lateMs ?? 0) <= 400));
});

test("the camera's own times count where it sends them", () => {
  const lateness = new HttpLateness();
  const timings = Array.from({ length: 50 }, (_, n) => {
    const firstByteAt = 1_000 + n * 100 + Math.max(0, n - 30) * 60;
    return lateness.take({ firstByteAt, lastByteAt: firstByteAt + 90, reads: 20, stamp: 5_000 + n * 100 });
  });
  assert.equal(timings[30]?.lateMs, 0, "although it hardly ever pauses");
  assert.ok(Math.abs((timings[49]?.lateMs ?? 0) - 19 * 60) < 50);
  assert.ok(timings.at(-1)?.pace !== undefined, "and its clock is checked");
});
