/** A mailbox of one: the newest replaces what was not taken in time. Old pictures are worth less than nothing. */
export class Mailbox<T> {
  #item: T | undefined;
  #waiting: ((item: T) => void) | undefined;
  #replaced = 0;

  /** How many items a newer one replaced before anyone took them. */
  get replaced(): number {
    return this.#replaced;
  }

  /** Puts the newest item in. Never waits. Returns what it pushed out, so that its buffer can be used again. */
  put(item: T): T | undefined {
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting(item);
      return undefined;
    }
    const old = this.#item;
    if (old !== undefined) this.#replaced++;
    this.#item = item;
    return old;
  }

  /** Takes the item that is there, if any. */
  poll(): T | undefined {
    const item = this.#item;
    this.#item = undefined;
    return item;
  }

  /** The item, now or when one comes; undefined once the signal aborts. One taker at a time. */
  async take(signal: AbortSignal): Promise<T | undefined> {
    const item = this.poll();
    if (item !== undefined || signal.aborted) return item;
    return await new Promise<T | undefined>((resolve) => {
      const abort = (): void => {
        this.#waiting = undefined;
        resolve(undefined);
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting = (newest) => {
        signal.removeEventListener("abort", abort);
        resolve(newest);
      };
    });
  }
}
