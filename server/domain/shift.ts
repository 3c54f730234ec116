/**
 * Shifts by the calendar of the site. Where its clock is changed a shift is longer or shorter than its times say, and
 * tells by how much; every instant lies in exactly one.
 */
import { WEEKDAYS } from "./schedule.ts";
import { DEFAULT_SHIFTS, type ShiftConfig } from "./shift_config.ts";
import type { Millis } from "./units.ts";

export interface Shift {
  /** Its start in UTC, `20261121T050000Z`. */
  readonly id: string;
  readonly name: string;
  readonly fromWallAt: Millis;
  /** No longer belongs to it. */
  readonly untilWallAt: Millis;
  /** How far the site's clock was put forward within it; negative where it was put back. */
  readonly clockForwardMs: Millis;
}

/** A shift that begins on one day of the week lasts a week. */
const DAYS_AROUND = 8;
const ID = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

export function shiftId(fromWallAt: Millis): string {
  return new Date(fromWallAt).toISOString().replace(/[-:]|\.\d+/g, "");
}

/** When the shift of this id begins; undefined where it is none. */
export function shiftStart(id: string): Millis | undefined {
  const at = Date.parse(id.replace(ID, "$1-$2-$3T$4:$5:$6Z"));
  return Number.isNaN(at) || shiftId(at) !== id ? undefined : at;
}

interface Start {
  readonly name: string;
  readonly at: Temporal.ZonedDateTime;
}

/** Every start around this day, in order; of two at one instant the later of the day stays. */
function startsAround(shifts: readonly ShiftConfig[], today: Temporal.PlainDate, timezone: string): Start[] {
  const ordered = shifts.toSorted((a, b) => a.from.localeCompare(b.from));
  const starts = new Map<Millis, Start>();
  for (let offset = -DAYS_AROUND; offset <= DAYS_AROUND; offset++) {
    const date = today.add({ days: offset });
    const weekday = WEEKDAYS[date.dayOfWeek - 1];
    for (const { name, from, days = WEEKDAYS } of ordered) {
      if (weekday === undefined || !days.includes(weekday)) continue;
      const at = date.toPlainDateTime(Temporal.PlainTime.from(from)).toZonedDateTime(timezone);
      starts.set(at.epochMilliseconds, { name, at });
    }
  }
  return [...starts.values()].sort((a, b) => a.at.epochMilliseconds - b.at.epochMilliseconds);
}

/** The shift in which this instant lies. */
export function shiftAt(shifts: readonly ShiftConfig[], timezone: string, wallAt: Millis): Shift {
  const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(wallAt)).toZonedDateTimeISO(timezone);
  const starts = startsAround(shifts, now.toPlainDate(), timezone);
  const next = starts.findIndex(({ at }) => at.epochMilliseconds > wallAt);
  const [begun, ends] = [starts[next - 1], starts[next]];
  if (begun === undefined || ends === undefined)
    throw new RangeError("Cannot find a shift: none is configured");
  return {
    id: shiftId(begun.at.epochMilliseconds),
    name: begun.name,
    fromWallAt: begun.at.epochMilliseconds,
    untilWallAt: ends.at.epochMilliseconds,
    clockForwardMs: (ends.at.offsetNanoseconds - begun.at.offsetNanoseconds) / 1e6,
  };
}

/** By the plan of this site. */
export function shiftIn(
  {
    shifts = DEFAULT_SHIFTS,
    site,
  }: {
    readonly shifts?: readonly ShiftConfig[] | undefined;
    readonly site: { readonly timezone: string };
  },
  wallAt: Millis,
): Shift {
  return shiftAt(shifts, site.timezone, wallAt);
}
