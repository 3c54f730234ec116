/**
 * Retention: the oldest rows leave the database as a whole segment, written to a compressed file with a signed
 * statement beside it. Here the file is written; only when it lies on the disk may the rows go.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { writeAtomic } from "../base/files.ts";
import { formats } from "./formats.ts";
import type { Segment } from "./protocol.ts";
import { recordKey, signed } from "./record_key.ts";
import { SEGMENT_FOLDER, TrailFiles } from "./trail.ts";

export interface Retention {
  /** Rows that stay in the database. */
  readonly keepRows: number;
  /** Rows older than this leave it, ISO 8601 in UTC. */
  readonly keepSince: string;
  /** Now, ISO 8601 in UTC. */
  readonly wallAt: string;
}

/** A segment of fewer is not worth a file; rows that are too old wait for it. */
export const SEGMENT_LEAST = 1_000;
const SEGMENT_MOST = 100_000;

/** The last row of the segment that is due; undefined where none is. */
function dueUntil(trail: TrailFiles, { keepRows, keepSince }: Retention): number | undefined {
  const [first, head] = [firstOpen(trail), trail.head()];
  if (head === undefined) return undefined;
  // Where too many stand, a fifth of them goes, so that there is not a file for every row.
  const share = Math.max(SEGMENT_LEAST, Math.ceil(keepRows / 5));
  const tooMany = head.seq - first + 1 >= keepRows + share ? first + share - 1 : 0;
  const tooOld = (trail.firstSince(keepSince) ?? head.seq) - 1;
  const last = Math.min(Math.max(tooMany, tooOld), head.seq - 1, first + SEGMENT_MOST - 1);
  return last - first + 1 >= SEGMENT_LEAST ? last : undefined;
}

/** The first row that no segment holds. */
function firstOpen(trail: TrailFiles): number {
  return (trail.segments().at(-1)?.lastSeq ?? 0) + 1;
}

const padded = (seq: number): string => String(seq).padStart(10, "0");

/**
 * Writes the segment that is due. It takes nothing out of the database: whoever owns that does, with what this returns.
 * @throws Error with a sentence where the rows are not what was written: then they stay where they are
 */
export async function writeSegment(folder: string, retention: Retention): Promise<Segment | undefined> {
  using trail = new TrailFiles(folder);
  const lastSeq = dueUntil(trail, retention);
  if (lastSeq === undefined) return undefined;
  const firstSeq = firstOpen(trail);
  const file = `segment-${padded(firstSeq)}-${padded(lastSeq)}.jsonl.gz`;
  const path = join(folder, SEGMENT_FOLDER, file);
  await mkdir(join(folder, SEGMENT_FOLDER), { recursive: true, mode: 0o700 });
  const seen = { next: firstSeq, prevHash: "", lastHash: "", min: "~", max: "" };
  const lines = async function* (): AsyncGenerator<string> {
    for await (const rows of trail.rows(firstSeq)) {
      let text = "";
      for (const row of rows) {
        if (row.seq > lastSeq) break;
        if (row.seq !== seen.next || (row.seq > firstSeq && row.prevHash !== seen.lastHash))
          throw new Error(
            `Row ${seen.next} does not follow: check the audit trail before anything is sealed`,
          );
        if (row.seq === firstSeq) seen.prevHash = row.prevHash;
        seen.lastHash = row.hash;
        seen.next++;
        if (row.wallAt < seen.min) seen.min = row.wallAt;
        if (row.wallAt > seen.max) seen.max = row.wallAt;
        text += formats.jsonl.line(row);
      }
      if (text !== "") yield text;
      if (seen.next > lastSeq) return;
    }
  };
  const beside = `${path}.part`;
  await rm(beside, { force: true });
  try {
    const out = createWriteStream(beside, { flags: "wx", mode: 0o600, flush: true });
    await pipeline(Readable.from(lines()), createGzip(), out);
    if (seen.next !== lastSeq + 1) throw new Error(`Row ${seen.next} is missing: nothing is sealed`);
    const segment: Segment = {
      ...{ firstSeq, lastSeq, file, prevHash: seen.prevHash, lastHash: seen.lastHash },
      ...{ minWallAt: seen.min, maxWallAt: seen.max, sealedWallAt: retention.wallAt },
      sha256: await hashOf(beside),
    };
    const statement = signed(await recordKey(folder), {
      kind: "segment",
      site: trail.site().name,
      ...segment,
    });
    await writeAtomic(`${path}.sig`, `${JSON.stringify(statement, null, 2)}\n`);
    await rename(beside, path);
    await using directory = await open(join(folder, SEGMENT_FOLDER), "r");
    await directory.sync();
    return segment;
  } finally {
    await rm(beside, { force: true });
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest("hex");
}
