/**
 * Heads that tell each side of a box as a distribution over eight whole steps (generalised focal loss, arXiv
 * 2006.04388): what NanoDet, NanoDet-Plus and PicoDet have in common. Pure.
 */
import type { Size } from "../domain/units.ts";
import {
  checkedBox,
  checkedScore,
  floats,
  floatsOf,
  type OutputTensor,
  type Port,
  type RawDetection,
} from "./family.ts";
import type { Manifest } from "./manifest.ts";
import { suppress } from "./nms.ts";

const STEPS = 8;
/** Four sides of eight logits. */
export const SIDES = 4 * STEPS;

/** Numbers of one grid within an output: the first one of row 0, and how many a row takes. */
interface Rows {
  readonly data: Float32Array;
  readonly from: number;
  readonly length: number;
}

interface Grid {
  readonly stride: number;
  /** Where a cell's centre lies: its column or row times the stride, plus this many pixels. */
  readonly shift: number;
  readonly scores: Rows;
  readonly sides: Rows;
}

export function gridCells({ width, height }: Size, stride: number): number {
  return Math.ceil(width / stride) * Math.ceil(height / stride);
}

/** The mean step, after a softmax over the logits. */
function distance(data: Float32Array, at: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let step = 0; step < STEPS; step++) largest = Math.max(largest, data[at + step] as number);
  let [sum, weighted] = [0, 0];
  for (let step = 0; step < STEPS; step++) {
    const weight = Math.exp((data[at + step] as number) - largest);
    sum += weight;
    weighted += weight * step;
  }
  return weighted / sum;
}

/** The grid's boxes scored `keep` or above, before NMS. Throws on numbers that are none. */
export function decodeGrid(grid: Grid, manifest: Manifest, keep: number): RawDetection[] {
  const { stride, shift, scores, sides } = grid;
  const columns = Math.ceil(manifest.input.width / stride);
  const found: RawDetection[] = [];
  for (let row = 0; row < gridCells(manifest.input, stride); row++) {
    for (const { index, label } of manifest.classes) {
      const raw = scores.data[scores.from + row * scores.length + index] as number;
      const score = checkedScore(raw, row);
      if (score < keep) continue;
      const at = sides.from + row * sides.length;
      const [left, top, right, bottom] = [0, 1, 2, 3].map(
        (side) => distance(sides.data, at + side * STEPS) * stride,
      ) as [number, number, number, number];
      const [x, y] = [(row % columns) * stride + shift, Math.floor(row / columns) * stride + shift];
      const box = checkedBox({ x0: x - left, y0: y - top, x1: x + right, y1: y + bottom }, row);
      found.push({ label, score, box });
    }
  }
  return found;
}

/** The outputs of a family that tells scores and sides apart: a map of each for each grid, all scores first. */
export function mapPorts({ input, output }: Manifest, strides: readonly number[]): readonly Port[] {
  const maps = (length: number): Port[] =>
    strides.map((stride) => floats(1, gridCells(input, stride), length));
  return [...maps(output.classes), ...maps(SIDES)];
}

/** @param shift where a cell's centre lies within it, in pixels */
export function decodeMaps(
  tensors: readonly OutputTensor[],
  manifest: Manifest,
  keep: number,
  { strides, shift }: { readonly strides: readonly number[]; readonly shift: (stride: number) => number },
): RawDetection[] {
  const ports = mapPorts(manifest, strides);
  const maps = ports.map((port, i) => floatsOf(tensors[i], port));
  const found = strides.flatMap((stride, i) => {
    const scores = { data: maps[i] as Float32Array, from: 0, length: manifest.output.classes };
    const sides = { data: maps[strides.length + i] as Float32Array, from: 0, length: SIDES };
    return decodeGrid({ stride, shift: shift(stride), scores, sides }, manifest, keep);
  });
  return suppress(found, manifest.nmsIou);
}
