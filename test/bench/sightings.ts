/** What the box's own model sees in every frame of a clip, faster than time and in its order. */
import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { stopChild } from "../../server/base/child.ts";
import { captureArgs } from "../../server/camera/args.ts";
import type { ModelEntry } from "../../server/detect/find.ts";
import { Detector } from "../../server/detect/session.ts";
import type { Detection } from "../../server/domain/eye.ts";
import type { Millis, Size } from "../../server/domain/units.ts";
import { KEEP_SHARE } from "../../server/domain/zone.ts";
import { ffmpegPath } from "./floors.ts";
import { interrupted } from "./interrupt.ts";

export interface Clip {
  readonly name: string;
  readonly path: string;
  readonly picture: Size;
  readonly fps: number;
}

export interface Sightings {
  /** For each frame everything that is sure enough to keep a person. */
  readonly frames: readonly (readonly Detection[])[];
  /** What the model took for a frame, on average. */
  readonly inferenceMs: Millis;
}

/** At a camera's pace a file would cost its own length, over and over. */
const PACE: readonly string[] = ["-re", "-stream_loop", "-1"];
const STOP_MS = 300;

/** The planes of every frame, one after the other in the same buffer. */
async function* planesOf(clip: Clip, { manifest }: ModelEntry): AsyncGenerator<Uint8Array, void> {
  const order = { id: clip.name, source: `file:${clip.path}`, fps: clip.fps, transport: "tcp" } as const;
  const args = captureArgs(order, manifest.input).filter((arg) => !PACE.includes(arg));
  const child = spawn(ffmpegPath(), args, { stdio: ["ignore", "pipe", "ignore", "pipe"] });
  try {
    (child.stdio[3] as Readable).resume();
    const frame = new Uint8Array(3 * manifest.input.width * manifest.input.height);
    let filled = 0;
    for await (const chunk of child.stdio[1] as AsyncIterable<Uint8Array>) {
      for (let at = 0; at < chunk.length; ) {
        const part = chunk.subarray(at, at + frame.length - filled);
        frame.set(part, filled);
        at += part.length;
        filled += part.length;
        if (filled < frame.length) continue;
        yield frame;
        filled = 0;
      }
    }
  } finally {
    await stopChild(child, STOP_MS);
  }
}

/** @param most frames, where not all are wanted. Throws a sentence where the clip or the model cannot be had. */
export async function sightingsOf(
  clip: Clip,
  model: Required<ModelEntry>,
  most = Number.POSITIVE_INFINITY,
): Promise<Sightings> {
  const { manifest, weightsPath } = model;
  const keepThreshold = manifest.threshold * KEEP_SHARE;
  await using detector = await Detector.open({ manifest, weightsPath, keepThreshold });
  const frames: (readonly Detection[])[] = [];
  let tookMs = 0;
  for await (const planes of planesOf(clip, model)) {
    const { detections, inferenceMs } = await detector.detect(planes, clip.picture, () => undefined);
    frames.push(detections);
    tookMs += inferenceMs;
    if (frames.length >= most || interrupted.aborted) break;
  }
  if (frames.length === 0) throw new Error(`Cannot read a frame of ${clip.path}`);
  return { frames, inferenceMs: tookMs / frames.length };
}
