/** The server's side of the eye processes: starts them, watches them, and replaces the ones that end. */
import type { ChildProcess } from "node:child_process";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";
import { exited, hasExited, killGroup, signalChild, spawnOwn } from "../base/child.ts";
import { monotonicMs, wait } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { residentBytes } from "../base/memory.ts";
import type { CameraOrder, DetectorState, EyeOrder, EyeReport } from "../domain/eye.ts";
import type { Scene } from "../domain/trust.ts";
import type { Tuning } from "../domain/tuning.ts";
import type { CameraId } from "../domain/units.ts";
import { cameraOf, isReport } from "./report.ts";
import {
  isGivenUp,
  isOf,
  isSame,
  mayOpen,
  newPlace,
  newSlot,
  type Place,
  RESPAWN_MS,
  type Slot,
  wake,
  worstOf,
} from "./slot.ts";

const EYE_PROGRAM = join(import.meta.dirname, "../eye.ts");
const RESPAWN_MAX_MS = 2_000;
/** An eye that lived this long did not die of its start. */
const LIVED_MS = 10_000;
/** It tells its counts every second; two may be late on a busy box. */
const SILENT_MS = 3_000;
/** Starting the runtime and opening the inference library, on a slow box. */
const FIRST_REPORT_MS = 10_000;
/** Opening a model and testing it blocks the eye, on a slow box for seconds. */
const LOAD_MS = 20_000;
const WATCH_EVERY_MS = 250;
/** An eye holds about 200 MiB; at ten times that its model is at fault, and the rest of the box needs the memory. */
const MAX_EYE_BYTES = Math.min(2 * 2 ** 30, totalmem() / 2);
/** The eye's own stop takes at most 300 ms a camera, all at once. */
const STOP_GRACE_MS = 2_000;
const ENDED = "The eye process ended; it is being started again";

export type EyesModel =
  | Omit<Extract<EyeOrder, { kind: "load" }>, "kind" | "tuning">
  /** No model: pictures flow, the detector is told as failed with this sentence. */
  | { readonly failed: string };

/** What the eyes are to do: the cameras they watch, the scenes these are held against, and the model. */
export interface EyesPlan {
  readonly cameras: readonly CameraOrder[];
  /** The scene that each camera's zones were taught on, where one is known. */
  readonly scenes?: ReadonlyMap<CameraId, Scene>;
  /** Frames a second that each camera's zones need; all of them where it is not told. */
  readonly least?: ReadonlyMap<CameraId, number>;
  readonly model: EyesModel;
}

export interface EyesOptions extends EyesPlan {
  readonly onReport: (report: EyeReport) => void;
  /** The camera is opened anew: what its eye counted begins at zero, and no trust in it is left. */
  readonly onAnew?: (camera: CameraId) => void;
  /** How that model's session uses the processor beside so many eyes; asked when an eye starts. */
  readonly tuning?: (weightsPath: string, eyes: number) => Tuning;
  readonly log: Log;
  /** How many processes; from the processor's cores where absent. */
  readonly count?: number;
}

/** One inference thread each, and cores left for ffmpeg and the server. */
export function eyeCount(cores: number, cameras: number): number {
  return Math.max(1, Math.min(cameras, cores <= 3 ? 1 : Math.floor(cores / 2)));
}

export class Eyes implements AsyncDisposable {
  readonly #options: Pick<EyesOptions, "onReport" | "onAnew" | "tuning" | "log" | "count">;
  #model: EyesModel;
  #slots: readonly Slot[] = [];
  /** Eyes that are no longer needed and have not ended yet. */
  readonly #ending = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  readonly #watch: NodeJS.Timeout;
  /** Ended by us, and perhaps not gone yet. */
  readonly #killed = new WeakSet<ChildProcess>();
  #spawned = 0;
  #told: string | undefined;

  private constructor(options: EyesOptions) {
    this.#options = options;
    this.#model = options.model;
    this.#watch = setInterval(() => this.#killSilent(), WATCH_EVERY_MS);
  }

  /** Starts the eyes and every camera. Reports begin after this returns; it does not wait for them. */
  static open(options: EyesOptions): Eyes {
    const eyes = new Eyes(options);
    eyes.#place(options);
    queueMicrotask(() => eyes.#tellDetector());
    return eyes;
  }

  /**
   * Follows another plan. A camera whose order stays goes on without losing a frame, wherever it is; the others
   * end and begin. Another model needs new processes, so that every camera begins anew.
   */
  async configure(plan: EyesPlan): Promise<void> {
    if (this.#closing.signal.aborted) return;
    if (JSON.stringify(plan.model) !== JSON.stringify(this.#model)) {
      this.#model = plan.model;
      for (const slot of this.#slots) {
        for (const id of slot.places.keys()) this.#leave(id);
        this.#end(slot);
      }
      // The old processes first: a device serves one reader, and memory two models only while it must.
      await Promise.all(this.#ending);
      if (this.#closing.signal.aborted) return;
    } else {
      for (const slot of this.#slots) this.#revise(slot, plan);
      for (const slot of this.#slots) if (slot.places.size === 0) this.#end(slot);
    }
    this.#place(plan);
    this.#tellDetector();
  }

  /** Process ids of the eyes that live, for the box's own metrics. */
  get pids(): readonly number[] {
    return this.#slots.flatMap(({ child }) =>
      child?.pid === undefined || hasExited(child) ? [] : [child.pid],
    );
  }

  /** Whether the camera is known. Starting one that runs touches nothing; one that waits is tried at once. */
  start(id: CameraId): boolean {
    const [slot, place] = this.#find(id);
    if (slot === undefined || place === undefined) return false;
    wake(slot);
    place.wanted = true;
    this.#sendStart(slot, place);
    return true;
  }

  isWanted = (id: CameraId): boolean => this.#find(id)[1]?.wanted ?? false;

  /** Whether the camera is known. Its state arrives as a report. */
  stop(id: CameraId): boolean {
    const [slot, place] = this.#find(id);
    if (slot === undefined || place === undefined) return false;
    place.wanted = false;
    if (slot.child === undefined) this.#report({ kind: "camera", camera: id, state: { kind: "idle" } });
    else this.#send(slot, { kind: "stop", camera: id });
    return true;
  }

  /** Holds the camera against this scene from now on. */
  teach(id: CameraId, scene: Scene): void {
    const [slot, place] = this.#find(id);
    if (slot === undefined || place === undefined) return;
    place.scene = scene;
    this.#send(slot, { kind: "teach", camera: id, scene });
  }

  /** Asks for the camera's scene as it is now; it arrives as a report, or never. */
  askScene(id: CameraId): void {
    const [slot] = this.#find(id);
    if (slot !== undefined) this.#send(slot, { kind: "ask-scene", camera: id });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#watch);
    for (const slot of this.#slots) this.#end(slot);
    await Promise.all(this.#ending);
  }

  #find(id: CameraId): [slot: Slot | undefined, place: Place | undefined] {
    const slot = this.#slots.find(({ places }) => places.has(id));
    return [slot, slot?.places.get(id)];
  }

  /** Takes out of one eye what the plan has no more, and starts anew what it has otherwise. */
  #revise(slot: Slot, { cameras, scenes, least }: EyesPlan): void {
    for (const [id, place] of slot.places) {
      const order = cameras.find((camera) => camera.id === id);
      if (order === undefined) {
        slot.places.delete(id);
        this.#send(slot, { kind: "stop", camera: id });
      } else if (!isSame(order, place.order)) {
        slot.places.set(id, newPlace(order, scenes?.get(id), least?.get(id)));
        this.#leave(id);
        // The eye ends the old session before it opens the new one.
        this.#sendStart(slot, slot.places.get(id) as Place);
      } else {
        const scene = scenes?.get(id);
        if (scene !== undefined && scene !== place.scene) this.teach(id, scene);
        place.scene = scene;
        if (place.leastFps !== least?.get(id)) {
          place.leastFps = least?.get(id);
          this.#sendLeast(slot, place);
        }
      }
    }
  }

  /** Gives every camera that has no eye yet a new one, up to their number, or the one with the fewest cameras. */
  #place({ cameras, scenes, least }: EyesPlan): void {
    const count = Math.min(
      this.#options.count ?? eyeCount(availableParallelism(), cameras.length),
      cameras.length,
    );
    const fresh: Slot[] = [];
    for (const order of cameras) {
      if (this.#find(order.id)[0] !== undefined) continue;
      const place = newPlace(order, scenes?.get(order.id), least?.get(order.id));
      if (this.#slots.length < count) {
        const slot = newSlot(++this.#spawned, place);
        fresh.push(slot);
        this.#slots = [...this.#slots, slot];
        continue;
      }
      const slot = this.#slots.reduce((least, each) => (each.places.size < least.places.size ? each : least));
      wake(slot);
      slot.places.set(order.id, place);
      this.#sendStart(slot, place);
    }
    for (const slot of fresh) this.#spawn(slot);
  }

  #report(report: EyeReport): void {
    if (!this.#closing.signal.aborted) this.#options.onReport(report);
  }

  /** Ends what was known of a camera that is about to begin anew. */
  #leave(id: CameraId): void {
    this.#options.onAnew?.(id);
    this.#report({ kind: "camera", camera: id, state: { kind: "idle" } });
  }

  #send(slot: Slot, order: EyeOrder): void {
    if (slot.child?.connected !== true) return;
    // A channel that breaks here is the eye's end, which is told by its exit.
    slot.child.send(order, () => undefined);
  }

  #sendStart(slot: Slot, place: Place): void {
    const { order, scene } = place;
    this.#send(slot, { kind: "start", camera: order, ...(scene === undefined ? {} : { scene }) });
    this.#sendLeast(slot, place);
  }

  #sendLeast(slot: Slot, { order, leastFps = order.fps }: Place): void {
    this.#send(slot, { kind: "least", camera: order.id, leastFps });
  }

  #sendLoad(slot: Slot, model: Exclude<EyesModel, { failed: string }>): void {
    // After a load that has ended its process only what is usual is tried.
    const asked = slot.loadFaults.length === 0 ? this.#options.tuning : undefined;
    const tuning = asked?.(model.weightsPath, this.#slots.length);
    this.#send(slot, { kind: "load", ...model, ...(tuning === undefined ? {} : { tuning }) });
  }

  #spawn(slot: Slot): void {
    const { log } = this.#options;
    const child = spawnOwn(EYE_PROGRAM, [], ["ignore", "inherit", "inherit", "ipc"]);
    slot.child = child;
    slot.spawnedAt = monotonicMs();
    slot.reportedAt = undefined;
    child.on("message", (message) => this.#receive(slot, child, message));
    child.once("error", (error) =>
      log.error({ eye: slot.index, error: error.message }, "eye process failed to start"),
    );
    const ended = (): void => this.#ended(slot, child);
    child.once("exit", ended);
    if (child.pid === undefined) child.once("error", ended);
    if (isGivenUp(slot)) {
      const why = `The model stopped its process while it was loaded: ${slot.loadFaults.join(", then ")}; choose another`;
      slot.detector = { kind: "failed", why };
      this.#tellDetector();
    } else if (!("failed" in this.#model)) this.#sendLoad(slot, this.#model);
    for (const place of slot.places.values()) if (place.wanted) this.#sendStart(slot, place);
  }

  #receive(slot: Slot, child: ChildProcess, message: unknown): void {
    if (slot.child !== child || !isReport(message)) return;
    slot.reportedAt = monotonicMs();
    if (message.kind === "detector") {
      if (isGivenUp(slot)) return;
      slot.detector = message.state;
      if (message.state.kind === "ready") slot.loadFaults = [];
      this.#tellDetector();
      return;
    }
    const place = slot.places.get(cameraOf(message));
    if (place === undefined) return;
    if (message.kind === "camera" && place.orderedAt !== undefined && isOf(place.orderedAt, message.state))
      place.orderedAt = undefined;
    if (place.orderedAt === undefined) this.#report(message);
  }

  /** The worst of all eyes: detection is ready only when each of them is. */
  #tellDetector(): void {
    const model = this.#model;
    const states: DetectorState[] =
      "failed" in model ? [{ kind: "failed", why: model.failed }] : this.#slots.map((slot) => slot.detector);
    const state = worstOf(states);
    const text = JSON.stringify(state);
    if (state === undefined || text === this.#told) return;
    this.#told = text;
    this.#report({ kind: "detector", state });
  }

  /** Lets an eye go, its cameras with it. */
  #end(slot: Slot): void {
    this.#slots = this.#slots.filter((each) => each !== slot);
    const { child } = slot;
    slot.child = undefined;
    if (child === undefined) return;
    const ending: Promise<void> = endEye(child).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  #ended(slot: Slot, child: ChildProcess): void {
    if (slot.child !== child) return;
    slot.child = undefined;
    // Its decoders are in its group and would go on into a broken pipe.
    killGroup(child);
    if (this.#closing.signal.aborted) return;
    const at = monotonicMs();
    slot.delayMs =
      at - slot.spawnedAt >= LIVED_MS
        ? RESPAWN_MS
        : Math.min(RESPAWN_MAX_MS, Math.max(RESPAWN_MS, slot.delayMs));
    const retryAt = at + slot.delayMs;
    for (const [id, place] of slot.places) {
      // No report of the old process comes any more.
      place.orderedAt = undefined;
      this.#options.onAnew?.(id);
      if (!place.wanted) continue;
      const state = { kind: "error", why: "lost", message: ENDED, attempt: 1, since: at, retryAt } as const;
      this.#report({ kind: "camera", camera: id, state });
    }
    const { exitCode, signalCode } = child;
    // The runtime ends its process where it cannot go on.
    if (this.#isLoading(slot) && signalCode !== null && signalCode !== "SIGKILL")
      slot.loadFaults = [...slot.loadFaults, `it crashed (${signalCode})`];
    slot.detector = { kind: "loading" };
    this.#tellDetector();
    this.#options.log.error(
      { eye: slot.index, exitCode, signalCode, delayMs: slot.delayMs },
      "eye process ended",
    );
    void wait(slot.delayMs, this.#closing.signal).then(() => {
      if (!this.#closing.signal.aborted && this.#slots.includes(slot)) this.#spawn(slot);
    });
    slot.delayMs = Math.min(RESPAWN_MAX_MS, slot.delayMs * 2);
  }

  #isLoading(slot: Slot): boolean {
    return !("failed" in this.#model) && !isGivenUp(slot) && slot.detector.kind === "loading";
  }

  /** A hung model blocks its whole process, and says so by its silence. */
  #killSilent(): void {
    const now = monotonicMs();
    for (const slot of this.#slots) {
      const { child } = slot;
      if (child?.pid === undefined || this.#killed.has(child)) continue;
      const loading = this.#isLoading(slot);
      const bytes = residentBytes(child.pid) ?? 0;
      if (bytes > MAX_EYE_BYTES) {
        this.#kill(slot, child, `it took ${Math.round(bytes / 2 ** 20)} MiB of memory`, loading);
        continue;
      }
      if (![...slot.places.values()].some(({ wanted }) => wanted)) continue;
      const [since, limit] =
        slot.reportedAt === undefined
          ? [slot.spawnedAt, FIRST_REPORT_MS]
          : [slot.reportedAt, loading || mayOpen(slot) ? LOAD_MS : SILENT_MS];
      if (now - since > limit)
        this.#kill(slot, child, `it did not answer for ${limit / 1_000} s`, loading && limit === LOAD_MS);
    }
  }

  #kill(slot: Slot, child: ChildProcess, why: string, loading: boolean): void {
    this.#options.log.error({ eye: slot.index, why }, "eye process is ended");
    if (loading) slot.loadFaults = [...slot.loadFaults, why];
    this.#killed.add(child);
    killGroup(child);
  }
}

/** SIGTERM, then SIGKILL to its whole group. Resolves when it is gone. */
async function endEye(child: ChildProcess): Promise<void> {
  if (!hasExited(child)) {
    signalChild(child, "SIGTERM");
    await Promise.race([exited(child), wait(STOP_GRACE_MS)]);
  }
  killGroup(child);
  await exited(child);
}
