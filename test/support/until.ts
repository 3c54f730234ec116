/** Waits for something to become true, with a limit and a sentence for when it does not. */
import { monotonicMs, wait } from "../../server/base/clock.ts";

export interface UntilOptions<T> {
  /** What is waited for; stands in the error. */
  readonly what: string;
  readonly ms: number;
  readonly everyMs?: number;
  /** Undefined, false or a refused connection mean: not yet. */
  readonly check: () => T | undefined | false | Promise<T | undefined | false>;
}

/** The first value of `check` that is neither undefined nor false. Throws when the limit is over. */
export async function until<T>({ what, ms, everyMs = 20, check }: UntilOptions<T>): Promise<T> {
  const end = monotonicMs() + ms;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (monotonicMs() >= end) throw new Error(`Waited ${ms} ms in vain: ${what}`);
    await wait(everyMs);
  }
}
