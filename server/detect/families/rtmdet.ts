/** RTMDet as MMDeploy exports it: rows of x0, y0, x1, y1 in input pixels and a score, NMS done, and a class for each. */
import {
  checkedBox,
  checkedScore,
  type Family,
  floats,
  floatsOf,
  labelOf,
  preparePlanes,
  type RawDetection,
  wholes,
  wholesOf,
} from "../family.ts";
import { ranked } from "../nms.ts";

const ROWS = floats(1, undefined, 5);

export const rtmdet: Family = {
  outputs: () => [ROWS, wholes(1, undefined)],
  prepare: preparePlanes,
  decode([boxes, classes], manifest, keep) {
    const data = floatsOf(boxes, ROWS);
    const places = wholesOf(classes, wholes(1, data.length / 5));
    const found: RawDetection[] = [];
    for (const [row, place] of places.entries()) {
      const [x0, y0, x1, y1, raw] = data.subarray(row * 5, row * 5 + 5) as unknown as [
        number,
        number,
        number,
        number,
        number,
      ];
      const score = checkedScore(raw, row);
      const label = labelOf(manifest, place);
      if (label === undefined || score < keep) continue;
      found.push({ label, score, box: checkedBox({ x0, y0, x1, y1 }, row) });
    }
    return ranked(found);
  },
};
