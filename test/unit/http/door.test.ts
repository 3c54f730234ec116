/** How much of the network is let in. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CONNECTIONS_MAX, Door } from "../../../server/http/door.ts";

const NEAR = "192.0.2.10";
const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test("one address has so many connections, and has room again when one has left", () => {
  const door = new Door(() => 0);
  assert.equal(range(40).filter(() => door.enters(NEAR)).length, 16);
  assert.equal(door.open, 16);
  door.left(NEAR);
  assert.ok(door.enters(NEAR) && !door.enters(NEAR));
});

test("new connections come at a pace: of one address, and of all together", () => {
  let now = 0;
  const door = new Door(() => now);
  const flood = (address: string, count: number): number =>
    range(count).filter(() => {
      const entered = door.enters(address);
      if (entered) door.left(address);
      return entered;
    }).length;
  assert.equal(flood(NEAR, 500), 24);
  assert.ok(door.enters("192.0.2.11"), "the others are not kept out by it");
  assert.equal(
    range(100).reduce((sum, i) => sum + flood(`198.51.100.${i}`, 24), 0),
    64 - 25,
  );
  now = 1_000;
  assert.equal(flood(NEAR, 500), 4);
  assert.equal(
    range(100).reduce((sum, i) => sum + flood(`198.51.100.${i}`, 24), 0),
    12,
  );
});

test("the door is full at a limit, and forgets addresses that are gone, never those that are there", () => {
  let now = 0;
  const door = new Door(() => now);
  let entered = 0;
  for (const i of range(300)) {
    now += 1_000;
    if (door.enters(`192.0.2.${i}`)) entered++;
  }
  assert.deepEqual([entered, door.open], [CONNECTIONS_MAX, CONNECTIONS_MAX]);
  for (const i of range(CONNECTIONS_MAX)) door.left(`192.0.2.${i}`);
  assert.equal(door.open, 0);
});

test("a page may ask for its files at once, and a program not for ever", () => {
  let now = 0;
  const door = new Door(() => now);
  assert.equal(range(1_000).filter(() => door.asks(NEAR)).length, 200);
  assert.ok(door.asks("192.0.2.11"));
  now = 2_000;
  assert.equal(range(1_000).filter(() => door.asks(NEAR)).length, 60);
});
