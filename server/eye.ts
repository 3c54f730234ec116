/**
 * The eye process: cameras in, detections and pictures out. Raw frames never leave it.
 * It may be killed at any moment: whoever started it ends its group and starts another.
 */
import process from "node:process";
import { monotonicMs } from "./base/clock.ts";
import { type Log, openLog } from "./base/log.ts";
import { goFirst } from "./base/memory.ts";
import type { Letterbox } from "./camera/args.ts";
import { Camera } from "./camera/camera.ts";
import { inPicture } from "./camera/crop.ts";
import { Outbox } from "./camera/outbox.ts";
import { Pacer } from "./camera/pacer.ts";
import { readStill } from "./camera/still.ts";
import { openProven, type ProvenOptions } from "./detect/proven.ts";
import { Retries, retryText } from "./detect/retries.ts";
import { type SelfTest, SelfTestFault } from "./detect/self_test.ts";
import { type Detector, readManifest } from "./detect/session.ts";
import type { CameraOrder, DetectorState, EyeOrder, EyeReport } from "./domain/eye.ts";
import type { Scene } from "./domain/trust.ts";
import { USUAL } from "./domain/tuning.ts";
import { assertNever, type CameraId, type Millis } from "./domain/units.ts";

/** The model's input where there is no model: pictures flow all the same. */
const NO_MODEL: Letterbox = { width: 416, height: 256, pad: 114 };
const COUNTS_EVERY_MS = 1_000;

class Eye implements AsyncDisposable {
  readonly #outbox: Outbox;
  readonly #log: Log;
  readonly #cameras = new Map<CameraId, Camera>();
  readonly #timer = setInterval(() => this.#tellCounts(), COUNTS_EVERY_MS);
  readonly #pacer = new Pacer();
  #letterbox: Letterbox = NO_MODEL;
  #detector: Detector | undefined;
  #selfTest: SelfTest | undefined;
  /** Undefined until its manifest was read: before that nobody knows how large its pictures are. */
  #model: ProvenOptions | undefined;
  readonly #retries = new Retries();
  #retry: NodeJS.Timeout | undefined;
  #busy = false;
  #closed = false;

  constructor(outbox: Outbox, log: Log) {
    this.#outbox = outbox;
    this.#log = log;
    this.#tellDetector({ kind: "loading" });
  }

  /** One order after the other: a camera needs the model's input size before it starts. */
  async obey(order: EyeOrder): Promise<void> {
    switch (order.kind) {
      case "load":
        return await this.#load(order);
      case "start":
        return await this.#start(order.camera, order.scene);
      case "stop":
        // Not waited for: the other cameras' orders go on, and a start right after it finds the camera stopping.
        return void this.#stop(order.camera);
      case "teach":
        return this.#cameras.get(order.camera)?.teach(order.scene);
      case "least":
        return this.#cameras.get(order.camera)?.need(order.leastFps);
      case "ask-scene":
        return this.#cameras.get(order.camera)?.askScene();
      default:
        return assertNever(order);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#retry);
    await Promise.all([...this.#cameras.values()].map((camera) => camera[Symbol.asyncDispose]()));
  }

  async #load({ kind: _, ...order }: Extract<EyeOrder, { kind: "load" }>): Promise<void> {
    if (this.#model !== undefined) return;
    try {
      const manifest = await readManifest(order.manifestPath);
      this.#letterbox = manifest.input;
      this.#model = { ...order, manifest, readPicture: readStill };
    } catch (error) {
      return this.#fail(error as Error);
    }
    await this.#open(this.#model);
  }

  async #open(model: ProvenOptions): Promise<void> {
    try {
      const { detector, selfTest, state } = await openProven(model);
      this.#detector = detector;
      this.#selfTest = selfTest;
      this.#retries.ready(monotonicMs());
      this.#tellDetector(state);
      this.#pump();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  async #start(order: CameraOrder, scene: Scene | undefined): Promise<void> {
    const known = this.#cameras.get(order.id);
    if (known !== undefined && JSON.stringify(known.order) === JSON.stringify(order)) return known.start();
    // The old session first: many cameras allow only two to four of them.
    await known?.stop();
    const camera = this.#camera(order, scene);
    this.#cameras.set(order.id, camera);
    camera.start();
  }

  /** A camera that was stopped is let go, its frame buffers with it; started meanwhile, it stays. */
  async #stop(id: CameraId): Promise<void> {
    const camera = this.#cameras.get(id);
    await camera?.stop();
    if (camera?.state.kind === "idle" && this.#cameras.get(id) === camera) this.#cameras.delete(id);
  }

  #camera(order: CameraOrder, scene: Scene | undefined): Camera {
    const { id } = order;
    return new Camera({
      order,
      letterbox: this.#letterbox,
      ...(scene === undefined ? {} : { scene }),
      onState: (state) => this.#outbox.send(`camera ${id}`, { kind: "camera", camera: id, state }),
      onTrust: (trust) => this.#outbox.send(`trust ${id}`, { kind: "trust", camera: id, trust }),
      onScene: (scene) => this.#outbox.send(`scene ${id}`, { kind: "scene", camera: id, scene }),
      onFrame: () => this.#pump(),
      onPicture: (picture) => this.#outbox.send(`picture ${id}`, { kind: "picture", camera: id, ...picture }),
    });
  }

  #tellDetector(state: DetectorState): void {
    this.#outbox.send("detector", { kind: "detector", state });
  }

  #fail(error: Error): void {
    this.#detector?.[Symbol.asyncDispose]().catch((err: unknown) => this.#log.error({ err }, "not released"));
    this.#detector = undefined;
    const why = this.#model === undefined ? error.message : `${error.message}; ${this.#again(this.#model)}`;
    this.#log.error({ why }, "detector failed");
    const selfTest = error instanceof SelfTestFault ? { selfTest: true as const } : {};
    this.#tellDetector({ kind: "failed", why, ...selfTest });
  }

  /** It counts as failed until it has passed on the golden picture anew, with a session of its own. */
  #again(model: ProvenOptions): string {
    const retry = this.#retries.failed(monotonicMs());
    if (retry !== undefined && !this.#closed) {
      const usual = { ...model, tuning: USUAL };
      this.#retry = setTimeout(() => void this.#open(usual), retry.afterMs);
    }
    return retryText(retry);
  }

  #tellCounts(): void {
    const now = monotonicMs();
    if (this.#detector !== undefined) this.#setPace(now);
    const { headroom } = this.#pacer;
    for (const camera of this.#cameras.values()) {
      this.#outbox.send(`counts ${camera.id}`, {
        kind: "counts",
        camera: camera.id,
        counts: { ...camera.counts(now), ...(headroom === undefined ? {} : { headroom }) },
      });
    }
  }

  #setPace(now: Millis): void {
    for (const [camera, why] of this.#pacer.step(this.#cameras, now)) {
      const told = why === undefined ? {} : { why };
      this.#outbox.send(`overload ${camera}`, { kind: "overload", camera, ...told });
    }
  }

  /** The camera whose frame has waited longest; so no camera is served twice while another waits. */
  #next(): Camera | undefined {
    let longest: Camera | undefined;
    for (const camera of this.#cameras.values()) {
      if ((camera.waitingSince ?? Infinity) < (longest?.waitingSince ?? Infinity)) longest = camera;
    }
    return longest;
  }

  #pump(): void {
    const detector = this.#detector;
    if (detector === undefined || this.#busy || this.#closed) return;
    const camera = this.#next();
    const frame = camera?.poll();
    if (camera === undefined || frame === undefined) return;
    this.#busy = true;
    const began = monotonicMs();
    void this.#look(detector, camera, frame).then(() => {
      this.#busy = false;
      this.#pacer.looked(monotonicMs(), monotonicMs() - began);
      this.#pump();
    });
  }

  async #look(
    detector: Detector,
    camera: Camera,
    frame: NonNullable<ReturnType<Camera["poll"]>>,
  ): Promise<void> {
    const { seq, capturedAt, size } = frame;
    try {
      if (this.#selfTest?.isDue(monotonicMs())) await this.#selfTest.run(detector, monotonicMs());
      const { planes, part } = camera.looksAt(frame);
      const found = await detector.detect(planes, part, () => camera.release(frame));
      const { inferenceMs } = found;
      const detections = found.detections.map((one) => ({ ...one, box: inPicture(one.box, part, size) }));
      const testedAt = this.#selfTest?.testedAt;
      const observation = { camera: camera.id, seq, capturedAt, detections, inferenceMs };
      this.#outbox.send(`observed ${camera.id}`, {
        kind: "observed",
        observation: testedAt === undefined ? observation : { ...observation, testedAt },
      });
    } catch (error) {
      this.#fail(error as Error);
    }
  }
}

async function main(): Promise<void> {
  const log = openLog("eye");
  // A model may eat all memory there is: whoever holds the outputs must not be ended for it.
  goFirst();
  if (process.send === undefined) {
    throw new Error("Cannot run an eye by itself: the server starts it with an IPC channel; run npm start");
  }
  const send = process.send.bind(process) as (
    report: EyeReport,
    handle: undefined,
    options: object,
    sent: (error: Error | null) => void,
  ) => boolean;
  const outbox = new Outbox((report, sent) => send(report, undefined, {}, sent));
  const eye = new Eye(outbox, log);

  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  process.once("SIGTERM", ask);
  process.once("disconnect", ask);
  let orders = Promise.resolve();
  process.on("message", (order: EyeOrder) => {
    orders = orders.then(() => eye.obey(order));
  });

  await asked;
  outbox.close();
  await eye[Symbol.asyncDispose]();
  // The session is not released: the process ends, and its memory with it.
  process.exit(0);
}

await main();
