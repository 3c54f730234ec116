/** The clips that are kept in their folder: which there are, what a start finds there, and which of them go. */
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Clip } from "../domain/clip.ts";
import { mend, pictureIn, picturesIn } from "./clip_file.ts";
import type { Indexed } from "./matroska.ts";
import { clipPath, marksOf, writeLines } from "./recording.ts";
import { type Bounds, type Shelved, surplus, type Trim, trimsOf } from "./retention.ts";

/** Clips whose pictures' places are held: somebody plays one, seldom two. */
const INDEXES_MAX = 4;
const ID = /^[A-Za-z0-9._-]{1,160}$/;

/** Zones are shapes of many points, and wanted with one clip only. */
export type ListedClip = Omit<Clip, "zones">;

/** Of a file that another program may have changed; what it does not name is no clip of ours. */
const lines = z.looseObject({
  ...{ id: z.string().regex(ID), camera: z.string(), cameraName: z.string() },
  ...{ cycle: z.number(), wallAt: z.number(), zones: z.array(z.unknown()) },
  events: z.array(
    z.object({
      ...{ alarm: z.string(), occurrence: z.string(), text: z.string() },
      ...{ wallAt: z.number(), ms: z.number() },
    }),
  ),
  ended: z.exactOptional(
    z.object({
      ...{ durationMs: z.number(), pictures: z.number(), bytes: z.number(), sha256: z.string() },
      ...{ lost: z.number(), cut: z.boolean() },
    }),
  ),
});

export interface Opened {
  /** Clips that a start found unended, and put in order. */
  readonly mended: readonly Clip[];
  /** Files that nobody can play. */
  readonly removed: number;
}

export class Shelf {
  readonly #folder: string;
  /** By id, oldest first. */
  readonly #clips = new Map<string, ListedClip>();
  readonly #indexes = new Map<string, readonly Indexed[]>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Oldest first. */
  get clips(): readonly ListedClip[] {
    return [...this.#clips.values()];
  }

  /** Those that may go, oldest first. */
  get shelved(): readonly Shelved[] {
    return this.clips.flatMap(({ id, wallAt, ended }) =>
      ended === undefined ? [] : [{ id, wallAt, bytes: ended.bytes }],
    );
  }

  get bytes(): number {
    return this.clips.reduce((sum, { ended }) => sum + (ended?.bytes ?? 0), 0);
  }

  put({ zones: _, ...clip }: Clip): void {
    this.#clips.set(clip.id, clip);
  }

  /** Reads the folder at a start: ends what was cut short, removes halves and what is no clip. */
  async open(): Promise<Opened> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = new Set((await readdir(this.#folder)).toSorted());
    const mended: Clip[] = [];
    const kept = new Set<string>();
    for (const name of names) {
      if (!name.endsWith(".json")) continue;
      const clip = await this.clip(name.slice(0, -".json".length));
      if (clip === undefined || !names.has(`${clip.id}.mkv`)) continue;
      const whole = clip.ended === undefined ? await this.#mend(clip) : clip;
      if (whole === undefined) continue;
      if (whole !== clip) mended.push(whole);
      this.put(whole);
      kept.add(`${clip.id}.json`).add(`${clip.id}.mkv`);
    }
    let removed = 0;
    for (const name of names) {
      if (kept.has(name)) continue;
      await rm(join(this.#folder, name), { force: true, recursive: true });
      removed++;
    }
    return { mended, removed };
  }

  async #mend(clip: Clip): Promise<Clip | undefined> {
    const ended = await mend(clipPath(this.#folder, clip.id, "mkv"), marksOf(clip));
    if (ended === undefined) return undefined;
    const whole = { ...clip, ended: { ...ended, lost: 0, cut: true } };
    await writeLines(this.#folder, whole);
    return whole;
  }

  /** Everything that is known of a clip; undefined where it is not kept, or not any more. */
  async clip(id: string): Promise<Clip | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      const read = lines.safeParse(JSON.parse(await readFile(clipPath(this.#folder, id, "json"), "utf8")));
      return read.success && read.data.id === id ? (read.data as unknown as Clip) : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError)
        return undefined;
      throw error;
    }
  }

  /** Where the pictures of a clip lie that is over. */
  async pictures(id: string): Promise<readonly Indexed[] | undefined> {
    if (this.#clips.get(id)?.ended === undefined) return undefined;
    const known = this.#indexes.get(id);
    if (known !== undefined) return known;
    const found = await unlessGone(picturesIn(clipPath(this.#folder, id, "mkv")));
    if (found === undefined) return undefined;
    this.#indexes.set(id, found);
    for (const [oldest] of this.#indexes) {
      if (this.#indexes.size <= INDEXES_MAX) break;
      this.#indexes.delete(oldest);
    }
    return found;
  }

  async jpeg(id: string, number: number): Promise<Buffer<ArrayBuffer> | undefined> {
    const place = (await this.pictures(id))?.[number];
    return place && (await unlessGone(pictureIn(clipPath(this.#folder, id, "mkv"), place)));
  }

  /** The file of a clip that is over. */
  async file(id: string): Promise<{ readonly path: string; readonly bytes: number } | undefined> {
    if (this.#clips.get(id)?.ended === undefined) return undefined;
    const path = clipPath(this.#folder, id, "mkv");
    const bytes = await unlessGone(stat(path).then(({ size }) => size));
    return bytes === undefined ? undefined : { path, bytes };
  }

  async remove(id: string): Promise<void> {
    this.#clips.delete(id);
    this.#indexes.delete(id);
    // The lines last: a cut in between leaves no file that nobody knows.
    await rm(clipPath(this.#folder, id, "mkv"), { force: true });
    await rm(clipPath(this.#folder, id, "json"), { force: true });
  }

  /** The oldest go until the rest is within its bounds; what is being recorded stays. */
  async trim(bounds: Bounds): Promise<readonly Trim[]> {
    const gone = surplus(this.shelved, bounds);
    for (const { id } of gone) await this.remove(id);
    return trimsOf(gone);
  }
}

async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
