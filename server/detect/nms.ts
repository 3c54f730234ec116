/** Non-maximum suppression: of boxes that overlap, the best one stays. Greedy, per label. */
import { iou } from "../domain/geometry.ts";
import type { RawDetection } from "./family.ts";

/** More than this never stand in one picture; it bounds the work on a model gone wild. */
const MAX_CANDIDATES = 300;

/** Best first, and no more than can be people: for models that suppress by themselves. */
export function ranked(detections: readonly RawDetection[]): RawDetection[] {
  return [...detections].sort((a, b) => b.score - a.score).slice(0, MAX_CANDIDATES);
}

/** The detections that stay, best first. @param limit boxes with a larger overlap than this are one */
export function suppress(detections: readonly RawDetection[], limit: number): RawDetection[] {
  const kept: RawDetection[] = [];
  for (const each of ranked(detections)) {
    if (!kept.some((better) => better.label === each.label && iou(better.box, each.box) > limit))
      kept.push(each);
  }
  return kept;
}
