/** One box for one data folder: who runs it now, and where its kiosk is. */
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomic } from "./base/files.ts";

export interface Running {
  readonly pid: number;
  /** Absent while it is still starting. */
  readonly url?: string;
}

const FILE = "box.json";

/** Whether this process exists and is a box; a number that another program has taken meanwhile is not. */
async function isBox(pid: number): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, "utf8")).includes("server/main.ts");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return false;
  }
  if (process.platform === "linux") return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // there is no such process
  }
}

/** The box that runs on this data folder; undefined where none does. */
export async function runningBox(dataFolder: string): Promise<Running | undefined> {
  let running: Running;
  try {
    running = JSON.parse(await readFile(join(dataFolder, FILE), "utf8")) as Running;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
  return Number.isInteger(running.pid) && (await isBox(running.pid)) ? running : undefined;
}

/**
 * Takes the data folder for this process. Two boxes on one folder would fight over its boards.
 * A folder that cannot be written is let pass: the box then starts, says so and drops everything.
 * @throws Error where another box runs on it
 */
export async function claim(dataFolder: string, running: Running): Promise<AsyncDisposable> {
  const other = await runningBox(dataFolder);
  if (other !== undefined && other.pid !== running.pid) {
    const where = other.url === undefined ? "" : ` at ${other.url}`;
    throw new Error(
      `Another box runs on the data folder "${dataFolder}" (process ${other.pid}${where}); stop it or set PALISADE_DATA`,
    );
  }
  const file = join(dataFolder, FILE);
  try {
    await mkdir(dataFolder, { recursive: true });
    await writeAtomic(file, JSON.stringify(running));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EACCES" && code !== "EROFS" && code !== "ENOSPC" && code !== "EPERM") throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      await rm(file, { force: true });
    },
  };
}
