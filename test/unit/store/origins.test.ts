/** Since which version a member is what it is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { originsIn } from "../../../server/store/origins.ts";

const version = (number: number, body: unknown) => ({
  ...{ version: number, wallAt: `2026-11-2${number}T00:00:00.000Z`, author: "user:Sam" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

test("the version that last changed a member is its origin, and one that was always so is the first's", () => {
  const rows = [
    version(4, { site: { name: "Press 4" }, tests: { days: 7 }, shifts: [{ from: "07:00" }] }),
    version(3, { site: { name: "Press 4" }, tests: { days: 7 } }),
    version(2, { site: { name: "Press" }, tests: { days: 7 } }),
    version(1, { site: { name: "Palisade" }, tests: { days: 7 } }),
  ];
  const origins = originsIn(rows, ["site.name", "tests.days", "shifts", "record.keepDays"]);
  assert.deepEqual(
    origins.map(({ since }) => [since?.version, since?.replaced]),
    [
      [3, true],
      [1, false],
      [4, false],
      [1, false],
    ],
  );
  assert.deepEqual(originsIn([], ["site.name"]), [{ path: "site.name" }]);
  const damaged = originsIn([version(2, { site: { name: "A" } }), version(1, "{")], ["site.name"]);
  assert.deepEqual([damaged[0]?.since?.version, damaged[0]?.since?.replaced], [2, false]);
});
