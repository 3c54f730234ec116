import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type CameraInput,
  type CameraState,
  reduceCamera,
  retryDelayMs,
  STABLE_AFTER_MS,
  statusWord,
} from "../../../server/domain/camera.ts";

const size = { width: 640, height: 360 };
const states = {
  idle: { kind: "idle" },
  starting: { kind: "starting", attempt: 3, since: 100 },
  running: { kind: "running", since: 100, size },
  stopping: { kind: "stopping", since: 100 },
  error: { kind: "error", why: "lost", message: "gone", attempt: 3, since: 100, retryAt: 500 },
} as const satisfies Record<CameraState["kind"], CameraState>;

const inputs = {
  start: { kind: "start", at: 1000 },
  stop: { kind: "stop", at: 1000 },
  stopped: { kind: "stopped", at: 1000 },
  "first-frame": { kind: "first-frame", at: 1000, size },
  ended: { kind: "ended", at: 1000, why: "stalled", message: "still", jitter: 1 },
  retry: { kind: "retry", at: 1000 },
} as const satisfies Record<CameraInput["kind"], CameraInput>;

/** Where each input leads from each state; "same" is the very same object. */
const table: Record<CameraState["kind"], Record<CameraInput["kind"], CameraState | "same">> = {
  idle: {
    start: { kind: "starting", attempt: 1, since: 1000 },
    stop: "same",
    stopped: "same",
    "first-frame": "same",
    ended: "same",
    retry: "same",
  },
  starting: {
    start: "same",
    stop: { kind: "stopping", since: 1000 },
    stopped: "same",
    "first-frame": { kind: "running", since: 1000, size },
    ended: { kind: "error", why: "stalled", message: "still", attempt: 3, since: 1000, retryAt: 4000 },
    retry: "same",
  },
  running: {
    start: "same",
    stop: { kind: "stopping", since: 1000 },
    stopped: "same",
    "first-frame": "same",
    ended: { kind: "error", why: "stalled", message: "still", attempt: 2, since: 1000, retryAt: 3000 },
    retry: "same",
  },
  stopping: {
    start: "same",
    stop: "same",
    stopped: { kind: "idle" },
    "first-frame": "same",
    ended: "same",
    retry: "same",
  },
  error: {
    start: { kind: "starting", attempt: 1, since: 1000 },
    stop: { kind: "idle" },
    stopped: "same",
    "first-frame": "same",
    ended: "same",
    retry: { kind: "starting", attempt: 4, since: 1000 },
  },
};

for (const [from, row] of Object.entries(table)) {
  for (const [by, expected] of Object.entries(row)) {
    test(`a camera ${from} given ${by} ${expected === "same" ? "stays as it is" : `becomes ${expected.kind}`}`, () => {
      const state = states[from as CameraState["kind"]];
      const next = reduceCamera(state, inputs[by as CameraInput["kind"]]);
      if (expected === "same") assert.equal(next, state);
      else assert.deepEqual(next, expected);
    });
  }
}

test("a retry before its time changes nothing", () => {
  assert.equal(reduceCamera(states.error, { kind: "retry", at: 499 }), states.error);
});

test("a failure after a stable run counts as the first again", () => {
  const next = reduceCamera(states.running, { ...inputs.ended, at: states.running.since + STABLE_AFTER_MS });
  assert.ok(next.kind === "error");
  assert.equal(next.attempt, 1);
});

test("waiting stays within its limits for every attempt and draw", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("lost" as const, "stalled" as const, "refused" as const, "unsupported" as const),
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (why, attempt, jitter) => {
        const delay = retryDelayMs(why, attempt, jitter);
        const [least, most] = why === "lost" || why === "stalled" ? [100, 3_000] : [15_000, 30_000];
        return delay >= least && delay <= most;
      },
    ),
  );
});

test("any sequence of inputs keeps what a camera's life is", () => {
  const input = fc.constantFrom(...Object.values(inputs));
  const step = fc.record({
    input,
    ms: fc.nat({ max: 40_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = { kind: "idle" } as CameraState;
      let at = 0;
      for (const { input, ms, jitter } of steps) {
        const before = state as CameraState;
        at += ms;
        state = reduceCamera(before, input.kind === "ended" ? { ...input, at, jitter } : { ...input, at });
        if (state !== before) assert.ok(follows(before, state), `${before.kind} to ${state.kind}`);
        if (input.kind === "stop") assert.ok(state.kind === "idle" || state.kind === "stopping");
        if (input.kind === "start") assert.notEqual(state.kind, "idle");
        if (state.kind === "error") assert.ok(state.retryAt >= state.since + 100 && state.attempt >= 1);
        if (state.kind === "starting" && before.kind === "error" && input.kind === "retry")
          assert.ok(at >= before.retryAt && state.attempt === before.attempt + 1);
      }
    }),
  );
});

/** The only ways from one state to another. */
function follows(from: CameraState, to: CameraState): boolean {
  const ways: Record<CameraState["kind"], readonly CameraState["kind"][]> = {
    idle: ["starting"],
    starting: ["running", "stopping", "error"],
    running: ["stopping", "error"],
    stopping: ["idle"],
    error: ["starting", "idle"],
  };
  return ways[from.kind].includes(to.kind);
}

test("every state has its word in the contract", () => {
  assert.deepEqual(Object.values(states).map(statusWord), [
    "IDLE",
    "STARTING",
    "RUNNING",
    "STOPPING",
    "ERROR",
  ]);
});
