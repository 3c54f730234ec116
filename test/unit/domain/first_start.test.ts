/** The first start's steps: done by what is set up alone, and each waits for what it needs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FirstFacts, firstSteps } from "../../../server/domain/first_start.ts";

const EMPTY: FirstFacts = {
  languageChosen: false,
  sizeChosen: false,
  demonstration: false,
  hasPeople: false,
  site: { name: "Palisade", timezone: "UTC" },
  ...{ cameras: 0, stopZones: 0, outputs: 0, walkedZones: undefined },
};
const told = (facts: Partial<FirstFacts>): readonly string[] =>
  firstSteps({ ...EMPTY, ...facts }).map(({ id, state, needs }) =>
    [id, state, ...(needs === undefined ? [] : [needs])].join(" "),
  );

test("an empty box begins with its first person, and everything else waits", () => {
  assert.deepEqual(told({}), [
    "language open",
    "panel open",
    "people open",
    "site waits people",
    "camera waits people",
    "zone waits camera",
    "output waits zone",
    "walk waits zone",
  ]);
});

test("what is set up is done, in whatever order it came", () => {
  const some = {
    languageChosen: true,
    sizeChosen: true,
    hasPeople: true,
    cameras: 1,
    stopZones: 2,
    outputs: 1,
  };
  assert.deepEqual(told(some), [
    "language done",
    "panel done",
    "people done",
    "site open",
    "camera done",
    "zone done",
    "output done",
    "walk unknown",
  ]);
  const site = { name: "Press 4", timezone: "UTC" };
  const all = { ...some, site };
  assert.equal(told({ ...all, walkedZones: 1 }).at(-1), "walk open", "one zone of two");
  assert.ok(told({ ...all, walkedZones: 2 }).every((step) => step.endsWith("done")));
  assert.equal(told({ ...all, cameras: 0 })[5], "zone done", "a camera that went takes no zone with it here");
});

test("nothing of the demonstration counts, and its end comes first", () => {
  const shown = { demonstration: true, cameras: 2, stopZones: 1, outputs: 2, walkedZones: 1 };
  assert.deepEqual(told({ ...shown, hasPeople: true }), [
    "language open",
    "panel open",
    "demonstration open",
    "people done",
    "site waits demonstration",
    "camera waits demonstration",
    "zone waits camera",
    "output waits zone",
    "walk waits zone",
  ]);
});
