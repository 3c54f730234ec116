/** One camera for as long as it is wanted: runs ffmpeg, runs it again, and keeps the newest frame at hand. */
import { monotonicMs, wait } from "../base/clock.ts";
import { Mailbox } from "../base/mailbox.ts";
import { type CameraInput, type CameraState, reduceCamera } from "../domain/camera.ts";
import type { CameraCounts, CameraOrder } from "../domain/eye.ts";
import type { CameraId, Millis, Size } from "../domain/units.ts";
import type { Letterbox } from "./args.ts";
import { type CapturedPicture, type CaptureOptions, capture } from "./capture.ts";
import { findFfmpeg } from "./ffmpeg.ts";
import { type Frame, FramePool } from "./frames.ts";
import { RateMeter } from "./rate.ts";

/** A raw frame with the shape of the picture it came from. */
export interface SizedFrame extends Frame {
  readonly size: Size;
}

export interface CameraOptions {
  readonly order: CameraOrder;
  readonly letterbox: Letterbox;
  readonly onState: (state: CameraState) => void;
  /** A frame can be polled. */
  readonly onFrame: () => void;
  readonly onPicture: (picture: CapturedPicture) => void;
  /** Draws the jitter of the retries, 0..1. */
  readonly random?: () => number;
  readonly firstFrameMs?: number;
}

export class Camera implements AsyncDisposable {
  readonly #options: CameraOptions;
  readonly #pool: FramePool;
  readonly #mailbox = new Mailbox<SizedFrame>();
  readonly #rate = new RateMeter();
  #state: CameraState = { kind: "idle" };
  #abort = new AbortController();
  #life: Promise<void> = Promise.resolve();
  #wanted = false;
  #captured = 0;
  #waitingSince: Millis | undefined;

  constructor(options: CameraOptions) {
    this.#options = options;
    this.#pool = new FramePool(options.letterbox.width * options.letterbox.height * 3);
  }

  get id(): CameraId {
    return this.#options.order.id;
  }

  get state(): CameraState {
    return this.#state;
  }

  /** Since when a frame has been waiting for the detector, whichever it is now; undefined where none is. */
  get waitingSince(): Millis | undefined {
    return this.#waitingSince;
  }

  counts(now: Millis): CameraCounts {
    const fps30s = Number(this.#rate.perSecond(now).toFixed(2));
    return { captured: this.#captured, replaced: this.#mailbox.replaced, fps30s };
  }

  /** The newest frame, if any. Give it back with `release` before long: a camera has three buffers. */
  poll(): SizedFrame | undefined {
    this.#waitingSince = undefined;
    return this.#mailbox.poll();
  }

  release(frame: SizedFrame): void {
    this.#pool.release(frame.planes);
  }

  /** Starts the camera. While it runs this touches nothing; while it stops it is started right after. */
  start(): void {
    this.#wanted = true;
    const before = this.#state;
    this.#apply({ kind: "start", at: monotonicMs() });
    if (before.kind === "idle" && this.#state.kind === "starting") {
      this.#abort = new AbortController();
      this.#life = this.#live(this.#abort.signal);
    }
  }

  /** Resolves when ffmpeg is gone: at most half a second. */
  async stop(): Promise<void> {
    this.#wanted = false;
    this.#abort.abort();
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
        await wait(Math.max(1, this.#state.retryAt - monotonicMs()), signal);
        if (!signal.aborted) this.#apply({ kind: "retry", at: monotonicMs() });
      }
    }
    this.#apply({ kind: "stopped", at: monotonicMs() });
    // Asked for again while it was ending: the reducer knows no such state, so it is remembered here.
    if (this.#wanted) this.start();
  }

  async #runOnce(signal: AbortSignal): Promise<void> {
    const { order, letterbox, firstFrameMs, random = Math.random } = this.#options;
    const ffmpeg = findFfmpeg();
    const options: Omit<CaptureOptions, "ffmpeg"> = {
      order,
      letterbox,
      signal,
      pool: this.#pool,
      onFrame: (frame, size) => this.#take({ ...frame, size }),
      onPicture: this.#options.onPicture,
      onRunning: (size) => this.#apply({ kind: "first-frame", at: monotonicMs(), size }),
      ...(firstFrameMs === undefined ? {} : { firstFrameMs }),
    };
    const ending = ffmpeg.ok
      ? await capture({ ...options, ffmpeg: ffmpeg.path })
      : { why: "unsupported" as const, message: ffmpeg.why };
    this.#dropFrame();
    this.#rate.reset();
    if (!signal.aborted) this.#apply({ kind: "ended", at: monotonicMs(), ...ending, jitter: random() });
  }

  #take(frame: SizedFrame): void {
    this.#captured++;
    this.#rate.mark(frame.capturedAt);
    const old = this.#mailbox.put(frame);
    if (old !== undefined) this.release(old);
    this.#waitingSince ??= monotonicMs();
    this.#options.onFrame();
  }

  /** A frame from a run that is over proves nothing about now. */
  #dropFrame(): void {
    const frame = this.poll();
    if (frame !== undefined) this.release(frame);
  }

  #apply(input: CameraInput): void {
    const before = this.#state;
    this.#state = reduceCamera(before, input);
    if (this.#state !== before) this.#options.onState(this.#state);
  }
}
