/**
 * D-FINE, RT-DETR and DEIM as their authors export them: classes, boxes in pixels of the size they are told, and
 * scores, best ones first and one for each person. Nothing is left to suppress.
 */
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

const SCORES = floats(1, undefined);

export const dfine: Family = {
  outputs: () => [wholes(1, undefined), floats(1, undefined, 4), SCORES],
  furtherInputs: ({ input }) => ({ orig_target_sizes: [input.width, input.height] }),
  prepare: preparePlanes,
  decode([classes, boxes, scores], manifest, keep) {
    const told = floatsOf(scores, SCORES);
    const places = wholesOf(classes, wholes(1, told.length));
    const sides = floatsOf(boxes, floats(1, told.length, 4));
    const found: RawDetection[] = [];
    for (const [row, place] of places.entries()) {
      const score = checkedScore(told[row] as number, row);
      const label = labelOf(manifest, place);
      if (label === undefined || score < keep) continue;
      const [x0, y0, x1, y1] = sides.subarray(row * 4, row * 4 + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      found.push({ label, score, box: checkedBox({ x0, y0, x1, y1 }, row) });
    }
    return ranked(found);
  },
};
