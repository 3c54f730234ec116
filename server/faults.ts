/** What is broken and cannot be seen in the guard: a sentence each, by what it is about. */
import type { Log } from "./base/log.ts";
import type { Config } from "./domain/config.ts";
import { isAddressFault, lockedIn } from "./settle.ts";

export class Faults {
  readonly #sentences: Map<string, string>;
  readonly #log: Log;

  constructor(known: Iterable<readonly [about: string, sentence: string]>, log: Log) {
    this.#sentences = new Map(known);
    this.#log = log;
  }

  get list(): readonly string[] {
    return [...this.#sentences.values()];
  }

  about(what: string): string | undefined {
    return this.#sentences.get(what);
  }

  set(about: string, sentence: string | undefined): void {
    if (sentence === undefined) this.#sentences.delete(about);
    else this.#sentences.set(about, sentence);
  }

  /** Addresses that this configuration does not have any more cannot be wrong. */
  forgetAddresses(config: Config): void {
    const locked = lockedIn(config);
    for (const about of this.#sentences.keys())
      if (isAddressFault(about) && !locked.includes(about)) this.#sentences.delete(about);
  }

  /** An error of the box's own. */
  broken(error: unknown, part: "rules" | "listener"): void {
    const sentence =
      part === "rules"
        ? "The box met an error of its own and dropped every output; restart it and report the log"
        : "The box met an error of its own while telling what it did; it goes on guarding, report the log";
    // A listener that fails once fails ten times a second: told once.
    if (this.#sentences.get(part) === sentence) return;
    this.#sentences.set(part, sentence);
    this.#log.fatal({ err: error, part }, "pipeline met an error");
  }
}
