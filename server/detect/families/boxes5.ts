/** Models whose graph ends in rows of x0, y0, x1, y1 in input pixels and a score; one class. */
import {
  checkedBox,
  checkedScore,
  type Family,
  preparePlanes,
  type RawDetection,
  rowsOf,
} from "../family.ts";
import { suppress } from "../nms.ts";

export const boxes5: Family = {
  rowLength: () => 5,
  prepare: preparePlanes,
  decode(tensor, manifest, keep) {
    const rows = rowsOf(tensor, 5);
    const label = manifest.classes[0]?.label ?? "person";
    const found: RawDetection[] = [];
    for (let row = 0; row < rows; row++) {
      const at = row * 5;
      const [x0, y0, x1, y1, raw] = tensor.data.subarray(at, at + 5) as unknown as [
        number,
        number,
        number,
        number,
        number,
      ];
      const score = checkedScore(raw, row);
      if (score >= keep) found.push({ label, score, box: checkedBox({ x0, y0, x1, y1 }, row) });
    }
    return suppress(found, manifest.nmsIou);
  },
};
