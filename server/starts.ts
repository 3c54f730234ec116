/**
 * How the starts with each version of the settings ended. A version with which the box dies again and again right
 * after its start is passed over for the last one it has lived with. What is kept decides which version is tried,
 * and nothing else: every start begins with everything dropped.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeAtomic } from "./base/files.ts";
import type { Log } from "./base/log.ts";

const FILE = "starts.json";
/** A box that lived this long did not die of its settings. */
const LIVED_MS = 60_000;
/** So many early ends in a row are no accident. */
const EARLY_ENDS = 3;

const whole = z.int().min(0);
const kept = z.object({
  /** The last version the box has lived with; 0 where there is none. */
  good: whole,
  /** The version that was passed over, until another one is the newest; 0 where there is none. */
  bad: whole,
  /** The version of the last start, and how many starts with it in a row have not lived. */
  version: whole,
  early: whole,
});
type Kept = z.infer<typeof kept>;

const NOTHING: Kept = { good: 0, bad: 0, version: 0, early: 0 };

/** A version that kills the box, and the one to go back to. */
export interface CrashLoop {
  readonly version: number;
  readonly good: number;
  readonly why: string;
}

export class Starts implements Disposable {
  readonly #file: string;
  readonly #log: Log;
  readonly #livedMs: number;
  #kept: Kept;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, log: Log, livedMs: number, read: Kept) {
    this.#file = file;
    this.#log = log;
    this.#livedMs = livedMs;
    this.#kept = read;
  }

  /** Never rejects: where nothing can be read, no version counts as bad. */
  static async open(dataFolder: string, log: Log, livedMs = LIVED_MS): Promise<Starts> {
    const file = join(dataFolder, FILE);
    try {
      return new Starts(file, log, livedMs, kept.parse(JSON.parse(await readFile(file, "utf8"))));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        log.error({ err: error, file }, "how earlier starts ended cannot be read");
      return new Starts(file, log, livedMs, NOTHING);
    }
  }

  /** Whether the newest version is to be passed over. */
  crashLoop(newest: number): CrashLoop | undefined {
    const { good, bad, version, early } = this.#kept;
    if (good === 0 || newest <= good) return undefined;
    const loops = newest === bad || (newest === version && early >= EARLY_ENDS);
    if (!loops) return undefined;
    const why = `the box ended ${EARLY_ENDS} times within a minute of its start with it`;
    return { version: newest, good, why };
  }

  /** The box begins with this version. Resolves when that is on the disk, or could not be written there. */
  async begin(version: number, passedOver?: CrashLoop): Promise<void> {
    clearTimeout(this.#timer);
    const { good, early } = this.#kept;
    const bad = passedOver?.version ?? (this.#kept.bad > version ? this.#kept.bad : 0);
    this.#kept = { good, bad, version, early: version === this.#kept.version ? early + 1 : 1 };
    this.#timer = setTimeout(() => void this.#lived(), this.#livedMs).unref();
    await this.#write();
  }

  /** A person, or the system, asked it to end: that is no crash. */
  async endInOrder(): Promise<void> {
    this[Symbol.dispose]();
    this.#kept = { ...this.#kept, early: 0 };
    await this.#write();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  async #lived(): Promise<void> {
    this.#kept = { ...this.#kept, good: this.#kept.version, early: 0 };
    await this.#write();
  }

  #write(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      try {
        await writeAtomic(this.#file, JSON.stringify(this.#kept));
      } catch (error) {
        this.#log.error({ err: error }, "how this start ends cannot be written down");
      }
    });
    return this.#writing;
  }
}
