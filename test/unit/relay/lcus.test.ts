/** LCUS boards: the bytes that are sent. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { serialMissing } from "../../rigs/relays_serial.ts";

const skip = serialMissing();

// The package behind the driver has a native part: it is loaded only where it is used.
const frames = async () => await import("../../../server/relay/lcus.ts");

test("a frame is head, channel, state and the low byte of their sum", { skip }, async () => {
  const { lcusFrame } = await frames();
  assert.equal(lcusFrame(1, true).toString("hex"), "a00101a2");
  assert.equal(lcusFrame(1, false).toString("hex"), "a00100a1");
  assert.equal(lcusFrame(8, true).toString("hex"), "a00801a9");
});

test("what drops goes first", { skip }, async () => {
  const { lcusFrames } = await frames();
  const hex = lcusFrames([true, false, true, false]).map((frame) => frame.toString("hex"));
  assert.deepEqual(hex, ["a00200a2", "a00400a4", "a00101a2", "a00301a4"]);
});
