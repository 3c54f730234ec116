/** Files that a write left half done because its process was ended: nobody reads them, and nobody else removes them. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { wallMs } from "../base/clock.ts";

/** Both ways of writing beside the file itself end so. */
const HALF_DONE = /\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(?:tmp|part)$/;
/** Nothing is written for so long. */
const OLD_MS = 60 * 60_000;
const LOOKED_AT_MAX = 10_000;

export interface Removed {
  readonly files: number;
  readonly bytes: number;
}

/** Looks into the folder and the folders in it. What cannot be removed stays, and is not counted. */
export async function removeOrphans(folder: string, now = wallMs()): Promise<Removed> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let [files, bytes] = [0, 0];
  for (const entry of entries.slice(0, LOOKED_AT_MAX)) {
    if (!entry.isFile() || !HALF_DONE.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      const { size, mtimeMs } = await stat(path);
      if (now - mtimeMs < OLD_MS) continue;
      await rm(path);
      files++;
      bytes += size;
    } catch {
      // Somebody else was faster, or this user may not.
    }
  }
  return { files, bytes };
}
