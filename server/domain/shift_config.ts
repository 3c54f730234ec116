/** Which shifts a site works: names and starts on its own clock. Each lasts until the next one begins, so no hour is left out. */
import { z } from "zod";
import { WEEKDAYS, type Weekday } from "./schedule.ts";
import type { Loose } from "./wiring.ts";

export interface ShiftConfig {
  readonly name: string;
  /** `hh:mm` in the time of the site. */
  readonly from: string;
  /** The days on which it begins; every day where absent. */
  readonly days?: readonly Weekday[] | undefined;
}

const MAX_SHIFTS = 30;

export const shifts = z
  .array(
    z.strictObject({
      name: z
        .string()
        .trim()
        .min(1, "must not be empty")
        .max(40, "must be at most 40 characters")
        .regex(/^\P{Cc}*$/u, "must not contain control characters"),
      from: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time from 00:00 to 23:59, such as 06:00"),
      days: z.array(z.enum(WEEKDAYS)).min(1, "needs at least one day; leave it out for every day").optional(),
    }),
  )
  .min(1, `needs 1 to ${MAX_SHIFTS} shifts; leave it out for three of 8 hours`)
  .max(MAX_SHIFTS, `needs 1 to ${MAX_SHIFTS} shifts; leave it out for three of 8 hours`);

/** What most sites work; a site that works otherwise says so. */
export const DEFAULT_SHIFTS: readonly ShiftConfig[] = [
  { name: "Early shift", from: "06:00" },
  { name: "Late shift", from: "14:00" },
  { name: "Night shift", from: "22:00" },
];

/** What is wrong between shifts. Reads the raw file. */
export function shiftErrors(list: readonly Loose[], add: (path: string, message: string) => void): void {
  const begun = new Map<string, number>();
  list.forEach(({ from, days }, i) => {
    if (typeof from !== "string") return;
    const on: readonly unknown[] = Array.isArray(days) ? days : WEEKDAYS;
    for (const day of new Set(on)) {
      const start = `${String(day)} ${from}`;
      const first = begun.get(start);
      if (first === undefined) {
        begun.set(start, i);
        continue;
      }
      add(
        `shifts[${i}].from`,
        `is when shifts[${first}] begins, on ${String(day)}; choose another time or day`,
      );
      return;
    }
  });
}
