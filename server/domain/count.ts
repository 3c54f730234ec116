/** How many people are in a zone that only counts. It decides nothing. */
import type { Detection } from "./eye.ts";
import { contains, footPoint, type Polygon } from "./geometry.ts";
import type { Box, CameraId, ZoneId } from "./units.ts";
import { isMasked, isPerson, isTall } from "./zone.ts";

export interface CountRule {
  readonly id: ZoneId;
  readonly camera: CameraId;
  readonly name: string;
  readonly polygon: Polygon;
  readonly masks: readonly Polygon[];
  readonly minHeight: number;
  readonly threshold: number;
}

/** Frames whose middle figure counts, so that nobody vanishes who is missed in two of them. */
const FRAMES = 5;
/** Two boxes of one body: this much of the smaller one lies in the other. */
const ONE_BODY_SHARE = 0.6;

export function isOneBody(a: Box, b: Box): boolean {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  const smaller = Math.min((a.x1 - a.x0) * (a.y1 - a.y0), (b.x1 - b.x0) * (b.y1 - b.y0));
  return width > 0 && height > 0 && width * height >= ONE_BODY_SHARE * smaller;
}

/** Whether this detection is a person whose feet are in the zone. */
export function isCounted(rule: CountRule, { label, score, box }: Detection): boolean {
  return (
    isPerson(label) &&
    score >= rule.threshold &&
    isTall(rule.minHeight, box) &&
    !isMasked(rule.masks, box) &&
    contains(rule.polygon, footPoint(box))
  );
}

/** People in the newest frames after one more, newest first. */
export function observeCount(
  counts: readonly number[],
  rule: CountRule,
  detections: readonly Detection[],
): readonly number[] {
  const inside = detections.filter((detection) => isCounted(rule, detection));
  const bodies = inside.filter(
    ({ box }, i) => !inside.slice(0, i).some((other) => isOneBody(box, other.box)),
  );
  return [bodies.length, ...counts].slice(0, FRAMES);
}

/** The middle of the newest frames' figures; undefined before the first. */
export function peopleIn(counts: readonly number[]): number | undefined {
  return counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)];
}
