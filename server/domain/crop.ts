/**
 * The part of a camera's picture that is looked at: whoever could be in one of its zones is whole in it, and has more
 * of the model's pixels than in the whole picture. Only a measured floor tells how large people are, so that without
 * one the whole picture is looked at. Pure.
 */
import type { Polygon } from "./geometry.ts";
import { calibrate, type Ground, type GroundConfig, onFloor } from "./ground.ts";
import type { Box, CameraId, Point } from "./units.ts";

/**
 * What a person may take up around the foot point, in metres across the picture: two metres of height, which a camera
 * that looks down stretches by a quarter at most, and to each side a stride, arms, and the lean away from the middle.
 */
const ABOVE = 2.5;
const BESIDE = 1.1;
/** The widest of usual pictures: in a narrower one people take up less of its height. */
const WIDEST = 16 / 9;
/** A metre across is read off between points so far apart, as a share of the picture's width. */
const STEP = 0.01;
/** How far above the picture the horizon may lie, in its heights: a steeper camera does not tell how high people are. */
const STEEPEST = 0.25;
/** A zone counts feet so far outside of it, and a stop zone a body of which nearly half is above its lower edge. */
const AROUND = 0.04;
const BELOW = 0.6;
/** Feet that are lower than this, in heights of the picture, stand under the camera. */
const LOWEST = 3;

/** A metre across, as a share of the picture's width: a straight function of the place. */
interface Scale {
  /** In the middle of the lower edge. */
  readonly near: number;
  readonly perY: number;
  readonly perX: number;
}

function scaleOf(ground: Ground): Scale | undefined {
  const measured = (x: number, y: number): number => {
    const [a, b] = [onFloor(ground, [x - STEP / 2, y]), onFloor(ground, [x + STEP / 2, y])];
    return a === undefined || b === undefined ? Number.NaN : STEP / Math.hypot(a[0] - b[0], a[1] - b[1]);
  };
  const [left, right] = [measured(0, 1), measured(1, 1)];
  const near = (left + right) / 2;
  const perY = 2 * (near - measured(0.5, 0.5));
  const horizon = 1 - near / perY;
  return perY > 0 && horizon > -STEEPEST ? { near, perY, perX: right - left } : undefined;
}

const across = ({ near, perY, perX }: Scale, [x, y]: Point): number =>
  Math.max(0, near + perY * (y - 1) + perX * (x - 0.5));

const height = (scale: Scale, foot: Point): number => ABOVE * WIDEST * across(scale, foot);

/** The lowest feet of a body that may count in a zone with this lower edge: the nearer the feet, the larger the body. */
function lowestFeet(scale: Scale, line: number, x: number, isStop: boolean): number {
  // At the edge of the picture nobody's feet are seen.
  if (line >= 1) return LOWEST;
  if (!isStop) return line;
  const grows = BELOW * ABOVE * WIDEST * scale.perY;
  return grows < 1 ? Math.min(LOWEST, line + (BELOW * height(scale, [x, line])) / (1 - grows)) : LOWEST;
}

/** Where bodies are that could count in the zone, also where that is beyond the picture. */
function around(polygon: Polygon, isStop: boolean, scale: Scale): Box {
  const [xs, ys] = [polygon.map(([x]) => x), polygon.map(([, y]) => y)];
  const [x0, x1] = [Math.min(...xs) - AROUND, Math.max(...xs) + AROUND];
  const [top, line] = [Math.min(...ys) - AROUND, Math.max(...ys) + AROUND];
  const y1 = Math.max(...[x0, x1].map((x) => lowestFeet(scale, line, x, isStop)));
  const beside = BESIDE * Math.max(across(scale, [x0, y1]), across(scale, [x1, y1]));
  const heads = [x0, x1].flatMap((x) => [top, y1].map((y) => y - height(scale, [x, y])));
  return { x0: x0 - beside, x1: x1 + beside, y0: Math.min(...heads), y1 };
}

/** Undefined where the whole picture is looked at. */
export function cropOf(
  { id, ground }: { readonly id: CameraId; readonly ground?: GroundConfig | undefined },
  zones: readonly { readonly camera: CameraId; readonly kind: string; readonly polygon: Polygon }[],
): Box | undefined {
  const guarded = zones.filter(({ camera, kind }) => camera === id && kind !== "mask");
  const scale = ground === undefined ? undefined : scaleOf(calibrate(ground));
  if (scale === undefined || guarded.length === 0) return undefined;
  const parts = guarded.map(({ polygon, kind }) => around(polygon, kind === "stop", scale));
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  return {
    x0: cut(Math.min(...parts.map(({ x0 }) => x0))),
    y0: cut(Math.min(...parts.map(({ y0 }) => y0))),
    x1: cut(Math.max(...parts.map(({ x1 }) => x1))),
    y1: cut(Math.max(...parts.map(({ y1 }) => y1))),
  };
}
