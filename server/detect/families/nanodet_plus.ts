/** NanoDet-Plus: the grids one after the other, a row holds class scores (sigmoids done) and the four sides. */
import { decodeGrid, gridCells, SIDES } from "../distribution.ts";
import { type Family, floats, floatsOf, type Port, preparePlanes } from "../family.ts";
import type { Manifest } from "../manifest.ts";
import { suppress } from "../nms.ts";

const STRIDES = [8, 16, 32, 64];

function rows({ input, output }: Manifest): Port {
  const cells = STRIDES.reduce((sum, stride) => sum + gridCells(input, stride), 0);
  return floats(1, cells, output.classes + SIDES);
}

export const nanodetPlus: Family = {
  outputs: (manifest) => [rows(manifest)],
  prepare: preparePlanes,
  decode([tensor], manifest, keep) {
    const data = floatsOf(tensor, rows(manifest));
    const { classes } = manifest.output;
    const length = classes + SIDES;
    let from = 0;
    const found = STRIDES.flatMap((stride) => {
      const grid = {
        stride,
        shift: 0,
        scores: { data, from, length },
        sides: { data, from: from + classes, length },
      };
      from += gridCells(manifest.input, stride) * length;
      return decodeGrid(grid, manifest, keep);
    });
    return suppress(found, manifest.nmsIou);
  },
};
