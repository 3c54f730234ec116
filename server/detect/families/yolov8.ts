/** YOLOv8's kind of head: for each box a column of cx, cy, w, h in input pixels and the class scores; no objectness. */
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

function columns({ output }: Manifest): Port {
  return floats(1, 4 + output.classes, undefined);
}

export const yolov8: Family = {
  outputs: (manifest) => [columns(manifest)],
  prepare: preparePlanes,
  decode([tensor], manifest, keep) {
    const data = floatsOf(tensor, columns(manifest));
    const count = data.length / (4 + manifest.output.classes);
    const at = (line: number, column: number): number => data[line * count + column] as number;
    const found: RawDetection[] = [];
    for (const { index, label } of manifest.classes) {
      for (let column = 0; column < count; column++) {
        const score = checkedScore(at(4 + index, column), column);
        if (score < keep) continue;
        const box = centred(at(0, column), at(1, column), at(2, column), at(3, column));
        found.push({ label, score, box: checkedBox(box, column) });
      }
    }
    return suppress(found, manifest.nmsIou);
  },
};
