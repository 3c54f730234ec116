/** What processes cost, as the kernel counts it: processor time and memory. Linux only. */
import { readdirSync, readFileSync } from "node:fs";

/**
 * Milliseconds of processor time of all threads that live. From schedstat, which counts nanoseconds: the ticks
 * of /proc/PID/stat are 10 ms, and a decoder at 10 frames a second takes only a few of them in a second.
 */
export function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8");
    return Number(text.split(" ")[0]);
  });
  return ns.reduce((sum, each) => sum + each, 0) / 1e6;
}

export function cpuMsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
}

/** Megabytes (10^6 bytes); a page that several processes share counts in parts, so that sums are true. */
export function pssMbOf(pids: readonly number[]): number {
  const kib = pids.map((pid) => {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1]);
  });
  return kib.reduce((sum, each) => sum + each, 0) * 1.024e-3;
}

/** Processes that this one has started and that live. */
export function childrenOf(parent: number): readonly number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // The name in brackets may hold anything; what follows the last one is state, parent.
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, from] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state !== "Z" && Number(from) === parent ? [Number(name)] : [];
    } catch (error) {
      if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
      throw error;
    }
  });
}
