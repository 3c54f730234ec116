/**
 * RT-DETR and D-FINE as their Hugging Face exports answer: class logits, and boxes of cx, cy, w, h in 0..1 of the
 * input, one row for each query. The model was taught not to tell a person twice: nothing is left to suppress.
 */
import {
  centred,
  checkedBox,
  checkedScore,
  type Family,
  floats,
  floatsOf,
  preparePlanes,
  type RawDetection,
} from "../family.ts";
import { ranked } from "../nms.ts";

export const detr: Family = {
  outputs: ({ output }) => [floats(1, undefined, output.classes), floats(1, undefined, 4)],
  prepare: preparePlanes,
  decode([logits, boxes], manifest, keep) {
    const { classes } = manifest.output;
    const scores = floatsOf(logits, floats(1, undefined, classes));
    const rows = scores.length / classes;
    const sides = floatsOf(boxes, floats(1, rows, 4));
    const { width, height } = manifest.input;
    const found: RawDetection[] = [];
    for (let row = 0; row < rows; row++) {
      for (const { index, label } of manifest.classes) {
        const score = checkedScore(1 / (1 + Math.exp(-(scores[row * classes + index] as number))), row);
        if (score < keep) continue;
        const [x, y, w, h] = sides.subarray(row * 4, row * 4 + 4) as unknown as [
          number,
          number,
          number,
          number,
        ];
        const box = centred(x * width, y * height, w * width, h * height);
        found.push({ label, score, box: checkedBox(box, row) });
      }
    }
    return ranked(found);
  },
};
