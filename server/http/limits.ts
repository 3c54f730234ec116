/**
 * Waiting times after wrong PINs, for each person and for each panel. They stand before what needs a PIN and before
 * nothing else: acknowledge, silence and stop request know nothing of them.
 */
import { monotonicMs } from "../base/clock.ts";
import type { Millis } from "../domain/units.ts";

/** After five wrong PINs: 30 s, doubling to 15 min, forgotten after an hour. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGET_MS = 60 * 60_000;
/** So many tries, checked or turned away, are taken for guessing; told again at most once a minute. */
const GUESSING_TRIES = 10;
const TELL_AGAIN_MS = 60_000;
const KEYS_MAX = 400;

interface Failed {
  /** Checked and wrong, or being checked. */
  wrong: number;
  /** With those that were turned away while they had to wait. */
  tries: number;
  /** When the last one was checked. */
  lastAt: Millis;
  toldAt: Millis;
}

export interface LimitsOptions {
  readonly now?: () => Millis;
  /** Somebody tries PINs: so many of them by now. */
  readonly guessing: (tries: number) => void;
}

export class Limits {
  readonly #failed = new Map<string, Failed>();
  readonly #now: () => Millis;
  readonly #guessing: (tries: number) => void;

  constructor({ now = monotonicMs, guessing }: LimitsOptions) {
    this.#now = now;
    this.#guessing = guessing;
  }

  /**
   * Counts a try before it is checked, so that many at once do not pass the limit together.
   * @returns the seconds until the next one may be checked; 0 where this one may
   */
  count(keys: readonly string[]): number {
    const seconds = Math.max(...keys.map((key) => this.#waitSeconds(key)));
    for (const key of keys) {
      const failed = this.#known(key, seconds === 0);
      if (failed === undefined) continue;
      failed.tries++;
      if (seconds === 0) {
        failed.wrong++;
        failed.lastAt = this.#now();
      }
    }
    this.#tellGuessing(keys);
    return seconds;
  }

  /** The PIN was right. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.#failed.delete(key);
  }

  /** It could not be checked, so it counts for nothing. */
  takeBack(keys: readonly string[]): void {
    for (const key of keys) {
      const failed = this.#failed.get(key);
      if (failed === undefined) continue;
      failed.wrong--;
      failed.tries--;
    }
  }

  #waitSeconds(key: string): number {
    const failed = this.#failed.get(key);
    if (failed === undefined || failed.wrong < FREE_TRIES) return 0;
    const since = this.#now() - failed.lastAt;
    if (since > FORGET_MS) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failed.wrong - FREE_TRIES));
    return Math.max(0, Math.ceil((wait - since) / 1_000));
  }

  /** What is known of a key; where it is made, the oldest one goes when there are too many. */
  #known(key: string, makes: boolean): Failed | undefined {
    const before = this.#failed.get(key);
    const fresh = before !== undefined && this.#now() - before.lastAt <= FORGET_MS;
    if (fresh || !makes) return before;
    const failed = { wrong: 0, tries: 0, lastAt: this.#now(), toldAt: Number.NEGATIVE_INFINITY };
    this.#failed.delete(key);
    this.#failed.set(key, failed);
    if (this.#failed.size > KEYS_MAX) this.#failed.delete(this.#failed.keys().next().value ?? key);
    return failed;
  }

  #tellGuessing(keys: readonly string[]): void {
    const known = keys.flatMap((key) => this.#failed.get(key) ?? []);
    const tries = Math.max(0, ...known.map((failed) => failed.tries));
    const toldAt = Math.max(...known.map((failed) => failed.toldAt));
    if (tries < GUESSING_TRIES || this.#now() - toldAt < TELL_AGAIN_MS) return;
    for (const failed of known) failed.toldAt = this.#now();
    this.#guessing(tries);
  }
}
