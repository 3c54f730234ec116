/** The calendar of shifts: every instant in exactly one, also on the nights on which the clock is changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseProvision } from "../../../server/domain/config.ts";
import { WEEKDAYS } from "../../../server/domain/schedule.ts";
import { shiftAt, shiftId, shiftStart } from "../../../server/domain/shift.ts";
import { DEFAULT_SHIFTS, type ShiftConfig } from "../../../server/domain/shift_config.ts";

const BERLIN = "Europe/Berlin";
const HOUR = 3_600_000;

function hours(shifts: readonly ShiftConfig[], at: string): string {
  const { name, fromWallAt, untilWallAt, clockForwardMs } = shiftAt(shifts, BERLIN, Date.parse(at));
  return `${name} ${(untilWallAt - fromWallAt) / HOUR} ${clockForwardMs / HOUR}`;
}

const WEEK: readonly ShiftConfig[] = [
  { name: "Early", from: "06:00", days: ["mon", "tue", "wed", "thu", "fri"] },
  { name: "Late", from: "14:00", days: ["mon", "tue", "wed", "thu", "fri"] },
  { name: "Nobody", from: "22:00", days: ["mon", "tue", "wed", "thu", "fri"] },
];

for (const [what, shifts, at, expected] of [
  ["a usual night", DEFAULT_SHIFTS, "2026-11-21T23:50:00Z", "Night shift 8 0"],
  ["the night on which the clock is put forward", DEFAULT_SHIFTS, "2026-03-29T00:30:00Z", "Night shift 7 1"],
  ["the night on which it is put back", DEFAULT_SHIFTS, "2026-10-25T01:00:00Z", "Night shift 9 -1"],
  ["the first instant of a shift", DEFAULT_SHIFTS, "2026-11-21T05:00:00Z", "Early shift 8 0"],
  ["the last one before it", DEFAULT_SHIFTS, "2026-11-21T04:59:59.999Z", "Night shift 8 0"],
  ["a weekend on which none begins", WEEK, "2026-11-22T12:00:00Z", "Nobody 56 0"],
  [
    "one shift a week",
    [{ name: "Week", from: "06:00", days: ["mon"] }],
    "2026-11-22T12:00:00Z",
    "Week 168 0",
  ],
] as const)
  test(`the shift of ${what}`, () => {
    assert.equal(hours(shifts, at), expected);
  });

test("whatever the calendar, shifts follow each other without a gap, and their ids lead back", () => {
  const minutes = fc.integer({ min: 0, max: 1_439 });
  const shift = fc.record({
    name: fc.constantFrom("A", "B"),
    from: minutes.map(
      (m) => `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`,
    ),
    days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
  });
  const at = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2026-12-31") });
  fc.assert(
    fc.property(fc.array(shift, { minLength: 1, maxLength: 6 }), at, (shifts, wallAt) => {
      const found = shiftAt(shifts, BERLIN, wallAt);
      assert.ok(found.fromWallAt <= wallAt && wallAt < found.untilWallAt);
      assert.equal(shiftAt(shifts, BERLIN, found.untilWallAt).fromWallAt, found.untilWallAt);
      assert.equal(shiftAt(shifts, BERLIN, found.fromWallAt - 1).untilWallAt, found.fromWallAt);
      assert.equal(shiftStart(found.id), found.fromWallAt);
      assert.equal(shiftId(found.fromWallAt), found.id);
    }),
    { numRuns: 60 },
  );
});

test("what is no id of a shift is none", () => {
  for (const id of [
    "",
    "current",
    "20261121",
    "20261321T050000Z",
    "2026-11-21T05:00:00Z",
    "20261131T050000Z",
  ])
    assert.equal(shiftStart(id), undefined, id);
});

function errors(shifts: unknown): string[] {
  const parsed = parseProvision({ shifts });
  return parsed.ok ? [] : parsed.errors.map(({ path, message }) => `${path} ${message}`);
}

test("a wrong calendar is refused with every error at its place, and a right one is taken as it is", () => {
  assert.deepEqual(errors(WEEK), []);
  assert.deepEqual(errors(undefined), []);
  assert.deepEqual(errors([]), ["shifts needs 1 to 30 shifts; leave it out for three of 8 hours"]);
  assert.deepEqual(errors([{ name: "", from: "6:00", days: [], until: "14:00" }]), [
    "shifts[0].days needs at least one day; leave it out for every day",
    "shifts[0].from must be a time from 00:00 to 23:59, such as 06:00",
    "shifts[0].name must not be empty",
    "shifts[0].until is not a known key; remove it or check its spelling",
  ]);
  assert.deepEqual(
    errors([
      { name: "A", from: "06:00" },
      { name: "B", from: "06:00", days: ["sun"] },
    ]),
    ["shifts[1].from is when shifts[0] begins, on sun; choose another time or day"],
  );
});
