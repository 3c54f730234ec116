/** One camera for as long as it is wanted: runs ffmpeg, runs it again, and keeps the newest frame at hand. */
import { monotonicMs, wait } from "../base/clock.ts";
import { Mailbox } from "../base/mailbox.ts";
import { type CameraInput, type CameraState, reduceCamera } from "../domain/camera.ts";
import type { CameraCounts, CameraOrder } from "../domain/eye.ts";
import type { PacedCamera } from "../domain/pace.ts";
import type { Scene, Trust } from "../domain/trust.ts";
import type { Box, CameraId, Millis, Size } from "../domain/units.ts";
import type { Letterbox } from "./args.ts";
import { type CapturedFrame, type CapturedPicture, capture } from "./capture.ts";
import { inPicture, isWhole, type Part, partOf } from "./crop.ts";
import { ffmpegDialect } from "./dialect.ts";
import { type Ending, findFfmpeg } from "./ffmpeg.ts";
import { FramePool } from "./frames.ts";
import { Gate } from "./gate.ts";
import { knock } from "./knock.ts";
import { Watcher } from "./look.ts";
import { RateMeter } from "./rate.ts";

export interface CameraOptions {
  readonly order: CameraOrder;
  readonly letterbox: Letterbox;
  /** The scene its zones were taught on, where one is known. */
  readonly scene?: Scene;
  readonly onState: (state: CameraState) => void;
  /** Told on change only. */
  readonly onTrust: (trust: Trust) => void;
  /** The answer to `askScene`. */
  readonly onScene: (scene: Scene) => void;
  /** A frame can be polled. */
  readonly onFrame: () => void;
  readonly onPicture: (picture: CapturedPicture) => void;
  /** Draws the jitter of the retries, 0..1. */
  readonly random?: () => number;
  readonly firstFrameMs?: number;
}

export class Camera implements AsyncDisposable {
  readonly #options: CameraOptions;
  /** Of one view. */
  readonly #bytes: number;
  readonly #pool: FramePool;
  readonly #mailbox = new Mailbox<CapturedFrame>();
  readonly #rate = new RateMeter();
  readonly #looks = new RateMeter();
  readonly #gate: Gate;
  readonly #watcher: Watcher;
  #trust: Trust | undefined;
  #sceneAsked = false;
  #state: CameraState = { kind: "idle" };
  #abort = new AbortController();
  /** Ends the waiting for the next try. */
  #nudge = new AbortController();
  #life: Promise<void> = Promise.resolve();
  #wanted = false;
  #leastFps: number;
  #captured = 0;
  #due = 0;
  #looked = 0;
  #unreadable = 0;
  #runs = 0;
  #codec: string | undefined;
  #lateMs: Millis | undefined;
  #waitingSince: Millis | undefined;

  constructor(options: CameraOptions) {
    this.#options = options;
    const { letterbox, order, scene } = options;
    this.#bytes = letterbox.width * letterbox.height * 3;
    this.#pool = new FramePool(order.crop === undefined ? this.#bytes : 2 * this.#bytes);
    this.#gate = new Gate(order.fps);
    this.#leastFps = order.fps;
    this.#watcher = new Watcher(letterbox, order.fps, scene);
  }

  get id(): CameraId {
    return this.#options.order.id;
  }

  get order(): CameraOrder {
    return this.#options.order;
  }

  get state(): CameraState {
    return this.#state;
  }

  /** Since when a frame has been waiting for the detector, whichever it is now; undefined where none is. */
  get waitingSince(): Millis | undefined {
    return this.#waitingSince;
  }

  get paced(): PacedCamera {
    const { id, fps } = this.#options.order;
    return { id, fps, leastFps: this.#leastFps };
  }

  /** Frames a second that its zones need; all of them until this is told. */
  need(leastFps: number): void {
    this.#leastFps = leastFps;
  }

  /** Looks at so many frames a second from now on; the others are checked and shown all the same. */
  pace(fps: number): void {
    this.#gate.fps = fps;
  }

  /** Counted since this was made: frames that came, those that were to be looked at, and those that were. */
  get done(): { readonly captured: number; readonly due: number; readonly looked: number } {
    return { captured: this.#captured, due: this.#due, looked: this.#looked };
  }

  counts(now: Millis): CameraCounts {
    const { fps: configuredFps, leastFps } = this.paced;
    const fps = Number(this.#looks.perSecond(now).toFixed(2));
    return {
      captured: this.#captured,
      replaced: this.#mailbox.replaced,
      unreadable: this.#unreadable,
      runs: this.#runs,
      fps30s: Number(this.#rate.perSecond(now).toFixed(2)),
      ...(this.#lateMs === undefined ? {} : { lateMs: Math.round(this.#lateMs) }),
      ...(this.#codec === undefined ? {} : { codec: this.#codec }),
      ...(this.#looked === 0
        ? {}
        : {
            looked: {
              fps,
              paceFps: Number(this.#gate.fps.toFixed(2)),
              configuredFps,
              leastFps: Number(leastFps.toFixed(2)),
              ...this.#partLooked(),
            },
          }),
      checks: this.#watcher.readings(),
    };
  }

  #partLooked(): { readonly part?: Box } {
    const { crop } = this.order;
    if (crop === undefined || this.#state.kind !== "running") return {};
    const { size } = this.#state;
    const part = partOf(crop, size, this.#options.letterbox);
    return isWhole(part, size) ? {} : { part: inPicture({ x0: 0, y0: 0, x1: 1, y1: 1 }, part, size) };
  }

  /** Holds the camera against this scene from now on. */
  teach(scene: Scene): void {
    this.#watcher.teach(scene);
  }

  /** The scene is told as soon as there is one. */
  askScene(): void {
    this.#sceneAsked = true;
    this.#answerScene();
  }

  /** The newest frame, if any. Give it back with `release` before long: a camera has four buffers. */
  poll(): CapturedFrame | undefined {
    const frame = this.#takeOut();
    if (frame !== undefined) {
      this.#looked++;
      this.#looks.mark(monotonicMs());
    }
    return frame;
  }

  #takeOut(): CapturedFrame | undefined {
    this.#waitingSince = undefined;
    return this.#mailbox.poll();
  }

  /** What of a frame is looked at, and which part of the picture that is. */
  looksAt({ planes, size }: CapturedFrame): { readonly planes: Uint8Array; readonly part: Part } {
    const { crop } = this.order;
    if (crop === undefined) return { planes, part: { ...size, x: 0, y: 0 } };
    return { planes: planes.subarray(this.#bytes), part: partOf(crop, size, this.#options.letterbox) };
  }

  release(frame: CapturedFrame): void {
    this.#pool.release(frame.planes);
  }

  /**
   * Starts the camera. While it runs this touches nothing; while it stops it is started right after; while it
   * waits for its next try it tries at once.
   */
  start(): void {
    this.#wanted = true;
    const before = this.#state;
    this.#apply({ kind: "start", at: monotonicMs() });
    if (before.kind === "idle" && this.#state.kind === "starting") {
      this.#abort = new AbortController();
      this.#life = this.#live(this.#abort.signal);
    }
    this.#nudge.abort();
  }

  /** Resolves when ffmpeg is gone: at most half a second. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#abort.abort();
    this.#nudge.abort();
    this.#apply({ kind: "stop", at: monotonicMs() });
    await this.#life;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #live(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#runOnce(signal);
      while (this.#state.kind === "error" && !signal.aborted) {
        this.#nudge = new AbortController();
        await wait(Math.max(1, this.#state.retryAt - monotonicMs()), this.#nudge.signal);
        if (!signal.aborted) this.#apply({ kind: "retry", at: monotonicMs() });
      }
    }
    this.#apply({ kind: "stopped", at: monotonicMs() });
    // Asked for again while it was ending: the reducer knows no such state, so it is remembered here.
    if (this.#wanted) this.start();
  }

  async #runOnce(signal: AbortSignal): Promise<void> {
    const ending = await this.#run(signal);
    this.#dropFrame();
    this.#rate.reset();
    this.#looks.reset();
    this.#lateMs = undefined;
    const { random = Math.random } = this.#options;
    if (!signal.aborted) this.#apply({ kind: "ended", at: monotonicMs(), ...ending, jitter: random() });
  }

  async #run(signal: AbortSignal): Promise<Ending> {
    const { order, letterbox, firstFrameMs, onPicture } = this.#options;
    const away = await knock(order, signal);
    if (away !== undefined) return away;
    const ffmpeg = findFfmpeg();
    if (!ffmpeg.ok) return { why: "unsupported", message: ffmpeg.why };
    const found = await ffmpegDialect(ffmpeg.path);
    if (!found.ok) return { why: found.passing ? "lost" : "unsupported", message: found.why };
    return await capture({
      order,
      letterbox,
      signal,
      ffmpeg: ffmpeg.path,
      dialect: found.dialect,
      pool: this.#pool,
      onFrame: (frame) => this.#take(frame),
      onPicture,
      onRunning: (size) => this.#begin(size),
      onCodec: (codec) => {
        this.#codec = codec;
      },
      onUnreadable: () => this.#unreadable++,
      ...(firstFrameMs === undefined ? {} : { firstFrameMs }),
    });
  }

  #begin(size: Size): void {
    const at = monotonicMs();
    this.#runs++;
    this.#watcher.begin(at);
    this.#apply({ kind: "first-frame", at, size });
  }

  #take(frame: CapturedFrame): void {
    this.#captured++;
    this.#rate.mark(frame.capturedAt);
    this.#lateMs = frame.lateMs;
    const { planes, size, lateMs, pace } = frame;
    this.#tellTrust(this.#watcher.look(planes.subarray(0, this.#bytes), size, monotonicMs(), lateMs, pace));
    this.#answerScene();
    const due = this.#gate.opens(frame.capturedAt);
    // A frame that waits is replaced by any newer one: the newest is what is to be looked at.
    if (!due && this.#waitingSince === undefined) {
      this.release(frame);
      return;
    }
    if (due) this.#due++;
    const old = this.#mailbox.put(frame);
    if (old !== undefined) this.release(old);
    this.#waitingSince ??= monotonicMs();
    this.#options.onFrame();
  }

  #tellTrust(trust: Trust): void {
    if (trust === this.#trust) return;
    this.#trust = trust;
    this.#options.onTrust(trust);
  }

  #answerScene(): void {
    const scene = this.#sceneAsked && this.#state.kind === "running" ? this.#watcher.scene() : undefined;
    if (scene === undefined) return;
    this.#sceneAsked = false;
    this.#options.onScene(scene);
  }

  /** A frame from a run that is over proves nothing about now. */
  #dropFrame(): void {
    const frame = this.#takeOut();
    if (frame !== undefined) this.release(frame);
  }

  #apply(input: CameraInput): void {
    const before = this.#state;
    this.#state = reduceCamera(before, input);
    if (this.#state !== before) this.#options.onState(this.#state);
  }
}
