/**
 * Whether the wall clock can be believed: the kernel says that it follows a time server, and nobody has set it since.
 * The kernel forgets that by itself when the clock is set by hand, and at every start of the machine.
 */
import { execFile } from "node:child_process";
import { ClockWatch } from "./clock.ts";

const ASK_MS = 60_000;
const ANSWER_MS = 2_000;
const COMMAND = ["timedatectl", "show", "--property=NTPSynchronized", "--value"] as const;

/** Asks the machine at once and every minute. Where it cannot tell, the clock is not believed. */
export class TimeSync implements Disposable {
  readonly #command: readonly string[];
  readonly #watch = new ClockWatch();
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #synchronised = false;
  #asking = 0;

  constructor(command: readonly string[] = COMMAND) {
    this.#command = command;
    this.#timer = setInterval(() => this.#ask(), ASK_MS);
    this.#ask();
  }

  /** As the machine said last. */
  get synchronised(): boolean {
    return this.#synchronised;
  }

  /** Both clocks, read one right after the other, about once a second: a step between two of them is doubt. */
  trusts(wallAt: number, monoAt: number): boolean {
    if (this.#watch.see(wallAt, monoAt) !== undefined) {
      this.#synchronised = false;
      this.#ask();
    }
    return this.#synchronised;
  }

  #ask(): void {
    const [file = "", ...args] = this.#command;
    const asked = ++this.#asking;
    const options = { timeout: ANSWER_MS, signal: this.#closing.signal } as const;
    execFile(file, args, options, (error, stdout) => {
      // A question from before the last step says nothing about the time after it.
      if (asked === this.#asking) this.#synchronised = error === null && stdout.trim() === "yes";
    });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#closing.abort();
  }
}
