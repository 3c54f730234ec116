/**
 * A model is tried beside the one that watches: both count people in the same frames of the same cameras. It is handed
 * the pictures that the eyes make for people anyway, so that no camera is opened twice and nothing that guards is asked
 * for anything. What it finds decides nothing.
 */
import { monotonicMs, wallMs } from "./base/clock.ts";
import type { Cameras } from "./camera/cameras.ts";
import type { Picture } from "./camera/pictures.ts";
import { Candidate } from "./detect/candidate.ts";
import type { Observation } from "./domain/eye.ts";
import type { CameraId, Millis } from "./domain/units.ts";
import { PERSON } from "./domain/zone.ts";

/** Over all cameras together, and only while the model keeps up. */
const LOOK_EVERY_MS = 500;
/** Frames that may pass until the watching model has answered about one. */
const PICTURES_KEPT = 8;
const DIFFERENCES_KEPT = 10;
const TIMES_KEPT = 50;

export type TrialEnd = "time" | "person" | "alarm" | "change" | "shutdown" | "failed";

interface Counted {
  /** By the model that watches. */
  readonly active: number;
  readonly candidate: number;
}

export interface TrialView {
  readonly model: string;
  readonly against: string;
  readonly by: string;
  readonly begunWallAt: Millis;
  readonly endsWallAt: Millis;
  readonly state: "loading" | "looking" | "ended";
  /** Set where it has ended. */
  readonly end?: TrialEnd;
  readonly why?: string;
  /** Median of the processor time for a picture; null before the first. */
  readonly ms: Millis | null;
  readonly cameras: readonly {
    readonly camera: CameraId;
    readonly name: string;
    /** Frames that both have looked at. */
    readonly frames: number;
    /** People in all of them. */
    readonly active: number;
    readonly candidate: number;
    /** Frames in which the candidate counted more people, or fewer. */
    readonly more: number;
    readonly fewer: number;
    readonly newest: Counted | null;
  }[];
  /** Frames about which they differ, newest first, at most 10. */
  readonly differences: readonly (Counted & { readonly camera: CameraId; readonly wallAt: Millis })[];
}

export interface ModelTrialOptions {
  readonly model: { readonly name: string; readonly manifestPath: string; readonly weightsPath: string };
  readonly against: string;
  readonly minutes: number;
  readonly by: string;
  readonly watched: readonly { readonly id: CameraId; readonly name: string }[];
  readonly cameras: Pick<Cameras, "follow" | "pictures" | "counters">;
  /** The score from which the watching model's people count. */
  readonly threshold: number;
  readonly onEnd: (trial: TrialView, end: TrialEnd) => void;
}

interface Tally {
  readonly pictures: Map<number, Picture>;
  lookedAt: Millis;
  frames: number;
  active: number;
  candidate: number;
  more: number;
  fewer: number;
  newest: Counted | null;
}

const newTally = (): Tally => ({
  ...{ pictures: new Map(), lookedAt: Number.NEGATIVE_INFINITY },
  ...{ frames: 0, active: 0, candidate: 0, more: 0, fewer: 0, newest: null },
});

/** The middle of what was measured; null where nothing was. */
export function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

export class ModelTrial {
  readonly #options: ModelTrialOptions;
  readonly #tallies: ReadonlyMap<CameraId, Tally>;
  readonly #begunWallAt = wallMs();
  readonly #closing = new AbortController();
  readonly #using = new DisposableStack();
  readonly #times: number[] = [];
  #differences: TrialView["differences"] = [];
  #candidate: Candidate | undefined;
  #busy = false;
  #end: { readonly end: TrialEnd; readonly why?: string } | undefined;

  private constructor(options: ModelTrialOptions) {
    this.#options = options;
    this.#tallies = new Map(options.watched.map(({ id }) => [id, newTally()]));
    const time = setTimeout(() => this.end("time"), options.minutes * 60_000);
    this.#using.defer(() => clearTimeout(time));
  }

  /** Loads the model and begins to count; it ends by itself. */
  static begin(options: ModelTrialOptions): ModelTrial {
    const trial = new ModelTrial(options);
    void trial.#run();
    return trial;
  }

  get running(): boolean {
    return this.#end === undefined;
  }

  /** Ends it at once; what was counted stays. Later ends change nothing. */
  end(end: TrialEnd, why?: string): void {
    if (this.#end !== undefined) return;
    this.#end = { end, ...(why === undefined ? {} : { why }) };
    this.#closing.abort();
    this.#using.dispose();
    void this.#candidate?.[Symbol.asyncDispose]();
    for (const { pictures } of this.#tallies.values()) pictures.clear();
    this.#options.onEnd(this.view(), end);
  }

  view(): TrialView {
    const { model, against, by, minutes, watched } = this.#options;
    const state = this.#end !== undefined ? "ended" : this.#candidate === undefined ? "loading" : "looking";
    return {
      ...{ model: model.name, against, by, state, begunWallAt: this.#begunWallAt },
      endsWallAt: this.#begunWallAt + minutes * 60_000,
      ...this.#end,
      ms: median(this.#times),
      cameras: watched.map(({ id: camera, name }) => {
        const { pictures: _, lookedAt: __, ...counts } = this.#tallies.get(camera) ?? newTally();
        return { camera, name, ...counts };
      }),
      differences: this.#differences,
    };
  }

  async #run(): Promise<void> {
    const { model, cameras } = this.#options;
    try {
      this.#candidate = await Candidate.open({ ...model, signal: this.#closing.signal });
      if (!this.running) return;
      void this.#candidate.gone.then(({ message }) => this.end("failed", message));
      this.#using.use(cameras.pictures.subscribe((picture) => this.#keep(picture)));
      this.#using.use(
        cameras.follow((news) => {
          if (news.kind === "observed") void this.#look(news.observation);
        }),
      );
    } catch (error) {
      this.end("failed", (error as Error).message);
    }
  }

  #keep(picture: Picture): void {
    const pictures = this.#tallies.get(picture.camera)?.pictures;
    if (pictures === undefined) return;
    // A camera that is opened anew counts its frames from zero.
    if (pictures.has(picture.seq)) pictures.clear();
    pictures.set(picture.seq, picture);
    const [oldest] = pictures.keys();
    if (pictures.size > PICTURES_KEPT && oldest !== undefined) pictures.delete(oldest);
  }

  async #look({ camera, seq, capturedAt, detections }: Observation): Promise<void> {
    const tally = this.#tallies.get(camera);
    const picture = tally?.pictures.get(seq);
    const now = monotonicMs();
    if (tally === undefined || picture === undefined || this.#candidate === undefined || this.#busy) return;
    // Numbers begin anew with the camera: only the same instant is the same frame.
    if (picture.capturedAt !== capturedAt || now - tally.lookedAt < LOOK_EVERY_MS * this.#tallies.size)
      return;
    tally.lookedAt = now;
    this.#busy = true;
    try {
      const part = this.#options.cameras.counters.newest(camera)?.looked?.part;
      const { people, ms } = await this.#candidate.look({ ...picture, part });
      if (!this.running) return;
      const { threshold } = this.#options;
      const active = detections.filter(({ label, score }) => label === PERSON && score >= threshold).length;
      this.#times.push(ms);
      if (this.#times.length > TIMES_KEPT) this.#times.shift();
      this.#count(camera, tally, { active, candidate: people });
    } catch (error) {
      this.end("failed", (error as Error).message);
    } finally {
      this.#busy = false;
    }
  }

  #count(camera: CameraId, tally: Tally, counted: Counted): void {
    const { active, candidate } = counted;
    tally.frames++;
    tally.active += active;
    tally.candidate += candidate;
    tally.newest = counted;
    if (active === candidate) return;
    if (candidate > active) tally.more++;
    else tally.fewer++;
    const difference = { ...counted, camera, wallAt: wallMs() };
    this.#differences = [difference, ...this.#differences].slice(0, DIFFERENCES_KEPT);
  }
}
