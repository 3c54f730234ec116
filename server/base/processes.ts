/** This process and those it started, as Linux tells of them. Elsewhere only this one is known. */
import { readdirSync, readFileSync } from "node:fs";
import { residentBytes } from "./memory.ts";

export interface ProcessReading {
  readonly pid: number;
  /** Another one with the same number began at another time. */
  readonly startedAt: string;
  readonly command: string;
  /** Computing since it began. */
  readonly cpuMs: number;
  readonly residentBytes: number;
  readonly threads: number;
}

/** Linux counts processor time in hundredths of a second for every program, whatever the kernel's own tick is. */
const TICK_MS = 10;
/** A box has hardly a dozen; more are no tree but a fault, and reading them would cost more than it tells. */
const PROCESSES_MAX = 100;

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // it has ended meanwhile, or there is no /proc
  }
}

function childrenOf(pid: number): readonly number[] {
  const text = readText(`/proc/${pid}/task/${pid}/children`) ?? "";
  return text.split(" ").map(Number).filter(Boolean);
}

/** `stat` without the name, which may hold spaces and brackets. */
function readOne(pid: number, commands: Map<string, string>): ProcessReading | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  const bytes = residentBytes(pid);
  if (stat === undefined || bytes === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startedAt = fields[19] ?? "";
  const key = `${pid} ${startedAt}`;
  const command = commands.get(key) ?? readText(`/proc/${pid}/cmdline`)?.replaceAll("\0", " ") ?? "";
  commands.set(key, command);
  return {
    ...{ pid, startedAt, command, residentBytes: bytes },
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
    threads: Number(fields[17]),
  };
}

function onlyThis(): ProcessReading {
  const { user, system } = process.cpuUsage();
  return {
    ...{ pid: process.pid, startedAt: "", command: process.argv.join(" "), threads: 1 },
    cpuMs: (user + system) / 1_000,
    residentBytes: process.memoryUsage.rss(),
  };
}

/** Reads the tree of this process again and again; what was started with is asked of each process once. */
export class Processes {
  #commands = new Map<string, string>();

  read(): readonly ProcessReading[] {
    const found: ProcessReading[] = [];
    const known = this.#commands;
    const pids = [process.pid];
    for (const pid of pids) {
      const one = readOne(pid, known);
      if (one === undefined) continue;
      found.push(one);
      if (pids.length < PROCESSES_MAX) pids.push(...childrenOf(pid));
    }
    this.#commands = new Map(found.map(({ pid, startedAt, command }) => [`${pid} ${startedAt}`, command]));
    return found.length === 0 ? [onlyThis()] : found;
  }
}

/** Open files, sockets and pipes of a process; undefined where it cannot be told. */
export function handlesOf(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}
