/**
 * A model in a process of its own that watches nothing: whatever it does there, it costs the cameras' eyes no more than
 * the time and the memory that are left over. The process is bounded in both, and ends with its owner.
 */
import type { ChildProcess } from "node:child_process";
import { freemem } from "node:os";
import { join } from "node:path";
import { exited, hasExited, killGroup, spawnOwn } from "../base/child.ts";
import { residentBytes } from "../base/memory.ts";
import { CALIBRATE_MS, type Measured } from "../domain/tuning.ts";
import type { Box, Millis, Size } from "../domain/units.ts";

const PROGRAM = join(import.meta.dirname, "../candidate.ts");
/** An eye with the recommended model holds about 250 MiB. */
const MAX_BYTES = 768 * 2 ** 20;
/** Starting, opening and proving a model behind everything else on a busy box. */
const LOAD_MS = 60_000;
const LOOK_MS = 15_000;
/** A round of a measurement may be held up by everything else. */
const MEASURE_GRACE_MS = 20_000;
const WATCH_EVERY_MS = 250;

export type CandidateOrder =
  | { readonly kind: "load"; readonly manifestPath: string; readonly weightsPath: string }
  | ({ readonly kind: "look" } & ToCount)
  /** Instead of looking: which way to use the processor is the fastest, up to so many threads. */
  | { readonly kind: "calibrate"; readonly threads: number; readonly limitMs: Millis };

export interface ToCount {
  readonly jpeg: Uint8Array;
  readonly size: Size;
  /** Only who stands in this part counts; everybody where absent. */
  readonly part?: Box | undefined;
}

export interface Looked {
  readonly people: number;
  /** Processor time with preparation. */
  readonly ms: Millis;
}

export type CandidateReport =
  | { readonly kind: "ready" }
  /** `why` is one sentence with the cure. */
  | { readonly kind: "failed"; readonly why: string }
  | ({ readonly kind: "looked" } & Looked)
  | ({ readonly kind: "calibrated" } & Measured);

export interface CandidateOptions {
  readonly name: string;
  readonly manifestPath: string;
  readonly weightsPath: string;
  /** Ends it at once, also while it loads. */
  readonly signal?: AbortSignal;
}

/** Why there is no place for a candidate beside what guards; undefined where there is. */
export function noRoom(free: number = freemem()): string | undefined {
  if (free >= MAX_BYTES) return undefined;
  const [has, needs] = [free, MAX_BYTES].map((bytes) => Math.round(bytes / 2 ** 20));
  return `The box has ${has} MiB of memory left, and proving a model may take ${needs}; end other programs on it`;
}

export class Candidate implements AsyncDisposable {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #watch: NodeJS.Timeout;
  #waiting: PromiseWithResolvers<CandidateReport> | undefined;
  readonly #gone = Promise.withResolvers<Error>();
  /** Why it has ended. */
  #ended: string | undefined;

  private constructor({ name, signal }: CandidateOptions) {
    this.#name = name;
    this.#child = spawnOwn(PROGRAM, [], ["ignore", "inherit", "inherit", "ipc"]);
    this.#child.on("message", (report) => this.#waiting?.resolve(report as CandidateReport));
    this.#child.once("error", (error) => this.#end(error.message));
    this.#child.once("exit", () => this.#end("its process ended"));
    signal?.addEventListener("abort", () => this.#end("it was ended"), { once: true });
    this.#watch = setInterval(() => this.#weigh(), WATCH_EVERY_MS);
    if (signal?.aborted) this.#end("it was ended");
  }

  /** Starts the process and proves the model on its golden picture. Rejects with one sentence and its cure. */
  static async open(options: CandidateOptions): Promise<Candidate> {
    const candidate = new Candidate(options);
    const { manifestPath, weightsPath } = options;
    try {
      await candidate.#ask({ kind: "load", manifestPath, weightsPath }, LOAD_MS);
      return candidate;
    } catch (error) {
      await candidate[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Resolves with one sentence and its cure when the process is of no use any more. */
  get gone(): Promise<Error> {
    return this.#gone.promise;
  }

  /** Counts people in one picture. One at a time. Rejects with one sentence and its cure, and then for good. */
  async look({ jpeg, size, part }: ToCount): Promise<Looked> {
    const report = await this.#ask({ kind: "look", jpeg, size, part }, LOOK_MS);
    if (report.kind !== "looked") throw this.#fault("it answered out of turn");
    return { people: report.people, ms: report.ms };
  }

  /** Measures up to so many threads. Rejects with one sentence and its cure, and then for good. */
  async calibrate(threads: number, limitMs: Millis = CALIBRATE_MS): Promise<Measured> {
    const report = await this.#ask({ kind: "calibrate", threads, limitMs }, limitMs + MEASURE_GRACE_MS);
    if (report.kind !== "calibrated") throw this.#fault("it answered out of turn");
    const { kind: _, ...measured } = report;
    return measured;
  }

  async #ask(order: CandidateOrder, limitMs: Millis): Promise<CandidateReport> {
    if (this.#ended !== undefined) throw this.#fault(this.#ended);
    const waiting = Promise.withResolvers<CandidateReport>();
    this.#waiting = waiting;
    const late = setTimeout(() => this.#end(`it did not answer for ${limitMs / 1_000} s`), limitMs);
    try {
      this.#child.send(order, () => undefined);
      const report = await waiting.promise;
      if (report.kind === "failed") throw new Error(report.why);
      return report;
    } finally {
      clearTimeout(late);
      this.#waiting = undefined;
    }
  }

  #fault(why: string): Error {
    return new Error(`Cannot use model "${this.#name}": ${why}; choose another`);
  }

  #weigh(): void {
    const bytes = this.#child.pid === undefined ? undefined : residentBytes(this.#child.pid);
    if (bytes !== undefined && bytes > MAX_BYTES)
      this.#end(`it took ${Math.round(bytes / 2 ** 20)} MiB of memory`);
  }

  #end(why: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    clearInterval(this.#watch);
    killGroup(this.#child);
    this.#waiting?.reject(this.#fault(why));
    this.#gone.resolve(this.#fault(why));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end("it was ended");
    if (!hasExited(this.#child)) await exited(this.#child);
  }
}
