/** A million random inputs to the rules: too long for the unit tests, whose checks these are. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { walk } from "../unit/domain/walk_checks.ts";

test("over a million random inputs no permit comes back without a reset, and everything ends", (t) => {
  const { fed, met } = walk(1_000_000);
  t.diagnostic(`${fed} inputs met ${JSON.stringify(met)}`);
  for (const [what, count] of Object.entries(met))
    assert.ok(count > 100, `the walks must meet ${what}; they met ${count}`);
});
