/** Tries a camera before it is saved: opens it as it would be read, looks for two seconds, and leaves nothing. */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { stopChild } from "../base/child.ts";
import { monotonicMs, wait } from "../base/clock.ts";
import type { CameraFault } from "../domain/camera.ts";
import type { CameraOrder } from "../domain/eye.ts";
import type { Millis, Size } from "../domain/units.ts";
import { sourceKind, TRIAL_STEP, trialArgs } from "./args.ts";
import { type FfmpegDialect, ffmpegDialect } from "./dialect.ts";
import { classifyEnding, type Ending, findFfmpeg } from "./ffmpeg.ts";
import { Inlet } from "./inlet.ts";
import { JpegSplitter } from "./jpeg.ts";
import { knock } from "./knock.ts";
import { Lateness } from "./lateness.ts";
import { LastLines, type Seen } from "./stderr.ts";

/** How long the frames are looked at. */
const LOOK_MS = 2_000;
const LIMIT_MS = 12_000;
const STOP_GRACE_MS = 300;
/** A trial shows the camera's own rate, up to the most that a camera may be asked for. */
const TRIAL_FPS = 30;

export type CameraTest =
  | {
      readonly ok: true;
      /** The codec's name as ffmpeg gives it, such as `h264`. */
      readonly codec: string;
      readonly size: Size;
      /** Frames a second as the camera sends them. */
      readonly fps: number;
      /** From the beginning of the trial. */
      readonly firstFrameMs: Millis;
      /**
       * From a frame's arrival here until it can be looked at, and how much later than the fastest one it came:
       * the median of both. What the camera itself and an empty network need cannot be told from here.
       */
      readonly delayMs: Millis;
      readonly jpeg: Uint8Array;
    }
  | {
      readonly ok: false;
      readonly why: CameraFault;
      /** One sentence, without credentials. */
      readonly message: string;
    };

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Never throws for what a camera or ffmpeg does. Takes 12 s at most; an abort ends it with `lost`. */
export async function testCamera(order: CameraOrder, signal: AbortSignal): Promise<CameraTest> {
  const startedAt = monotonicMs();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  const away = await knock(order, limit);
  if (away !== undefined) return { ok: false, ...away };
  const ffmpeg = findFfmpeg();
  if (!ffmpeg.ok) return { ok: false, why: "unsupported", message: ffmpeg.why };
  const found = await ffmpegDialect(ffmpeg.path);
  if (!found.ok) return { ok: false, why: "unsupported", message: found.why };
  const trialOrder = { ...order, fps: TRIAL_FPS };
  await using trial = new Trial(trialOrder, ffmpeg.path, found.dialect, startedAt);
  return await trial.result(limit);
}

class Trial implements AsyncDisposable {
  readonly #order: CameraOrder;
  readonly #startedAt: Millis;
  readonly #child: ChildProcess;
  readonly #pipes: readonly Readable[];
  readonly #words: LastLines;
  readonly #lateness = new Lateness();
  readonly #inlet: Inlet;
  readonly #first = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #seenAt: Millis[] = [];
  readonly #lateMs: Millis[] = [];
  readonly #workMs: Millis[] = [];
  readonly #pts: Millis[] = [];
  #codec = "";
  #size: Size | undefined;
  #jpeg: Uint8Array | undefined;
  #pictures = 0;
  #unreadable: string | undefined;

  constructor(order: CameraOrder, ffmpeg: string, dialect: FfmpegDialect, startedAt: Millis) {
    this.#order = order;
    this.#startedAt = startedAt;
    this.#child = spawn(ffmpeg, trialArgs(order, dialect), { stdio: ["pipe", "pipe", "pipe"] });
    const [stdin, jpegs, stderr] = this.#child.stdio as unknown as [Writable, Readable, Readable];
    this.#pipes = [jpegs, stderr];
    this.#words = new LastLines(stderr, {
      onCodec: (codec) => {
        this.#codec = codec;
      },
      onSeen: (seen) => this.#takeSeen(seen),
    });
    const splitter = new JpegSplitter((jpeg) => this.#takePicture(jpeg));
    jpegs.on("data", (chunk: Uint8Array) => splitter.push(chunk, monotonicMs()));
    for (const pipe of this.#pipes) pipe.on("error", () => undefined); // its exit tells that better
    const { promise, resolve } = this.#ended;
    promise.catch(() => undefined);
    this.#child.on("error", (error) => resolve({ why: "lost", message: this.#cannot(error.message) }));
    this.#child.on("close", (code, by) => resolve(this.#classify(code, by)));
    this.#inlet = new Inlet({
      order,
      dialect,
      stdin,
      onUndecoded: () => undefined,
      onUnreadable: (why) => {
        this.#unreadable = why;
      },
      onEnding: resolve,
    });
  }

  async result(limit: AbortSignal): Promise<CameraTest> {
    const { promise: late, resolve } = Promise.withResolvers<undefined>();
    const abort = (): void => resolve(undefined);
    limit.addEventListener("abort", abort);
    if (limit.aborted) abort();
    const looked = this.#first.promise.then(async () => {
      await wait(LOOK_MS, limit);
      return undefined;
    });
    const ending = await Promise.race([late, looked, this.#ended.promise]);
    limit.removeEventListener("abort", abort);
    return ending === undefined ? this.#seen() : { ok: false, ...ending };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#inlet[Symbol.asyncDispose](), stopChild(this.#child, STOP_GRACE_MS)]);
    for (const pipe of this.#pipes) pipe.destroy();
  }

  #takeSeen({ pts, size }: Seen): void {
    const now = monotonicMs();
    this.#seenAt.push(now);
    this.#size = size;
    if (pts === undefined) return;
    this.#pts.push(pts);
    this.#inlet.passed(pts);
    const times = this.#inlet.timesOf(pts);
    this.#lateMs.push(
      times === undefined
        ? this.#lateness.take(pts, now).lateMs
        : Math.max(0, now - times.firstByteAt + (times.timing.lateMs ?? 0)),
    );
  }

  #takePicture(jpeg: Uint8Array): void {
    const seenAt = this.#seenAt[this.#pictures++ * TRIAL_STEP];
    if (seenAt !== undefined) this.#workMs.push(monotonicMs() - seenAt);
    this.#jpeg = jpeg;
    this.#first.resolve();
  }

  #seen(): CameraTest {
    const [jpeg, size, firstAt] = [this.#jpeg, this.#size, this.#seenAt[0]];
    if (jpeg === undefined || size === undefined || firstAt === undefined) {
      const what = this.#unreadable === undefined ? "" : ` (${this.#unreadable})`;
      const message = this.#cannot(`no picture came${what}; check its power, network and address`);
      return { ok: false, why: "stalled", message };
    }
    const fps = this.#fps();
    // A decoder of these knows the end of a picture by the beginning of the next one.
    const parser = /^(h264|hevc)$/.test(this.#codec) && sourceKind(this.#order.source) === "rtsp";
    const waitsMs = parser && fps > 0 ? 1_000 / fps : 0;
    return {
      ok: true,
      codec: this.#codec,
      size,
      fps: Number(fps.toFixed(1)),
      firstFrameMs: Math.round(firstAt - this.#startedAt),
      delayMs: Math.round(median(this.#lateMs) + median(this.#workMs) + waitsMs),
      jpeg,
    };
  }

  /** By the camera's own time where it tells one: the first frames may come in a burst. */
  #fps(): number {
    const times = this.#pts.length === this.#seenAt.length ? this.#pts : this.#seenAt;
    const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
    return took <= 0 ? 0 : ((times.length - 1) * 1_000) / took;
  }

  #classify(code: number | null, signal: string | null): Ending {
    const end = { code, signal, stderr: this.#words.lines, ran: this.#jpeg !== undefined };
    return classifyEnding(this.#order, end);
  }

  #cannot(why: string): string {
    return `Cannot open camera "${this.#order.id}": ${why}`;
  }
}
