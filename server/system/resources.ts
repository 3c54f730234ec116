/**
 * Samples the machine and the box's own processes: the one owner of these figures. It reads a few kernel files, waits
 * for nothing, and keeps the newest samples only.
 */
import { cpus } from "node:os";
import { monotonicMs } from "../base/clock.ts";
import { type DiskRoom, diskRoom } from "../base/disk.ts";
import { type MachineReading, readMachine } from "../base/machine.ts";
import { handlesOf, Processes, type ProcessReading } from "../base/processes.ts";
import { PARTS, type Part, SAMPLE_MS, type Sample } from "../domain/figures.ts";
import type { Millis } from "../domain/units.ts";
import { History, type Samples } from "./history.ts";

export interface ResourcesOptions {
  /** Room is told of its disk. */
  readonly dataFolder: string;
  /** What the box tells of its own work. Asked at every sample. */
  readonly work: () => Sample;
}

/** One part of the box, as it is now. */
export interface PartReading {
  readonly processes: number;
  readonly memoryBytes: number;
  /** Percent of one core since the sample before; absent in the first. */
  readonly cpuPercent?: number;
  readonly threads: number;
  /** Open files, sockets and pipes; absent where it cannot be told. */
  readonly handles?: number;
}

export interface Reading {
  readonly cores: number;
  /** Percent of all cores, since the sample before. */
  readonly cpuPercent?: number;
  readonly memory: MachineReading["memory"];
  /** Bytes a second. */
  readonly network?: { readonly received: number; readonly sent: number };
  readonly disk?: { readonly read: number; readonly written: number };
  readonly room?: DiskRoom;
  readonly parts: Readonly<Record<Part, PartReading>>;
}

interface Taken {
  readonly at: Millis;
  readonly machine: MachineReading;
  readonly processes: readonly ProcessReading[];
}

/** Room on a disk changes slowly, and a disk that hangs is not asked twice. */
const ROOM_MS = 30_000;
const PROGRAMS: readonly (readonly [RegExp, Part])[] = [
  [/server\/main\.ts/, "server"],
  [/server\/(?:eye|candidate)\.ts/, "eyes"],
  [/server\/guardian\.ts/, "guardian"],
  [/server\/hand\.ts/, "hands"],
  [/ffmpeg/, "decoders"],
];

/** The first process is the server, whatever it was started as. */
function partOf({ pid, command }: ProcessReading): Part {
  if (pid === process.pid) return "server";
  return PROGRAMS.find(([program]) => program.test(command))?.[1] ?? "others";
}

/** Computing of the processes between two readings, in milliseconds; one that is new has done it all since. */
function computed(before: readonly ProcessReading[], after: readonly ProcessReading[]): number {
  return after.reduce((sum, { pid, startedAt, cpuMs }) => {
    const known = before.find((one) => one.pid === pid && one.startedAt === startedAt);
    return sum + cpuMs - (known?.cpuMs ?? 0);
  }, 0);
}

function perSecond(before: number, after: number, ms: Millis): number {
  return Math.max(0, Math.round(((after - before) * 1_000) / ms));
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

export class Resources implements Disposable {
  readonly #options: ResourcesOptions;
  readonly #processes = new Processes();
  readonly #history = new History();
  /** Of the machine, not only those this process may use: both kinds of figures are shares of them. */
  readonly #cores = cpus().length;
  readonly #timer: NodeJS.Timeout;
  #before: Taken | undefined;
  #now: Taken;
  #dueAt: Millis;
  #lateMs = 0;
  #room: DiskRoom | undefined;
  #roomAskedAt = Number.NEGATIVE_INFINITY;
  #askingRoom = false;

  constructor(options: ResourcesOptions) {
    this.#options = options;
    this.#now = this.#take();
    this.#dueAt = this.#now.at + SAMPLE_MS;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS);
    void this.#askRoom();
  }

  #take(): Taken {
    return { at: monotonicMs(), machine: readMachine(), processes: this.#processes.read() };
  }

  #sample(): void {
    this.#before = this.#now;
    this.#now = this.#take();
    this.#lateMs = Math.max(0, this.#now.at - this.#dueAt);
    this.#dueAt = this.#now.at + SAMPLE_MS;
    void this.#askRoom();
    this.#history.add(this.#now.at, { ...this.#figures(), ...this.#options.work() });
  }

  async #askRoom(): Promise<void> {
    if (this.#askingRoom || this.#now.at - this.#roomAskedAt < ROOM_MS) return;
    this.#askingRoom = true;
    this.#roomAskedAt = this.#now.at;
    this.#room = await diskRoom(this.#options.dataFolder);
    this.#askingRoom = false;
  }

  #figures(): Sample {
    const { cpuPercent, network, disk, parts } = this.#reading();
    const ofParts = PARTS.flatMap((part) => {
      const { memoryBytes, cpuPercent: ofCore = 0 } = parts[part];
      return [
        [`memory.${part}`, memoryBytes],
        [`cpu.${part}`, tenths(ofCore / this.#cores)],
      ];
    });
    return {
      ...(cpuPercent === undefined ? {} : { "cpu.machine": cpuPercent }),
      ...(Object.fromEntries(ofParts) as Sample),
      ...(network === undefined
        ? {}
        : { "network.received": network.received, "network.sent": network.sent }),
      ...(disk === undefined ? {} : { "disk.read": disk.read, "disk.written": disk.written }),
      "server.late": tenths(this.#lateMs),
    };
  }

  #part(part: Part): PartReading {
    const [before, now] = [this.#before, this.#now];
    const mine = now.processes.filter((one) => partOf(one) === part);
    const sum = (of: (one: ProcessReading) => number): number => mine.reduce((all, one) => all + of(one), 0);
    const ms = now.at - (before?.at ?? now.at);
    return {
      processes: mine.length,
      memoryBytes: sum((one) => one.residentBytes),
      threads: sum((one) => one.threads),
      ...(before === undefined ? {} : { cpuPercent: tenths((computed(before.processes, mine) / ms) * 100) }),
    };
  }

  #reading(): Reading {
    const [before, { at, machine }] = [this.#before, this.#now];
    const ms = at - (before?.at ?? at);
    const { network, disk, memory, cpu } = machine;
    const { network: networkBefore, disk: diskBefore, cpu: cpuBefore } = before?.machine ?? {};
    const ticks = cpuBefore === undefined ? 0 : cpu.all - cpuBefore.all;
    const parts = Object.fromEntries(PARTS.map((part) => [part, this.#part(part)])) as Reading["parts"];
    return {
      cores: this.#cores,
      memory,
      parts,
      ...(cpuBefore === undefined || ticks <= 0
        ? {}
        : { cpuPercent: tenths(((cpu.busy - cpuBefore.busy) / ticks) * 100) }),
      ...(network === undefined || networkBefore === undefined
        ? {}
        : {
            network: {
              received: perSecond(networkBefore.receivedBytes, network.receivedBytes, ms),
              sent: perSecond(networkBefore.sentBytes, network.sentBytes, ms),
            },
          }),
      ...(disk === undefined || diskBefore === undefined
        ? {}
        : {
            disk: {
              read: perSecond(diskBefore.readBytes, disk.readBytes, ms),
              written: perSecond(diskBefore.writtenBytes, disk.writtenBytes, ms),
            },
          }),
      ...(this.#room === undefined ? {} : { room: this.#room }),
    };
  }

  /** As of the newest sample. What is open is counted now: it costs more, and few ask. */
  reading(): Reading {
    const reading = this.#reading();
    const handles = Map.groupBy(this.#now.processes, partOf);
    const parts = PARTS.map((part) => {
      const counts = (handles.get(part) ?? []).map(({ pid }) => handlesOf(pid));
      const known = counts.filter((count) => count !== undefined);
      const all = known.reduce((sum, count) => sum + count, 0);
      return [part, { ...reading.parts[part], ...(known.length < counts.length ? {} : { handles: all }) }];
    });
    return { ...reading, parts: Object.fromEntries(parts) as Reading["parts"] };
  }

  samples(after: number): Samples {
    return this.#history.after(after);
  }

  /** How late the server's own timer came last. */
  get lateMs(): Millis {
    return this.#lateMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
