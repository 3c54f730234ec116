/** The stops of a shift: each from the end of a machine cycle to the reset that begins the next one. */
import { elapsed, type Instant, type Track } from "./shift_alarms.ts";
import {
  type Listed,
  Listing,
  type ShiftNames,
  type StopEvent,
  type StopPictureRow,
} from "./shift_report.ts";
import type { Millis } from "./units.ts";

/** An alarm, or a request, that came this shortly before a stop belongs to it. */
const TOGETHER_MS = 1_000;
const WAITING_MAX = 200;
/** Cameras that trip together. */
const PICTURES_MAX = 8;

interface Deed {
  readonly at: Instant;
  readonly by: string | null;
}

interface Stop {
  readonly at: Instant;
  readonly cycle: number | null;
  readonly cause: string;
  readonly tracks: readonly Track[];
  request?: Deed;
  /** It lies within the shift. */
  readonly counts: boolean;
  drop?: Instant;
  acknowledged?: Deed;
  readonly pictures: StopPictureRow[];
}

export class ShiftStops {
  readonly #names: ShiftNames;
  readonly #told = new Listing<StopEvent>();
  /** Not reset yet. */
  #waiting: Stop[] = [];
  #request: Deed | undefined;

  constructor(names: ShiftNames) {
    this.#names = names;
  }

  /** The stop itself is not kept waiting for the row of the request, which so comes after it. */
  requested(at: Instant, by: string): void {
    this.#request = { at, by };
    const stop = this.#waiting.at(-1);
    if (stop?.tracks.some(({ definition }) => definition === "op.stop.requested"))
      stop.request ??= this.#request;
  }

  begin(
    stop: { readonly at: Instant; readonly cycle: number | null; readonly cause: string },
    alarms: Iterable<Track>,
    counts: boolean,
  ): void {
    const { at } = stop;
    const tracks = [...alarms].filter(
      ({ raised, state, interrupted }) =>
        raised !== undefined && state !== "normal" && !interrupted && elapsed(raised, at) <= TOGETHER_MS,
    );
    const asked = this.#request;
    const together = asked !== undefined && elapsed(asked.at, at) <= TOGETHER_MS;
    if (this.#waiting.length >= WAITING_MAX) this.#tell(this.#waiting.shift(), undefined);
    this.#waiting.push({ ...stop, tracks, counts, pictures: [], ...(together ? { request: asked } : {}) });
  }

  /** A permit was read back as dropped. */
  dropped(cycle: unknown, at: Instant): void {
    const stop = this.#waiting.findLast((each) => each.cycle === cycle);
    if (stop !== undefined) stop.drop ??= at;
  }

  /** The frame that tripped is kept, or is said not to be. Only the newest stop can have had it. */
  pictured(row: StopPictureRow): void {
    const stop = this.#waiting.at(-1);
    if (stop === undefined || stop.pictures.length >= PICTURES_MAX) return;
    if (stop.tracks.some(({ alarm }) => alarm === row.alarm)) stop.pictures.push(row);
  }

  /** Somebody saw an alarm; the row of the command tells who, before or after this one. */
  acknowledged(track: Track): void {
    const { acknowledged: at, acknowledgedBy: by = null } = track;
    if (at === undefined) return;
    for (const stop of this.#waiting) {
      if (!stop.tracks.includes(track)) continue;
      if (stop.acknowledged === undefined || stop.acknowledged.by === null)
        stop.acknowledged = { at: stop.acknowledged?.at ?? at, by };
    }
  }

  /** The next cycle began: whoever reset ended every stop before it. */
  reset(at: Instant, by: string): void {
    for (const stop of this.#waiting) this.#tell(stop, { at, by });
    this.#waiting = [];
  }

  /** The box ended without a word in a running cycle. */
  cut(wallAt: Millis, cycle: number | null): void {
    this.#told.add({
      ...{ wallAt, cycle, cause: "The box ended without a word while the machine might run" },
      ...{ alarms: [], camera: null, requestedBy: null, droppedMs: null },
      ...{ acknowledgedMs: null, acknowledgedBy: null, resetMs: null, resetBy: null },
    });
  }

  #tell(stop: Stop | undefined, reset: Deed | undefined): void {
    if (stop === undefined || !stop.counts) return;
    const { at, cycle, cause, tracks, drop, acknowledged, request, pictures } = stop;
    const since = (deed: Deed | undefined) => (deed === undefined ? null : elapsed(at, deed.at));
    this.#told.add({
      ...{ wallAt: at.wallAt, cycle, cause, alarms: tracks.map(({ alarm }) => alarm).sort() },
      ...{ camera: this.#cameraOf(tracks), requestedBy: request?.by ?? null },
      droppedMs: drop === undefined ? null : elapsed(at, drop),
      ...{ acknowledgedMs: since(acknowledged), acknowledgedBy: acknowledged?.by ?? null },
      ...{ resetMs: since(reset), resetBy: reset?.by ?? null },
      ...(pictures.length === 0 ? {} : { pictures }),
    });
  }

  #cameraOf(tracks: readonly Track[]): string | null {
    for (const { definition, source } of tracks) {
      if (definition.startsWith("prot.camera.")) return source;
      if (!definition.startsWith("zone.")) continue;
      const zone = this.#names.zones.find(({ id }) => id === source);
      if (zone !== undefined) return zone.camera;
    }
    return null;
  }

  /** Called once, at the end. */
  listed(): Listed<StopEvent> {
    for (const stop of this.#waiting) this.#tell(stop, undefined);
    this.#waiting = [];
    return this.#told.listed();
  }
}
