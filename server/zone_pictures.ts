/**
 * Keeps the picture that a zone was drawn on: when a publication moved an outline, the camera's newest frame, with the
 * outlines before and after in the trail's row. Later nobody has to guess what a person saw who drew it.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs, wallMs } from "./base/clock.ts";
import { writeAtomic } from "./base/files.ts";
import type { Log } from "./base/log.ts";
import type { Picture, Pictures } from "./camera/pictures.ts";
import type { Config } from "./domain/config.ts";
import { ZONE_PICTURED, type ZoneChange, type ZonePictureRow, zoneChanges } from "./domain/zone_change.ts";
import { type Journal, stamp } from "./journal.ts";

/** In the data folder. */
const FOLDER = "zone-pictures";
/** A year of a cell that is drawn anew every second day; about 20 MB. */
const KEEP = 200;
/** An older picture is not what the person saw. */
const STALE_MS = 10 * 60_000;
const ID = /^[A-Za-z0-9._-]{1,160}$/;

export interface ZonePicturesOptions {
  readonly dataFolder: string;
  readonly pictures: Pick<Pictures, "newest">;
  readonly journal: Pick<Journal, "tell">;
  readonly log: Log;
}

export class ZonePictures implements AsyncDisposable {
  readonly #options: ZonePicturesOptions;
  readonly #folder: string;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ZonePicturesOptions) {
    this.#options = options;
    this.#folder = join(options.dataFolder, FOLDER);
  }

  /** Told after a publication has come into force. Never waits, never throws. */
  take(before: Config, after: Config): void {
    for (const change of zoneChanges(before, after)) {
      const found = this.#options.pictures.newest(change.camera);
      const fresh = found !== undefined && monotonicMs() - found.capturedAt <= STALE_MS ? found : undefined;
      this.#work = this.#work.then(() => this.#keep(change, fresh));
    }
  }

  async #keep(change: ZoneChange, picture: Picture | undefined): Promise<void> {
    if (picture === undefined) {
      this.#tell(change, "The camera gave no picture");
      return;
    }
    const takenWallAt = Math.round(wallMs() - (monotonicMs() - picture.capturedAt));
    const instant = new Date(wallMs()).toISOString().replace(/[-:.]/g, "");
    const id = `${instant}-${change.camera}`.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 160);
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await writeAtomic(this.#path(id), picture.jpeg);
      const sha256 = createHash("sha256").update(picture.jpeg).digest("hex");
      this.#tell({ ...change, picture: id, sha256, takenWallAt, size: picture.size });
      await this.#trim();
    } catch (error) {
      this.#options.log.warn({ err: error, camera: change.camera }, "picture of a zone cannot be kept");
      this.#tell(change, `It could not be written: ${(error as Error).message}`);
    }
  }

  #tell(after: ZonePictureRow, reason?: string): void {
    this.#options.journal.tell({
      ...{ ...stamp(), action: ZONE_PICTURED, actor: { type: "system", id: "palisade" } },
      ...{ object: { type: "camera", id: after.camera }, after },
      ...(reason === undefined ? {} : { reason, result: "failed" }),
    });
  }

  /** Their names begin with the instant. */
  async #trim(): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith(".jpg")).toSorted();
    for (const name of names.slice(0, -KEEP)) await rm(join(this.#folder, name), { force: true });
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.jpg`);
  }

  /** Undefined where it is not kept, or not any more. */
  async jpeg(id: string): Promise<Buffer<ArrayBuffer> | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      return await readFile(this.#path(id));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Before the journal closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#work;
  }
}
