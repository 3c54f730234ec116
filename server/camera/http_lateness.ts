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
const PAUSE_MS = 2;
/** Nor is what the picture before was waited for between two of its own reads, times this. */
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
 */
export class HttpLateness {
  readonly #stamps = new Lateness();
  readonly #paused: boolean[] = Array<boolean>(RECENT).fill(true); // a new connection has no queue
  #last: Arrival | undefined;
  #pausedAt: Millis | undefined;

  /** The pictures of one connection, one after the other, also those nobody looks at. */
  take(arrival: Arrival): Partial<Timing> {
    const { firstByteAt, stamp } = arrival;
    this.#paused.push(beginsAfterPause(this.#last, arrival));
    this.#paused.shift();
    this.#last = arrival;
    if (this.#paused.at(-1) && this.#paused.filter(Boolean).length >= AFTER_PAUSE)
      this.#pausedAt = firstByteAt;
    if (stamp !== undefined) return this.#stamps.take(stamp, firstByteAt);
    return { lateMs: firstByteAt - (this.#pausedAt ?? firstByteAt) };
  }
}

function beginsAfterPause(before: Arrival | undefined, { firstByteAt }: Arrival): boolean {
  if (before === undefined) return true;
  const { firstByteAt: begunAt, lastByteAt, reads } = before;
  const gapMs = (lastByteAt - begunAt) / Math.max(1, reads - 1);
  return firstByteAt - lastByteAt >= Math.max(PAUSE_MS, PAUSE_TO_GAP * gapMs);
}
