/**
 * Keeps the frame that tripped: after the outputs have moved, bounded in number, bytes, age and by the room on the disk,
 * with its hash in the trail. Nothing waits for it, and what cannot be kept is said there as well.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs, wallMs } from "./base/clock.ts";
import { diskRoom } from "./base/disk.ts";
import { writeAtomic } from "./base/files.ts";
import type { Log } from "./base/log.ts";
import type { Picture, Pictures } from "./camera/pictures.ts";
import type { Alarm } from "./domain/alarm.ts";
import { TRIMMED, type TrimRow } from "./domain/clip.ts";
import type { Fact } from "./domain/fact.ts";
import type { PicturesConfig } from "./domain/record_config.ts";
import type { Rules } from "./domain/rules.ts";
import { NOT_PICTURED, PICTURED, type PictureRow, type StopPicture } from "./domain/stop_picture.ts";
import type { Supervision } from "./domain/supervision.ts";
import type { Millis } from "./domain/units.ts";
import { type Shelved, shareOf, surplus, trimsOf } from "./evidence/retention.ts";
import { type Journal, type JournalEntry, occurrenceOf, stamp } from "./journal.ts";

/** In the data folder. */
export const PICTURE_FOLDER = "pictures";
/** Pictures for people come less often than frames: how long the next one is waited for. */
const WAIT_MS = 1_500;
/** An older picture shows nothing of what tripped. */
const STALE_MS = 10_000;
const WAITING_MAX = 16;
const TRIM_EVERY_MS = 60_000;
const DAY_MS = 24 * 60 * 60_000;
const ID = /^[A-Za-z0-9._-]{1,160}$/;

export interface StopPicturesOptions {
  readonly dataFolder: string;
  readonly pictures: Pick<Pictures, "newest" | "newer">;
  readonly config: () => PicturesConfig;
  /** Of the disk: the oldest go as long as less is free. */
  readonly keepFreeBytes: () => number;
  readonly freeBytes?: () => Promise<number | undefined>;
  /** What else makes room on the disk, oldest first. */
  readonly others?: () => Promise<readonly Shelved[]>;
  readonly journal: Pick<Journal, "tell">;
  readonly log: Log;
}

/** A trip, with everything that is known of it in the instant it is told. */
interface Trip {
  readonly alarm: Alarm;
  readonly frameAt: Millis;
  readonly about: Omit<StopPicture, "takenWallAt" | "offMs" | "size">;
}

/** The camera whose frame raised this alarm; undefined where it is no alarm of a frame. */
function cameraOf({ definition, source }: Alarm, rules: Rules): string | undefined {
  if (definition === "zone.stop.occupied") return rules.zones.find(({ id }) => id === source)?.camera;
  return definition.startsWith("prot.camera.") ? source : undefined;
}

function tripOf(alarm: Alarm, state: Supervision, rules: Rules): Trip | undefined {
  const camera = rules.cameras.find(({ id }) => id === cameraOf(alarm, rules));
  if (camera === undefined) return undefined;
  const watch = state.cameras.get(camera.id);
  const instant = new Date(wallMs()).toISOString().replace(/[-:.]/g, "");
  return {
    alarm,
    frameAt: watch?.observedAt ?? state.at,
    about: {
      id: `${instant}-${alarm.id}-${alarm.occurrence}`.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 160),
      ...{ alarm: alarm.id, camera: camera.id, cameraName: camera.name, cycle: state.cycle.number },
      boxes: (watch?.detections ?? []).filter(({ score }) => score >= rules.threshold),
      zones: rules.zones
        .filter((zone) => zone.camera === camera.id)
        .map(({ id, name, kind, polygon }) => ({ id, name, kind, polygon })),
    },
  };
}

const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

export class StopPictures implements AsyncDisposable {
  readonly #options: StopPicturesOptions;
  readonly #folder: string;
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** Oldest first. */
  #kept: Shelved[] = [];
  #waiting = 0;
  readonly #ready: Promise<void>;
  #work: Promise<void>;

  constructor(options: StopPicturesOptions) {
    this.#options = options;
    this.#folder = join(options.dataFolder, PICTURE_FOLDER);
    this.#ready = this.#quietly(async () => {
      this.#kept = await keptIn(this.#folder);
    });
    this.#work = this.#ready.then(() => this.#quietly(() => this.#trim()));
    this.#timer = setInterval(() => this.#queue(() => this.#trim()), TRIM_EVERY_MS);
  }

  /** Told after outputs, record and screens. Never waits, never throws. */
  take(facts: readonly Fact[], state: Supervision, rules: Rules): void {
    for (const fact of facts) {
      if (fact.kind !== "alarm-changed" || fact.event !== "raise") continue;
      if (fact.alarm.definition !== "zone.stop.occupied" && !fact.firstOut) continue;
      const trip = tripOf(fact.alarm, state, rules);
      if (trip !== undefined) this.#keep(trip);
    }
  }

  #keep(trip: Trip): void {
    if (this.#options.config().keep === 0 || this.#closing.signal.aborted) return;
    if (this.#waiting >= WAITING_MAX) {
      this.#missed(trip, `${WAITING_MAX} other pictures are being kept`);
      return;
    }
    this.#waiting++;
    const found = this.#pictureOf(trip);
    found.catch(() => undefined); // told when its turn comes
    this.#queue(async () => {
      try {
        await this.#write(trip, await found);
      } catch (error) {
        this.#options.log.warn({ err: error, picture: trip.about.id }, "picture of a stop cannot be kept");
        this.#missed(trip, `It could not be written: ${(error as Error).message}`);
      } finally {
        this.#waiting--;
      }
    });
  }

  /** One after the other: an empty disk is no reason for sixteen writings at once. */
  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => this.#quietly(work));
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.warn({ err: error }, "pictures of stops are not looked after");
    }
  }

  /** The picture nearest to the frame that tripped: pictures of a camera come in the order they were taken. */
  async #pictureOf({ alarm, about: { camera }, frameAt }: Trip): Promise<Picture | undefined> {
    const { pictures } = this.#options;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(WAIT_MS)]);
    // A camera that is lost gives no next one.
    const waits = alarm.definition === "zone.stop.occupied";
    let best = pictures.newest(camera);
    while (waits && (best === undefined || best.capturedAt < frameAt)) {
      const next = await pictures.newer(camera, best, signal);
      if (next === undefined) break;
      if (best !== undefined && frameAt - best.capturedAt <= Math.abs(next.capturedAt - frameAt)) break;
      best = next;
    }
    return best === undefined || frameAt - best.capturedAt > STALE_MS ? undefined : best;
  }

  async #write(trip: Trip, found: Picture | undefined): Promise<void> {
    if (found === undefined) {
      this.#missed(trip, "The camera gave no picture");
      return;
    }
    const { about, frameAt } = trip;
    const picture: StopPicture = {
      ...about,
      takenWallAt: Math.round(wallMs() - (monotonicMs() - found.capturedAt)),
      offMs: Math.round(found.capturedAt - frameAt),
      size: found.size,
    };
    const lines = JSON.stringify(picture);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeAtomic(this.#path(about.id, "json"), lines);
    await writeAtomic(this.#path(about.id, "jpg"), found.jpeg);
    this.#kept.push({ id: about.id, bytes: found.jpeg.length + lines.length, wallAt: wallMs() });
    const { camera, cycle } = about;
    this.#tell(trip, PICTURED, {
      after: {
        ...{ picture: about.id, camera, cycle, takenWallAt: picture.takenWallAt, offMs: picture.offMs },
        ...{ sha256: sha256(found.jpeg), linesSha256: sha256(lines) },
      } satisfies PictureRow,
    });
    await this.#trim();
  }

  #missed(trip: Trip, reason: string): void {
    this.#tell(trip, NOT_PICTURED, { reason, result: "failed" });
  }

  #tell({ alarm }: Trip, action: string, more: Pick<JournalEntry, "after" | "reason" | "result">): void {
    this.#options.journal.tell({
      ...{ ...stamp(), action, actor: { type: "system", id: "palisade" } },
      ...{ object: { type: "alarm", id: alarm.id }, correlation: occurrenceOf(alarm) },
      ...more,
    });
  }

  /** Those that may go, oldest first; known once the folder was read. */
  async mayGo(): Promise<readonly Shelved[]> {
    await this.#ready;
    return this.#kept;
  }

  /** The oldest go until number, bytes, age and the room on the disk are as the settings say. */
  async #trim(): Promise<void> {
    const { config, dataFolder, keepFreeBytes, others = async () => [], journal } = this.#options;
    const { freeBytes = async () => (await diskRoom(dataFolder))?.freeBytes } = this.#options;
    const { keep, keepMegabytes, keepDays } = config();
    const free = await freeBytes();
    const lacking = free === undefined ? 0 : keepFreeBytes() - free;
    const gone = surplus(this.#kept, {
      ...{ keep, keepBytes: keepMegabytes * 1e6, since: wallMs() - keepDays * DAY_MS },
      lackingBytes: shareOf(this.#kept, await others(), lacking),
    });
    for (const { id } of gone) {
      await rm(this.#path(id, "jpg"), { force: true });
      await rm(this.#path(id, "json"), { force: true });
      this.#kept.shift();
    }
    for (const { why, count, ...row } of trimsOf(gone))
      journal.tell({
        ...{ ...stamp(), action: TRIMMED, actor: { type: "system", id: "palisade" } },
        ...{ after: { pictures: count, ...row } satisfies TrimRow, reason: why },
      });
  }

  #path(id: string, end: "jpg" | "json"): string {
    return join(this.#folder, `${id}.${end}`);
  }

  /** What is known of a picture; undefined where it is not kept, or not any more. */
  async picture(id: string): Promise<StopPicture | undefined> {
    const lines = await this.#file(id, "json");
    return lines === undefined ? undefined : (JSON.parse(lines.toString("utf8")) as StopPicture);
  }

  async jpeg(id: string): Promise<Buffer<ArrayBuffer> | undefined> {
    return await this.#file(id, "jpg");
  }

  async #file(id: string, end: "jpg" | "json"): Promise<Buffer<ArrayBuffer> | undefined> {
    if (!ID.test(id)) return undefined;
    try {
      return await readFile(this.#path(id, end));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** What waits is kept with the picture there is. Before the journal closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#work;
  }
}

/** What lies in the folder, oldest first; halves that a stop left behind go. */
async function keptIn(folder: string): Promise<Shelved[]> {
  let names: readonly string[];
  try {
    names = (await readdir(folder)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const there = new Set(names);
  const kept: Shelved[] = [];
  for (const name of names) {
    if (name.endsWith(".jpg")) {
      const beside = name.replace(/jpg$/, "json");
      const [jpeg, lines] = await Promise.all([
        stat(join(folder, name)),
        stat(join(folder, beside)).catch(() => undefined),
      ]);
      const bytes = jpeg.size + (lines?.size ?? 0);
      kept.push({ id: name.slice(0, -4), bytes, wallAt: jpeg.mtimeMs });
    } else if (!name.endsWith(".json") || !there.has(name.replace(/json$/, "jpg")))
      await rm(join(folder, name), { force: true });
  }
  return kept;
}
