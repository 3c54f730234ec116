/** What can be done to the processes of a box from outside: ended, crashed, starved of memory, made to stand still. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { Millis } from "../../server/domain/units.ts";
import type { Box } from "./box.ts";
import { until } from "./until.ts";

/** As long as an event loop that is blocked for five seconds: nothing of the process runs. */
export const HALT_MS = 5_000;
/** Less than a page of memory more than they have. */
const NO_MORE_BYTES = 4_096;
const MEMORY_GROUPS = "/sys/fs/cgroup/memory";

export type Part = "server" | "guardian" | "eye";

export function pidOf(box: Box, part: Part): number {
  const pid = { server: box.pid, guardian: box.guardianPid(), eye: box.eyePids()[0] }[part];
  if (pid === undefined) throw new Error(`There is no ${part} to strike`);
  return pid;
}

export interface Struck {
  /** From when on the processes did nothing any more. */
  readonly at: Millis;
  /** Ends the blow, where it ends. */
  readonly over?: Promise<void>;
}

export type Blow = (pids: readonly number[]) => Promise<Struck>;

/** One that is gone is its box's answer to the blow. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

const ended =
  (signal: NodeJS.Signals): Blow =>
  async (pids) => {
    const at = monotonicMs();
    for (const pid of pids) process.kill(pid, signal);
    return { at };
  };

export const kill = ended("SIGKILL");
export const crash = ended("SIGSEGV");

/** Stopped first, so that none of them sees another one die. */
export const killAll: Blow = async (pids) => {
  const at = monotonicMs();
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const pid of pids) process.kill(pid, signal);
  return { at };
};

/** All stand still before one of them is seen to. */
export const halt: Blow = async (pids) => {
  const at = monotonicMs();
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  const goOn = async (): Promise<void> => {
    await wait(HALT_MS);
    for (const pid of pids) send(pid, "SIGCONT");
  };
  return { at, over: goOn() };
};

/** False where the kernel can be made to kill for want of memory, else why not. */
export function starveMissing(): string | false {
  const group = join(MEMORY_GROUPS, `palisade-test-${process.pid}-probe`);
  try {
    mkdirSync(group);
    const limits = existsSync(join(group, "memory.limit_in_bytes"));
    rmdirSync(group);
    if (limits) return false;
  } catch {
    // Told below.
  }
  return `no memory group of our own here (${MEMORY_GROUPS}, cgroup v1, as root); kill -9 stands for it`;
}

/** The kernel's own out-of-memory kill, at the next page that one of them asks for. */
export const starve: Blow = async (pids) => {
  const group = join(MEMORY_GROUPS, `palisade-test-${process.pid}-${pids.join("-")}`);
  mkdirSync(group);
  try {
    writeFileSync(join(group, "memory.limit_in_bytes"), String(NO_MORE_BYTES));
    for (const pid of pids) writeFileSync(join(group, "cgroup.procs"), String(pid));
    await until({
      what: "the kernel kills for want of memory",
      ms: 10_000,
      everyMs: 1,
      check: () => pids.some(isDead),
    });
    return { at: monotonicMs() };
  } finally {
    // Where one of several is left alive, the next page is its end; a group that holds anybody cannot be removed.
    for (const pid of pids) send(pid, "SIGKILL");
    await until({ what: "the group is empty", ms: 5_000, check: () => removed(group) });
  }
};

function isDead(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

function removed(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
