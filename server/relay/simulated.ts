/**
 * The simulated board: a file that keeps its channels when every process is gone, as a real board does.
 * Its calls to the file system are synchronous, so that a drop in a dying process is done when it returns.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { BoardId } from "../domain/units.ts";
import { allDropped, type BoardPlace, type RelayDriver } from "./driver.ts";

/** The file, as the contract with the outside has it. */
export interface SimulatedFile {
  readonly channels: readonly boolean[];
  /** How often the board was written since its file was made. */
  readonly writes: number;
  /** ISO 8601. */
  readonly wallAt: string;
  /** Nanoseconds on the machine's monotonic clock, in digits: JSON numbers end at 2^53. */
  readonly monotonicNs: string;
}

export function simulatedFile(dataFolder: string, id: BoardId): string {
  return join(dataFolder, `simulated-board-${id}.json`);
}

/** What an outside hand wires to the inputs: a JSON list, input 1 first, true is closed. */
export function simulatedInputs(dataFolder: string, id: BoardId): string {
  return join(dataFolder, `simulated-inputs-${id}.json`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The file's text as channels and counter, or undefined where it is not such a file. */
function parseFile(text: string): Pick<SimulatedFile, "channels" | "writes"> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { channels, writes } = value as Record<string, unknown>;
  if (!Array.isArray(channels) || !channels.every((state) => typeof state === "boolean")) return undefined;
  return { channels, writes: typeof writes === "number" && Number.isSafeInteger(writes) ? writes : 0 };
}

/** Undefined where there is no such file. */
function readWired(file: string): readonly boolean[] | "unreadable" | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    const isList = Array.isArray(value) && value.every((closed) => typeof closed === "boolean");
    return isList ? value : "unreadable";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "unreadable";
  }
}

class SimulatedBoard implements RelayDriver {
  readonly channels: number;
  readonly #id: BoardId;
  readonly #file: string;
  readonly #inputs: string;
  #writes = 0;

  constructor({ board, dataFolder }: BoardPlace) {
    this.channels = board.channels;
    this.#id = board.id;
    this.#file = simulatedFile(dataFolder, board.id);
    this.#inputs = simulatedInputs(dataFolder, board.id);
    try {
      mkdirSync(dataFolder, { recursive: true });
    } catch (error) {
      throw new Error(
        `Cannot open board "${board.id}": make the folder ${dataFolder} writable: ${reason(error)}`,
      );
    }
    const found = this.#look();
    this.#writes = found?.writes ?? 0;
    // No file, or one that says nothing: nobody knows what the channels are, so they are dropped.
    if (found?.channels.length !== this.channels) this.#replace(allDropped(this.channels));
  }

  async write(states: readonly boolean[]): Promise<void> {
    if (states.length !== this.channels) {
      throw new Error(
        `Cannot write board "${this.#id}": got ${states.length} channels, it has ${this.channels}`,
      );
    }
    this.#replace(states);
  }

  async read(): Promise<readonly boolean[]> {
    const text = this.#text();
    const found = parseFile(text);
    if (found?.channels.length !== this.channels) {
      throw new Error(
        `Cannot read board "${this.#id}": ${this.#file} does not hold ${this.channels} channels; ` +
          "it is written anew when the board is opened again",
      );
    }
    return found.channels;
  }

  /** Where nobody wires the inputs, input n is a mirror contact of channel n: closed while it is dropped. */
  async readInputs(): Promise<readonly boolean[]> {
    const coils = await this.read();
    const wired = readWired(this.#inputs);
    if (wired === undefined) return coils.map((energised) => !energised);
    if (wired === "unreadable")
      throw new Error(
        `Cannot read the inputs of board "${this.#id}": make ${this.#inputs} a list of true and false`,
      );
    return wired;
  }

  dropNow(): void {
    this.#replace(allDropped(this.channels));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held open between calls.
  }

  #text(): string {
    try {
      return readFileSync(this.#file, "utf8");
    } catch (error) {
      throw new Error(
        `Cannot read board "${this.#id}": make ${this.#file} a readable file: ${reason(error)}`,
      );
    }
  }

  /** What stands in the file; undefined where there is none or it says nothing. */
  #look(): Pick<SimulatedFile, "channels" | "writes"> | undefined {
    try {
      return parseFile(readFileSync(this.#file, "utf8"));
    } catch {
      // Whatever hinders the reading hinders the writing that follows, and that one tells it.
      return undefined;
    }
  }

  /** A reader sees the old file or the new one, never half of one. Not synced: it models a relay, not a record. */
  #replace(states: readonly boolean[]): void {
    const next: SimulatedFile = {
      channels: states,
      writes: this.#writes + 1,
      wallAt: new Date(wallMs()).toISOString(),
      monotonicNs: BigInt(Math.round(monotonicMs() * 1e6)).toString(),
    };
    const temporary = `${this.#file}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, JSON.stringify(next));
      renameSync(temporary, this.#file);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw new Error(
        `Cannot write board "${this.#id}": make ${this.#file} a file in a writable folder: ${reason(error)}`,
      );
    }
    this.#writes++;
  }
}

/** Opens a simulated board. A missing or unreadable file is written with every channel dropped. */
export async function openSimulated(place: BoardPlace): Promise<RelayDriver> {
  return new SimulatedBoard(place);
}
