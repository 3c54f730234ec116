/** When a detector that failed is tried again: a few times, each three times later, and afresh once it has lasted. */
import type { Millis } from "../domain/units.ts";

/** Five times in ten minutes: a box that was busy for a moment, or weights that somebody puts right. */
const DELAYS_MS = [5_000, 15_000, 45_000, 135_000, 405_000] as const;
/** What has passed its test for an hour did not fail for good. */
const LASTED_MS = 60 * 60_000;

export interface Retry {
  /** Counts from 1. */
  readonly turn: number;
  readonly afterMs: Millis;
}

export class Retries {
  #turns = 0;
  #readyAt: Millis | undefined;

  /** It is proven and works. */
  ready(now: Millis): void {
    this.#readyAt = now;
  }

  /** It failed. Undefined where it was tried often enough. */
  failed(now: Millis): Retry | undefined {
    if (this.#readyAt !== undefined && now - this.#readyAt >= LASTED_MS) this.#turns = 0;
    this.#readyAt = undefined;
    const afterMs = DELAYS_MS[this.#turns];
    return afterMs === undefined ? undefined : { turn: ++this.#turns, afterMs };
  }
}

/** What is said beside the fault. */
export function retryText(retry: Retry | undefined): string {
  const turns = DELAYS_MS.length;
  return retry === undefined
    ? `it was tried ${turns} times more in vain`
    : `it is tried again in ${retry.afterMs / 1_000} s (${retry.turn} of ${turns})`;
}
