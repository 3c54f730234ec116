/** What takes how much of the data folder. */
import { readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { DISK_PARTS, type DiskPart } from "../domain/disk_part.ts";

export interface DiskUse {
  readonly part: DiskPart;
  readonly files: number;
  readonly bytes: number;
}

const LOOKED_AT_MAX = 50_000;

function partOf(name: string): DiskPart {
  if (name.startsWith("palisade.db") || name === "record" || name.startsWith("anchors.")) return "record";
  return DISK_PARTS.find((part) => part === name) ?? "other";
}

/** Each part, also where it takes nothing. A file that goes meanwhile is not counted. */
export async function diskUse(folder: string): Promise<readonly DiskUse[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sums = new Map(DISK_PARTS.map((part) => [part, { part, files: 0, bytes: 0 }]));
  for (const entry of entries.slice(0, LOOKED_AT_MAX)) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const sum = sums.get(partOf(relative(folder, path).split(sep)[0] ?? ""));
    const size = await stat(path).then(
      (found) => found.size,
      () => undefined,
    );
    if (sum === undefined || size === undefined) continue;
    sum.files++;
    sum.bytes += size;
  }
  return [...sums.values()];
}
