/**
 * What ffmpeg says on stderr: its last words, the stream it opened, every frame it passed, and what it could
 * not decode. Bounded: a damaged stream writes an error line per frame, for months.
 */
import type { Readable } from "node:stream";
import type { Millis, Size } from "../domain/units.ts";
import { SEEN } from "./args.ts";

const LINES = 20;
const LINE_CHARS = 1_000;

/** One frame that ffmpeg passed, in the order of the raw frames. */
export interface Seen {
  /** The camera's time of it, from any beginning; undefined where the camera gives none. */
  readonly pts: Millis | undefined;
  readonly size: Size;
  /** Whether its decoder complained since the frame before. */
  readonly damaged: boolean;
}

export interface WordsOptions {
  /** The codec's name as ffmpeg gives it. */
  readonly onCodec?: (codec: string) => void;
  readonly onSeen?: (seen: Seen) => void;
  /** The decoder could not make sense of what came. */
  readonly onDamage?: () => void;
}

const SEEN_LINE = new RegExp(
  `^\\[${SEEN} @ [^\\]]*\\] \\[info\\] n: *\\d+ pts: *(-?\\d+|NOPTS) .*? s:(\\d+)x(\\d+) `,
);
const TIME_BASE = new RegExp(`^\\[${SEEN} @ .* config in time_base: (\\d+)/(\\d+)`);
const STREAM = /^\[info\] +Stream #0:\d+.*?: Video: (\w+)/;
/**
 * A picture that is broken, or missing before this one. Not every error: many cameras send something odd beside
 * each picture, about which decoders complain for ever and lose nothing.
 */
const DAMAGE =
  /corrupt decoded frame|Error while decoding stream|Error submitting packet to decoder|Could not find ref with POC|Missing reference picture|^\[mjpeg [^\]]*\] (?:overread|error|mjpeg_decode|decode_|dqt|bad )/;
/** A program that knows no levels writes nothing that this finds, and all of its lines stay. */
const LEVEL = /^((?:\[[^\]]*\] )*?)\[(quiet|panic|fatal|error|warning|info|verbose|debug|trace)\] /;

/** The last lines of a child, and what its frames' lines say. */
export class LastLines {
  readonly #options: WordsOptions;
  readonly #lines: string[] = [];
  #part = "";
  #tick: Millis | undefined;
  #codec: string | undefined;
  #damaged = false;

  constructor(stream: Readable, options: WordsOptions = {}) {
    this.#options = options;
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => this.push(text));
  }

  push(text: string): void {
    const pieces = text.split(/\r?\n|\r/);
    for (const [i, piece] of pieces.entries()) {
      if (this.#part.length < LINE_CHARS) this.#part += piece.slice(0, LINE_CHARS - this.#part.length);
      if (i === pieces.length - 1) break;
      this.#take(this.#part);
      this.#part = "";
    }
  }

  /** Errors and what has no level, oldest first, without empty ones. */
  get lines(): readonly string[] {
    const last = LEVEL.test(this.#part) || this.#part.trim() === "" ? [] : [this.#part];
    return [...this.#lines, ...last].slice(-LINES);
  }

  #take(line: string): void {
    const level = LEVEL.exec(line);
    if (line.startsWith(`[${SEEN}`)) {
      this.#takeSeen(line);
    } else if (level === null) {
      this.#keep(line);
    } else if (this.#codec === undefined && level[2] === "info") {
      this.#takeStream(line);
    } else if (["panic", "fatal", "error", "warning"].includes(level[2] ?? "")) {
      this.#takeTrouble((level[1] ?? "") + line.slice(level[0].length), level[2] === "warning");
    }
  }

  #takeStream(line: string): void {
    this.#codec = STREAM.exec(line)?.[1];
    if (this.#codec !== undefined) this.#options.onCodec?.(this.#codec);
  }

  #takeTrouble(line: string, warning: boolean): void {
    if (!warning) this.#keep(line);
    // Before the stream is open it is about opening it.
    if (this.#codec === undefined || !DAMAGE.test(line)) return;
    this.#damaged = true;
    this.#options.onDamage?.();
  }

  #takeSeen(line: string): void {
    const seen = SEEN_LINE.exec(line);
    if (seen === null) {
      const base = TIME_BASE.exec(line);
      if (base !== null) this.#tick = (1_000 * Number(base[1])) / Number(base[2]);
      return;
    }
    const pts = this.#tick === undefined || seen[1] === "NOPTS" ? undefined : Number(seen[1]) * this.#tick;
    const damaged = this.#damaged;
    this.#damaged = false;
    this.#options.onSeen?.({ pts, size: { width: Number(seen[2]), height: Number(seen[3]) }, damaged });
  }

  #keep(line: string): void {
    if (line.trim() === "") return;
    this.#lines.push(line);
    if (this.#lines.length > LINES) this.#lines.shift();
  }
}
