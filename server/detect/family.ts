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
  readonly data: Float32Array;
}

export interface Family {
  /** How many numbers a row of the output holds. */
  readonly rowLength: (manifest: Manifest) => number;
  /** Writes the input tensor (1,3,H,W) from planes in the order G, B, R. */
  readonly prepare: (planes: Uint8Array, into: Float32Array, manifest: Manifest) => void;
  /** Boxes scored `keep` or above, best first, NMS done. Throws on numbers that are none. */
  readonly decode: (tensor: OutputTensor, manifest: Manifest, keep: number) => RawDetection[];
}

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

/** Rows and their length, checked against what the family expects. */
export function rowsOf(tensor: OutputTensor, length: number): number {
  const rows = tensor.data.length / length;
  if (tensor.dims.at(-1) !== length || !Number.isInteger(rows)) {
    throw new RangeError(
      `The model answered the shape ${tensor.dims.join(",")}, but rows of ${length} numbers are needed; correct its manifest`,
    );
  }
  return rows;
}
