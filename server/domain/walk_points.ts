/**
 * Where a person stands in the walk test of a zone: three to five points, spread over it and away from its border.
 * The same polygon always gives the same points.
 */
import { distanceToBorder, type Polygon } from "./geometry.ts";
import type { Point } from "./units.ts";

const FEWEST = 3;
const MOST = 5;
/** A fourth and a fifth point must be so far from the others, as a share of the picture. */
const APART = 0.1;
/** The foot point trembles by 0.02 of the picture: nearer to the border it would say little. */
const FROM_BORDER = 0.03;
/** Lines across the zone, each way, on which points are looked for. */
const LINES = 48;
const ON_A_LINE = 8;
/** A foot point so near has reached its point; less where two points are near each other. */
const REACH = 0.06;
const LEAST_REACH = 0.02;

interface Candidate {
  readonly point: Point;
  readonly border: number;
}

export function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}

/** The point farthest from the middle, then each time the one that is farthest from those before. */
export function walkPoints(polygon: Polygon): readonly Point[] {
  const all = [...candidates(polygon, 0), ...candidates(polygon, 1)];
  const deepest = best(all, ({ border }) => border);
  const inner = all.filter(({ border }) => border >= Math.min(FROM_BORDER, deepest.border / 2));
  const points = [best(inner, ({ point }) => distance(point, deepest.point)).point];
  while (points.length < MOST) {
    const apart = ({ point }: Candidate): number =>
      Math.min(...points.map((other) => distance(point, other)));
    const next = best(inner, apart);
    if (points.length >= FEWEST && apart(next) < APART) break;
    points.push(next.point);
  }
  return points;
}

/** How near to a point a foot point must come. No place counts for two points. */
export function reachOf(points: readonly Point[]): number {
  const nearest = Math.min(
    ...points.flatMap((one, i) => points.slice(i + 1).map((other) => distance(one, other))),
  );
  return Math.max(LEAST_REACH, Math.min(REACH, nearest / 2));
}

function best(all: readonly Candidate[], value: (one: Candidate) => number): Candidate {
  return all.reduce((found, one) => (value(one) > value(found) ? one : found));
}

/** Points inside, on lines along one axis: a sliver that no grid would meet is met by them. */
function candidates(polygon: Polygon, axis: 0 | 1): Candidate[] {
  const other = axis === 0 ? 1 : 0;
  const values = polygon.map((corner) => corner[axis]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return Array.from({ length: LINES }, (_, i) => low + ((i + 0.5) / LINES) * (high - low)).flatMap((at) =>
    insides(polygon, axis, at).flatMap(([from, to]) =>
      Array.from({ length: ON_A_LINE }, (_, i): Candidate => {
        const along = from + ((i + 0.5) / ON_A_LINE) * (to - from);
        const point: Point = other === 0 ? [along, at] : [at, along];
        return { point, border: distanceToBorder(polygon, point) };
      }),
    ),
  );
}

/** The parts of the line that are inside the polygon. */
function insides(polygon: Polygon, axis: 0 | 1, at: number): (readonly [from: number, to: number])[] {
  const other = axis === 0 ? 1 : 0;
  const crossings = polygon.flatMap((a, i): number[] => {
    const b = polygon[(i + 1) % polygon.length] as Point;
    if (a[axis] > at === b[axis] > at) return [];
    return [a[other] + ((at - a[axis]) / (b[axis] - a[axis])) * (b[other] - a[other])];
  });
  const sorted = crossings.sort((a, b) => a - b);
  return sorted.flatMap((from, i) => (i % 2 === 0 ? [[from, sorted[i + 1] ?? from] as const] : []));
}
