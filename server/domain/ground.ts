/**
 * Where points of the picture lie on the floor: a homography from four floor points whose distances somebody has
 * measured with a tape. It knows nothing of the lens: near the picture's edges it errs by what the lens bends.
 */
import { type Polygon, polygonArea } from "./geometry.ts";
import type { Point } from "./units.ts";

/** Four points of the floor, in order around, and the tape's lengths between them in metres. */
export interface GroundConfig {
  readonly points: readonly Point[];
  /** From each point to the next, the last one back to the first. */
  readonly sides: readonly number[];
  /** From the first point to the third. */
  readonly diagonal: number;
}

/** Nine numbers, row by row. */
type Matrix = readonly number[];

export interface Ground {
  /** Floor coordinates in metres: the first point is the origin, the first side lies on the x axis. */
  readonly toFloor: Matrix;
  readonly toPicture: Matrix;
  /** The four points on the floor. */
  readonly corners: Polygon;
}

/** A finger errs by about half a per cent of the picture; four times that must not reach the next line. */
const NEAREST_LINE = 0.02;
const NEAREST_LINE_SHARE = 0.05;
const MIN_AREA = 0.005;
/** Nearer to the horizon a single pixel is worth metres: there is no floor to speak of. */
const HORIZON = 0.02;
/** Of the farthest of the four points' distance from the camera: nearer, lines of the floor leave the picture for good. */
const UNDERFOOT = 0.02;

function cross([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

const corner = (points: Polygon, i: number): Point => points[i % 4] as Point;

/** Of every three of the four points, how far the middle one of the worst three is from the line of the others. */
function flattest(points: Polygon): number {
  const heights = [0, 1, 2, 3].map((left) => {
    const [a, b, c] = [1, 2, 3].map((step) => corner(points, left + step)) as [Point, Point, Point];
    const longest = Math.max(distance(a, b), distance(b, c), distance(c, a));
    return longest === 0 ? 0 : Math.abs(cross(a, b, c)) / longest;
  });
  return Math.min(...heights);
}

function isConvex(points: Polygon): boolean {
  const turns = [0, 1, 2, 3].map((i) =>
    cross(corner(points, i), corner(points, i + 1), corner(points, i + 2)),
  );
  return turns.every((turn) => turn > 0) || turns.every((turn) => turn < 0);
}

export function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(bx - ax, by - ay);
}

/** The four points on the floor by their lengths; undefined where these make no quadrilateral. */
function cornersOf({ sides, diagonal }: GroundConfig): Polygon | undefined {
  const [ab = 0, bc = 0, cd = 0, da = 0] = sides;
  const cx = (ab * ab + diagonal * diagonal - bc * bc) / (2 * ab);
  const cy2 = diagonal * diagonal - cx * cx;
  const along = (da * da + diagonal * diagonal - cd * cd) / (2 * diagonal);
  const off2 = da * da - along * along;
  if (!(cy2 > 0 && off2 > 0)) return undefined;
  const cy = Math.sqrt(cy2);
  const off = Math.sqrt(off2);
  const [ux, uy] = [cx / diagonal, cy / diagonal];
  // The second point lies on one side of the diagonal, the fourth on the other.
  const d: Point = [along * ux - off * uy, along * uy + off * ux];
  // Mirrored where the picture's points run the other way round, which changes no distance.
  return [[0, 0], [ab, 0], [cx, cy], d];
}

/** What is wrong with a calibration, one sentence after its member's name; undefined where nothing is. */
export function groundFault(
  config: GroundConfig,
): { readonly member: string; readonly message: string } | undefined {
  const { points } = config;
  if (!isConvex(points))
    return {
      member: "points",
      message: "must be four corners in order around, none of them inside the others",
    };
  if (flattest(points) < NEAREST_LINE || polygonArea(points) < MIN_AREA)
    return {
      member: "points",
      message: "lie too near to each other or to one line; choose four that are further apart in the picture",
    };
  const corners = cornersOf(config);
  if (corners === undefined)
    return { member: "sides", message: "and the diagonal make no triangles; measure them again" };
  if (!isConvex(corners) || flattest(corners) < NEAREST_LINE_SHARE * config.diagonal)
    return {
      member: "sides",
      message: "and the diagonal give four points of which three lie almost on one line; measure them again",
    };
  return undefined;
}

/** From the unit square to four points (Heckbert, "Fundamentals of Texture Mapping", 1989). */
function fromSquare(points: Polygon): Matrix {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = points as readonly [Point, Point, Point, Point];
  const [dx1, dx2, dx3] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, dy3] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const by = dx1 * dy2 - dy1 * dx2;
  const g = (dx3 * dy2 - dy3 * dx2) / by;
  const h = (dx1 * dy3 - dy1 * dx3) / by;
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1];
}

/** The inverse but for a factor, which homographies do not have. */
function adjugate(m: Matrix): Matrix {
  const [a, b, c, d, e, f, g, h, i] = m as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return [
    ...[e * i - f * h, c * h - b * i, b * f - c * e],
    ...[f * g - d * i, a * i - c * g, c * d - a * f],
    ...[d * h - e * g, b * g - a * h, a * e - b * d],
  ];
}

function times(m: Matrix, n: Matrix): Matrix {
  return Array.from({ length: 9 }, (_, at) => {
    const [row, column] = [Math.floor(at / 3) * 3, at % 3];
    return [0, 1, 2].reduce((sum, k) => sum + (m[row + k] ?? 0) * (n[k * 3 + column] ?? 0), 0);
  });
}

function weight(m: Matrix, [x, y]: Point): number {
  return (m[6] ?? 0) * x + (m[7] ?? 0) * y + (m[8] ?? 0);
}

function apply(m: Matrix, [x, y]: Point): Point {
  const w = weight(m, [x, y]);
  return [
    ((m[0] ?? 0) * x + (m[1] ?? 0) * y + (m[2] ?? 0)) / w,
    ((m[3] ?? 0) * x + (m[4] ?? 0) * y + (m[5] ?? 0)) / w,
  ];
}

/** Scaled so that of the four points the one that weighs most weighs 1. */
function scaled(m: Matrix, points: Polygon): Matrix {
  const weights = points.map((point) => weight(m, point));
  const largest = weights.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return m.map((value) => value / largest);
}

/** @param config one that `groundFault` has nothing against */
export function calibrate(config: GroundConfig): Ground {
  const { points } = config;
  const corners = cornersOf(config) ?? points;
  const [picture, floor] = [fromSquare(points), fromSquare(corners)];
  return {
    toFloor: scaled(times(floor, adjugate(picture)), points),
    toPicture: scaled(times(picture, adjugate(floor)), corners),
    corners,
  };
}

/** The point's place on the floor in metres; undefined at the horizon and beyond. */
export function onFloor({ toFloor }: Ground, point: Point): Point | undefined {
  return weight(toFloor, point) < HORIZON ? undefined : apply(toFloor, point);
}

/** The floor point's place in the picture, which may be outside of it; undefined behind the camera. */
export function inPicture({ toPicture }: Ground, point: Point): Point | undefined {
  return weight(toPicture, point) < UNDERFOOT ? undefined : apply(toPicture, point);
}

/** The part of a side that lies on the floor this side of the horizon, in metres. */
function sideOnFloor(ground: Ground, from: Point, to: Point): readonly [Point, Point] | undefined {
  const [w0, w1] = [weight(ground.toFloor, from), weight(ground.toFloor, to)];
  if (w0 < HORIZON && w1 < HORIZON) return undefined;
  const at = (HORIZON - w0) / (w1 - w0);
  const cut: Point = [from[0] + at * (to[0] - from[0]), from[1] + at * (to[1] - from[1])];
  const [start, end] = [w0 < HORIZON ? cut : from, w1 < HORIZON ? cut : to];
  return [apply(ground.toFloor, start), apply(ground.toFloor, end)];
}

/** How near the border of the polygon comes to the point, in metres on the floor; undefined where it cannot be told. */
export function borderDistance(ground: Ground, polygon: Polygon, point: Point): number | undefined {
  const place = onFloor(ground, point);
  if (place === undefined) return undefined;
  const distances = polygon.flatMap((from, i): number[] => {
    const side = sideOnFloor(ground, from, polygon[(i + 1) % polygon.length] as Point);
    return side === undefined ? [] : [toSegment(place, ...side)];
  });
  return distances.length === 0 ? undefined : Math.min(...distances);
}

function toSegment(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2;
  const t = Math.max(0, Math.min(1, along));
  return distance(point, [a[0] + t * dx, a[1] + t * dy]);
}

/** A line of the floor at so many metres along one of the axes, as it runs through the picture. */
export interface GridLine {
  readonly axis: "x" | "y";
  readonly metres: number;
  readonly from: Point;
  readonly to: Point;
}

export interface Grid {
  /** Metres between two lines. */
  readonly step: number;
  readonly lines: readonly GridLine[];
}

const STEPS = [0.5, 1, 2, 5, 10, 20, 50] as const;
const LINES_PER_AXIS = 20;

/** Lines over the floor, as far around the four points as these are apart; further out nobody has measured. */
export function gridOf(ground: Ground): Grid {
  const reach = [0, 1].map((axis) => {
    const values = ground.corners.map((point) => point[axis] as number);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return { low: low - (high - low), high: high + (high - low) };
  }) as [{ low: number; high: number }, { low: number; high: number }];
  const widest = Math.max(...reach.map(({ low, high }) => high - low));
  const step = STEPS.find((metres) => widest / metres <= LINES_PER_AXIS) ?? 100;
  const [x, y] = reach;
  const lineAt = (axis: "x" | "y", metres: number): GridLine[] => {
    const ends: readonly [Point, Point] =
      axis === "x"
        ? [
            [metres, y.low],
            [metres, y.high],
          ]
        : [
            [x.low, metres],
            [x.high, metres],
          ];
    const seen = lineInPicture(ground, ...ends);
    return seen === undefined ? [] : [{ axis, metres, from: seen[0], to: seen[1] }];
  };
  const marks = ({ low, high }: { low: number; high: number }): number[] => {
    const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
    return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  };
  return {
    step,
    lines: [...marks(x).flatMap((m) => lineAt("x", m)), ...marks(y).flatMap((m) => lineAt("y", m))],
  };
}

/** The part of a floor line that is in front of the camera and in the picture. */
function lineInPicture(ground: Ground, a: Point, b: Point): readonly [Point, Point] | undefined {
  const [w0, w1] = [weight(ground.toPicture, a), weight(ground.toPicture, b)];
  // What is under the camera weighs nothing, what is behind it less.
  if (w0 < UNDERFOOT && w1 < UNDERFOOT) return undefined;
  const at = (UNDERFOOT - w0) / (w1 - w0);
  const cut: Point = [a[0] + at * (b[0] - a[0]), a[1] + at * (b[1] - a[1])];
  const from = apply(ground.toPicture, w0 < UNDERFOOT ? cut : a);
  const to = apply(ground.toPicture, w1 < UNDERFOOT ? cut : b);
  return inUnitSquare(from, to);
}

/** The part of a segment inside the picture (Liang and Barsky, 1984). */
function inUnitSquare(from: Point, to: Point): readonly [Point, Point] | undefined {
  let [enter, leave] = [0, 1];
  for (const axis of [0, 1] as const) {
    const delta = to[axis] - from[axis];
    for (const [p, q] of [
      [-delta, from[axis]],
      [delta, 1 - from[axis]],
    ] as const) {
      if (p === 0 && q < 0) return undefined;
      if (p < 0) enter = Math.max(enter, q / p);
      if (p > 0) leave = Math.min(leave, q / p);
    }
  }
  const at = (t: number): Point => [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
  return enter < leave ? [at(enter), at(leave)] : undefined;
}
