/** What is said above the list of a walk test that was not passed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../../../kiosk/walk/words.ts";
import type { WalkAttempt } from "../../../server/domain/walk_test.ts";

const seen = (point: number, kind: "proven" | "failed" | "already"): WalkAttempt => ({
  ...{ point, outcome: "detected", score: 0.9 },
  drops: [
    kind === "proven" ? { output: "permit", kind, ms: 131, contact: true } : { output: "permit", kind },
  ],
});
const missed = (point: number): WalkAttempt => ({ point, outcome: "missed", drops: [] });

test("faultsOf() names each point by its last going", () => {
  assert.deepEqual(faultsOf([seen(0, "proven"), missed(1), missed(2), seen(1, "proven")]), [
    "Point 3: not seen",
  ]);
});

test("faultsOf() names a permit that did not drop even where a later going was good", () => {
  assert.deepEqual(faultsOf([seen(0, "failed"), seen(0, "proven")]), ["Point 1: DID NOT DROP"]);
});

test("faultsOf() says that the drop was not measured where nothing else is wrong", () => {
  assert.deepEqual(faultsOf([seen(0, "already")]), ["The drop of the run permit was not measured"]);
});
