/** A bucket that time fills and use empties: how a rate is held without holding anything back. */
import type { Millis } from "../domain/units.ts";

export class Bucket {
  readonly #perMs: number;
  readonly #size: number;
  #level: number;
  #at: Millis | undefined;

  constructor(perSecond: number, size: number) {
    this.#perMs = perSecond / 1000;
    this.#size = size;
    this.#level = size;
  }

  /** How long until it holds this much; 0 where it does. */
  until(amount: number, now: Millis): Millis {
    if (this.#at !== undefined)
      this.#level = Math.min(this.#size, this.#level + Math.max(0, now - this.#at) * this.#perMs);
    this.#at = now;
    return Math.max(0, (amount - this.#level) / this.#perMs);
  }

  /** Takes so much out, into debt where need be. */
  spend(amount: number): void {
    this.#level -= amount;
  }
}
