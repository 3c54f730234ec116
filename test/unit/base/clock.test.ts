import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { monotonicMs, wait, wallMs } from "../../../server/base/clock.ts";
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
