/** Ages, times, and the words that may not appear on a screen. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  clockDate,
  clockTime,
  countdown,
  frameAge,
  left,
  leftRoughly,
  millis,
  span,
} from "../../../kiosk/text.ts";

test("a picture's age has tenths of a second while they matter", () => {
  assert.equal(frameAge(-3), "0.0 s");
  assert.equal(frameAge(120), "0.1 s");
  assert.equal(frameAge(9_949), "9.9 s");
  assert.equal(frameAge(9_950), "9 s");
  assert.equal(frameAge(61_000), "1 min");
});

test("a span is rounded down and keeps at most two units", () => {
  assert.equal(span(59_999), "59 s");
  assert.equal(span(60_000), "1 min");
  assert.equal(span(3_600_000), "1 h");
  assert.equal(span(3_600_000 + 5 * 60_000), "1 h 5 min");
  assert.equal(span(72 * 3_600_000), "3 d");
  assert.equal(span(-5), "0 s");
});

test("a countdown never says 0 while there is time left", () => {
  assert.equal(countdown(1), "1 s");
  assert.equal(countdown(1_001), "2 s");
  assert.equal(countdown(0), "0 s");
  assert.equal(countdown(-400), "0 s");
});

test("what is left of some minutes is rounded up", () => {
  assert.equal(left(1), "1 s");
  assert.equal(left(59_001), "1 min 0 s");
  assert.equal(left(552_000), "9 min 12 s");
  assert.equal(leftRoughly(552_000), "9 min 12 s");
  assert.equal(leftRoughly(7_500_000), "2 h 5 min");
  assert.equal(left(-5), "0 s");
});

test("a figure that does not exist is a dash, not a zero", () => {
  assert.equal(millis(undefined), "–");
  assert.equal(millis(0.4), "0");
  assert.equal(millis(183.6), "184");
});

test("clocks show the time of the site, not of the browser", () => {
  const at = Date.UTC(2026, 0, 31, 23, 5, 9);
  assert.equal(clockTime(at, "UTC"), "23:05:09");
  assert.equal(clockTime(at, "Europe/Berlin"), "00:05:09");
  assert.equal(clockDate(at, "Europe/Berlin"), "1 Feb 2026");
});
