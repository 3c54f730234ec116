/** The calls to one board: each within its time, each failure a sentence, and none any more after the first failure. */
import type { BoardId, Millis } from "../domain/units.ts";

/**
 * A whole call's time, however many requests it takes. Less than the 250 ms after which a board's own process is
 * killed and the 300 ms after which the guardian ends, so that the sentence gets through.
 */
export const CALL_MS: Millis = 200;

/** Some packages reject with what only looks like an error. */
export function sentence(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  return typeof message === "string" ? message : String(error);
}

export class BoardCalls {
  readonly #id: BoardId;
  readonly #late: string;
  readonly #withinMs: Millis;
  readonly #meanwhile: () => () => void;
  /** Why the board takes no more calls: a late answer to an old one could pass for the answer to a new one. */
  #failed: string | undefined;
  #giveUp: ((error: Error) => void) | undefined;

  /**
   * @param late the sentence for a board that does not answer in time, with its cure and without credentials
   * @param meanwhile starts what has to go on during a call, and answers how to end it
   */
  constructor(
    id: BoardId,
    late: string,
    withinMs: Millis = CALL_MS,
    meanwhile: () => () => void = () => () => undefined,
  ) {
    this.#id = id;
    this.#late = late;
    this.#withinMs = withinMs;
    this.#meanwhile = meanwhile;
  }

  /**
   * Makes one call. The signal aborts when the call is over, however it ended: what it left undone is not done late.
   * @throws Error `Cannot write board "a": …`
   */
  async make<T>(what: "open" | "write" | "read", work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (this.#failed !== undefined) throw this.#error(what, this.#failed);
    return await this.#attempt(what, work);
  }

  /** Writes every channel. Dropping them all is tried whatever failed before: it may be the board's last order. */
  async write(states: readonly boolean[], work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (states.includes(true)) await this.make("write", work);
    else await this.#attempt("write", work);
  }

  /** The board is gone: the call in flight fails now, and every later one. */
  lose(why: string): void {
    this.#failed ??= why;
    this.#giveUp?.(new Error(why));
  }

  /** The board was closed on purpose. */
  close(): void {
    this.lose("it was closed; open it again");
  }

  /** A wrong number of channels is the caller's fault, not the board's: it goes on. */
  checkLength(states: readonly boolean[], channels: number): void {
    if (states.length !== channels)
      throw this.#error("write", `got ${states.length} channels, it has ${channels}`);
  }

  async #attempt<T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController();
    const { promise: failing, reject } = Promise.withResolvers<never>();
    this.#giveUp = reject;
    const endMeanwhile = this.#meanwhile();
    const timer = setTimeout(() => reject(new Error(this.#late)), this.#withinMs);
    try {
      return await Promise.race([work(over.signal), failing]);
    } catch (error) {
      this.#failed ??= sentence(error);
      throw this.#error(what, this.#failed);
    } finally {
      this.#giveUp = undefined;
      clearTimeout(timer);
      endMeanwhile();
      over.abort();
    }
  }

  #error(what: string, why: string): Error {
    return new Error(`Cannot ${what} board "${this.#id}": ${why}`);
  }
}
