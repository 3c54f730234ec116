/** One run of ffmpeg for one camera: from its start to its certain end. Owns the child and its pipes. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { stopChild } from "../base/child.ts";
import { monotonicMs } from "../base/clock.ts";
import type { CameraOrder } from "../domain/eye.ts";
import type { Millis, Size } from "../domain/units.ts";
import { captureArgs, type Letterbox, sourceKind } from "./args.ts";
import type { FfmpegDialect } from "./dialect.ts";
import { classifyEnding, type Ending } from "./ffmpeg.ts";
import { type Frame, FrameAssembler, type FramePool } from "./frames.ts";
import { Inlet } from "./inlet.ts";
import { JpegSplitter, jpegSize } from "./jpeg.ts";
import { Lateness, type Timing } from "./lateness.ts";
import { fits } from "./letterbox.ts";
import { LastLines, type Seen } from "./stderr.ts";

/** A slow camera's session, its first keyframe and a slow processor together. */
const FIRST_FRAME_MS = 8_000;
/** ffmpeg blocked on a full pipe ignores SIGTERM, and a stalled RTSP session takes 5 s over it. */
const STOP_GRACE_MS = 300;
/** Frames of which is remembered what was said of them; the pipes are never this far apart. */
const REMEMBERED = 32;
/** Frames that come late for so long come from a queue that does not empty; a new session begins without one. */
const LATE_FOR_MS = 10_000;
/** A camera whose frames seem to catch up for so long has a clock that is fast; the check of its clock tells that. */
const CATCH_UP_MS = 5_000;
/** What ffmpeg says of a frame it says before it sends it, but on another pipe. */
const SAID_WITHIN_MS = 20;

/** A raw frame, and what is known of its picture. */
export interface CapturedFrame extends Frame, Partial<Timing> {
  /** The camera's own size of it. */
  readonly size: Size;
}

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
  readonly dialect: FfmpegDialect;
  readonly pool: FramePool;
  /** Takes the frame over; its planes go back to the pool. */
  readonly onFrame: (frame: CapturedFrame) => void;
  readonly onPicture: (picture: CapturedPicture) => void;
  /** Once, when the first frame is there. */
  readonly onRunning: (size: Size) => void;
  readonly onCodec: (codec: string) => void;
  /** A picture came that could not be read whole. It is not handed on. */
  readonly onUnreadable: () => void;
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

const sizeText = ({ width, height }: Size): string => `${width}x${height}`;

/**
 * Runs ffmpeg until it ends, stalls, or the signal aborts; resolves only when the child is gone.
 * Never throws for what a camera or ffmpeg does: the ending says it.
 */
export async function capture(options: CaptureOptions): Promise<Ending> {
  let child: ChildProcess;
  try {
    child = spawn(options.ffmpeg, captureArgs(options.order, options.letterbox, options.dialect), {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
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
  readonly #words: LastLines;
  readonly #frames: FrameAssembler;
  readonly #pictures: JpegSplitter;
  readonly #lateness = new Lateness();
  readonly #startedAt = monotonicMs();
  /** Resolves to what we found out ourselves, or to undefined where the child's end tells it. */
  readonly #done = Promise.withResolvers<Ending | undefined>();
  readonly #inlet: Inlet;
  /** What was said of the newest frames, by their number. */
  readonly #seen = new Map<number, Seen>();
  readonly #capturedAt = new Map<number, Millis>();
  #said = 0;
  /** A frame of which nothing has been said yet. */
  #held: Frame | undefined;
  #heldTimer: NodeJS.Timeout | undefined;
  #over = false;
  #size: Size | undefined;
  #running = false;
  #firstFrameAt: Millis | undefined;
  #lastFrameAt: Millis = 0;
  #lastCapturedAt: Millis = 0;
  #pictureSeq = 0;
  #damagedAt: Millis | undefined;
  /** The codec's frames carry no length. */
  #betweenFrames = false;
  #lateSince: Millis | undefined;
  /** Why the last picture of an HTTP camera was none. */
  #unreadable: { readonly why: string; readonly at: Millis } | undefined;

  constructor(child: ChildProcess, options: CaptureOptions) {
    const [stdin, raw, stderr, jpegs] = child.stdio as unknown as [Writable, Readable, Readable, Readable];
    this.#options = options;
    this.#child = child;
    this.#pipes = [raw, stderr, jpegs];
    this.#words = new LastLines(stderr, {
      onCodec: (codec) => {
        this.#betweenFrames = ["h264", "hevc"].includes(codec);
        options.onCodec(codec);
      },
      onSeen: (seen) => this.#takeSeen(seen),
      onDamage: () => this.#countDamage(),
    });
    const views = options.order.crop === undefined ? 1 : 2;
    this.#frames = new FrameAssembler(options.pool, (frame) => this.#takeFrame(frame), views);
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
    this.#inlet = new Inlet({
      order: options.order,
      dialect: options.dialect,
      stdin,
      onUndecoded: () => this.#countDamage(),
      onUnreadable: (why) => {
        this.#unreadable = { why, at: monotonicMs() };
        options.onUnreadable();
      },
      onEnding: (ending) => this.#done.resolve(ending),
    });
  }

  async ending(): Promise<Ending> {
    const { order, signal } = this.#options;
    const abort = (): void => this.#done.resolve(undefined);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    const timer = setInterval(() => this.#watch(), stallMs(order.fps) / 10);
    const ending = await this.#done.promise;
    this.#over = true;
    clearInterval(timer);
    signal.removeEventListener("abort", abort);
    await Promise.all([this.#inlet[Symbol.asyncDispose](), stopChild(this.#child, STOP_GRACE_MS)]);
    const { exitCode: code, signalCode } = this.#child;
    return (
      ending ??
      classifyEnding(order, { code, signal: signalCode, stderr: this.#words.lines, ran: this.#running })
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await Promise.all([this.#inlet[Symbol.asyncDispose](), stopChild(this.#child, STOP_GRACE_MS)]);
    for (const pipe of this.#pipes) pipe.destroy();
    this.#frames.close();
    clearTimeout(this.#heldTimer);
    if (this.#held !== undefined) this.#options.pool.release(this.#held.planes);
    this.#held = undefined;
  }

  /** The only time-out that counts: ffmpeg's own are restarted by any byte from the camera. */
  #watch(): void {
    const { order, firstFrameMs = FIRST_FRAME_MS } = this.#options;
    const limit = this.#running ? stallMs(order.fps) : firstFrameMs;
    const since = this.#running ? this.#lastFrameAt : this.#startedAt;
    if (monotonicMs() - since < limit) return;
    const came = this.#cameInstead(since);
    const cure = came === undefined ? "check its power and network" : "check its codec and its network";
    const message = this.#running
      ? `Camera "${order.id}" stalled: ${came ?? `no frame for ${limit} ms`}; connecting again`
      : `Cannot open camera "${order.id}": ${came ?? `no picture within ${limit / 1000} s`}; ${cure}`;
    this.#done.resolve({ why: "stalled", message });
  }

  /** What came where pictures were awaited, if anything. */
  #cameInstead(since: Millis): string | undefined {
    if (this.#unreadable !== undefined && this.#unreadable.at >= since) return this.#unreadable.why;
    if ((this.#damagedAt ?? -Infinity) >= since) return "what it sends cannot be decoded";
    return undefined;
  }

  /** Counted once for each picture: a decoder writes several lines about one. */
  #countDamage(): void {
    const now = monotonicMs();
    if (now - (this.#damagedAt ?? -Infinity) >= 500 / this.#options.order.fps) this.#options.onUnreadable();
    this.#damagedAt = now;
  }

  #takeSeen(seen: Seen): void {
    const seq = this.#said++;
    this.#seen.set(seq, seen);
    this.#seen.delete(seq - REMEMBERED);
    if (seen.pts !== undefined) this.#inlet.passed(seen.pts);
    if (this.#held?.seq === seq) this.#passHeld();
  }

  #takeFrame(frame: Frame): void {
    this.#passHeld();
    if (this.#seen.has(frame.seq)) {
      this.#pass(frame);
    } else {
      this.#held = frame;
      this.#heldTimer = setTimeout(() => this.#passUnsaid(frame), SAID_WITHIN_MS);
    }
  }

  /** After a hold-up of this process timers come first: what was said meanwhile has yet to be read. */
  #passUnsaid(frame: Frame): void {
    setImmediate(() => {
      if (this.#held === frame) this.#passHeld();
    });
  }

  #passHeld(): void {
    const frame = this.#held;
    if (frame === undefined) return;
    clearTimeout(this.#heldTimer);
    this.#held = undefined;
    this.#pass(frame);
  }

  /** Hands a frame on, unless it says nothing, or says that the picture is not what it was. */
  #pass(frame: Frame): void {
    const { letterbox, pool } = this.#options;
    const seen = this.#seen.get(frame.seq);
    const size = seen?.size ?? this.#size;
    const before = this.#size ?? size;
    if (this.#over || size === undefined || before === undefined || seen?.damaged) {
      pool.release(frame.planes);
    } else if (sizeText(before) !== sizeText(size) || !fits(frame.planes, size, letterbox)) {
      pool.release(frame.planes);
      this.#endChanged(before, size);
    } else {
      this.#handOn(frame, size, seen?.pts);
    }
  }

  #handOn(frame: Frame, size: Size, pts: Millis | undefined): void {
    this.#size = size;
    this.#lastFrameAt = monotonicMs();
    const timed = this.#timed(frame, pts);
    this.#capturedAt.set(frame.seq, timed.capturedAt);
    this.#capturedAt.delete(frame.seq - REMEMBERED);
    this.#firstFrameAt ??= this.#lastFrameAt;
    if (!this.#running && timed.catchingUp && this.#lastFrameAt - this.#firstFrameAt < CATCH_UP_MS) {
      this.#options.pool.release(frame.planes); // it may be of any age
      return;
    }
    if (!this.#running) {
      this.#running = true;
      this.#options.onRunning(size);
    }
    this.#options.onFrame({ ...timed, size });
    this.#endLate(timed.lateMs ?? 0);
  }

  #endLate(lateMs: Millis): void {
    const { order } = this.#options;
    if (lateMs <= stallMs(order.fps)) {
      this.#lateSince = undefined;
      return;
    }
    this.#lateSince ??= this.#lastFrameAt;
    if (this.#lastFrameAt - this.#lateSince < LATE_FOR_MS) return;
    const late = (lateMs / 1_000).toFixed(1);
    const message = `Camera "${order.id}" stalled: its pictures come ${late} s late; connecting again`;
    this.#done.resolve({ why: "stalled", message });
  }

  /** The frame with the time when it was taken, as far as that can be told. */
  #timed(frame: Frame, pts: Millis | undefined): Frame & Partial<Timing> {
    const times = pts === undefined ? undefined : this.#inlet.timesOf(pts);
    const timing = times?.timing ?? (pts === undefined ? {} : this.#lateness.take(pts, frame.capturedAt));
    const arrivedAt = times?.firstByteAt ?? frame.capturedAt - this.#parserMs(timing);
    let capturedAt = arrivedAt - (timing.lateMs ?? 0);
    // Later frames are newer, although what was learned of their way meanwhile would say otherwise.
    capturedAt = Math.min(frame.capturedAt, Math.max(capturedAt, this.#lastCapturedAt + 1));
    this.#lastCapturedAt = capturedAt;
    return { ...frame, ...timing, capturedAt };
  }

  /** ffmpeg knows that a frame of these codecs has ended when the next one begins: a frame later. */
  #parserMs({ stepMs = 0 }: Partial<Timing>): Millis {
    return sourceKind(this.#options.order.source) === "rtsp" && this.#betweenFrames ? stepMs : 0;
  }

  #endChanged(before: Size, after: Size): void {
    const { order } = this.#options;
    const what =
      sizeText(before) === sizeText(after)
        ? "the shape of its picture"
        : `its picture from ${sizeText(before)} to ${sizeText(after)}`;
    this.#done.resolve({
      why: "lost",
      message: `Camera "${order.id}" changed ${what}; connecting again`,
    });
  }

  #takePicture(jpeg: Uint8Array, at: Millis): void {
    const seq = this.#pictureSeq++;
    if (this.#held?.seq === seq) this.#passHeld();
    const size = jpegSize(jpeg);
    if (size === undefined || !this.#running) return;
    this.#options.onPicture({ seq, capturedAt: this.#capturedAt.get(seq) ?? at, size, jpeg });
  }
}
