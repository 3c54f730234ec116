/** What the processes of a box hold: open files by kind, threads, memory. Linux only. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Box } from "./box.ts";

export interface Belongings {
  /** Command lines without their numbers, sorted. */
  readonly processes: readonly string[];
  /** Open files of all processes by kind: `socket`, `pipe`, `anon_inode:[eventpoll]`, `file`. */
  readonly open: Readonly<Record<string, number>>;
  readonly threads: number;
  /** Megabytes (10^6 bytes) of all processes. */
  readonly mb: number;
}

function kindOf(target: string): string {
  const kind = /^(socket|pipe):/.exec(target)?.[1];
  if (kind !== undefined) return kind;
  return target.startsWith("anon_inode:") ? target : "file";
}

/** What vanishes while it is looked at counts as gone. */
function whereThere<T>(look: () => T, gone: T): T {
  try {
    return look();
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return gone;
    throw error;
  }
}

export function belongingsOf(box: Pick<Box, "processes">): Belongings {
  const open: Record<string, number> = {};
  let [threads, mb] = [0, 0];
  const processes = box.processes();
  for (const { pid } of processes) {
    for (const fd of whereThere(() => readdirSync(`/proc/${pid}/fd`), [])) {
      const target = whereThere(() => readlinkSync(`/proc/${pid}/fd/${fd}`), undefined);
      if (target !== undefined) open[kindOf(target)] = (open[kindOf(target)] ?? 0) + 1;
    }
    const status = whereThere(() => readFileSync(`/proc/${pid}/status`, "utf8"), "");
    threads += Number(/^Threads:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
    mb += Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1.024e-3;
  }
  const names = processes.map(({ command }) => command.replace(/\d+/g, "N")).sort();
  return { processes: names, open, threads, mb };
}
