/**
 * How late the pictures of an HTTP stream come: by the camera's own times where it sends them, else by the pauses
 * between them. Pure.
 */
import type { Millis } from "../domain/units.ts";
import { Lateness, type Timing } from "./lateness.ts";

/** A picture of the stream as it came. */
export interface Arrival {
  readonly firstByteAt: Millis;
  readonly lastByteAt: Millis;
  /** How often some of it was read. */
  readonly reads: number;
  /** When the camera took it, from any beginning. */
  readonly stamp?: Millis;
}

/** Less than this between two reads is no pause of the camera's. */
export const PAUSE_MS = 2;
/** Nor is what the picture before, or the middle one of the recent, was waited for between two of its reads, times this. */
const PAUSE_TO_GAP = 3;
/** Of so many pictures ... */
const RECENT = 4;
/** ... so many must begin after a pause: one may seem to by chance, and one may not because we were busy. */
const AFTER_PAUSE = 3;

/**
 * A queue never pauses: while the camera or the network holds pictures back, the bytes of one follow on those of the
 * one before. So where the stream pauses between two pictures nothing was held back, and no picture that comes later
 * was taken before that pause. A link slower than its stream has no pauses, and its pictures count as taken at the
 * last one, which is the oldest they may be.
 *
 * A reader that comes seldom, because its machine is busy, sees pauses that are its own. So a pause counts only where
 * the reader has looked in vain in between, which it says by `foundNothing`.
 */
export class HttpLateness {
  readonly #stamps = new Lateness();
  readonly #paused: boolean[] = Array<boolean>(RECENT).fill(true); // a new connection has no queue
  readonly #gaps: Millis[] = Array<Millis>(RECENT).fill(0);
  #last: Arrival | undefined;
  #nothingAt: Millis = Number.NEGATIVE_INFINITY;
  #pausedAt: Millis | undefined;

  /** The reader has looked for more, and there was nothing. */
  foundNothing(at: Millis): void {
    this.#nothingAt = at;
  }

  /** The pictures of one connection, one after the other, also those nobody looks at. */
  take(arrival: Arrival): Partial<Timing> {
    const { firstByteAt, stamp } = arrival;
    const paused = this.#beginsAfterPause(firstByteAt);
    if (paused !== undefined) {
      this.#paused.push(paused);
      this.#paused.shift();
    }
    this.#gaps.push(gapOf(arrival));
    this.#gaps.shift();
    this.#last = arrival;
    if (paused && this.#paused.filter(Boolean).length >= AFTER_PAUSE) this.#pausedAt = firstByteAt;
    if (stamp !== undefined) return this.#stamps.take(stamp, firstByteAt);
    return { lateMs: firstByteAt - (this.#pausedAt ?? firstByteAt) };
  }

  /** Undefined where there was a pause that may have been ours. */
  #beginsAfterPause(firstByteAt: Millis): boolean | undefined {
    if (this.#last === undefined) return true;
    const { lastByteAt } = this.#last;
    const usualGapMs = [...this.#gaps].sort((a, b) => a - b)[RECENT / 2] ?? 0;
    const gapMs = Math.max(usualGapMs, this.#gaps.at(-1) ?? 0);
    if (firstByteAt - lastByteAt < Math.max(PAUSE_MS, PAUSE_TO_GAP * gapMs)) return false;
    return this.#nothingAt >= lastByteAt ? true : undefined;
  }
}

/** What was waited between two reads of one picture. */
const gapOf = ({ firstByteAt, lastByteAt, reads }: Arrival): Millis =>
  (lastByteAt - firstByteAt) / Math.max(1, reads - 1);
