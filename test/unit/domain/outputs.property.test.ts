/** Random inputs to the rules: what never energises, what ends, and what changes nothing. The long walk is a component test. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { walk } from "./walk_checks.ts";

test("over random inputs no permit comes back without a reset, and everything a person begins has an end", () => {
  const { met } = walk(50_000);
  for (const [what, count] of Object.entries(met))
    assert.ok(count > 5, `the walks must meet ${what}; they met ${count}`);
});
