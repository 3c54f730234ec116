/** What a process holds of the machine's memory, and who is to go first where there is none left. */
import { readFileSync, writeFileSync } from "node:fs";

/** Undefined where it cannot be told: the process is gone, or the system has no /proc. */
export function residentBytes(pid: number): number | undefined {
  try {
    const found = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined;
  }
}

/** Of all processes the kernel then ends this one first, and what it starts. */
export function goFirst(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Only Linux has it.
  }
}
