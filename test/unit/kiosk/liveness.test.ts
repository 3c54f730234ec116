/** When the screen says that it is not live. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ageNow,
  isLost,
  judgePicture,
  LOST_AFTER_MS,
  LOST_BROKEN_MS,
  retryAfterMs,
  STALE_AFTER_MS,
  slept,
  staleAfterMs,
} from "../../../kiosk/liveness.ts";

test("the link is lost after two seconds without a view and not before", () => {
  assert.equal(isLost(1_000, 1_000 + LOST_AFTER_MS - 1), false);
  assert.equal(isLost(1_000, 1_000 + LOST_AFTER_MS), true);
});

test("the link is lost after one second where the connection itself has ended", () => {
  assert.equal(isLost(1_000, 1_000 + LOST_BROKEN_MS - 1, true), false);
  assert.equal(isLost(1_000, 1_000 + LOST_BROKEN_MS, true), true);
  assert.equal(isLost(1_000, 1_000 + LOST_BROKEN_MS, false), false);
});

test("a page whose clock jumped has slept", () => {
  assert.equal(slept(1_000, 1_100), false);
  assert.equal(slept(1_000, 60_000), true);
});

test("tries come soon at first and never further apart than four seconds", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 1_000].map(retryAfterMs), [500, 1_000, 2_000, 4_000, 4_000, 4_000]);
});

test("a picture grows older from the age it came with", () => {
  assert.equal(ageNow({ seq: 1, drawnAt: 100, ageMs: 80 }, 350), 330);
  assert.equal(
    ageNow({ seq: 1, drawnAt: 100, ageMs: 80 }, 90),
    80,
    "a clock read earlier takes nothing away",
  );
});

const trusted = { kind: "trusted", faults: [] } as const;
const running = { state: "RUNNING", fps30s: 10, trust: trusted } as const;

test("a picture is live until it is a second old, counted from the camera", () => {
  const shown = { seq: 9, drawnAt: 1_000, ageMs: 400 };
  const limit = 1_000 + STALE_AFTER_MS - 400;
  assert.deepEqual(judgePicture(running, shown, limit), { kind: "live", ageMs: 1_000 });
  assert.deepEqual(judgePicture(running, shown, limit + 1), { kind: "dead", why: "stale", ageMs: 1_001 });
});

test("a slow camera has five of its own intervals, and never more than five seconds", () => {
  assert.deepEqual([0, 0.1, 1, 2, 5, 30].map(staleAfterMs), [1_000, 5_000, 5_000, 2_500, 1_000, 1_000]);
});

test("no picture is live while the camera does not run, however new it is", () => {
  const shown = { seq: 9, drawnAt: 1_000, ageMs: 10 };
  for (const state of ["IDLE", "STARTING", "STOPPING", "ERROR"] as const)
    assert.deepEqual(judgePicture({ ...running, state }, shown, 1_000), {
      kind: "dead",
      why: "state",
      ageMs: 10,
    });
  assert.deepEqual(judgePicture(running, undefined, 1_000), { kind: "dead", why: "none" });
});

test("a picture that is not to be believed is never live, and an old one is dead all the same", () => {
  const faults = [{ why: "frozen", message: "The picture stands still", sinceWallAt: 1 }] as const;
  const distrusted = { ...running, trust: { kind: "distrusted", faults } } as const;
  const shown = { seq: 9, drawnAt: 1_000, ageMs: 10 };
  assert.deepEqual(judgePicture(distrusted, shown, 1_000), { kind: "doubted", ageMs: 10 });
  assert.deepEqual(judgePicture(distrusted, shown, 2_000), { kind: "dead", why: "stale", ageMs: 1_010 });
});
