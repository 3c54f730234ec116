/** The last words of a child, bounded: a damaged stream writes an error line per frame, for months. */
import type { Readable } from "node:stream";

const LINES = 20;
const LINE_CHARS = 1_000;

export class LastLines {
  readonly #lines: string[] = [""];

  constructor(stream: Readable) {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => this.push(text));
  }

  push(text: string): void {
    const [first = "", ...rest] = text.split(/\r?\n|\r/);
    const last = this.#lines.length - 1;
    this.#lines[last] = ((this.#lines[last] ?? "") + first).slice(0, LINE_CHARS);
    for (const line of rest) this.#lines.push(line.slice(0, LINE_CHARS));
    // One more than told: the last may be an empty one that has only begun.
    this.#lines.splice(0, this.#lines.length - LINES - 1);
  }

  /** Oldest first, without empty ones. */
  get lines(): readonly string[] {
    return this.#lines.filter((line) => line.trim() !== "").slice(-LINES);
  }
}
