/** Numbers and instants as people read them, in the screen's language. The words themselves are in words.ts. */
import { locale, t } from "./say.ts";

const numbers = new Map<string, Intl.NumberFormat>();

function number(value: number, options: Intl.NumberFormatOptions): string {
  const key = `${locale()} ${JSON.stringify(options)}`;
  let found = numbers.get(key);
  if (found === undefined) {
    found = new Intl.NumberFormat(locale(), options);
    numbers.set(key, found);
  }
  return found.format(value);
}

/** With exactly so many digits after the point: "1.0". */
export function decimal(value: number, digits: number): string {
  return number(value, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** With so many digits after the point at most: "1", "0.5". */
export function atMost(value: number, digits: number): string {
  return number(value, { maximumFractionDigits: digits });
}

/** "99,999", then "100K". */
export function roughly(count: number): string {
  return number(count, { notation: count < 100_000 ? "standard" : "compact" });
}

/** How old a picture is: "0.1 s", "12 s", "3 min". */
export function frameAge(ms: number): string {
  if (ms < 9_950) return t("{seconds} s", { seconds: decimal(Math.max(0, ms) / 1000, 1) });
  return span(ms);
}

/** A length of time, rounded down: "0 s", "59 s", "1 min", "2 h 5 min", "3 d". */
export function span(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return t("{seconds} s", { seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t("{minutes} min", { minutes });
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return t("{days} d", { days: Math.floor(hours / 24) });
  return minutes % 60 === 0
    ? t("{hours} h", { hours })
    : t("{hours} h {minutes} min", { hours, minutes: minutes % 60 });
}

/** Seconds that are left, rounded up, so that it never says 0 while there is still time. */
export function countdown(ms: number): string {
  return t("{seconds} s", { seconds: Math.max(0, Math.ceil(ms / 1000)) });
}

/** What is left of some minutes: "9 min 12 s", "48 s"; rounded up. */
export function left(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return seconds < 60
    ? t("{seconds} s", { seconds })
    : t("{minutes} min {seconds} s", { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}

/** What is left of minutes or days: "9 min 12 s", "2 h 5 min", "3 d". */
export function leftRoughly(ms: number): string {
  return ms >= 60 * 60_000 ? span(ms) : left(ms);
}

/** Milliseconds as a figure, or a dash where there is none. */
export function millis(ms: number | undefined): string {
  return ms === undefined ? "–" : `${Math.round(ms)}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timezone: string, withDate: boolean): Intl.DateTimeFormat {
  const key = `${locale()} ${timezone} ${withDate}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat(locale(), {
      timeZone: timezone,
      hourCycle: "h23",
      ...(withDate
        ? { day: "numeric", month: "short", year: "numeric" }
        : { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    });
    formats.set(key, found);
  }
  return found;
}

/** "14:03:09" in the site's time zone. */
export function clockTime(wallAt: number, timezone: string): string {
  return format(timezone, false).format(wallAt);
}

/** "21 Nov 2026" in the site's time zone. */
export function clockDate(wallAt: number, timezone: string): string {
  return format(timezone, true).format(wallAt);
}

/** When something within a week comes back: "06:00", or "Mon 06:00" where that is not today. */
export function untilText(wallAt: number, now: number, timezone: string): string {
  const time = clockTime(wallAt, timezone).slice(0, 5);
  if (clockDate(wallAt, timezone) === clockDate(now, timezone)) return time;
  const day = new Intl.DateTimeFormat(locale(), { timeZone: timezone, weekday: "short" }).format(wallAt);
  return `${day} ${time}`;
}
