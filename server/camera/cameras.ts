/**
 * Every camera of the box for as long as the box lives: eyes, newest pictures, counters and scenes. Configurations
 * come and go over it; a camera that none of them changes goes on without losing a frame.
 */
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { CameraState } from "../domain/camera.ts";
import type { CameraConfig, Config, ZoneConfig } from "../domain/config.ts";
import { cropOf } from "../domain/crop.ts";
import { hidesCredentials } from "../domain/edit.ts";
import type { CameraOrder, DetectorState, EyeReport, Observation } from "../domain/eye.ts";
import { leastFps } from "../domain/pace.ts";
import type { PictureFacts } from "../domain/screen.ts";
import type { Trust } from "../domain/trust.ts";
import type { CameraId } from "../domain/units.ts";
import { Counters } from "./counters.ts";
import { Eyes, type EyesModel, type EyesOptions } from "./eyes.ts";
import { Pictures } from "./pictures.ts";
import { type KnownScene, type SceneStore, Scenes, type Taken, type Taker } from "./scenes.ts";
import { Trials } from "./trials.ts";

export interface CamerasOptions {
  /** Undefined where there is no database. */
  readonly store: SceneStore | undefined;
  readonly scenes: readonly KnownScene[];
  readonly tuning?: EyesOptions["tuning"];
  readonly log: Log;
}

/** What a configuration wants of the cameras. */
export interface CamerasPlan {
  readonly config: Pick<Config, "cameras" | "zones">;
  readonly model: EyesModel;
  /** The score from which somebody counts as seen. */
  readonly threshold: number;
}

/** What the rules are told of the cameras; pictures, counters and scenes stay here. */
export type CameraNews = Extract<
  EyeReport,
  { kind: "detector" | "camera" | "trust" | "overload" | "observed" }
>;

interface Present {
  state: CameraState | undefined;
  trust: Trust | undefined;
  overload: string | undefined;
}

function orderOf(camera: CameraConfig, zones: readonly ZoneConfig[]): CameraOrder {
  const { id, source, fps, transport } = camera;
  const crop = cropOf(camera, zones);
  return { id, source, fps, transport, ...(crop === undefined ? {} : { crop }) };
}

export class Cameras implements AsyncDisposable {
  readonly pictures = new Pictures();
  readonly counters = new Counters();
  readonly scenes: Scenes;
  readonly trials = new Trials();
  readonly #log: Log;
  readonly #tuning: Pick<EyesOptions, "tuning">;
  readonly #present = new Map<CameraId, Present>();
  readonly #listeners = new Set<(news: CameraNews) => void>();
  #detector: DetectorState | undefined;
  #threshold = 0;
  #eyes: Eyes | undefined;
  #closed = false;

  constructor({ store, scenes, tuning, log }: CamerasOptions) {
    this.#log = log;
    this.#tuning = tuning === undefined ? {} : { tuning };
    this.scenes = new Scenes({
      store,
      stored: scenes,
      ask: (camera) => this.#eyes?.askScene(camera),
      teach: (camera, scene) => this.#eyes?.teach(camera, scene),
      picture: (camera) => this.pictures.newest(camera)?.jpeg,
      log,
    });
  }

  /** Follows a configuration. Reports come when they come; only a changed model is waited for. */
  async configure({ config, model, threshold }: CamerasPlan): Promise<void> {
    if (this.#closed) return;
    this.#threshold = threshold;
    for (const id of this.#present.keys())
      if (!config.cameras.some((camera) => camera.id === id)) this.#forget(id);
    for (const { id } of config.cameras)
      if (!this.#present.has(id))
        this.#present.set(id, { state: undefined, trust: undefined, overload: undefined });
    this.scenes.configure(config.cameras, config.zones);
    // An address whose password nobody can open would only be refused, and lock the user out at the camera.
    const open = config.cameras.filter(({ source }) => !hidesCredentials(source));
    const least = new Map(
      open.map(({ id, fps }) => [
        id,
        leastFps(
          fps,
          config.zones.filter(({ camera }) => camera === id),
        ),
      ]),
    );
    const plan = {
      cameras: open.map((camera) => orderOf(camera, config.zones)),
      scenes: this.scenes.all(),
      least,
      model,
    };
    if (this.#eyes !== undefined) return await this.#eyes.configure(plan);
    this.#eyes = Eyes.open({
      ...plan,
      onReport: (report) => this.#take(report),
      onAnew: (camera) => this.#anew(camera),
      ...this.#tuning,
      log: this.#log,
    });
  }

  #forget(camera: CameraId): void {
    this.#present.delete(camera);
    this.pictures.drop(camera);
    this.counters.forget(camera);
  }

  /** The camera is opened anew: nothing that was known of its pictures holds. */
  #anew(camera: CameraId): void {
    this.counters.restarted(camera);
    const present = this.#present.get(camera);
    if (present === undefined) return;
    present.trust = { kind: "proving", since: monotonicMs() };
    present.overload = undefined;
  }

  /** Tells the listener the present state of everything, then every report, until disposed. */
  follow(listener: (news: CameraNews) => void): Disposable {
    if (this.#detector !== undefined) listener({ kind: "detector", state: this.#detector });
    for (const [camera, { state, trust, overload }] of this.#present) {
      if (state !== undefined) listener({ kind: "camera", camera, state });
      if (trust !== undefined) listener({ kind: "trust", camera, trust });
      if (overload !== undefined) listener({ kind: "overload", camera, why: overload });
    }
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  #tell(news: CameraNews): void {
    for (const listener of this.#listeners) listener(news);
  }

  #take(report: EyeReport): void {
    switch (report.kind) {
      case "observed":
        this.#tell(report);
        this.#looked(report.observation);
        break;
      case "detector":
        this.#detector = report.state;
        this.#tell(report);
        break;
      case "camera":
        this.#note(report.camera, report.state);
        this.#tell(report);
        break;
      case "trust": {
        const present = this.#present.get(report.camera);
        if (present !== undefined) present.trust = report.trust;
        this.#tell(report);
        this.scenes.trusted(report.camera, report.trust, monotonicMs());
        break;
      }
      case "overload": {
        const present = this.#present.get(report.camera);
        if (present !== undefined) present.overload = report.why;
        this.#tell(report);
        break;
      }
      case "counts":
        this.counters.counted(report.camera, report.counts, wallMs());
        break;
      case "picture":
        this.pictures.put(report);
        break;
      case "scene":
        this.scenes.arrived(report.camera, report.scene);
        break;
      default:
        report satisfies never;
    }
  }

  #note(camera: CameraId, state: CameraState): void {
    const present = this.#present.get(camera);
    if (present === undefined) return;
    present.state = state;
    if (state.kind !== "running") present.overload = undefined;
    // Its next run has to prove itself anew; a fault stays until a picture disproves it.
    if (state.kind !== "running" && present.trust?.kind === "trusted") {
      present.trust = { kind: "proving", since: monotonicMs() };
      this.scenes.trusted(camera, present.trust, monotonicMs());
    }
  }

  #looked({ camera, detections }: Observation): void {
    const somebody = detections.some(({ score }) => score >= this.#threshold);
    this.scenes.looked(camera, somebody, this.#present.get(camera)?.trust, monotonicMs());
  }

  /** Whether an eye has the camera; one whose password nobody can open has none. */
  start(camera: CameraId): boolean {
    return this.#eyes?.start(camera) ?? false;
  }

  /** Whether it was started and not stopped since, whatever its reports say meanwhile. */
  isWanted(camera: CameraId): boolean {
    return this.#eyes?.isWanted(camera) ?? false;
  }

  stop(camera: CameraId): void {
    this.#eyes?.stop(camera);
  }

  async takeScene(camera: CameraId, by: Taker): Promise<Taken> {
    return await this.scenes.take(camera, by);
  }

  /** Percent that the busiest eye has left at the configured rates; undefined while nobody has looked. */
  headroom(): number | undefined {
    const told = [...this.#present.keys()].flatMap((id) => this.counters.newest(id)?.headroom ?? []);
    return told.length === 0 ? undefined : Math.min(...told);
  }

  /** What the screen shows beside each picture. */
  facts(): ReadonlyMap<CameraId, PictureFacts> {
    return new Map([...this.#present.keys()].map((id) => [id, this.#facts(id)]));
  }

  #facts(camera: CameraId): PictureFacts {
    const picture = this.pictures.newest(camera);
    const counts = this.counters.newest(camera);
    return {
      frameCount: this.counters.total(camera).frames,
      fps30s: counts?.fps30s ?? 0,
      ...(counts?.codec === undefined ? {} : { codec: counts.codec }),
      ...(counts?.lateMs === undefined ? {} : { lateMs: counts.lateMs }),
      ...(counts?.looked === undefined ? {} : { looked: counts.looked }),
      ...(picture === undefined ? {} : { size: picture.size, capturedAt: picture.capturedAt }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#eyes?.[Symbol.asyncDispose]();
  }
}
