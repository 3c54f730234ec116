/** Frames per second over the last half minute. */
import type { Millis } from "../domain/units.ts";

const WINDOW_MS = 30_000;
/** 30 s at 30 frames a second, the most a camera may be asked for, and some room. */
const CAPACITY = 1024;

export class RateMeter {
  readonly #at = new Float64Array(CAPACITY);
  #count = 0;
  #since: Millis | undefined;

  /** Begins anew: the time before a start says nothing about the rate. */
  reset(): void {
    this.#count = 0;
    this.#since = undefined;
  }

  mark(at: Millis): void {
    this.#since ??= at;
    this.#at[this.#count++ % CAPACITY] = at;
  }

  /** Frames per second over the last 30 s, or since the first frame if that is shorter (but at least 1 s). */
  perSecond(now: Millis): number {
    if (this.#since === undefined) return 0;
    let frames = 0;
    for (let i = this.#count - 1; i >= 0 && i > this.#count - CAPACITY; i--) {
      if ((this.#at[i % CAPACITY] ?? 0) <= now - WINDOW_MS) break;
      frames++;
    }
    return (frames * 1000) / Math.min(WINDOW_MS, Math.max(1000, now - this.#since));
  }
}
