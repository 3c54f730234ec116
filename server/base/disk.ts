/** How much room the disk of a folder has. */
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";

/** Below this the disk counts as nearly full: evidence and the trail need room to grow. */
export const DISK_LOW_BYTES = 1024 ** 3;

export interface DiskRoom {
  /** What this user may still write; less than what is unused where the disk keeps a reserve. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Room on the folder's disk, or on that of its nearest parent where it is not there yet; undefined where it cannot be told. */
export async function diskRoom(folder: string): Promise<DiskRoom | undefined> {
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  try {
    const { bavail, blocks, bsize } = await statfs(nearest);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return undefined;
  }
}
