import assert from "node:assert/strict";
import { test } from "node:test";
import { Counters } from "../../../server/camera/counters.ts";
import type { CameraCounts } from "../../../server/domain/eye.ts";

function counts(captured: number, runs: number, more: Partial<CameraCounts> = {}): CameraCounts {
  return { captured, runs, replaced: 0, unreadable: 0, fps30s: 10, checks: [], ...more };
}

test("the session begins with each run, the total goes on", () => {
  const counters = new Counters();
  counters.counted("a", counts(0, 0), 1_000);
  counters.counted("a", counts(8, 1), 2_000);
  counters.counted("a", counts(30, 1, { replaced: 2, unreadable: 1 }), 3_000);
  assert.deepEqual(counters.session("a"), { sinceWallAt: 2_000, frames: 30, replaced: 2, unreadable: 1 });
  counters.counted("a", counts(35, 2, { replaced: 2, unreadable: 1 }), 4_000);
  assert.deepEqual(counters.session("a"), { sinceWallAt: 4_000, frames: 5, replaced: 0, unreadable: 0 });
  assert.deepEqual(counters.total("a"), {
    ...{ sinceWallAt: 1_000, frames: 35, replaced: 2, unreadable: 1, runs: 2 },
  });
});

test("totals survive an eye that counts from zero, told so or not", () => {
  const counters = new Counters();
  counters.counted("a", counts(50, 3), 1_000);
  counters.counted("a", counts(4, 1), 2_000); // a camera that was stopped and started
  assert.deepEqual([counters.total("a").frames, counters.total("a").runs], [54, 4]);
  assert.equal(counters.session("a").frames, 4);
  counters.restarted("a"); // an eye that was replaced, and soon has counted more than the last one
  counters.counted("a", counts(60, 1), 3_000);
  assert.deepEqual([counters.total("a").frames, counters.total("a").runs], [114, 5]);
  assert.equal(counters.session("a").frames, 60);
});

test("a reset begins the totals anew and leaves the session, and twice is once", () => {
  const counters = new Counters();
  counters.counted("a", counts(50, 1), 1_000);
  for (let i = 0; i < 1_500; i++) counters.looked("a", i % 2 === 0, 1_000);
  assert.equal(counters.anomaliesLast1k("a"), 500);
  for (const at of [2_000, 2_001]) counters.reset("a", at);
  const none = { frames: 0, replaced: 0, unreadable: 0, runs: 0 };
  assert.deepEqual(counters.total("a"), { sinceWallAt: 2_001, ...none });
  assert.equal(counters.anomaliesLast1k("a"), 0);
  assert.equal(counters.session("a").frames, 50);
  counters.counted("a", counts(57, 1), 3_000);
  assert.equal(counters.total("a").frames, 7);
});

test("what is forgotten, or was never told, is nothing", () => {
  const counters = new Counters();
  counters.counted("a", counts(50, 1), 1_000);
  counters.forget("a");
  assert.equal(counters.total("a").frames + counters.session("b").frames, 0);
  assert.equal(counters.newest("a"), undefined);
  counters.restarted("b");
});
