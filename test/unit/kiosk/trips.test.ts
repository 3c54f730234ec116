/** A wall that enlarges what trips, and does not jump. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOLD_MS, NO_TRIPS, nextTrips, type Trips } from "../../../kiosk/live/trips.ts";

type Step = readonly [at: number, tripping: readonly string[], touched?: boolean];

/** What is large after each step. */
function play(steps: readonly Step[]): readonly string[] {
  let trips: Trips = NO_TRIPS;
  return steps.map(([at, tripping, touched = false]) => {
    trips = nextTrips(trips, { at, tripping, touched });
    return trips.large.join(" ");
  });
}

test("a camera that trips is large at once, and stays so for 5 s after the trip", () => {
  const steps: readonly Step[] = [
    [0, []],
    [100, ["front"]],
    [9_000, ["front"]],
    [9_100, []],
    [9_000 + HOLD_MS - 1, []],
    [9_000 + HOLD_MS, []],
  ];
  assert.deepEqual(play(steps), ["", "front", "front", "front", "front", ""]);
});

test("a second one shares the room with it, once the wall has stood for 5 s", () => {
  const steps: readonly Step[] = [
    [0, ["side"]],
    [1_000, ["side", "front"]],
    [HOLD_MS - 1, ["side"]],
    [HOLD_MS, ["side"]],
  ];
  assert.deepEqual(play(steps), ["side", "side", "side", "front side"]);
});

test("a trip that comes and goes moves nothing", () => {
  const steps = Array.from({ length: 40 }, (_, n): Step => [n * 500, n % 3 === 0 ? ["front"] : []]);
  assert.deepEqual([...new Set(play(steps))], ["front"]);
});

test("nothing moves under a finger", () => {
  const steps: readonly Step[] = [
    [0, ["front"], true],
    [1_000, ["front"], true],
    [1_100, ["front"]],
    [20_000, [], true],
    [20_100, []],
  ];
  assert.deepEqual(play(steps), ["", "", "front", "front", ""]);
});

test("where nothing changes the same list is kept, so that nothing is drawn anew", () => {
  const first = nextTrips(NO_TRIPS, { at: 0, tripping: ["front"], touched: false });
  const second = nextTrips(first, { at: 100, tripping: ["front"], touched: false });
  assert.equal(second.large, first.large);
});
