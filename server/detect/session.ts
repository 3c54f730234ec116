/** One inference session: the weights proven, the model warm, frames in and detections out. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { monotonicMs } from "../base/clock.ts";
import type { Provider } from "../domain/detector_config.ts";
import type { Detection } from "../domain/eye.ts";
import { type Tuning, USUAL } from "../domain/tuning.ts";
import type { Millis, Size } from "../domain/units.ts";
import { type OutputTensor, type Port, portText, type RawDetection } from "./family.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { onnxFault } from "./onnx.ts";
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

/** The weights, proven to be the manifest's and one whole file. No more is ever read than the manifest says. */
async function readWeights(path: string, manifest: Manifest): Promise<Uint8Array> {
  const model = `Cannot load model "${manifest.name}"`;
  const missing = (error: NodeJS.ErrnoException): never => {
    const detail = error.code === "ENOENT" ? "its weights are missing" : error.message;
    throw new Error(`${model}: ${detail} (${path}); install ${manifest.file}`, { cause: error });
  };
  const { size } = await stat(path).catch(missing);
  if (size !== manifest.bytes) {
    throw new Error(
      `${model}: its weights have ${size} bytes instead of ${manifest.bytes}; install ${manifest.file} again`,
    );
  }
  const weights = await readFile(path).catch(missing);
  const hash = createHash("sha256").update(weights).digest("hex");
  if (hash !== manifest.sha256) {
    throw new Error(
      `${model}: its weights have SHA-256 ${hash.slice(0, 12)}… instead of ${manifest.sha256.slice(0, 12)}…; install ${manifest.file} again`,
    );
  }
  const fault = onnxFault(weights);
  if (fault !== undefined) throw new Error(`${model}: ${fault}; install another`);
  return weights;
}

type Metadata = InferenceSession["inputMetadata"][number];

function fits(metadata: Metadata | undefined, { type, shape }: Port): boolean {
  return (
    metadata?.isTensor === true &&
    metadata.type === type &&
    metadata.shape.length === shape.length &&
    // A size that the file leaves open is checked in every answer.
    shape.every(
      (size, i) => size === undefined || typeof metadata.shape[i] !== "number" || metadata.shape[i] === size,
    )
  );
}

function told(metadata: Metadata | undefined): string {
  if (metadata === undefined) return "nothing";
  return metadata.isTensor ? `${metadata.type} ${metadata.shape.join(",")}` : "no tensor";
}

interface Ports {
  readonly input: string;
  readonly further: Readonly<Record<string, Tensor>>;
  /** In the family's order. */
  readonly outputs: readonly string[];
}

/** The picture's input: the one that the manifest names, or the only one there is. */
function findInput(session: InferenceSession, manifest: Manifest, further: readonly string[]): string {
  const model = `Cannot use model "${manifest.name}"`;
  const names = session.inputNames.filter((name) => !further.includes(name));
  const name = manifest.input.name ?? (names.length === 1 ? names[0] : undefined);
  if (name === undefined || !names.includes(name)) {
    throw new Error(
      `${model}: its input is ${names.join(", ")} instead of ${name ?? "a single one"}; correct its manifest`,
    );
  }
  const port: Port = { type: "float32", shape: [1, 3, manifest.input.height, manifest.input.width] };
  const found = session.inputMetadata.find((each) => each.name === name);
  if (!fits(found, port))
    throw new Error(
      `${model}: its input is ${told(found)} instead of ${portText(port)}; correct its manifest`,
    );
  return name;
}

/** The outputs that the family reads, by the manifest's names or else by their types and shapes. */
function findOutputs(session: InferenceSession, manifest: Manifest): readonly string[] {
  const { name, names = name === undefined ? undefined : [name] } = manifest.output;
  const left = [...session.outputMetadata];
  return families[manifest.family].outputs(manifest).map((port, i) => {
    const wanted = names?.[i];
    const at = left.findIndex((each) => (wanted === undefined || each.name === wanted) && fits(each, port));
    const [found] = at < 0 ? [] : left.splice(at, 1);
    if (found !== undefined) return found.name;
    const all = session.outputMetadata.map((each) => `${each.name} (${told(each)})`).join(", ");
    throw new Error(
      `Cannot use model "${manifest.name}": its outputs are ${all}, and none is ${wanted ?? "a"} ${portText(port)} for family ${manifest.family}; correct its manifest`,
    );
  });
}

/** Finds what goes in and what comes out, and checks types and fixed sizes. */
function findPorts(session: InferenceSession, manifest: Manifest): Ports {
  const wanted = families[manifest.family].furtherInputs?.(manifest) ?? {};
  const missing = Object.keys(wanted).find((name) => !session.inputNames.includes(name));
  if (missing !== undefined)
    throw new Error(
      `Cannot use model "${manifest.name}": it has no input ${missing}, which family ${manifest.family} needs; correct its manifest`,
    );
  const further = Object.entries(wanted).map(([name, numbers]) => {
    const data = BigInt64Array.from(numbers, BigInt);
    return [name, new Tensor("int64", data, [1, numbers.length])] as const;
  });
  return {
    input: findInput(session, manifest, Object.keys(wanted)),
    further: Object.fromEntries(further),
    outputs: findOutputs(session, manifest),
  };
}

export interface DetectorOptions {
  readonly manifest: Manifest;
  readonly weightsPath: string;
  /** Detections below this score are not reported, 0..1. */
  readonly keepThreshold: number;
  /** What computes; the processor where absent. */
  readonly provider?: Provider;
  /** The usual one where absent. */
  readonly tuning?: Tuning;
}

/** The runtime's sentence, without its later lines. */
function firstLine(error: Error): string {
  return error.message.split("\n")[0]?.slice(0, 200) ?? "unknown";
}

/** One provider and no second choice: the runtime would take that without a word. */
function settingsOf({ provider = "cpu", tuning = USUAL }: DetectorOptions): InferenceSession.SessionOptions {
  return {
    ...{ intraOpNumThreads: tuning.threads, interOpNumThreads: 1, executionProviders: [provider] },
    enableCpuMemArena: tuning.arena,
    ...(tuning.spinning ? {} : { extra: { session: { intra_op: { allow_spinning: "0" } } } }),
    // Errors only: of some exports the runtime complains in hundreds of lines that change nothing.
    logSeverityLevel: 3,
  };
}

async function openSession(weights: Uint8Array, options: DetectorOptions): Promise<InferenceSession> {
  const { manifest, provider = "cpu" } = options;
  try {
    return await InferenceSession.create(weights, settingsOf(options));
  } catch (error) {
    const detail = firstLine(error as Error);
    const why =
      provider === "cpu"
        ? `Cannot load model "${manifest.name}": it is no ONNX model (${detail}); install another`
        : `Cannot load model "${manifest.name}" with provider ${provider}: ${detail}; set detector.provider to cpu`;
    throw new Error(why, { cause: error });
  }
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
    this.#ports = findPorts(session, manifest);
    this.#input = new Float32Array(3 * width * height);
    this.#tensor = new Tensor("float32", this.#input, [1, 3, height, width]);
  }

  /** Proves the weights, opens the session and runs it once. Throws one sentence with the cure. */
  static async open(options: DetectorOptions): Promise<Detector> {
    const { manifest } = options;
    const weights = await readWeights(options.weightsPath, manifest);
    const session = await openSession(weights, options);
    try {
      const detector = new Detector(session, options);
      const started = monotonicMs();
      // A grey picture; what it finds means nothing, but rows, shape and numbers are checked.
      await detector.#run(manifest.input, options.keepThreshold);
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
   * @param keep what scores below is not reported
   */
  async detect(
    planes: Uint8Array,
    picture: Size,
    release: () => void,
    keep = this.#options.keepThreshold,
  ): Promise<Detected> {
    try {
      families[this.#options.manifest.family].prepare(planes, this.#input, this.#options.manifest);
    } finally {
      release();
    }
    return await this.#run(picture, keep);
  }

  async #run(picture: Size, keep: number): Promise<Detected> {
    const { manifest } = this.#options;
    const started = monotonicMs();
    const { input, further, outputs } = this.#ports;
    const answer = await this.#session.run({ [input]: this.#tensor, ...further }, outputs);
    const inferenceMs = monotonicMs() - started;
    const tensors = outputs.map((name) => answer[name] as unknown as OutputTensor);
    const found = families[manifest.family].decode(tensors, manifest, keep);
    return { detections: toPicture(found, manifest, picture), inferenceMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release();
  }
}
