/** The newest lines of this process's log, as they were written: a person reads them on the screen. */
import type { DestinationStream } from "pino";

const LINES_KEPT = 1_000;
/** An error with its trace has 2,000 characters; what has more is told without its fields. */
const LINE_MAX = 8_000;

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

interface Line {
  readonly rank: number;
  /** One JSON object. */
  readonly text: string;
}

/** The log writes its level first. */
function rankOf(text: string): number {
  const level = /^\{"level":"(\w+)"/.exec(text)?.[1];
  return Math.max(0, (LOG_LEVELS as readonly (string | undefined)[]).indexOf(level));
}

function shortened(text: string): string {
  const { level, time, name, part, msg } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify({
    level,
    time,
    name,
    part,
    msg: String(msg).slice(0, LINE_MAX / 2),
    shortened: true,
  });
}

/** Hands every line on, and keeps the newest. Credentials are gone before a line comes here. */
export class LogLines implements DestinationStream {
  readonly #next: DestinationStream;
  readonly #lines: Line[] = [];

  constructor(next: DestinationStream) {
    this.#next = next;
  }

  write(line: string): void {
    this.#next.write(line);
    const text = line.trimEnd();
    this.#lines.push({ rank: rankOf(text), text: text.length > LINE_MAX ? shortened(text) : text });
    if (this.#lines.length > LINES_KEPT) this.#lines.shift();
  }

  /** The newest first, as a JSON list: of this level and worse, at most so many. */
  json(level: LogLevel, limit: number): string {
    const least = LOG_LEVELS.indexOf(level);
    const found = this.#lines.filter(({ rank }) => rank >= least).slice(-limit);
    return `[${found
      .toReversed()
      .map(({ text }) => text)
      .join(",")}]`;
  }
}
