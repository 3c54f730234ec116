/**
 * The owner of one board inside the guardian: one call in flight, the newest demand wins, every write is read
 * back and compared, and a lost board is opened again, dropped, for as long as the guardian lives.
 */
import { wait } from "../base/clock.ts";
import type { BoardState } from "../domain/relay.ts";
import type { BoardId, Millis } from "../domain/units.ts";
import { allDropped, type RelayDriver } from "./driver.ts";

/** A USB control transfer takes some ms; a call that takes this long will not come back. */
export const CALL_DEADLINE_MS = 300;
/** A foreign change is found within this time. */
export const POLL_MS = 250;
/** A relay's contact and a board's firmware need up to 10 ms; three more tries stay under 100 ms in all. */
const RETRIES = 3;
const RETRY_MS = 20;
/** Waits before a lost board is opened again. */
const REOPEN_FIRST_MS = 50;
const REOPEN_LAST_MS = 2000;

export interface KeeperEvents {
  /** The board was opened and dropped, or was lost. */
  readonly board: (state: BoardState) => void;
  /** A read-back was compared; `disagreeing` are channels from 1. */
  readonly compared: (disagreeing: readonly number[]) => void;
  /** What is wanted was carried out and read back, or cannot be. */
  readonly settled: () => void;
  /** A call to the driver did not return in time: the process must end, it cannot be called back. */
  readonly hung: (why: string) => void;
}

export interface KeeperOptions {
  readonly id: BoardId;
  readonly channels: number;
  readonly open: () => Promise<RelayDriver>;
  readonly events: KeeperEvents;
  readonly now: () => Millis;
  /** Waits; ends early when the signal aborts. A test's own instead of the clock's. */
  readonly pause?: (ms: Millis, signal?: AbortSignal) => Promise<void>;
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Starts to open its board at once, without being asked, and drops it. */
export class BoardKeeper {
  readonly #options: KeeperOptions;
  readonly #pause: (ms: Millis, signal?: AbortSignal) => Promise<void>;
  #driver: RelayDriver | undefined;
  #wanted: readonly boolean[];
  /** What was ordered by the last write, or by the one in flight. */
  #ordered: readonly boolean[];
  /** Coils whose drop is still to be carried out, even if they are wanted energised again meanwhile. */
  #mustDrop: boolean[];
  /** The board contradicted its orders: write them again. */
  #rewrite = false;
  #busy = true;
  #readback: readonly boolean[] | undefined;
  #readAt: Millis | undefined;
  #wake = new AbortController();

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#pause = options.pause ?? wait;
    this.#wanted = allDropped(options.channels);
    this.#ordered = allDropped(options.channels);
    this.#mustDrop = allDropped(options.channels);
    void this.#keep();
  }

  /** The newest read-back, channel 1 first; undefined while the board is lost. */
  get readback(): readonly boolean[] | undefined {
    return this.#readback;
  }

  /** When that read-back was done. */
  get readAt(): Millis | undefined {
    return this.#readAt;
  }

  /** Nothing is left to be carried out, or the board is lost. */
  get settled(): boolean {
    return !this.#busy && (this.#driver === undefined || !this.#due());
  }

  /** What the board is to carry out as soon as its call in flight is back. Never waits, never throws. */
  want(states: readonly boolean[]): void {
    for (const [i, energised] of states.entries()) {
      if (!energised && this.#ordered[i]) this.#mustDrop[i] = true;
    }
    this.#wanted = states;
    if (this.#driver !== undefined && this.#due()) this.#wake.abort();
  }

  /** Writes and reads back once more, whatever was read last: the proof at the end. */
  writeAgain(): void {
    this.#rewrite = true;
    this.#wake.abort();
  }

  /** For the last moment of the process. Throws where the board cannot, or where it fails. */
  dropNow(): void {
    this.#driver?.dropNow?.();
  }

  #target(): readonly boolean[] {
    return this.#wanted.map((energised, i) => energised && !this.#mustDrop[i]);
  }

  #due(): boolean {
    return (
      this.#rewrite ||
      this.#mustDrop.includes(true) ||
      this.#wanted.some((energised, i) => energised !== this.#ordered[i])
    );
  }

  async #keep(): Promise<void> {
    for (let waitMs = REOPEN_FIRST_MS; ; waitMs = Math.min(waitMs * 2, REOPEN_LAST_MS)) {
      try {
        await this.#openDropped();
        waitMs = REOPEN_FIRST_MS;
        await this.#serve();
      } catch (error) {
        await this.#lose(error);
      }
      await this.#pause(waitMs);
    }
  }

  async #openDropped(): Promise<void> {
    this.#busy = true;
    this.#driver = await this.#timed("open", this.#options.open);
    this.#rewrite = true;
    this.#ordered = allDropped(this.#options.channels);
    await this.#carryOut(this.#driver);
    this.#options.events.board({ kind: "ok" });
    this.#settle();
  }

  async #serve(): Promise<never> {
    for (;;) {
      const driver = this.#driver;
      if (driver === undefined) throw new Error(`Board "${this.#options.id}" is not open`);
      if (this.#due()) {
        this.#busy = true;
        await this.#carryOut(driver);
        this.#settle();
      } else {
        await this.#idle();
        if (!this.#due()) await this.#poll(driver);
      }
    }
  }

  /** Writes until the board agrees, or every retry contradicts. A newer demand takes the place of the older. */
  async #carryOut(driver: RelayDriver): Promise<void> {
    for (let retry = 0; ; retry++) {
      const target = this.#target();
      this.#ordered = target;
      this.#mustDrop = allDropped(target.length);
      this.#rewrite = false;
      await this.#timed("write", () => driver.write(target));
      const disagreeing = await this.#compare(driver);
      if (disagreeing.length === 0 || retry === RETRIES) {
        this.#options.events.compared(disagreeing);
        return;
      }
      await this.#pause(RETRY_MS);
    }
  }

  /** Looks whether somebody else changed the board, and puts it back at once where it was. */
  async #poll(driver: RelayDriver): Promise<void> {
    const disagreeing = await this.#compare(driver);
    this.#rewrite ||= disagreeing.length > 0;
    this.#options.events.compared(disagreeing);
  }

  async #compare(driver: RelayDriver): Promise<readonly number[]> {
    const actual = await this.#timed("read", () => driver.read());
    this.#readback = actual;
    this.#readAt = this.#options.now();
    return this.#ordered.flatMap((ordered, i) => (ordered === actual[i] ? [] : [i + 1]));
  }

  /** Until there is something to do, or the next poll. */
  async #idle(): Promise<void> {
    this.#wake = new AbortController();
    await this.#pause(POLL_MS, this.#wake.signal);
  }

  #settle(): void {
    this.#busy = false;
    if (!this.#due()) this.#options.events.settled();
  }

  async #lose(error: unknown): Promise<void> {
    const driver = this.#driver;
    this.#driver = undefined;
    this.#readback = undefined;
    this.#busy = false;
    this.#options.events.board({ kind: "lost", why: sentence(error) });
    this.#options.events.settled();
    if (driver === undefined) return;
    try {
      await this.#timed("close", () => driver[Symbol.asyncDispose]());
    } catch {
      // The loss is told already; that its remains cannot be closed adds nothing.
    }
  }

  async #timed<T>(what: string, call: () => PromiseLike<T>): Promise<T> {
    const why = `Board "${this.#options.id}" did not answer to ${what} within ${CALL_DEADLINE_MS} ms`;
    const timer = setTimeout(() => this.#options.events.hung(why), CALL_DEADLINE_MS);
    try {
      return await call();
    } finally {
      clearTimeout(timer);
    }
  }
}
