/**
 * The floor of inference as a process of its own: a session and a loop, nothing else of the box. Told over its
 * channel what to do; ends when the channel does.
 */
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import { preparePlanes } from "../../server/detect/family.ts";
import type { Manifest } from "../../server/detect/manifest.ts";
import { readManifest } from "../../server/detect/session.ts";
import { openSimulated } from "../../server/relay/simulated.ts";

export type BareOrder =
  | {
      readonly kind: "load";
      readonly manifestPath: string;
      readonly weightsPath: string;
      readonly film: string;
    }
  /** Runs the session over and over; answers how long it took and how often it ran. */
  | { readonly kind: "infer"; readonly ms: number }
  /** The same with the frame's preparation, a board's write and its read-back; answers what each round took. */
  | { readonly kind: "react"; readonly ms: number; readonly folder: string }
  /** Runs the session this often from now on. */
  | { readonly kind: "pace"; readonly perSecond: number };

export type BareAnswer =
  | { readonly kind: "done" }
  | { readonly kind: "inferred"; readonly runs: number; readonly ms: number }
  | { readonly kind: "reacted"; readonly tookMs: readonly number[] }
  | { readonly kind: "failed"; readonly why: string };

/** Where in the demonstration films somebody is at work. */
const FILM_SECOND = "10";
const CHANNELS = 8;

/** One frame of the film as the model's planes. */
function framePlanes(film: string, { width, height, pad }: Manifest["input"]): Uint8Array {
  const ffmpeg = findFfmpeg();
  if (!ffmpeg.ok) throw new Error(ffmpeg.why);
  const grey = pad.toString(16).padStart(2, "0").repeat(3);
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease,format=gbrp`;
  const { stdout } = spawnSync(ffmpeg.path, [
    ...["-v", "error", "-nostdin", "-ss", FILM_SECOND, "-i", film, "-frames:v", "1"],
    ...["-vf", `${fit},pad=${width}:${height}:0:0:0x${grey}`, "-f", "rawvideo", "pipe:1"],
  ]);
  if (stdout.length !== 3 * width * height) throw new Error(`Cannot read a frame of ${film}`);
  return stdout;
}

class Bare {
  readonly #session: InferenceSession;
  readonly #manifest: Manifest;
  readonly #planes: Uint8Array;
  readonly #input: Float32Array;
  readonly #feeds: Record<string, Tensor>;

  private constructor(session: InferenceSession, manifest: Manifest, planes: Uint8Array) {
    const { width, height } = manifest.input;
    this.#session = session;
    this.#manifest = manifest;
    this.#planes = planes;
    this.#input = new Float32Array(3 * width * height);
    const tensor = new Tensor("float32", this.#input, [1, 3, height, width]);
    this.#feeds = { [manifest.input.name ?? session.inputNames[0] ?? ""]: tensor };
    preparePlanes(planes, this.#input, manifest);
  }

  static async load(order: Extract<BareOrder, { kind: "load" }>): Promise<Bare> {
    const manifest = await readManifest(order.manifestPath);
    // The settings of the eye's own session.
    const settings = { intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ["cpu"] };
    const session = await InferenceSession.create(await readFile(order.weightsPath), settings);
    const bare = new Bare(session, manifest, framePlanes(order.film, manifest.input));
    await bare.infer(200);
    return bare;
  }

  async infer(ms: number): Promise<BareAnswer> {
    const began = monotonicMs();
    let runs = 0;
    for (; monotonicMs() - began < ms; runs++) await this.#session.run(this.#feeds);
    return { kind: "inferred", runs, ms: monotonicMs() - began };
  }

  async react(ms: number, dataFolder: string): Promise<BareAnswer> {
    const board = { id: "floor", driver: "simulated" as const, channels: CHANNELS };
    await using driver = await openSimulated({ board, dataFolder });
    const began = monotonicMs();
    const tookMs: number[] = [];
    while (monotonicMs() - began < ms) {
      const at = monotonicMs();
      preparePlanes(this.#planes, this.#input, this.#manifest);
      await this.#session.run(this.#feeds);
      const wanted = new Array<boolean>(CHANNELS).fill(tookMs.length % 2 === 0);
      await driver.write(wanted);
      const found = await driver.read();
      if (found.some((state, i) => state !== wanted[i])) throw new Error("The board read other than written");
      tookMs.push(monotonicMs() - at);
    }
    return { kind: "reacted", tookMs };
  }

  async pace(perSecond: number): Promise<never> {
    const began = monotonicMs();
    for (let turn = 1; ; turn++) {
      await wait(Math.max(0, began + (turn * 1000) / perSecond - monotonicMs()));
      await this.#session.run(this.#feeds);
    }
  }
}

let bare: Bare | undefined;

async function obey(order: BareOrder): Promise<BareAnswer> {
  if (order.kind === "load") {
    bare = await Bare.load(order);
    return { kind: "done" };
  }
  if (bare === undefined) throw new Error("No model is loaded yet");
  if (order.kind === "infer") return await bare.infer(order.ms);
  if (order.kind === "react") return await bare.react(order.ms, order.folder);
  bare.pace(order.perSecond).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
  return { kind: "done" };
}

process.on("disconnect", () => process.exit(0));
process.on("message", (order: BareOrder) => {
  obey(order)
    .catch((error: Error): BareAnswer => ({ kind: "failed", why: error.message }))
    .then(
      (answer) => process.send?.(answer),
      (error: unknown) => console.error(error),
    );
});
