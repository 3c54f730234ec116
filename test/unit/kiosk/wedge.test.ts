/** Badge readers that type, told from fingers by their pace. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { afterKey, NO_BURST } from "../../../kiosk/people/wedge.ts";

/** What was read from keys that come so many ms apart. */
function read(keys: readonly string[], gapMs: number): readonly string[] {
  const badges: string[] = [];
  let burst = NO_BURST;
  for (const [i, key] of keys.entries()) {
    const next = afterKey(burst, key, 1_000 + i * gapMs);
    burst = next.burst;
    if (next.badge !== undefined) badges.push(next.badge);
  }
  return badges;
}

test("a fast burst ended by Enter is a badge, what a finger types is none", () => {
  const keys = [..."0009148825", "Enter"];
  for (const gap of [1, 20, 80]) assert.deepEqual(read(keys, gap), ["0009148825"], `${gap} ms`);
  for (const gap of [81, 120, 2_000]) assert.deepEqual(read(keys, gap), [], `${gap} ms`);
});

test("two badges one after the other are two, capitals count, and what is too short or too long is none", () => {
  assert.deepEqual(read([..."4711", "Enter", "Shift", "A", "B", "1", "2", "Enter"], 5), ["4711", "AB12"]);
  assert.deepEqual(read([..."123", "Enter", "Enter"], 5), []);
  assert.deepEqual(read([..."1".repeat(65), "Enter"], 5), []);
  assert.deepEqual(read(["Enter", "Tab", "F5", "Enter"], 5), []);
});

test("what a finger typed before the badge is no part of it", () => {
  let burst = afterKey(NO_BURST, "7", 0).burst;
  burst = afterKey(burst, "3", 400).burst;
  let badge: string | undefined;
  for (const [i, key] of [..."0009", "Enter"].entries())
    ({ burst, badge } = afterKey(burst, key, 900 + i * 8));
  assert.equal(badge, "0009");
});

test("a badge whose keys were held up is none: its rest must not pass for another one", () => {
  for (const held of [90, 150, 290]) {
    let burst = NO_BURST;
    let badge: string | undefined;
    for (const [i, key] of [..."AB12-77", "Enter"].entries()) {
      const at = 1_000 + i * 5 + (i > 1 ? held : 0);
      ({ burst, badge } = afterKey(burst, key, at));
    }
    assert.equal(badge, undefined, `${held} ms`);
  }
});
