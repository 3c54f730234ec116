/** Instants and lengths of time as a shift report writes them. */
import type { Millis } from "./units.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string, what: "day" | "clock"): Intl.DateTimeFormat {
  const key = `${what} ${timeZone}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    ...(what === "day"
      ? { weekday: "short", day: "numeric", month: "short", year: "numeric" }
      : { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false }),
  });
  formats.set(key, made);
  return made;
}

/** "Sat, 21 Nov 2026" at the site. */
export function day(wallAt: Millis, timezone: string): string {
  return formatOf(timezone, "day").format(wallAt);
}

/** "14:03:09" at the site. */
export function clock(wallAt: Millis, timezone: string): string {
  return formatOf(timezone, "clock").format(wallAt);
}

/** "0 s", "9.4 s", "12 min 5 s", "7 h 30 min". */
export function lengthText(ms: Millis): string {
  if (ms > 0 && ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
