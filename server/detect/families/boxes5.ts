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
      // Two thousand rows in every answer, and a box in hardly any: no more is read of a row than its score.
      const score = checkedScore(data[at + 4] as number, row);
      if (score < keep) continue;
      const [x0, y0, x1, y1] = data.subarray(at, at + 4) as unknown as [number, number, number, number];
      found.push({ label, score, box: checkedBox({ x0, y0, x1, y1 }, row) });
    }
    return suppress(found, manifest.nmsIou);
  },
};
