import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RawDetection } from "../../../server/detect/family.ts";
import { suppress } from "../../../server/detect/nms.ts";
import { iou } from "../../../server/domain/geometry.ts";

const at = (x: number, score: number, label = "person"): RawDetection => ({
  label,
  score,
  box: { x0: x, y0: 0, x1: x + 10, y1: 10 },
});

test("of two boxes over the limit the better one stays, whatever their order", () => {
  // Shifted by 2 of 10: overlap 8/12 = 0.667. Shifted by 3: 7/13 = 0.538.
  assert.deepEqual(suppress([at(0, 0.5), at(2, 0.9)], 0.6), [at(2, 0.9)]);
  assert.deepEqual(suppress([at(0, 0.5), at(3, 0.9)], 0.6), [at(3, 0.9), at(0, 0.5)]);
});

test("a suppressed box suppresses nobody", () => {
  // 0 and 2 are one, 2 and 4 would be one, 0 and 4 are two.
  assert.deepEqual(suppress([at(0, 0.9), at(2, 0.8), at(4, 0.7)], 0.6), [at(0, 0.9), at(4, 0.7)]);
});

test("labels do not suppress each other", () => {
  assert.equal(suppress([at(0, 0.9), at(0, 0.8, "cart")], 0.6).length, 2);
});

test("what stays is ranked, a part of what came, and apart from each other", () => {
  const detection = fc
    .record({ x: fc.integer({ min: 0, max: 40 }), score: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ x, score }) => at(x, score));
  fc.assert(
    fc.property(fc.array(detection, { maxLength: 60 }), (detections) => {
      const kept = suppress(detections, 0.5);
      const apart = kept.every((a, i) =>
        kept.slice(i + 1).every((b) => iou(a.box, b.box) <= 0.5 && a.score >= b.score),
      );
      const covered = detections.every((a) =>
        kept.some((b) => b === a || (iou(a.box, b.box) > 0.5 && b.score >= a.score)),
      );
      return apart && covered && kept.every((each) => detections.includes(each));
    }),
  );
});
