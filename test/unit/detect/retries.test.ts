/** How often and how soon a detector that failed is tried again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Retries, retryText } from "../../../server/detect/retries.ts";

const HOUR = 3_600_000;

test("it is tried five times, each three times later, and then no more", () => {
  const retries = new Retries();
  const waits = Array.from({ length: 7 }, (_, i) => retries.failed(i)?.afterMs);
  assert.deepEqual(waits, [5_000, 15_000, 45_000, 135_000, 405_000, undefined, undefined]);
});

test("what works for a moment has no more tries for it; what lasted an hour begins anew", () => {
  const retries = new Retries();
  retries.ready(0);
  assert.equal(retries.failed(1)?.turn, 1);
  retries.ready(10);
  assert.equal(retries.failed(9 + HOUR)?.turn, 2);
  retries.ready(2 * HOUR);
  assert.equal(retries.failed(3 * HOUR)?.turn, 1);
  assert.equal(retries.failed(9 * HOUR)?.turn, 2, "it was not ready in between");
});

test("what happens next stands beside the fault", () => {
  assert.equal(retryText({ turn: 2, afterMs: 15_000 }), "it is tried again in 15 s (2 of 5)");
  assert.equal(retryText(undefined), "it was tried 5 times more in vain");
});
