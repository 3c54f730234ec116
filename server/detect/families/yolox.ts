/**
 * YOLOX as its authors export it (arXiv 2107.08430): rows of x, y, w, h as the heads say them, objectness and
 * class scores, sigmoids done; the grids of stride 8, 16 and 32 one after the other.
 */
import {
  centred,
  checkedBox,
  checkedScore,
  type Family,
  floats,
  floatsOf,
  type Port,
  preparePlanes,
  type RawDetection,
} from "../family.ts";
import type { Manifest } from "../manifest.ts";
import { suppress } from "../nms.ts";

const STRIDES = [8, 16, 32];

function rows({ input, output }: Manifest): Port {
  const cells = STRIDES.reduce((sum, stride) => sum + (input.width / stride) * (input.height / stride), 0);
  return floats(1, cells, 5 + output.classes);
}

export const yolox: Family = {
  outputs: (manifest) => [rows(manifest)],
  prepare: preparePlanes,
  decode([tensor], manifest, keep) {
    const data = floatsOf(tensor, rows(manifest));
    const length = 5 + manifest.output.classes;
    const { width, height } = manifest.input;
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
          found.push({ label, score, box: checkedBox(centred(cx, cy, w, h), row) });
        }
      }
    }
    return suppress(found, manifest.nmsIou);
  },
};
