/** The machine's processes as /proc tells them: who belongs to a box, whoever their parent is by now. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** Undefined where it is gone, is another user's, or only waits for its parent (a zombie). */
function inspect(pid: number): (ProcessInfo & { readonly environment: string }) | undefined {
  try {
    // The name in brackets may hold anything; what follows the last one is state, parent, group.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
    return { pid, parent: Number(parent), group: Number(group), command, environment };
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw error;
  }
}

/**
 * All processes whose environment holds this entry (`NAME=value`), and all of the process groups given.
 * Found so, a grandchild is seen even after everybody between was killed.
 */
export function processesWith(
  entry: string,
  groups: ReadonlySet<number> = new Set(),
): readonly ProcessInfo[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const found = inspect(Number(pid));
    if (found === undefined) return [];
    const { environment, ...info } = found;
    return groups.has(info.group) || `\0${environment}`.includes(`\0${entry}\0`) ? [info] : [];
  });
}

/** Whether it runs; one that only waits to be collected does not. */
export function runs(pid: number): boolean {
  return inspect(pid) !== undefined;
}
