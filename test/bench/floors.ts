/** The least that any implementation needs: bare decoders and a bare session, started and ended by the bench. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasExited, killGroup, spawnOwn, stopChild } from "../../server/base/child.ts";
import { captureArgs, type Letterbox } from "../../server/camera/args.ts";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { type ModelEntry, resolveModel } from "../../server/detect/find.ts";
import type { CameraOrder } from "../../server/domain/eye.ts";
import type { BareAnswer, BareOrder } from "./bare.ts";
import { interrupted } from "./interrupt.ts";

export const FILMS: readonly string[] = ["cell-front.mp4", "cell-side.mp4"].map((name) =>
  join(DEMONSTRATION_FOLDER, name),
);
/** Frames a second of the demonstration films. */
export const FILM_FPS = 10;

/** A film as a camera, at its own rate unless told otherwise. */
export function filmOrder(film: string, i: number, fps: number = FILM_FPS): CameraOrder {
  return { id: `camera-${i}`, source: `file:${film}`, fps, transport: "tcp" };
}

/** The model that a box takes here: the same for both sides of every comparison. */
export function benchModel(): Required<ModelEntry> {
  const found = resolveModel("default");
  if (!found.ok) throw new Error(found.why);
  return found.model;
}

/** What a box must be told to find the same model. */
export function modelFolders(): Readonly<Record<string, string>> {
  const folders = process.env.PALISADE_MODELS;
  return folders === undefined ? {} : { PALISADE_MODELS: folders };
}

export function ffmpegPath(): string {
  const found = findFfmpeg();
  if (!found.ok) throw new Error(found.why);
  return found.path;
}

/** A folder that is gone when the bench is. */
export async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "palisade-bench-"));
  return { path, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}

/** Writes the part of a film that is wanted, or all of it at another rate, without encoding anew. */
export async function cutFilm(input: readonly string[], output: string): Promise<string> {
  const child = spawn(ffmpegPath(), ["-v", "error", "-nostdin", "-y", ...input, "-c", "copy", output], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("exit", done);
  });
  if (code !== 0) throw new Error(`Cannot write ${output}: ffmpeg ended with ${code}`);
  return output;
}

/** What a bare decoder does with the pictures: nothing, or all that ours makes of them. */
export type Work = "decode" | "same as ours";

export interface Decoder extends AsyncDisposable {
  readonly pid: number;
}

/** ffmpeg as a camera runs it, with the same decoding flags at the same pace, and nobody who reads it. */
export async function startDecoder(order: CameraOrder, letterbox: Letterbox, work: Work): Promise<Decoder> {
  const ours = captureArgs(order, letterbox);
  const input = ours.slice(0, ours.indexOf("-i") + 2);
  const args =
    work === "decode"
      ? [...input, "-an", "-fps_mode", "passthrough", "-threads", "1", "-f", "null", "-"]
      : ours;
  const nowhere = openSync("/dev/null", "w");
  const child = spawn(ffmpegPath(), args, { stdio: ["ignore", nowhere, "ignore", nowhere] });
  closeSync(nowhere);
  await started(child);
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: async () => await stopChild(child, 300) };
}

async function started(child: ChildProcess): Promise<void> {
  await new Promise<void>((done, fail) => {
    child.once("error", fail);
    child.once("spawn", done);
  });
}

export interface BareSession extends AsyncDisposable {
  readonly pid: number;
  /** Runs in a loop of this long. */
  infer(ms: number): Promise<{ readonly runs: number; readonly perSecond: number }>;
  /** What every round of preparation, inference, write and read-back took, in milliseconds. */
  react(ms: number, folder: string): Promise<readonly number[]>;
  /** Runs this often from now on. */
  pace(perSecond: number): Promise<void>;
}

/** A session in a process of its own, loaded and warm. */
export async function startBareSession(model: Required<ModelEntry>): Promise<BareSession> {
  const child = spawnOwn(join(import.meta.dirname, "bare.ts"), [], ["ignore", "ignore", "inherit", "ipc"]);
  await started(child);
  const ask = async (order: BareOrder): Promise<BareAnswer> => {
    const { promise, resolve, reject } = Promise.withResolvers<BareAnswer>();
    const take = (answer: unknown): void => resolve(answer as BareAnswer);
    const ended = (): void => reject(new Error("The bare session ended"));
    const stop = (): void => reject(new Error("Interrupted"));
    child.once("message", take).once("exit", ended);
    interrupted.addEventListener("abort", stop);
    try {
      child.send(order);
      const answer = await promise;
      if (answer.kind === "failed") throw new Error(`The bare session failed: ${answer.why}`);
      return answer;
    } finally {
      child.off("message", take).off("exit", ended);
      interrupted.removeEventListener("abort", stop);
    }
  };
  const close = async (): Promise<void> => {
    if (!hasExited(child)) await stopChild(child, 300);
    killGroup(child);
  };
  const { manifestPath, weightsPath } = model;
  try {
    await ask({ kind: "load", manifestPath, weightsPath, film: FILMS[1] ?? "" });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    pid: child.pid ?? 0,
    async infer(ms) {
      const answer = await ask({ kind: "infer", ms });
      if (answer.kind !== "inferred") throw new TypeError(`The bare session answered ${answer.kind}`);
      return { runs: answer.runs, perSecond: (1000 * answer.runs) / answer.ms };
    },
    async react(ms, folder) {
      const answer = await ask({ kind: "react", ms, folder });
      if (answer.kind !== "reacted") throw new TypeError(`The bare session answered ${answer.kind}`);
      return answer.tookMs;
    },
    async pace(perSecond) {
      await ask({ kind: "pace", perSecond });
    },
    [Symbol.asyncDispose]: close,
  };
}
