/** The file of one clip: written picture by picture, ended in order, or put in order after it was cut short. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { monotonicMs } from "../base/clock.ts";
import type { Millis } from "../domain/units.ts";
import {
  endingOf,
  type Head,
  headOf,
  type Indexed,
  type Mark,
  type Opening,
  PICTURE_HEAD,
  readPictureHead,
  writePictureHead,
} from "./matroska.ts";

/** What is written at once: more of them is less work, and what a cut costs. */
const AT_ONCE_BYTES = 256 * 1024;
/** What a cut of the power may cost. */
const SYNC_MS = 2_000;
const SOI = 0xffd8;
/** Of two minutes at ten a second; a file that claims more is none of ours. */
const PICTURES_MAX = 20_000;

export interface Ended {
  readonly durationMs: Millis;
  readonly pictures: number;
  readonly bytes: number;
  readonly sha256: string;
}

export class ClipFile {
  readonly #file: FileHandle;
  readonly #head: Head;
  readonly #index: Indexed[] = [];
  #room = Buffer.allocUnsafeSlow(AT_ONCE_BYTES);
  /** How much of the room waits to be written. */
  #filled = 0;
  /** Up to here the file is whole. */
  #end: number;
  #syncedAt = monotonicMs();

  private constructor(file: FileHandle, head: Head) {
    this.#file = file;
    this.#head = head;
    this.#end = head.bytes.length;
  }

  /** Fails where there is such a file already. */
  static async create(path: string, opening: Opening): Promise<ClipFile> {
    const file = await open(path, "wx+", 0o600);
    try {
      const head = headOf(opening);
      await file.write(head.bytes, 0, head.bytes.length, 0);
      return new ClipFile(file, head);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#end + this.#filled;
  }

  get pictures(): number {
    return this.#index.length;
  }

  /** Takes a copy at once. False where there is no room until the next flush. */
  add(ms: Millis, jpeg: Uint8Array): boolean {
    const length = PICTURE_HEAD + jpeg.length;
    if (this.#filled + length > this.#room.length) {
      if (this.#filled > 0) return false;
      this.#room = Buffer.allocUnsafeSlow(length);
    }
    writePictureHead(this.#room, this.#filled, Math.round(ms), jpeg.length);
    this.#room.set(jpeg, this.#filled + PICTURE_HEAD);
    this.#index.push({ ms: Math.round(ms), at: this.#end + this.#filled, length: jpeg.length });
    this.#filled += length;
    return true;
  }

  async flush(): Promise<void> {
    if (this.#filled > 0) await writeAll(this.#file, this.#room.subarray(0, this.#filled), this.#end);
    this.#end += this.#filled;
    this.#filled = 0;
    if (monotonicMs() - this.#syncedAt < SYNC_MS) return;
    await this.#file.datasync();
    this.#syncedAt = monotonicMs();
  }

  /** What a full disk did not take goes again; the file plays as far as it is whole. */
  async end(marks: readonly Mark[]): Promise<Ended> {
    try {
      const whole = this.#index.filter(({ at }) => at < this.#end);
      await this.#file.truncate(this.#end);
      return await endFile(this.#file, this.#head, whole, marks);
    } finally {
      await this.#file.close();
    }
  }
}

/** A write may take only a part. */
async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length)
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten;
}

async function endFile(
  file: FileHandle,
  head: Pick<Head, "segmentSizeAt" | "contentAt" | "durationAt">,
  index: readonly Indexed[],
  marks: readonly Mark[],
): Promise<Ended> {
  try {
    for (const { at, bytes } of endingOf(head, index, marks)) await writeAll(file, bytes, at);
  } catch (error) {
    // It plays without: only seeking is slower.
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
  await file.datasync();
  const { size } = await file.stat();
  const hash = createHash("sha256");
  const part = Buffer.allocUnsafe(128 * 1024);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(part, 0, part.length, at);
    if (bytesRead === 0) break;
    hash.update(part.subarray(0, bytesRead));
    at += bytesRead;
  }
  const durationMs = index.at(-1)?.ms ?? 0;
  return { durationMs, pictures: index.length, bytes: size, sha256: hash.digest("hex") };
}

interface Scanned {
  readonly head: Pick<Head, "segmentSizeAt" | "contentAt" | "durationAt">;
  readonly index: readonly Indexed[];
  readonly end: number;
}

/** Every whole picture of a file of ours, whatever cut it short; undefined where it is none. */
async function scan(file: FileHandle): Promise<Scanned | undefined> {
  // What stands before the title is equally long in every file.
  const contentAt = headOf({ title: "", wallAt: 0, size: { width: 0, height: 0 } }).contentAt;
  const { size } = await file.stat();
  const part = Buffer.alloc(PICTURE_HEAD + 2);
  const read = async (at: number): Promise<number> => (await file.read(part, 0, part.length, at)).bytesRead;
  const index: Indexed[] = [];
  let [at, durationAt] = [contentAt, 0];
  while (index.length < PICTURES_MAX && (await read(at)) === part.length) {
    const picture = readPictureHead(part);
    if (picture === undefined) {
      const length = index.length === 0 ? elementLength(part) : undefined;
      if (length === undefined) break;
      at += length;
      if (durationAt === 0) durationAt = at + 8;
      continue;
    }
    const { ms, length } = picture;
    const next = at + PICTURE_HEAD + length;
    if (next > size || part.readUInt16BE(PICTURE_HEAD) !== SOI) break;
    index.push({ ms, at, length });
    at = next;
  }
  return index.length === 0
    ? undefined
    : { head: { segmentSizeAt: contentAt - 8, contentAt, durationAt }, index, end: at };
}

/** Of an element with a size of four bytes, as all of ours are; undefined where it is none. */
function elementLength(bytes: Buffer): number | undefined {
  const first = bytes[0] ?? 0;
  const idLength = first === 0 ? 0 : Math.clz32(first) - 23;
  if (idLength < 1 || idLength > 4) return undefined;
  const size = bytes.readUInt32BE(idLength);
  return size >>> 28 === 1 ? idLength + 4 + (size & 0xfff_ffff) : undefined;
}

/** Where the pictures of a file lie; undefined where it has none. */
export async function picturesIn(path: string): Promise<readonly Indexed[] | undefined> {
  await using file = await open(path, "r");
  return (await scan(file))?.index;
}

/** Takes away what was only half written, and ends the file in order. Undefined where no picture of it is whole. */
export async function mend(path: string, marks: readonly Mark[]): Promise<Ended | undefined> {
  await using file = await open(path, "r+");
  const found = await scan(file);
  if (found === undefined) return undefined;
  await file.truncate(found.end);
  return await endFile(file, found.head, found.index, marks);
}

/** One picture of a file, as the camera sent it. */
export async function pictureIn(path: string, { at, length }: Indexed): Promise<Buffer<ArrayBuffer>> {
  await using file = await open(path, "r");
  const jpeg = Buffer.alloc(length);
  await file.read(jpeg, 0, length, at + PICTURE_HEAD);
  return jpeg;
}
