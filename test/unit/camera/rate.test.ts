import assert from "node:assert/strict";
import { test } from "node:test";
import { RateMeter } from "../../../server/camera/rate.ts";

test("a steady camera's rate is told, early and late", () => {
  const rate = new RateMeter();
  for (let at = 0; at < 120_000; at += 100) {
    rate.mark(at);
    if (at === 5_000 || at === 119_900)
      assert.ok(Math.abs(rate.perSecond(at) - 10) < 0.3, `${rate.perSecond(at)} at ${at}`);
  }
});

test("the rate falls when frames stop, and is nothing after half a minute", () => {
  const rate = new RateMeter();
  for (let at = 0; at <= 30_000; at += 100) rate.mark(at);
  assert.ok(Math.abs(rate.perSecond(45_000) - 5) < 0.2);
  assert.equal(rate.perSecond(60_001), 0);
});

test("thirty frames a second fit the window, and a reset forgets them", () => {
  const rate = new RateMeter();
  for (let frame = 0; frame < 3_000; frame++) rate.mark((frame * 1000) / 30);
  assert.ok(Math.abs(rate.perSecond(99_999) - 30) < 0.5);
  rate.reset();
  assert.equal(rate.perSecond(100_000), 0);
});
