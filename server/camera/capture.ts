/** One run of ffmpeg for one camera: from its start to its certain end. Owns the child and its pipes. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { stopChild } from "../base/child.ts";
import { monotonicMs } from "../base/clock.ts";
import type { CameraOrder } from "../domain/eye.ts";
import type { Millis, Size } from "../domain/units.ts";
import { captureArgs, type Letterbox } from "./args.ts";
import { classifyEnding, type Ending } from "./ffmpeg.ts";
import { type Frame, FrameAssembler, type FramePool } from "./frames.ts";
import { JpegSplitter, jpegSize } from "./jpeg.ts";
import { fits } from "./letterbox.ts";
import { LastLines } from "./stderr.ts";

/** A slow camera's session, its first keyframe and a slow processor together. */
const FIRST_FRAME_MS = 8_000;
/** ffmpeg blocked on a full pipe ignores SIGTERM, and a stalled RTSP session takes 5 s over it. */
const STOP_GRACE_MS = 300;
/** Frames whose times are remembered for their pictures; the two pipes are never this far apart. */
const STAMPS = 32;

export interface CapturedPicture {
  /** The same number as the raw frame made from the same camera frame. */
  readonly seq: number;
  readonly capturedAt: Millis;
  readonly size: Size;
  readonly jpeg: Uint8Array;
}

export interface CaptureOptions {
  readonly order: CameraOrder;
  readonly letterbox: Letterbox;
  readonly ffmpeg: string;
  readonly pool: FramePool;
  /** Takes the frame over; its planes go back to the pool. `size` is the shape of the whole picture. */
  readonly onFrame: (frame: Frame, size: Size) => void;
  readonly onPicture: (picture: CapturedPicture) => void;
  /** Once, when the first raw frame and the first picture are both there. */
  readonly onRunning: (size: Size) => void;
  readonly signal: AbortSignal;
  /** How long the first frame may take. */
  readonly firstFrameMs?: number;
}

/** How long a running camera may be without a new frame. */
export function stallMs(fps: number): Millis {
  return Math.max(1_000, 5_000 / fps);
}

/** A program that is not there needs a person; one that the system cannot start just now does not. */
function startFailure(order: CameraOrder, error: Error): Ending {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const why = error instanceof TypeError || ["ENOENT", "EACCES"].includes(code) ? "unsupported" : "lost";
  return { why, message: `Cannot open camera "${order.id}": ${error.message}` };
}

/**
 * Runs ffmpeg until it ends, stalls, or the signal aborts; resolves only when the child is gone.
 * Never throws for what a camera or ffmpeg does: the ending says it.
 */
export async function capture(options: CaptureOptions): Promise<Ending> {
  let child: ChildProcess;
  try {
    child = spawn(options.ffmpeg, captureArgs(options.order, options.letterbox), {
      stdio: ["ignore", "pipe", "pipe", "pipe"],
      env: process.env,
    });
  } catch (error) {
    return startFailure(options.order, error as Error);
  }
  await using run = new Capture(child, options);
  return await run.ending();
}

class Capture implements AsyncDisposable {
  readonly #options: CaptureOptions;
  readonly #child: ChildProcess;
  readonly #pipes: readonly Readable[];
  readonly #stderr: LastLines;
  readonly #frames: FrameAssembler;
  readonly #pictures: JpegSplitter;
  readonly #startedAt = monotonicMs();
  /** Resolves to what we found out ourselves, or to undefined where the child's end tells it. */
  readonly #done = Promise.withResolvers<Ending | undefined>();
  readonly #stampSeq = new Float64Array(STAMPS).fill(-1);
  readonly #stampAt = new Float64Array(STAMPS);
  #over = false;
  /** The newest frame from before the picture's shape is known: no box could be placed in it yet. */
  #early: Frame | undefined;
  /** From the first picture's header. */
  #shape: Size | undefined;
  #running = false;
  #lastFrameAt: Millis = 0;
  #pictureSeq = 0;

  constructor(child: ChildProcess, options: CaptureOptions) {
    const [, raw, stderr, jpegs] = child.stdio as unknown as [null, Readable, Readable, Readable];
    this.#options = options;
    this.#child = child;
    this.#pipes = [raw, stderr, jpegs];
    this.#stderr = new LastLines(stderr);
    this.#frames = new FrameAssembler(options.pool, (frame) => this.#takeFrame(frame));
    this.#pictures = new JpegSplitter((jpeg, at) => this.#takePicture(jpeg, at));
    raw.on("data", (chunk: Uint8Array) => {
      if (!this.#over) this.#frames.push(chunk, monotonicMs());
    });
    jpegs.on("data", (chunk: Uint8Array) => {
      if (!this.#over) this.#pictures.push(chunk, monotonicMs());
    });
    // A pipe that breaks is the child's end, and its exit tells that better.
    for (const pipe of this.#pipes) pipe.on("error", () => this.#done.resolve(undefined));
    child.on("error", (error) => this.#done.resolve(startFailure(options.order, error)));
    child.on("close", () => this.#done.resolve(undefined));
  }

  async ending(): Promise<Ending> {
    const { order, signal } = this.#options;
    const abort = (): void => this.#done.resolve(undefined);
    signal.addEventListener("abort", abort);
    const timer = setInterval(() => this.#watch(), stallMs(order.fps) / 10);
    const ending = await this.#done.promise;
    this.#over = true;
    clearInterval(timer);
    signal.removeEventListener("abort", abort);
    await stopChild(this.#child, STOP_GRACE_MS);
    const { exitCode: code, signalCode } = this.#child;
    return (
      ending ??
      classifyEnding(order, { code, signal: signalCode, stderr: this.#stderr.lines, ran: this.#running })
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await stopChild(this.#child, STOP_GRACE_MS);
    for (const pipe of this.#pipes) pipe.destroy();
    this.#frames.close();
    if (this.#early !== undefined) this.#options.pool.release(this.#early.planes);
  }

  /** The only time-out that counts: ffmpeg's own are restarted by any byte from the camera. */
  #watch(): void {
    const { order, firstFrameMs = FIRST_FRAME_MS } = this.#options;
    const limit = this.#running ? stallMs(order.fps) : firstFrameMs;
    const since = this.#running ? this.#lastFrameAt : this.#startedAt;
    if (monotonicMs() - since < limit) return;
    const message = this.#running
      ? `Camera "${order.id}" stalled: no frame for ${limit} ms; connecting again`
      : `Cannot open camera "${order.id}": no picture within ${limit / 1000} s; check its power and network`;
    this.#done.resolve({ why: "stalled", message });
  }

  #takeFrame(frame: Frame): void {
    const { order, letterbox, pool, onFrame } = this.#options;
    this.#lastFrameAt = monotonicMs();
    this.#stampSeq[frame.seq % STAMPS] = frame.seq;
    this.#stampAt[frame.seq % STAMPS] = frame.capturedAt;
    if (this.#shape === undefined) {
      if (this.#early !== undefined) pool.release(this.#early.planes);
      this.#early = frame;
    } else if (fits(frame.planes, this.#shape, letterbox)) {
      this.#begin(this.#shape);
      onFrame(frame, this.#shape);
    } else {
      pool.release(frame.planes);
      const message = `Camera "${order.id}" changed the shape of its picture; connecting again`;
      this.#done.resolve({ why: "lost", message });
    }
  }

  #takePicture(jpeg: Uint8Array, at: Millis): void {
    const seq = this.#pictureSeq++;
    const size = jpegSize(jpeg);
    if (size === undefined) return;
    if (this.#shape === undefined) {
      this.#shape = size;
      const early = this.#early;
      this.#early = undefined;
      if (early !== undefined) this.#takeFrame(early);
    }
    const stamped = this.#stampSeq[seq % STAMPS] === seq ? this.#stampAt[seq % STAMPS] : undefined;
    this.#options.onPicture({ seq, capturedAt: stamped ?? at, size, jpeg });
  }

  #begin(shape: Size): void {
    if (this.#running) return;
    this.#running = true;
    this.#options.onRunning(shape);
  }
}
