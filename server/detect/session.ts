/** One inference session: the weights proven, the model warm, frames in and detections out. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { monotonicMs } from "../base/clock.ts";
import type { Detection } from "../domain/eye.ts";
import type { Millis, Size } from "../domain/units.ts";
import type { RawDetection } from "./family.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { families } from "./registry.ts";

// The runtime's packaged build writes usage files and would send them to its maker; a box tells nobody anything.
process.env.ORT_DISABLE_TELEMETRY = "1";

export interface Detected {
  readonly detections: readonly Detection[];
  readonly inferenceMs: Millis;
}

/** Maps boxes from input pixels to 0..1 of the picture, and cuts them at its edges. */
export function toPicture(found: readonly RawDetection[], { input }: Manifest, picture: Size): Detection[] {
  const scale = Math.min(input.width / picture.width, input.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  return found.flatMap(({ label, score, box }) => {
    const [x0, y0, x1, y1] = [box.x0 / width, box.y0 / height, box.x1 / width, box.y1 / height].map(cut) as [
      number,
      number,
      number,
      number,
    ];
    return x0 < x1 && y0 < y1 ? [{ label, score, box: { x0, y0, x1, y1 } }] : [];
  });
}

/** Reads a manifest file. Throws one sentence with the cure. */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, "utf8").catch((error: Error) => {
    throw new Error(`Cannot read the model's manifest: ${error.message}; choose an installed model`, {
      cause: error,
    });
  });
  const parsed = parseManifest(text);
  if (!parsed.ok) throw new Error(`Cannot use the model's manifest ${path}: ${parsed.why}; correct the file`);
  return parsed.manifest;
}

async function readWeights(path: string, manifest: Manifest): Promise<Uint8Array> {
  const model = `Cannot load model "${manifest.name}"`;
  const weights = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const detail = error.code === "ENOENT" ? "its weights are missing" : error.message;
    throw new Error(`${model}: ${detail} (${path}); install ${manifest.file}`, { cause: error });
  });
  if (weights.length !== manifest.bytes) {
    throw new Error(
      `${model}: its weights have ${weights.length} bytes instead of ${manifest.bytes}; install ${manifest.file} again`,
    );
  }
  const hash = createHash("sha256").update(weights).digest("hex");
  if (hash !== manifest.sha256) {
    throw new Error(
      `${model}: its weights have SHA-256 ${hash.slice(0, 12)}… instead of ${manifest.sha256.slice(0, 12)}…; install ${manifest.file} again`,
    );
  }
  return weights;
}

interface Ports {
  readonly input: string;
  readonly output: string;
}

/** Finds input and output by the manifest's names, or the only ones there are, and checks the fixed dimensions. */
function checkPorts(session: InferenceSession, manifest: Manifest): Ports {
  const model = `Cannot use model "${manifest.name}"`;
  const pick = (what: string, names: readonly string[], wanted: string | undefined): string => {
    const name = wanted ?? (names.length === 1 ? names[0] : undefined);
    if (name === undefined || !names.includes(name)) {
      throw new Error(
        `${model}: its ${what} is ${names.join(", ")} instead of ${wanted ?? "a single one"}; correct its manifest`,
      );
    }
    return name;
  };
  const input = pick("input", session.inputNames, manifest.input.name);
  const output = pick("output", session.outputNames, manifest.output.name);
  const check = (what: string, name: string, wanted: readonly (number | undefined)[]): void => {
    const metadata = [...session.inputMetadata, ...session.outputMetadata].find((each) => each.name === name);
    if (metadata === undefined || !metadata.isTensor)
      throw new Error(`${model}: its ${what} is no tensor; correct its manifest`);
    const shape = metadata.shape;
    const matches =
      metadata.type === "float32" &&
      shape.length === wanted.length &&
      wanted.every((size, i) => size === undefined || typeof shape[i] !== "number" || shape[i] === size);
    if (!matches) {
      const need = wanted.map((size) => size ?? "n").join(",");
      throw new Error(
        `${model}: its ${what} is ${metadata.type} ${shape.join(",")} instead of float32 ${need}; correct its manifest`,
      );
    }
  };
  check("input", input, [1, 3, manifest.input.height, manifest.input.width]);
  check("output", output, [1, undefined, families[manifest.family].rowLength(manifest)]);
  return { input, output };
}

export interface DetectorOptions {
  readonly manifest: Manifest;
  readonly weightsPath: string;
  /** Detections below this score are not reported, 0..1. */
  readonly keepThreshold: number;
}

export class Detector implements AsyncDisposable {
  readonly #session: InferenceSession;
  readonly #options: DetectorOptions;
  readonly #ports: Ports;
  readonly #input: Float32Array;
  readonly #tensor: Tensor;
  #warmupMs: Millis = 0;

  private constructor(session: InferenceSession, options: DetectorOptions) {
    const { manifest } = options;
    const { width, height } = manifest.input;
    this.#session = session;
    this.#options = options;
    this.#ports = checkPorts(session, manifest);
    this.#input = new Float32Array(3 * width * height);
    this.#tensor = new Tensor("float32", this.#input, [1, 3, height, width]);
  }

  /** Proves the weights, opens the session and runs it once. Throws one sentence with the cure. */
  static async open(options: DetectorOptions): Promise<Detector> {
    const { manifest } = options;
    const weights = await readWeights(options.weightsPath, manifest);
    // One thread: two processes with one each do more per processor second than one with two.
    const settings = { intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ["cpu"] };
    const session = await InferenceSession.create(weights, settings).catch((error: Error) => {
      const detail = error.message.split("\n")[0]?.slice(0, 200) ?? "unknown";
      throw new Error(
        `Cannot load model "${manifest.name}": it is no ONNX model (${detail}); install another`,
        {
          cause: error,
        },
      );
    });
    try {
      const detector = new Detector(session, options);
      const started = monotonicMs();
      // A grey picture; what it finds means nothing, but rows, shape and numbers are checked.
      await detector.#run({ width: manifest.input.width, height: manifest.input.height });
      detector.#warmupMs = monotonicMs() - started;
      return detector;
    } catch (error) {
      await session.release();
      throw error;
    }
  }

  /** What the first, slow run took. */
  get warmupMs(): Millis {
    return this.#warmupMs;
  }

  /**
   * Finds people in one frame. The run itself blocks the thread. One call at a time.
   * Throws when the model answers no numbers.
   * @param planes G, B, R at the manifest's input size
   * @param picture the shape of the whole picture, which the boxes are told in
   * @param release called once the planes are read, before the run: their buffer may be filled again
   */
  async detect(planes: Uint8Array, picture: Size, release: () => void): Promise<Detected> {
    try {
      families[this.#options.manifest.family].prepare(planes, this.#input, this.#options.manifest);
    } finally {
      release();
    }
    return await this.#run(picture);
  }

  async #run(picture: Size): Promise<Detected> {
    const { manifest, keepThreshold } = this.#options;
    const started = monotonicMs();
    const answer = await this.#session.run({ [this.#ports.input]: this.#tensor });
    const inferenceMs = monotonicMs() - started;
    const tensor = answer[this.#ports.output];
    if (!(tensor?.data instanceof Float32Array)) {
      throw new TypeError(`Model "${manifest.name}" answered no float32 numbers; correct its manifest`);
    }
    const found = families[manifest.family].decode(
      { dims: tensor.dims, data: tensor.data },
      manifest,
      keepThreshold,
    );
    return { detections: toPicture(found, manifest, picture), inferenceMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}
