/**
 * YOLOX as its authors export it (arXiv 2107.08430): rows of x, y, w, h as the heads say them, objectness and
 * class scores, sigmoids done; the grids of stride 8, 16 and 32 one after the other.
 */
import {
  checkedBox,
  checkedScore,
  type Family,
  preparePlanes,
  type RawDetection,
  rowsOf,
} from "../family.ts";
import { suppress } from "../nms.ts";

const STRIDES = [8, 16, 32] as const;

export const yolox: Family = {
  rowLength: (manifest) => 5 + manifest.output.classes,
  prepare: preparePlanes,
  decode(tensor, manifest, keep) {
    const length = 5 + manifest.output.classes;
    const rows = rowsOf(tensor, length);
    const { width, height } = manifest.input;
    const expected = STRIDES.reduce((sum, stride) => sum + (width / stride) * (height / stride), 0);
    if (rows !== expected) {
      throw new RangeError(
        `The model answered ${rows} rows, but ${width}x${height} needs ${expected}; correct its manifest`,
      );
    }
    const { data } = tensor;
    const found: RawDetection[] = [];
    let row = 0;
    for (const stride of STRIDES) {
      const columns = width / stride;
      for (let cell = 0; cell < columns * (height / stride); cell++, row++) {
        const at = row * length;
        const objectness = checkedScore(data[at + 4] as number, row);
        for (const { index, label } of manifest.classes) {
          const score = objectness * checkedScore(data[at + 5 + index] as number, row);
          if (score < keep) continue;
          const cx = ((data[at] as number) + (cell % columns)) * stride;
          const cy = ((data[at + 1] as number) + Math.floor(cell / columns)) * stride;
          const w = Math.exp(data[at + 2] as number) * stride;
          const h = Math.exp(data[at + 3] as number) * stride;
          const box = checkedBox({ x0: cx - w / 2, y0: cy - h / 2, x1: cx + w / 2, y1: cy + h / 2 }, row);
          found.push({ label, score, box });
        }
      }
    }
    return suppress(found, manifest.nmsIou);
  },
};
