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
/** A board in a process of its own gives up opening by itself after 8 s: a hung call to another one may hold it up. */
const OPEN_OWN_MS = 9000;
/** A foreign change is found within this time. */
export const POLL_MS = 250;
/** So is a feedback contact that moves by itself. */
export const POLL_INPUTS_MS = 100;
/** After an order, while a contact is on its way. */
export const POLL_CLOSELY_MS = 20;
/** A relay's contact and a board's firmware need up to 10 ms; three more tries stay under 100 ms in all. */
const RETRIES = 3;
const RETRY_MS = 20;
/** Waits before a lost board is opened again. */
const REOPEN_FIRST_MS = 50;
const REOPEN_LAST_MS = 2000;
/** So long where no permit waits for it: each try may start a process. */
const REOPEN_SIGNALS_MS = 10_000;
/** A driver asks for renewal at a third of the time after which its board drops by itself. */
const RENEWALS = 3;
/** A board's own words may be long; this much of them is told. */
const MAX_WHY = 300;

export interface KeeperEvents {
  /** The board was opened and dropped, or was lost. */
  readonly board: (state: BoardState) => void;
  /** A read-back was compared; `disagreeing` are channels from 1. */
  readonly compared: (disagreeing: readonly number[]) => void;
  /** The inputs were read, input 1 first, true is closed; `from` is when the reading began. */
  readonly inputs: (closed: readonly boolean[], from: Millis) => void;
  /** What is wanted was carried out and read back, or cannot be. */
  readonly settled: () => void;
  /** A call in this process did not return in time: the process must end, it cannot be called back. */
  readonly hung: (why: string) => void;
}

export interface KeeperOptions {
  readonly id: BoardId;
  readonly channels: number;
  /** An output has its feedback contact on this board. */
  readonly feedback: boolean;
  /** No run permit needs the board. */
  readonly signalsOnly: boolean;
  /** Its calls are made in a process of its own: one that does not return costs this board and nothing else. */
  readonly ownProcess: boolean;
  readonly open: () => Promise<RelayDriver>;
  readonly events: KeeperEvents;
  readonly now: () => Millis;
  /** Waits; ends early when the signal aborts. A test's own instead of the clock's. */
  readonly pause?: (ms: Millis, signal?: AbortSignal) => Promise<void>;
}

function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MAX_WHY);
}

/** Between two polls: a quarter of a second, and less while a contact may move. */
function pollMs(feedback: boolean, closely: boolean): Millis {
  if (!feedback) return POLL_MS;
  return closely ? POLL_CLOSELY_MS : POLL_INPUTS_MS;
}

/** Starts to open its board at once, without being asked, and drops it. */
export class BoardKeeper {
  readonly #options: KeeperOptions;
  readonly #pause: (ms: Millis, signal?: AbortSignal) => Promise<void>;
  #driver: RelayDriver | undefined;
  #wanted: readonly boolean[];
  /** From then on nothing is wanted energised, whatever was said before. */
  #wantedUntil: Millis = 0;
  /** What was ordered by the last write, or by the one in flight. */
  #ordered: readonly boolean[];
  /** Coils whose drop is still to be carried out, even if they are wanted energised again meanwhile. */
  #mustDrop: boolean[];
  /** The board contradicted its orders: write them again. */
  #rewrite = false;
  #busy = true;
  #opening = false;
  #readback: readonly boolean[] | undefined;
  #readAt: Millis | undefined;
  /** When the last write that came back was begun. */
  #writtenAt: Millis = 0;
  #closelyUntil: Millis = 0;
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

  /** Whether it is being opened, for the first time or again. */
  get opening(): boolean {
    return this.#opening;
  }

  /**
   * What the board is to carry out as soon as its call in flight is back. Never waits, never throws.
   * @param until after this nothing is energised any more: a process that stood still has not seen it pass
   */
  want(states: readonly boolean[], until: Millis): void {
    for (const [i, energised] of states.entries()) {
      if (!energised && this.#ordered[i]) this.#mustDrop[i] = true;
    }
    this.#wanted = states;
    this.#wantedUntil = until;
    if (this.#driver !== undefined && this.#due()) this.#wake.abort();
  }

  /** Reads the inputs often until then. */
  lookClosely(until: Millis): void {
    if (until <= this.#closelyUntil) return;
    this.#closelyUntil = until;
    if (this.#options.feedback) this.#wake.abort();
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
    const held = this.#options.now() < this.#wantedUntil;
    return this.#wanted.map((energised, i) => energised && held && !this.#mustDrop[i]);
  }

  #due(): boolean {
    if (this.#rewrite || this.#mustDrop.includes(true)) return true;
    return this.#target().some((energised, i) => energised !== this.#ordered[i]) || this.#renewInMs() <= 0;
  }

  /** How long until the board must be written again, because its channels drop by themselves. */
  #renewInMs(): Millis {
    const everyMs = this.#driver?.renewEveryMs;
    if (everyMs === undefined || !this.#ordered.includes(true)) return Number.POSITIVE_INFINITY;
    return this.#writtenAt + everyMs - this.#options.now();
  }

  async #keep(): Promise<void> {
    const lastMs = this.#options.signalsOnly ? REOPEN_SIGNALS_MS : REOPEN_LAST_MS;
    for (let waitMs = REOPEN_FIRST_MS; ; waitMs = Math.min(waitMs * 2, lastMs)) {
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
    // While it opens, nothing of it is being carried out: the other boards' drops are told without it.
    const driver = await this.#open();
    this.#busy = true;
    this.#driver = driver;
    this.#rewrite = true;
    this.#ordered = allDropped(this.#options.channels);
    await this.#carryOut(driver);
    const { identity } = driver;
    this.#options.events.board({ kind: "ok", ...(identity === undefined ? {} : { identity }) });
    this.#settle();
  }

  async #open(): Promise<RelayDriver> {
    this.#opening = true;
    const opening = this.#options.open();
    try {
      return await this.#timed("open", () => opening);
    } catch (error) {
      // It may still come, and then nobody wants it any more.
      opening.then((driver) => driver[Symbol.asyncDispose]()).catch(() => undefined);
      throw error;
    } finally {
      this.#opening = false;
    }
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
      await this.#write(driver);
      const disagreeing = await this.#compare(driver);
      if (disagreeing.length === 0 || retry === RETRIES) {
        this.#options.events.compared(disagreeing);
        return;
      }
      await this.#pause(RETRY_MS);
    }
  }

  /** Nothing lies between looking at the clock and giving the order to the driver. */
  async #write(driver: RelayDriver): Promise<void> {
    const at = this.#options.now();
    const target = this.#target();
    const kept = target.some((energised, i) => energised && this.#ordered[i]);
    const everyMs = kept ? driver.renewEveryMs : undefined;
    // After its own time the board has dropped what it held; writing then would energise it again, unasked.
    const droppedAt = everyMs === undefined ? Number.POSITIVE_INFINITY : this.#writtenAt + RENEWALS * everyMs;
    const late = new Error(
      `Board "${this.#options.id}" was not renewed before its channels dropped by themselves; give it more selfTimedMs`,
    );
    if (everyMs !== undefined && at + everyMs >= droppedAt) throw late;
    this.#ordered = target;
    this.#mustDrop = allDropped(target.length);
    this.#rewrite = false;
    await this.#timed("write", () => driver.write(target));
    if (this.#options.now() >= droppedAt) throw late;
    this.#writtenAt = at;
  }

  /** Looks whether somebody else changed the board, and puts it back at once where it was. */
  async #poll(driver: RelayDriver): Promise<void> {
    const disagreeing = await this.#compare(driver);
    this.#rewrite ||= disagreeing.length > 0;
    this.#options.events.compared(disagreeing);
    if (!this.#options.feedback || driver.readInputs === undefined || this.#due()) return;
    const from = this.#options.now();
    const closed = await this.#timed("read its inputs", async () => (await driver.readInputs?.()) ?? []);
    this.#options.events.inputs(closed, from);
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
    const poll = pollMs(this.#options.feedback, this.#options.now() < this.#closelyUntil);
    await this.#pause(Math.max(0, Math.min(poll, this.#renewInMs())), this.#wake.signal);
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

  async #timed<T>(
    what: "open" | "write" | "read" | "read its inputs" | "close",
    call: () => PromiseLike<T>,
  ): Promise<T> {
    const { id, ownProcess, events } = this.#options;
    const ms = what === "open" && ownProcess ? OPEN_OWN_MS : CALL_DEADLINE_MS;
    const why = `Board "${id}" did not answer to ${what} within ${ms} ms`;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      if (ownProcess) late.reject(new Error(`${why}; check its cable`));
      else events.hung(why);
    }, ms);
    try {
      return await Promise.race([call(), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
