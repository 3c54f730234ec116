/** Which touches mean something, when the screen is dimmed or moves, and when a newer page may be loaded. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isQuiet, shiftAt } from "../../../kiosk/panel/rest.ts";
import {
  BOUNCE_MS,
  type Contact,
  isBounce,
  isPalm,
  isStuck,
  moved,
  STUCK_AFTER_MS,
} from "../../../kiosk/panel/touch.ts";

const MM = 5;

test("a hand is no finger, by its size or by how many there are", () => {
  assert.equal(isPalm(1, 25), false, "a fingertip in a glove");
  assert.equal(isPalm(2, 10), false, "two fingers may draw");
  assert.equal(isPalm(3, 10), true);
  assert.equal(isPalm(1, 31), true);
});

test("only a touch on what came to the very place of the last one is a bounce", () => {
  const last = { at: 1_000, x: 100, y: 100 };
  const soon = { at: 1_000 + BOUNCE_MS - 1, x: 105, y: 100 };
  assert.equal(isBounce(last, soon, { gone: true, mm: MM }), true);
  assert.equal(isBounce(last, soon, { gone: false, mm: MM }), false, "the same key, or the one beside it");
  assert.equal(isBounce(last, { ...soon, at: 1_000 + BOUNCE_MS }, { gone: true, mm: MM }), false);
  assert.equal(isBounce(last, { ...soon, x: 200 }, { gone: true, mm: MM }), false, "somewhere else");
  assert.equal(isBounce(undefined, soon, { gone: true, mm: MM }), false);
});

test("what lies still for ten seconds is stuck; a finger at work is not", () => {
  const contact: Contact = { id: 1, x: 100, y: 100, since: 0 };
  assert.equal(isStuck(contact, STUCK_AFTER_MS - 1), false);
  assert.equal(isStuck(contact, STUCK_AFTER_MS), true);
  assert.equal(moved(contact, { at: 9_000, x: 103, y: 100 }, MM), contact, "it trembles");
  const drawing = moved(contact, { at: 9_000, x: 160, y: 100 }, MM);
  assert.equal(isStuck(drawing, STUCK_AFTER_MS), false);
});

test("the screen is dimmed only while every permit is energised and there is nothing to tell", () => {
  const nothing = { alarms: [], hidden: [], bypasses: [], tests: [], faults: [], demonstration: false };
  const quiet = { ...nothing, state: "watching" } as const;
  assert.equal(isQuiet(quiet), true);
  for (const wrong of [
    { state: "tripped" },
    { state: "unguarded" },
    { alarms: [{}] },
    { hidden: [{}] },
    { bypasses: [{}] },
    { tests: [{}] },
    { faults: ["The disk is full"] },
    { walk: {} },
  ])
    assert.equal(isQuiet({ ...quiet, ...wrong } as typeof quiet), false, JSON.stringify(wrong));
});

test("the picture moves every five minutes, by a pixel or two, and comes back", () => {
  const minutes = Array.from({ length: 60 }, (_, minute) => shiftAt(minute * 60_000));
  assert.deepEqual(minutes[4], minutes[0]);
  assert.notDeepEqual(minutes[5], minutes[0]);
  assert.deepEqual(minutes[25], minutes[0]);
  assert.ok(minutes.flat().every((pixels) => Math.abs(pixels) <= 2));
});
