/** What every family of models does: planes in, boxes out. Pure, and tested without a model. */
import type { Box } from "../domain/units.ts";
import type { Manifest } from "./manifest.ts";

/** A detection in pixels of the model's input. */
export interface RawDetection {
  readonly label: string;
  readonly score: number;
  readonly box: Box;
}

/** One output of a model. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** What an output must look like; a size that is undefined may be any. */
export interface Port {
  readonly type: "float32" | "int64";
  readonly shape: readonly (number | undefined)[];
}

export interface Family {
  /** The outputs, in the order in which `decode` takes them. */
  readonly outputs: (manifest: Manifest) => readonly Port[];
  /** Whole numbers that the model wants beside the picture, by the name of their input. */
  readonly furtherInputs?: (manifest: Manifest) => Readonly<Record<string, readonly number[]>>;
  /** Writes the input tensor (1,3,H,W) from planes in the order G, B, R. */
  readonly prepare: (planes: Uint8Array, into: Float32Array, manifest: Manifest) => void;
  /** Boxes scored `keep` or above, best first, NMS done. Throws on numbers that are none. */
  readonly decode: (tensors: readonly OutputTensor[], manifest: Manifest, keep: number) => RawDetection[];
}

/** An output of numbers with a point, of any size. */
export const floats = (...shape: (number | undefined)[]): Port => ({ type: "float32", shape });

/** An output of whole numbers, such as places of classes. */
export const wholes = (...shape: (number | undefined)[]): Port => ({ type: "int64", shape });

const PLANE_OF = { rgb: [2, 0, 1], bgr: [1, 0, 2] } as const;

/** The planes in the model's colour order, normalised as the manifest says. */
export function preparePlanes(planes: Uint8Array, into: Float32Array, { input }: Manifest): void {
  const pixels = input.width * input.height;
  if (planes.length !== 3 * pixels || into.length !== 3 * pixels) {
    throw new RangeError(`A frame has ${planes.length} bytes, but the model wants ${3 * pixels}`);
  }
  for (let channel = 0; channel < 3; channel++) {
    const from = (PLANE_OF[input.colour][channel] as number) * pixels;
    const plane = planes.subarray(from, from + pixels);
    const [mean, std] = [input.mean[channel] as number, input.std[channel] as number];
    if (mean === 0 && std === 1) {
      // A typed array's own conversion: the fastest way by far, and most of our models need no more.
      into.set(plane, channel * pixels);
      continue;
    }
    const [scale, shift] = [1 / std, -mean / std];
    const out = into.subarray(channel * pixels, (channel + 1) * pixels);
    for (let i = 0; i < pixels; i++) out[i] = (plane[i] as number) * scale + shift;
  }
}

/** A box by its middle and its size. */
export function centred(x: number, y: number, width: number, height: number): Box {
  return { x0: x - width / 2, y0: y - height / 2, x1: x + width / 2, y1: y + height / 2 };
}

/** Exporters' sigmoids may touch the ends a rounding beyond. */
const SCORE_MARGIN = 1e-3;

/** The score itself, if it is one. A model that answers NaN sees nothing, and must not look like an empty cell. */
export function checkedScore(score: number, row: number): number {
  if (!(score >= -SCORE_MARGIN && score <= 1 + SCORE_MARGIN)) {
    throw new RangeError(`The model answered the score ${score} in row ${row}; install its weights again`);
  }
  return Math.min(1, Math.max(0, score));
}

export function checkedBox(box: Box, row: number): Box {
  if (![box.x0, box.y0, box.x1, box.y1].every(Number.isFinite)) {
    throw new RangeError(`The model answered a box without numbers in row ${row}; install its weights again`);
  }
  return box;
}

/** Throws where a tensor is not what its port says: type, shape, and as many numbers as the shape has places. */
function check(tensor: OutputTensor | undefined, port: Port): void {
  const { dims = [], data = [] } = tensor ?? {};
  const { type, shape } = port;
  const Numbers = type === "float32" ? Float32Array : BigInt64Array;
  const fits =
    dims.length === shape.length && shape.every((size, i) => size === undefined || size === dims[i]);
  const count = dims.reduce((product, size) => product * size, 1);
  if (data instanceof Numbers && fits && data.length === count) return;
  throw new RangeError(
    `The model answered the shape ${dims.join(",")}, but ${portText(port)} is needed; correct its manifest`,
  );
}

/** An output's numbers, checked against what it must look like. */
export function floatsOf(tensor: OutputTensor | undefined, port: Port): Float32Array {
  check(tensor, port);
  return tensor?.data as Float32Array;
}

/** The same for whole numbers. */
export function wholesOf(tensor: OutputTensor | undefined, port: Port): BigInt64Array {
  check(tensor, port);
  return tensor?.data as BigInt64Array;
}

/** The name of the class at this place of the model's output; undefined where it is not reported. */
export function labelOf({ classes }: Manifest, place: bigint): string | undefined {
  return classes.find(({ index }) => BigInt(index) === place)?.label;
}

/** `float32 1,n,5`, for people. */
export function portText({ type, shape }: Port): string {
  return `${type} ${shape.map((size) => size ?? "n").join(",")}`;
}
