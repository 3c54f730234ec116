/** Weekly times against the calendar itself: nights, weekends, and the two nights on which the clock is changed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Schedule, spanAt, WEEKDAYS } from "../../../server/domain/schedule.ts";

const BERLIN = "Europe/Berlin";
const EVERY_DAY = [...WEEKDAYS];
const NIGHT: Schedule = [{ days: EVERY_DAY, from: "22:00", to: "06:00" }];
const SMALL_HOURS: Schedule = [{ days: EVERY_DAY, from: "02:15", to: "02:45" }];

const iso = (wallAt: number): string => new Date(wallAt).toISOString().replace(".000Z", "Z");

function span(schedule: Schedule, at: string, timezone = BERLIN): string {
  const { active, fromWallAt, untilWallAt } = spanAt(schedule, timezone, Date.parse(at));
  return `${active ? "active" : "inactive"} ${iso(fromWallAt)} ${iso(untilWallAt)}`;
}

for (const [what, schedule, at, expected] of [
  [
    "a working day",
    [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "06:00", to: "14:00" }],
    "2026-11-20T08:00:00Z",
    "active 2026-11-20T05:00:00Z 2026-11-20T13:00:00Z",
  ],
  [
    "its weekend",
    [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "06:00", to: "14:00" }],
    "2026-11-21T08:00:00Z",
    "inactive 2026-11-20T13:00:00Z 2026-11-23T05:00:00Z",
  ],
  [
    "a night shift after midnight, on a day that begins none",
    [{ days: ["fri"], from: "22:00", to: "06:00" }],
    "2026-11-21T04:59:59Z",
    "active 2026-11-20T21:00:00Z 2026-11-21T05:00:00Z",
  ],
  [
    "the very end, which no longer belongs to it",
    [{ days: ["fri"], from: "22:00", to: "06:00" }],
    "2026-11-21T05:00:00Z",
    "inactive 2026-11-21T05:00:00Z 2026-11-27T21:00:00Z",
  ],
  [
    "two shifts that follow each other",
    [
      { days: ["fri"], from: "14:00", to: "24:00" },
      { days: ["sat"], from: "00:00", to: "06:00" },
    ],
    "2026-11-20T20:00:00Z",
    "active 2026-11-20T13:00:00Z 2026-11-21T05:00:00Z",
  ],
  // 29 March 2026: 02:00 becomes 03:00. The night is an hour shorter; what lies in the gap is stretched, never lost.
  ["the night of the gap", NIGHT, "2026-03-29T01:00:00Z", "active 2026-03-28T21:00:00Z 2026-03-29T04:00:00Z"],
  [
    "times inside the gap",
    SMALL_HOURS,
    "2026-03-29T01:00:00Z",
    "active 2026-03-29T00:15:00Z 2026-03-29T01:45:00Z",
  ],
  // 25 October 2026: 03:00 becomes 02:00. From the first 02:15 until the second 02:45.
  ["the long night", NIGHT, "2026-10-25T01:00:00Z", "active 2026-10-24T20:00:00Z 2026-10-25T05:00:00Z"],
  [
    "times that come twice",
    SMALL_HOURS,
    "2026-10-25T00:50:00Z",
    "active 2026-10-25T00:15:00Z 2026-10-25T01:45:00Z",
  ],
] as const) {
  test(`spanAt() of ${what}`, () => assert.equal(span(schedule, at), expected));
}

test("spanAt() knows half-hour changes: times inside Lord Howe's gap are stretched by half an hour", () => {
  // 4 October 2026: 02:00 becomes 02:30.
  assert.equal(
    span(SMALL_HOURS, "2026-10-03T15:40:00Z", "Australia/Lord_Howe"),
    "active 2026-10-03T15:15:00Z 2026-10-03T15:45:00Z",
  );
});

const clockTime = fc.tuple(fc.nat(23), fc.nat(59)).map(([h, m]) => {
  return `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
});
const schedules = fc.array(
  fc
    .record({
      days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
      from: clockTime,
      to: clockTime.map((to) => (to === "00:00" ? "24:00" : to)),
    })
    .filter(({ from, to }) => from !== to),
  { minLength: 1, maxLength: 4 },
);
const zones = fc.constantFrom(BERLIN, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC");
const instants = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2027-01-01") });

/** The day and the minute that a calendar on the wall would show. */
function local(wallAt: number, timeZone: string): { readonly day: number; readonly minute: number } {
  const format = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  });
  const part = Object.fromEntries(format.formatToParts(wallAt).map(({ type, value }) => [type, value]));
  const day = WEEKDAYS.indexOf(part.weekday?.toLowerCase() as (typeof WEEKDAYS)[number]);
  return { day, minute: Number(part.hour) * 60 + Number(part.minute) };
}

function isScheduled(schedule: Schedule, { day, minute }: ReturnType<typeof local>): boolean {
  const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const on = (days: readonly string[], index: number): boolean =>
    days.includes(WEEKDAYS[(index + 7) % 7] ?? "");
  return schedule.some(({ days, from, to }) => {
    const [start, end] = [minutes(from), minutes(to)];
    if (end > start) return on(days, day) && start <= minute && minute < end;
    return (on(days, day) && minute >= start) || (on(days, day - 1) && minute < end);
  });
}

test("spanAt() guards whenever the clock on the wall shows a time of the schedule, and else only at clock changes", () => {
  let met = 0;
  fc.assert(
    fc.property(schedules, zones, instants, (schedule, timezone, wallAt) => {
      const { active } = spanAt(schedule, timezone, wallAt);
      const scheduled = isScheduled(schedule, local(wallAt, timezone));
      if (scheduled) assert.equal(active, true, "what is scheduled guards");
      const day = 86_400_000;
      const offset = (at: number): number => local(at, timezone).minute - local(at, "UTC").minute;
      const even = (a: number): boolean => (offset(wallAt) - offset(a)) % 1_440 === 0;
      if (!even(wallAt - day) || !even(wallAt + day)) return;
      if (scheduled !== active) assert.fail(`active at ${iso(wallAt)}, which is not scheduled`);
      met++;
    }),
    { numRuns: 400 },
  );
  assert.ok(met > 300, `met ${met}`);
});

test("spanAt() says the same all through its span, and the opposite at its end", () => {
  fc.assert(
    fc.property(
      schedules,
      zones,
      instants,
      fc.double({ min: 0, max: 1, noNaN: true }),
      (schedule, timezone, wallAt, share) => {
        const known = spanAt(schedule, timezone, wallAt);
        assert.ok(known.fromWallAt <= wallAt && wallAt < known.untilWallAt);
        const within = known.fromWallAt + Math.floor(share * (known.untilWallAt - known.fromWallAt - 1));
        assert.equal(spanAt(schedule, timezone, within).active, known.active);
        // A week of one kind ends in a week: nobody can see further, and it is asked anew then.
        if (known.untilWallAt - wallAt < 7 * 86_400_000)
          assert.equal(spanAt(schedule, timezone, known.untilWallAt).active, !known.active);
      },
    ),
    { numRuns: 300 },
  );
});
