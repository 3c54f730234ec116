/**
 * Which way to use the processor is the fastest for the model that watches: measured once for each model on each
 * machine, in a process that goes behind everything else, while the box guards in the usual way. What was found is
 * kept beside the database and taken by the next eye that starts.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { wallMs } from "./base/clock.ts";
import { writeAtomic } from "./base/files.ts";
import type { Log } from "./base/log.ts";
import { Candidate, noRoom } from "./detect/candidate.ts";
import { listModels, type ModelEntry } from "./detect/find.ts";
import { bestTuning, type Measured, type Tuning, threadsFor, tuningText } from "./domain/tuning.ts";
import type { Millis } from "./domain/units.ts";

const FILE = "calibration.json";
const RECORDS_KEPT = 16;
/** A box that has just started has better to do. */
const FIRST_MS = 3 * 60_000;
const AGAIN_MS = 10 * 60_000;
/** Tries by itself for one model; a person may ask for more. */
const TRIES = 3;

const tuning = z.object({ threads: z.int().min(1).max(64), spinning: z.boolean(), arena: z.boolean() });
const figure = z.object({
  ...{ tuning, ms: z.number(), ratio: z.number(), faster: z.number(), rounds: z.number() },
  unsure: z.exactOptional(z.enum(["too few rounds", "the box was busy"])),
});
/** What the figures hold for: with another of these they are measured anew. */
interface Machine {
  readonly runtime: string;
  readonly processor: string;
  readonly cores: number;
}

interface CalibrationRecord extends Machine, Measured {
  readonly sha256: string;
  readonly wallAt: Millis;
}

const recordShape: z.ZodType<CalibrationRecord> = z.object({
  ...{ sha256: z.string(), runtime: z.string(), processor: z.string(), cores: z.number() },
  ...{ wallAt: z.number(), usualMs: z.number() },
  figures: z.array(figure),
  refused: z.array(z.object({ tuning, why: z.string() })),
});

export interface CalibrationView {
  readonly running: boolean;
  /** Undefined where the model was not measured on this machine yet. */
  readonly record?: Pick<CalibrationRecord, "wallAt" | "usualMs" | "figures" | "refused">;
  /** What the next eye that starts takes. */
  readonly chosen: Tuning;
  /** Why the newest try came to nothing. */
  readonly fault?: string;
}

/** The server itself never loads the runtime: an inference belongs into a process that may be killed. */
function thisMachine(): Machine {
  const { version } = createRequire(import.meta.url)("onnxruntime-node/package.json") as { version: string };
  return { runtime: version, processor: cpus()[0]?.model ?? "unknown", cores: availableParallelism() };
}

/** Nothing where there is no file, or another one than was written: then it is measured anew. */
function readRecords(dataFolder: string): readonly CalibrationRecord[] {
  try {
    const parsed = z.array(recordShape).safeParse(JSON.parse(readFileSync(join(dataFolder, FILE), "utf8")));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

function recordOf(records: readonly CalibrationRecord[], sha256: string | undefined, machine: Machine) {
  return records.find(
    (record) =>
      record.sha256 === sha256 &&
      record.runtime === machine.runtime &&
      record.processor === machine.processor &&
      record.cores === machine.cores,
  );
}

/** One line for a shell; undefined where the model was not measured on this machine. */
export function calibrationText(dataFolder: string, sha256: string): string | undefined {
  const machine = thisMachine();
  const record = recordOf(readRecords(dataFolder), sha256, machine);
  if (record === undefined) return undefined;
  const best = bestTuning(record.figures, threadsFor(machine.cores, 1));
  const others = record.figures.map(({ tuning, ratio }) => `${tuningText(tuning)} ${ratio.toFixed(2)}`);
  const day = new Date(record.wallAt).toISOString().slice(0, 10);
  return `${record.usualMs.toFixed(1)} ms a picture, ${tuningText(best)} chosen on ${day} (against the usual way: ${others.join(", ")})`;
}

export interface CalibrationOptions {
  readonly dataFolder: string;
  /** The model that watches; undefined while none does, or the box has better to do. */
  readonly idleModel: () => ModelEntry | undefined;
  /** Told when a measurement is done, or why it came to nothing. */
  readonly onEnd: (name: string, end: { readonly chosen: Tuning } | { readonly fault: string }) => void;
  /** For a measurement, ten seconds unless told. */
  readonly limitMs?: Millis;
  readonly log: Log;
}

export class Calibration implements Disposable {
  readonly #options: CalibrationOptions;
  readonly #machine = thisMachine();
  #records: readonly CalibrationRecord[];
  #running: AbortController | undefined;
  #fault: { readonly sha256: string; readonly why: string } | undefined;
  readonly #tries = new Map<string, number>();
  #timer: NodeJS.Timeout;

  constructor(options: CalibrationOptions) {
    this.#options = options;
    this.#records = readRecords(options.dataFolder);
    this.#timer = this.#later(FIRST_MS);
  }

  #later(ms: Millis): NodeJS.Timeout {
    return setTimeout(() => {
      this.#byItself();
      this.#timer = this.#later(AGAIN_MS);
    }, ms).unref();
  }

  #byItself(): void {
    const model = this.#options.idleModel();
    if (model === undefined || noRoom() !== undefined) return;
    const { sha256 } = model.manifest;
    const tries = this.#tries.get(sha256) ?? 0;
    if (recordOf(this.#records, sha256, this.#machine) !== undefined || tries >= TRIES) return;
    this.#tries.set(sha256, tries + 1);
    this.begin(model);
  }

  get running(): boolean {
    return this.#running !== undefined;
  }

  /** Measures now, unless it does already. */
  begin(model: ModelEntry): void {
    if (this.#running === undefined) void this.#run(model);
  }

  async #run({ manifest, manifestPath, weightsPath }: ModelEntry): Promise<void> {
    if (weightsPath === undefined) return;
    const { name, sha256 } = manifest;
    const running = new AbortController();
    this.#running = running;
    try {
      const { signal } = running;
      await using candidate = await Candidate.open({ name, manifestPath, weightsPath, signal });
      const measured = await candidate.calibrate(threadsFor(this.#machine.cores, 1), this.#options.limitMs);
      const record = { sha256, ...this.#machine, wallAt: wallMs(), ...measured };
      this.#records = [record, ...this.#records.filter((each) => each.sha256 !== sha256)].slice(
        0,
        RECORDS_KEPT,
      );
      this.#fault = undefined;
      this.#options.onEnd(name, { chosen: this.#best(sha256, 1) });
      await writeAtomic(join(this.#options.dataFolder, FILE), JSON.stringify(this.#records));
    } catch (error) {
      const why = (error as Error).message;
      this.#fault = { sha256, why };
      this.#options.log.warn({ model: name, why }, "the model cannot be measured");
      if (!running.signal.aborted) this.#options.onEnd(name, { fault: why });
    } finally {
      this.#running = undefined;
    }
  }

  #best(sha256: string | undefined, eyes: number): Tuning {
    const figures = recordOf(this.#records, sha256, this.#machine)?.figures ?? [];
    return bestTuning(figures, threadsFor(this.#machine.cores, eyes));
  }

  /** What an eye that starts with these weights takes, beside so many eyes. */
  tuning(weights: string, eyes: number): Tuning {
    const model = listModels().find(({ weightsPath }) => weightsPath === weights);
    return this.#best(model?.manifest.sha256, eyes);
  }

  view(sha256: string | undefined): CalibrationView {
    const record = recordOf(this.#records, sha256, this.#machine);
    const { wallAt, usualMs, figures, refused } = record ?? {};
    return {
      running: this.running,
      ...(wallAt === undefined || usualMs === undefined || figures === undefined || refused === undefined
        ? {}
        : { record: { wallAt, usualMs, figures, refused } }),
      chosen: this.#best(sha256, 1),
      ...(this.#fault?.sha256 === sha256 && this.#fault !== undefined ? { fault: this.#fault.why } : {}),
    };
  }

  /** Ends a measurement at once; what guards, or is tried, needs the processor. */
  end(): void {
    this.#running?.abort();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.end();
  }
}
