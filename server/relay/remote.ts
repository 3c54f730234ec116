/**
 * A board driven by a process of its own, its hand (`server/hand.ts`): a call that never returns costs that process,
 * this board, and nobody else anything. A hand drops its board when its orders end, so closing the board drops it,
 * and so does whatever kills the owner.
 */
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { exited, hasExited, killGroup, spawnOwn } from "../base/child.ts";
import { wait } from "../base/clock.ts";
import type { BoardDriver } from "../domain/board.ts";
import type { GuardianBoard } from "../domain/relay.ts";
import type { Millis } from "../domain/units.ts";
import type { BoardPlace, RelayDriver } from "./driver.ts";
import { lineSplitter } from "./protocol.ts";

/** A board answers in some ms; one that takes this long will not. */
export const CALL_DEADLINE_MS = 250;
/**
 * Starting a process takes 0.1 s, and many times that on a box that is starting everything else. Opening a hidraw
 * also waits for a transfer that hangs on any other one, five seconds at most.
 */
export const OPEN_DEADLINE_MS = 8000;
/** A hand whose orders ended has dropped its board and is gone within this time, or is killed. */
const CLOSE_MS = 200;

const HAND = fileURLToPath(new URL("../hand.ts", import.meta.url));
/** Instead of a board: tells what is plugged in, and exits. */
export const LIST = "--list";
const LIST_DEADLINE_MS = 8000;
/** A few hundred boards; more text than this is not ours. */
const LIST_BYTES = 64 * 1024;

export type HandCall =
  | { readonly call: "write"; readonly states: readonly boolean[] }
  | { readonly call: "read" | "readInputs" | "drop" };

/** One line on the hand's stdin. */
export type HandOrder = HandCall & { readonly n: number };

/** One line on its stdout. Number 0 is the first: the board is open, and the value is a `HandReady`. */
export type HandAnswer = { readonly n: number } & (
  | { readonly value: unknown }
  /** One sentence. */
  | { readonly error: string }
);

export interface HandReady {
  readonly channels: number;
  readonly identity?: string;
  readonly renewEveryMs?: Millis;
  readonly inputs: boolean;
}

/** What `--list` prints. */
export interface FoundBoards {
  readonly hid: readonly {
    readonly address: string;
    readonly product: string;
    readonly channels: number;
    readonly identity?: string;
    readonly problem?: string;
  }[];
  readonly serial: readonly { readonly path: string; readonly name: string }[];
  /** Sentences. */
  readonly problems: readonly string[];
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** A killed process is gone within this time, if it does not hang in the kernel. */
const GOING_MS = 500;

/** Hands that were killed: one that hangs in the kernel goes when its call is let go, five seconds later at most. */
const dying = new Map<ChildProcess, Pick<GuardianBoard, "id" | "driver">>();

/**
 * Linux has one lock for all of hidraw: whoever opens a board while a call to another one hangs waits, and
 * everybody's calls wait behind him.
 */
const HIDRAW: BoardDriver = "dct-hid";

function blocks(one: Pick<GuardianBoard, "id" | "driver">, { id, driver }: GuardianBoard): boolean {
  return one.id === id || (one.driver === HIDRAW && driver === HIDRAW);
}

/** Does not wait for its end; it holds nothing of ours open meanwhile. */
function kill(child: ChildProcess, board: Pick<GuardianBoard, "id" | "driver">): void {
  if (hasExited(child) || child.pid === undefined) return;
  dying.set(child, board);
  child.once("exit", () => dying.delete(child));
  killGroup(child);
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.unref();
}

/** Waits for their end; false where that takes longer. */
async function gone(children: readonly ChildProcess[], ms: Millis): Promise<boolean> {
  const over = new AbortController();
  await Promise.race([Promise.all(children.map(exited)), wait(ms, over.signal)]);
  over.abort(); // a timer left behind would hold the process up at its end
  return children.every(hasExited);
}

function parseAnswer(line: string): HandAnswer | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isAnswer =
      typeof value === "object" &&
      value !== null &&
      "n" in value &&
      Number.isSafeInteger(value.n) &&
      ("value" in value || ("error" in value && typeof value.error === "string"));
    return isAnswer ? (value as HandAnswer) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isStates(value: unknown, length?: number): value is readonly boolean[] {
  const states = Array.isArray(value) && value.every((state) => typeof state === "boolean");
  return states && (length === undefined || value.length === length);
}

/** The process and its answers. Lost once, it stays lost: another one is started by opening the board again. */
class Hand {
  readonly #board: GuardianBoard;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #n = 0;
  #lost: string | undefined;

  constructor(place: BoardPlace) {
    this.#board = place.board;
    this.#child = spawnOwn(HAND, [JSON.stringify(place)], ["pipe", "pipe", "inherit"]);
    this.#child.on("error", (error) => this.#lose(`its process cannot be started (${error.message})`));
    this.#child.on("exit", (code, signal) =>
      this.#lose(`its process ended with ${signal ?? `code ${code}`}`),
    );
    // A broken pipe means that its reader ended: the exit above tells it once.
    this.#child.stdin?.on("error", () => undefined);
    this.#child.stdout?.setEncoding("utf8");
    this.#child.stdout?.on(
      "data",
      lineSplitter((line) => this.#take(line)),
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** The first answer, which it gives without being asked. */
  async opened(): Promise<HandReady> {
    return (await this.#answerTo(0, "open", OPEN_DEADLINE_MS)) as HandReady;
  }

  async ask(call: HandCall): Promise<unknown> {
    return await this.#answerTo(this.tell(call), call.call, CALL_DEADLINE_MS);
  }

  async askStates(call: "read" | "readInputs", length?: number): Promise<readonly boolean[]> {
    const states = await this.ask({ call });
    if (isStates(states, length)) return states;
    throw this.#sentence(call, "its process answered what cannot be understood");
  }

  /** Is in the pipe when this returns, also where the process ends right after. Throws once the hand is lost. */
  tell(call: HandCall): number {
    if (this.#lost !== undefined) throw this.#sentence(call.call, this.#lost);
    const order: HandOrder = { n: ++this.#n, ...call };
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
    return order.n;
  }

  /** Lets it drop its board and end. */
  async close(): Promise<void> {
    if (!this.#giveUp("it is closed")) return;
    this.#child.stdin?.end();
    await gone([this.#child], CLOSE_MS);
    kill(this.#child, this.#board);
  }

  async #answerTo(n: number, what: string, limitMs: Millis): Promise<unknown> {
    if (this.#lost !== undefined) throw this.#sentence(what, this.#lost);
    const late = (): void => {
      if (this.#waiting.has(n)) this.#lose(`it did not answer to ${what} within ${limitMs} ms`);
    };
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    // An answer that came while our own loop was held up is read before it is called late.
    const timer = setTimeout(() => setImmediate(late), limitMs);
    this.#waiting.set(n, { resolve, reject: (error) => reject(this.#sentence(what, error.message)), timer });
    return await promise;
  }

  #take(line: string): void {
    const answer = parseAnswer(line);
    const waiting = answer === undefined ? undefined : this.#waiting.get(answer.n);
    if (answer === undefined || waiting === undefined) {
      // The answer to a drop is waited for by nobody.
      if (answer === undefined || answer.n > this.#n)
        this.#lose("its process said what cannot be understood");
      return;
    }
    this.#waiting.delete(answer.n);
    clearTimeout(waiting.timer);
    if ("error" in answer) waiting.reject(new Error(answer.error));
    else waiting.resolve(answer.value);
  }

  #lose(why: string): void {
    if (this.#giveUp(why)) kill(this.#child, this.#board);
  }

  /** From now on every call is rejected. False where they are already. */
  #giveUp(why: string): boolean {
    if (this.#lost !== undefined) return false;
    this.#lost = why;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new Error(why));
    }
    this.#waiting.clear();
    return true;
  }

  /** A driver's own sentence stays as it is. */
  #sentence(what: string, why: string): Error {
    if (why.startsWith("Cannot ")) return new Error(why);
    return new Error(`Cannot ${what} board "${this.#board.id}": ${why}; check its cable`);
  }
}

export class RemoteBoard implements RelayDriver {
  readonly channels: number;
  readonly identity?: string;
  readonly renewEveryMs?: Millis;
  readonly readInputs?: () => Promise<readonly boolean[]>;
  readonly #hand: Hand;

  constructor(hand: Hand, ready: HandReady) {
    this.#hand = hand;
    this.channels = ready.channels;
    if (ready.identity !== undefined) this.identity = ready.identity;
    if (ready.renewEveryMs !== undefined) this.renewEveryMs = ready.renewEveryMs;
    if (ready.inputs) this.readInputs = async () => await hand.askStates("readInputs");
  }

  /** Of its hand, for tests. */
  get pid(): number | undefined {
    return this.#hand.pid;
  }

  async write(states: readonly boolean[]): Promise<void> {
    await this.#hand.ask({ call: "write", states });
  }

  async read(): Promise<readonly boolean[]> {
    return await this.#hand.askStates("read", this.channels);
  }

  /** The order is on its way when this returns, whatever becomes of us. */
  dropNow(): void {
    this.#hand.tell({ call: "drop" });
  }

  /** Drops the board. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hand.close();
  }
}

/** Opens a board of any kind in a process of its own. Every call on it is answered or rejected in time. */
export async function openRemote(place: BoardPlace): Promise<RemoteBoard> {
  const { board } = place;
  const inTheWay = [...dying].filter(([, one]) => blocks(one, board)).map(([child]) => child);
  if (!(await gone(inTheWay, GOING_MS))) {
    throw new Error(
      `Cannot open board "${board.id}": a call to a board like it still hangs in the system; it is opened when that ends`,
    );
  }
  const hand = new Hand(place);
  try {
    return new RemoteBoard(hand, await hand.opened());
  } catch (error) {
    await hand.close();
    throw error;
  }
}

/** What is plugged into this box. In a process of its own, because a board that hangs would hold us up. */
export async function findBoards(): Promise<FoundBoards> {
  const child = spawnOwn(HAND, [LIST], ["ignore", "pipe", "inherit"]);
  let text = "";
  child.on("error", () => undefined); // nothing was found: told below
  child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
    if (text.length <= LIST_BYTES) text += piece;
  });
  const over = new AbortController();
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await Promise.race([closed, wait(LIST_DEADLINE_MS, over.signal)]);
  over.abort();
  kill(child, { id: "", driver: HIDRAW });
  try {
    return JSON.parse(text) as FoundBoards;
  } catch {
    const problem = "Cannot look for boards: a plugged-in board does not answer; pull it out and try again";
    return { hid: [], serial: [], problems: [problem] };
  }
}
