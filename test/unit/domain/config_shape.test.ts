/** Stored configurations of other programs: older ones are brought up to date, newer ones refused. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CONFIG_SHAPE, inTodaysShape } from "../../../server/domain/config_shape.ts";
import { GOLDEN, membersOfConfig } from "../../support/config-shape.ts";

test("who changes the members of a configuration raises its shape", () => {
  const { shape, members } = JSON.parse(readFileSync(GOLDEN, "utf8")) as Record<string, unknown>;
  assert.deepEqual(
    { shape, members },
    { shape: CONFIG_SHAPE, members: membersOfConfig() },
    "raise CONFIG_SHAPE in server/domain/config_shape.ts, with a lift where a stored body would be read wrongly, then run node test/support/config-shape.ts",
  );
});

test("a body is lifted from its shape to today's, step by step", () => {
  const lifts = {
    1: (body: unknown) => ({ ...(body as object), second: true }),
    3: (body: unknown) => ({ ...(body as object), fourth: "second" in (body as object) }),
  };
  assert.deepEqual(inTodaysShape({}, 1, lifts, 4), { second: true, fourth: true });
  assert.deepEqual(
    inTodaysShape({}, 2, lifts, 4),
    { fourth: false },
    "a step without a lift changes nothing",
  );
  assert.deepEqual(inTodaysShape({}, 4, lifts, 4), {});
  assert.deepEqual(inTodaysShape({ a: 1 }, CONFIG_SHAPE), { a: 1 });
});

test("a body of a newer program, and of none, is refused in words", () => {
  assert.throws(
    () => inTodaysShape({}, CONFIG_SHAPE + 1),
    /^Error: was written by a newer program \(shape \d+, this one knows \d+\); install that one again/,
  );
  for (const shape of [0, -1, 1.5, Number.NaN])
    assert.throws(() => inTodaysShape({}, shape), /which no program wrote; provision the box again/);
});
