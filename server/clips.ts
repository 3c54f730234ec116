/**
 * Records what a camera showed before and after an event, beside the stop path: outputs, record and screens come
 * first, nothing waits for the disk, and what could not be kept is told in the trail.
 */
import { join } from "node:path";
import { monotonicMs, wallMs } from "./base/clock.ts";
import { DISK_LOW_BYTES, diskRoom } from "./base/disk.ts";
import type { Log } from "./base/log.ts";
import type { Picture, Pictures } from "./camera/pictures.ts";
import type { Asker } from "./commands.ts";
import { type Alarm, alarmText } from "./domain/alarm.ts";
import { type Clip, type ClipRow, NOT_RECORDED, RECORDED, TRIMMED, type TrimRow } from "./domain/clip.ts";
import type { ClipsConfig } from "./domain/evidence_config.ts";
import type { Fact } from "./domain/fact.ts";
import type { ExportReason } from "./domain/reason_code.ts";
import type { Rules } from "./domain/rules.ts";
import type { Supervision } from "./domain/supervision.ts";
import type { CameraId, Millis } from "./domain/units.ts";
import { type Happening, Recording } from "./evidence/recording.ts";
import { type Shelved, shareOf } from "./evidence/retention.ts";
import { Ring } from "./evidence/ring.ts";
import { Shelf } from "./evidence/shelf.ts";
import { type Journal, type JournalEntry, occurrenceOf, stamp } from "./journal.ts";

/** In the data folder. */
export const CLIP_FOLDER = "clips";
/** Of all cameras together. */
const RING_BYTES_MAX = 32e6;
/** Ten pictures a second; a picture of 640 pixels takes about half of this. */
const RING_BYTES_PER_SECOND = 10 * 40_000;
/** The pictures of a clip come at most so often, whatever the camera's rate. */
const PICTURE_MS = 100;
/** A camera that comes and goes must not push everything else from the disk. */
const HOURLY_MAX = 20;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const TRIM_EVERY_MS = 60_000;

export interface ClipsOptions {
  readonly dataFolder: string;
  readonly pictures: Pick<Pictures, "subscribe" | "onDrop">;
  readonly config: () => ClipsConfig;
  /** How many cameras share the memory. */
  readonly cameras: () => number;
  readonly journal: Pick<Journal, "tell" | "commit">;
  readonly log: Log;
  readonly freeBytes?: () => Promise<number | undefined>;
  /** What else makes room on the disk, oldest first. */
  readonly others?: () => Promise<readonly Shelved[]>;
}

interface Track {
  readonly ring: Ring;
  /** When the next picture is due. */
  due: Millis;
}

export class Clips implements AsyncDisposable {
  readonly shelf: Shelf;
  readonly #options: ClipsOptions;
  readonly #folder: string;
  readonly #closing = new AbortController();
  readonly #tracks = new Map<CameraId, Track>();
  /** The one that goes on, by camera. */
  readonly #recordings = new Map<CameraId, Recording>();
  readonly #ending = new Set<Promise<void>>();
  /** When clips of a camera began, within the last hour. */
  readonly #begun = new Map<CameraId, readonly Millis[]>();
  readonly #owned = new DisposableStack();
  #missed = 0;
  #lowRoom = false;
  /** A start takes away what it does not know: nothing is written before. */
  readonly #ready: Promise<void>;
  #work: Promise<void>;

  constructor(options: ClipsOptions) {
    this.#options = options;
    this.#folder = join(options.dataFolder, CLIP_FOLDER);
    this.shelf = new Shelf(this.#folder);
    this.#ready = this.#quietly(() => this.#open());
    this.#work = this.#ready.then(() => this.#quietly(() => this.#trim()));
    this.#owned.use(options.pictures.subscribe((picture) => this.#take(picture)));
    this.#owned.use(options.pictures.onDrop((camera) => void this.#tracks.delete(camera)));
    const timer = setInterval(() => this.#queue(() => this.#trim()), TRIM_EVERY_MS);
    this.#owned.defer(() => clearInterval(timer));
  }

  /** Bytes of pictures in memory, of all cameras. */
  get ringBytes(): number {
    return [...this.#tracks.values()].reduce((sum, { ring }) => sum + ring.bytes, 0);
  }

  get recording(): readonly CameraId[] {
    return [...this.#recordings.keys()];
  }

  /** Events of which no clip could be kept, since the start. */
  get missed(): number {
    return this.#missed;
  }

  /** Those that may go, oldest first; known once the folder was read. */
  async mayGo(): Promise<readonly Shelved[]> {
    await this.#ready;
    return this.shelf.shelved;
  }

  /** Resolves once everything is done that was begun. */
  async settled(): Promise<void> {
    await this.#work;
    await Promise.all(this.#ending);
    await this.#work;
  }

  async #open(): Promise<void> {
    const { mended, removed } = await this.shelf.open();
    for (const clip of mended) this.#kept(clip);
    if (mended.length + removed > 0)
      this.#options.log.info({ mended: mended.length, removed }, "clips were put in order");
  }

  /** One after the other. */
  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(() => this.#quietly(work));
  }

  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.log.warn({ err: error }, "clips are not looked after");
    }
  }

  #take({ camera, capturedAt, size, jpeg }: Picture): void {
    const { keep, beforeSeconds } = this.#options.config();
    if (keep === 0) {
      this.#tracks.delete(camera);
      return;
    }
    const share = Math.floor(RING_BYTES_MAX / Math.max(1, this.#options.cameras()));
    const bytes = Math.min(share, RING_BYTES_PER_SECOND * (beforeSeconds + 2));
    let track = this.#tracks.get(camera);
    if (track?.ring.bytes !== bytes) {
      track = { ring: new Ring(bytes), due: 0 };
      this.#tracks.set(camera, track);
    }
    // Half an interval early is in time: pictures do not come evenly.
    if (capturedAt < track.due - PICTURE_MS / 2) return;
    track.due = Math.max(track.due, capturedAt - PICTURE_MS) + PICTURE_MS;
    track.ring.put({ at: capturedAt, size, jpeg });
  }

  /** Told after outputs, record and screens. Never waits, never throws. */
  take(facts: readonly Fact[], state: Supervision, rules: Rules): void {
    for (const fact of facts) {
      if (fact.kind !== "alarm-changed" || fact.event !== "raise") continue;
      const { alarm } = fact;
      for (const camera of camerasOf(alarm, rules)) {
        const at = state.cameras.get(camera)?.observedAt;
        // A camera that is lost was seen long ago; what led to the alarm is what came just before it.
        const isSeen = alarm.definition === "zone.stop.occupied" && at !== undefined;
        this.#happened(camera, { alarm, at: isSeen ? at : state.at }, state, rules);
      }
    }
  }

  #happened(
    camera: CameraId,
    { alarm, at }: { readonly alarm: Alarm; readonly at: Millis },
    { cycle }: Supervision,
    rules: Rules,
  ): void {
    const { keep, beforeSeconds, afterSeconds } = this.#options.config();
    if (keep === 0 || this.#closing.signal.aborted) return;
    const now = wallMs();
    const happening: Happening = {
      ...{ alarm: alarm.id, occurrence: occurrenceOf(alarm), text: alarmText(alarm, rules) },
      ...{ at, wallAt: Math.round(now - (monotonicMs() - at)) },
    };
    if (this.#recordings.get(camera)?.extend(happening) === true) return;
    const begun = (this.#begun.get(camera) ?? []).filter((each) => each > monotonicMs() - HOUR_MS);
    const refused =
      begun.length >= HOURLY_MAX
        ? `${HOURLY_MAX} clips of this camera were recorded within an hour`
        : this.#lowRoom && "There is too little room on the disk";
    if (refused !== false) {
      this.#notKept([happening], refused);
      return;
    }
    this.#begun.set(camera, [...begun, monotonicMs()]);
    const instant = new Date(now).toISOString().replace(/[-:.]/g, "");
    const name = `${instant}-${camera}-${alarm.id}-cycle${cycle.number}`;
    const recording = new Recording({
      folder: this.#folder,
      about: {
        id: name.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 160),
        ...{ camera, cameraName: rules.cameras.find(({ id }) => id === camera)?.name ?? camera },
        cycle: cycle.number,
        zones: rules.zones
          .filter((zone) => zone.camera === camera)
          .map(({ id, name: called, kind, polygon }) => ({ id, name: called, kind, polygon })),
      },
      first: happening,
      beforeMs: beforeSeconds * 1_000,
      afterMs: afterSeconds * 1_000,
      ready: this.#ready,
      after: (from) => this.#tracks.get(camera)?.ring.after(from),
      onLines: (clip) => this.shelf.put(clip),
      signal: this.#closing.signal,
    });
    this.#recordings.set(camera, recording);
    this.#queue(() => this.#trim());
    const ending = this.#end(camera, recording).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async #end(camera: CameraId, recording: Recording): Promise<void> {
    const recorded = await recording.done;
    if (this.#recordings.get(camera) === recording) this.#recordings.delete(camera);
    if (recorded.kind === "kept") {
      this.#kept(recorded.clip);
    } else {
      await this.#quietly(() => this.shelf.remove(recording.id));
      this.#notKept(recording.happenings, recorded.why);
    }
    this.#queue(() => this.#trim());
  }

  /** Each event has its row: the history of its alarm finds the clip there. */
  #kept(clip: Clip): void {
    this.shelf.put(clip);
    const { id, camera, cycle, wallAt, events, ended } = clip;
    if (ended === undefined) return;
    const { durationMs, pictures, sha256 } = ended;
    const after = { clip: id, camera, cycle, wallAt, durationMs, pictures, sha256 } satisfies ClipRow;
    for (const event of events) this.#tell(event, { action: RECORDED, after });
  }

  #notKept(happenings: readonly Pick<Happening, "alarm" | "occurrence">[], reason: string): void {
    this.#missed += happenings.length;
    this.#options.log.warn({ reason }, "event is not recorded");
    for (const one of happenings) this.#tell(one, { action: NOT_RECORDED, reason, result: "failed" });
  }

  #tell(
    { alarm, occurrence }: Pick<Happening, "alarm" | "occurrence">,
    more: Pick<JournalEntry, "action" | "after" | "reason" | "result">,
  ): void {
    this.#options.journal.tell({
      ...{ ...stamp(), actor: { type: "system", id: "palisade" } },
      ...{ object: { type: "alarm", id: alarm }, correlation: occurrence },
      ...more,
    });
  }

  async #free(): Promise<number | undefined> {
    const { freeBytes, dataFolder } = this.#options;
    return freeBytes === undefined ? (await diskRoom(dataFolder))?.freeBytes : await freeBytes();
  }

  /** Before the disk is full: the record and everything else need what is left more than clips do. */
  async #trim(): Promise<void> {
    const { config, others = async () => [] } = this.#options;
    const { keep, keepMegabytes, keepDays, keepFreeMegabytes } = config();
    const free = await this.#free();
    const lacking = free === undefined ? 0 : keepFreeMegabytes * 1e6 - free;
    const trimmed = await this.shelf.trim({
      ...{ keep, keepBytes: keepMegabytes * 1e6, since: wallMs() - keepDays * DAY_MS },
      lackingBytes: shareOf(this.shelf.shelved, await others(), lacking),
    });
    for (const { why, count, ...row } of trimmed)
      this.#options.journal.tell({
        ...{ ...stamp(), action: TRIMMED, actor: { type: "system", id: "palisade" } },
        ...{ after: { clips: count, ...row } satisfies TrimRow, reason: why },
      });
    const left = trimmed.length === 0 ? free : await this.#free();
    this.#lowRoom = left !== undefined && left < DISK_LOW_BYTES / 2;
  }

  /** Takes a clip away in somebody's name. Rejects where the record cannot tell of it. */
  async remove(id: string, by: Asker, reason: string): Promise<void> {
    await this.#options.journal.commit({
      ...{ ...asked(by), action: "evidence.deleted", object: { type: "clip", id }, reason },
    });
    await this.shelf.remove(id);
  }

  /** Notes that somebody takes a clip along. Rejects where the record cannot tell of it. */
  async noteExport(
    { id, ended }: Pick<Clip, "id" | "ended">,
    by: Asker,
    { reason, reasonCode }: { readonly reason: string; readonly reasonCode?: ExportReason },
  ): Promise<void> {
    await this.#options.journal.commit({
      ...{ ...asked(by), action: "evidence.exported", object: { type: "clip", id }, reason },
      ...(reasonCode === undefined ? {} : { reasonCode }),
      after: { sha256: ended?.sha256, bytes: ended?.bytes },
    });
  }

  /** What is being recorded ends with the pictures there are. Before the journal closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#owned.dispose();
    await this.settled();
  }
}

function asked(by: Asker): Pick<JournalEntry, "actor" | "origin" | "monoMs" | "wallAt"> {
  const { type, id, role, origin } = by;
  return {
    ...{ ...stamp(), actor: { type, id, ...(role === undefined ? {} : { role }) } },
    ...(origin === undefined ? {} : { origin }),
  };
}

/** The cameras whose pictures show what an alarm is about. */
function camerasOf({ definition, source }: Alarm, rules: Rules): readonly CameraId[] {
  if (definition === "zone.stop.occupied")
    return rules.zones.filter(({ id }) => id === source).map(({ camera }) => camera);
  const cameras = rules.cameras.map(({ id }) => id);
  if (definition.startsWith("prot.camera.")) return cameras.filter((id) => id === source);
  return definition === "op.stop.requested" ? cameras : [];
}
