/** The server's side of the eye processes: starts them, watches them, and replaces the ones that end. */
import type { ChildProcess } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { exited, hasExited, killGroup, signalChild, spawnOwn } from "../base/child.ts";
import { monotonicMs, wait } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { CameraOrder, DetectorState, EyeOrder, EyeReport } from "../domain/eye.ts";
import type { CameraId, Millis } from "../domain/units.ts";

const EYE_PROGRAM = join(import.meta.dirname, "../eye.ts");
const RESPAWN_MS = 100;
const RESPAWN_MAX_MS = 2_000;
/** An eye that lived this long did not die of its start. */
const LIVED_MS = 10_000;
/** It tells its counts every second; two may be late on a busy box. */
const SILENT_MS = 3_000;
/** Starting the runtime and opening the inference library, on a slow box. */
const FIRST_REPORT_MS = 10_000;
const WATCH_EVERY_MS = 250;
/** The eye's own stop takes at most 300 ms a camera, all at once. */
const STOP_GRACE_MS = 2_000;
const ENDED = "The eye process ended; it is being started again";

export type EyesModel =
  | { readonly manifestPath: string; readonly weightsPath: string; readonly keepThreshold: number }
  /** No model: pictures flow, the detector is told as failed with this sentence. */
  | { readonly failed: string };

export interface EyesOptions {
  readonly cameras: readonly CameraOrder[];
  readonly model: EyesModel;
  readonly onReport: (report: EyeReport) => void;
  readonly log: Log;
  /** How many processes; from the processor's cores where absent. */
  readonly count?: number;
}

/** One inference thread each, and cores left for ffmpeg and the server. */
export function eyeCount(cores: number, cameras: number): number {
  return Math.max(1, Math.min(cameras, cores <= 3 ? 1 : Math.floor(cores / 2)));
}

interface Slot {
  readonly index: number;
  readonly cameras: readonly CameraOrder[];
  child: ChildProcess | undefined;
  detector: DetectorState;
  spawnedAt: Millis;
  reportedAt: Millis | undefined;
  delayMs: Millis;
}

const KINDS: readonly string[] = [
  "detector",
  "camera",
  "observed",
  "counts",
  "picture",
] satisfies EyeReport["kind"][];

function isReport(message: unknown): message is EyeReport {
  return (
    typeof message === "object" && message !== null && KINDS.includes((message as { kind: string }).kind)
  );
}

function cameraOf(report: Exclude<EyeReport, { kind: "detector" }>): CameraId {
  return report.kind === "observed" ? report.observation.camera : report.camera;
}

export class Eyes implements AsyncDisposable {
  readonly #options: EyesOptions;
  readonly #slots: readonly Slot[];
  readonly #wanted: Set<CameraId>;
  readonly #closing = new AbortController();
  readonly #watch: NodeJS.Timeout;
  #told: string | undefined;

  private constructor(options: EyesOptions) {
    const { cameras } = options;
    this.#options = options;
    this.#wanted = new Set(cameras.map((camera) => camera.id));
    const count = Math.min(options.count ?? eyeCount(availableParallelism(), cameras.length), cameras.length);
    this.#slots = Array.from({ length: count }, (_, index) => ({
      index,
      cameras: cameras.filter((_camera, i) => i % count === index),
      child: undefined,
      detector: { kind: "loading" },
      spawnedAt: 0,
      reportedAt: undefined,
      delayMs: RESPAWN_MS,
    }));
    this.#watch = setInterval(() => this.#killSilent(), WATCH_EVERY_MS);
  }

  /** Starts the eyes and every camera. Reports begin after this returns; it does not wait for them. */
  static open(options: EyesOptions): Eyes {
    const eyes = new Eyes(options);
    for (const slot of eyes.#slots) eyes.#spawn(slot);
    queueMicrotask(() => eyes.#tellDetector());
    return eyes;
  }

  /** Process ids of the eyes that live, for the box's own metrics. */
  get pids(): readonly number[] {
    return this.#slots.flatMap(({ child }) =>
      child?.pid === undefined || hasExited(child) ? [] : [child.pid],
    );
  }

  /** Whether the camera is known. Starting one that runs touches nothing. */
  start(id: CameraId): boolean {
    const slot = this.#slotOf(id);
    const camera = slot?.cameras.find((each) => each.id === id);
    if (slot === undefined || camera === undefined) return false;
    this.#wanted.add(id);
    this.#send(slot, { kind: "start", camera });
    return true;
  }

  /** Whether the camera is known. Its state arrives as a report. */
  stop(id: CameraId): boolean {
    const slot = this.#slotOf(id);
    if (slot === undefined) return false;
    this.#wanted.delete(id);
    if (slot.child === undefined) this.#report({ kind: "camera", camera: id, state: { kind: "idle" } });
    else this.#send(slot, { kind: "stop", camera: id });
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    clearInterval(this.#watch);
    await Promise.all(this.#slots.map(({ child }) => (child === undefined ? undefined : endEye(child))));
  }

  #slotOf(id: CameraId): Slot | undefined {
    return this.#slots.find((slot) => slot.cameras.some((camera) => camera.id === id));
  }

  #report(report: EyeReport): void {
    if (!this.#closing.signal.aborted) this.#options.onReport(report);
  }

  #send(slot: Slot, order: EyeOrder): void {
    if (slot.child?.connected !== true) return;
    // A channel that breaks here is the eye's end, which is told by its exit.
    slot.child.send(order, () => undefined);
  }

  #spawn(slot: Slot): void {
    const { model, log } = this.#options;
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
    if (!("failed" in model)) this.#send(slot, { kind: "load", ...model });
    for (const camera of slot.cameras) {
      if (this.#wanted.has(camera.id)) this.#send(slot, { kind: "start", camera });
    }
  }

  #receive(slot: Slot, child: ChildProcess, message: unknown): void {
    if (slot.child !== child || !isReport(message)) return;
    slot.reportedAt = monotonicMs();
    if (message.kind !== "detector") {
      if (slot.cameras.some((camera) => camera.id === cameraOf(message))) this.#report(message);
    } else {
      slot.detector = message.state;
      this.#tellDetector();
    }
  }

  /** The worst of all eyes: detection is ready only when each of them is. */
  #tellDetector(): void {
    const { model } = this.#options;
    const states: DetectorState[] =
      "failed" in model ? [{ kind: "failed", why: model.failed }] : this.#slots.map((slot) => slot.detector);
    const ready = states.filter((state) => state.kind === "ready");
    const state: DetectorState | undefined =
      states.find((each) => each.kind === "failed") ??
      states.find((each) => each.kind === "loading") ??
      ready.sort((a, b) => b.warmupMs - a.warmupMs)[0];
    const text = JSON.stringify(state);
    if (state === undefined || text === this.#told) return;
    this.#told = text;
    this.#report({ kind: "detector", state });
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
    for (const { id } of slot.cameras) {
      if (!this.#wanted.has(id)) continue;
      const state = { kind: "error", why: "lost", message: ENDED, attempt: 1, since: at, retryAt } as const;
      this.#report({ kind: "camera", camera: id, state });
    }
    slot.detector = { kind: "loading" };
    this.#tellDetector();
    const { exitCode, signalCode } = child;
    this.#options.log.error(
      { eye: slot.index, exitCode, signalCode, delayMs: slot.delayMs },
      "eye process ended",
    );
    void wait(slot.delayMs, this.#closing.signal).then(() => {
      if (!this.#closing.signal.aborted) this.#spawn(slot);
    });
    slot.delayMs = Math.min(RESPAWN_MAX_MS, slot.delayMs * 2);
  }

  /** A hung model blocks its whole process, and says so by its silence. */
  #killSilent(): void {
    const now = monotonicMs();
    for (const slot of this.#slots) {
      const { child } = slot;
      if (child === undefined || !slot.cameras.some((camera) => this.#wanted.has(camera.id))) continue;
      const silent =
        slot.reportedAt === undefined
          ? now - slot.spawnedAt > FIRST_REPORT_MS
          : now - slot.reportedAt > SILENT_MS;
      if (!silent) continue;
      this.#options.log.error({ eye: slot.index }, "eye process is silent and is ended");
      killGroup(child);
    }
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
