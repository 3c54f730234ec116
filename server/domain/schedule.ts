/**
 * Weekly times at which a zone guards, in the time of the site. Where a clock change makes a time ambiguous or skips
 * it, the zone guards from the earlier and until the later of the two possible instants.
 */
import type { Millis } from "./units.ts";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** `from` on each of these days, until the next time that it is `to`: 22:00 to 06:00 ends on the day after. */
export interface ScheduleTimes {
  readonly days: readonly Weekday[];
  /** `hh:mm`, 00:00 to 23:59. */
  readonly from: string;
  /** `hh:mm`, 00:01 to 24:00. */
  readonly to: string;
}

/** It guards at all of these times; they may overlap. */
export type Schedule = readonly ScheduleTimes[];

/** Between two changes of a schedule; Unix milliseconds, `untilWallAt` no longer belongs to it. */
export interface Span {
  readonly active: boolean;
  readonly fromWallAt: Millis;
  readonly untilWallAt: Millis;
}

interface Stretch {
  readonly from: Millis;
  readonly to: Millis;
}

/** Every change that matters lies within a week; a day more at both ends for times over midnight. */
const DAYS_BEFORE = 8;
const DAYS_AFTER = 8;

function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.split(":").map(Number);
  return hours * 60 + minutes;
}

function instant(date: Temporal.PlainDate, minutes: number, zone: string, side: "earlier" | "later"): Millis {
  const day = date.add({ days: Math.floor(minutes / 1_440) });
  const time = Temporal.PlainTime.from({ hour: Math.floor(minutes / 60) % 24, minute: minutes % 60 });
  return day.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation: side }).epochMilliseconds;
}

/** When it guards around this day, in order and without overlaps. */
function stretches(schedule: Schedule, timezone: string, today: Temporal.PlainDate): readonly Stretch[] {
  const all: Stretch[] = [];
  for (let offset = -DAYS_BEFORE; offset <= DAYS_AFTER; offset++) {
    const date = today.add({ days: offset });
    const weekday = WEEKDAYS[date.dayOfWeek - 1];
    for (const { days, from, to } of schedule) {
      if (weekday === undefined || !days.includes(weekday)) continue;
      const [start, end] = [minutesOf(from), minutesOf(to)];
      all.push({
        from: instant(date, start, timezone, "earlier"),
        to: instant(date, end <= start ? end + 1_440 : end, timezone, "later"),
      });
    }
  }
  const joined: Stretch[] = [];
  for (const next of all.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && next.from <= last.to)
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else joined.push(next);
  }
  return joined;
}

/** The span of the schedule that this instant lies in. One that never changes ends a week from now. */
export function spanAt(schedule: Schedule, timezone: string, wallAt: Millis): Span {
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(wallAt))
    .toZonedDateTimeISO(timezone)
    .toPlainDate();
  const known = stretches(schedule, timezone, today);
  const inside = known.find(({ from, to }) => from <= wallAt && wallAt < to);
  if (inside !== undefined) return { active: true, fromWallAt: inside.from, untilWallAt: inside.to };
  const [week, day] = [7 * 86_400_000, 86_400_000];
  return {
    active: false,
    fromWallAt: known.findLast(({ to }) => to <= wallAt)?.to ?? wallAt - day,
    untilWallAt: known.find(({ from }) => from > wallAt)?.from ?? wallAt + week,
  };
}
