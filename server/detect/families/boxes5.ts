/** Models whose graph ends in rows of x0, y0, x1, y1 in input pixels and a score; one class. */
import {
  checkedBox,
  checkedScore,
  type Family,
  floats,
  floatsOf,
  preparePlanes,
  type RawDetection,
} from "../family.ts";
import { suppress } from "../nms.ts";

const ROWS = floats(1, undefined, 5);

export const boxes5: Family = {
  outputs: () => [ROWS],
  prepare: preparePlanes,
  decode([tensor], manifest, keep) {
    const data = floatsOf(tensor, ROWS);
    const label = manifest.classes[0]?.label ?? "person";
    const found: RawDetection[] = [];
    for (let row = 0; row < data.length / 5; row++) {
      const at = row * 5;
      const [x0, y0, x1, y1, raw] = data.subarray(at, at + 5) as unknown as [
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
