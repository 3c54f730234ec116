import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { ClockWatch, monotonicMs, wait, wallMs } from "../../../server/base/clock.ts";
import { program, type Runtime } from "../../support/runtime.ts";

/** Tells the time of its clock for every line it gets. */
const CLOCK = `${import.meta.dirname}/clock-teller.ts`;

/** How far the other process's clock is from ours: the best of several asks, as in every time protocol. */
async function offsetOf(runtime: Runtime): Promise<number> {
  const { command, args } = program(CLOCK, runtime);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  try {
    let best = { offset: Number.POSITIVE_INFINITY, trip: Number.POSITIVE_INFINITY };
    for (let i = 0; i < 10; i++) {
      const before = monotonicMs();
      child.stdin.write("?\n");
      const [theirs] = (await once(lines, "line")) as [string];
      const after = monotonicMs();
      if (after - before < best.trip) {
        best = { offset: Number(theirs) - (before + after) / 2, trip: after - before };
      }
    }
    return best.offset;
  } finally {
    child.kill("SIGKILL");
  }
}

for (const runtime of ["node", "deno"] as const) {
  test(`monotonicMs is the same clock in another process under ${runtime}, within 20 ms`, async () => {
    const offset = await offsetOf(runtime);
    assert.ok(Math.abs(offset) < 20, `it is ${offset.toFixed(1)} ms away`);
  });
}

test("monotonicMs never goes backwards", () => {
  let last = monotonicMs();
  for (let i = 0; i < 10_000; i++) {
    const now = monotonicMs();
    assert.ok(now >= last);
    last = now;
  }
});

test("wallMs is Unix time in milliseconds", () => {
  assert.ok(Math.abs(wallMs() - Date.now()) < 100);
});

test("wait ends early and without an error when its signal aborts", async () => {
  const stop = new AbortController();
  const began = monotonicMs();
  const waiting = wait(60_000, stop.signal);
  stop.abort();
  await waiting;
  assert.ok(monotonicMs() - began < 1000);
});

test("wait does not wait at all when its signal has aborted already", async () => {
  const began = monotonicMs();
  await wait(60_000, AbortSignal.abort());
  assert.ok(monotonicMs() - began < 1000);
});

const NOON = Date.parse("2026-07-01T12:00:00Z");
const HOUR_MS = 3_600_000;

test("a wall clock that is set by an hour is told once, forward and back, with what it would have shown", () => {
  const watch = new ClockWatch();
  assert.equal(watch.see(NOON, 5_000), undefined, "the first reading is compared with nothing");
  assert.equal(watch.see(NOON + 1_000, 6_000), undefined);
  assert.deepEqual(watch.see(NOON + 2_000 + HOUR_MS, 7_000), {
    byMs: HOUR_MS,
    wallBefore: NOON + 2_000,
    wallAfter: NOON + 2_000 + HOUR_MS,
  });
  assert.equal(watch.see(NOON + 3_000 + HOUR_MS, 8_000), undefined);
  assert.deepEqual(watch.see(NOON + 4_000, 9_000), {
    byMs: -HOUR_MS,
    wallBefore: NOON + 4_000 + HOUR_MS,
    wallAfter: NOON + 4_000,
  });
});

test("a late reading, small corrections and a day of drift are no step", () => {
  const watch = new ClockWatch();
  watch.see(NOON, 0);
  assert.equal(watch.see(NOON + 90_000, 90_000), undefined, "the process hung for 90 s, both clocks went on");
  assert.equal(watch.see(NOON + 91_000 + 1_000, 91_000), undefined, "corrected by a second");
  assert.equal(watch.see(NOON + 92_000, 92_000), undefined, "and back");
  for (let second = 93; second < 86_400; second++)
    assert.equal(watch.see(NOON + second * 1_000.5, second * 1_000), undefined, "500 parts in a million");
});
