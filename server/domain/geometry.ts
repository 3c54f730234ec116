/** Polygons and boxes in picture coordinates (0..1, origin top left). Pure functions. */
import type { Box, Point } from "./units.ts";

export type Polygon = readonly Point[];

/** Twice the signed area; positive when the points run clockwise on the screen. */
function doubleArea(polygon: Polygon): number {
  let sum = 0;
  for (let i = 0; i < polygon.length; i++) {
    const [x0, y0] = polygon[i] as Point;
    const [x1, y1] = polygon[(i + 1) % polygon.length] as Point;
    sum += x0 * y1 - x1 * y0;
  }
  return sum;
}

/** Share of the picture that the polygon covers, 0..1. */
export function polygonArea(polygon: Polygon): number {
  return Math.abs(doubleArea(polygon)) / 2;
}

function cross(a: Point, b: Point, c: Point): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

function segmentsCross(a: Point, b: Point, c: Point, d: Point): boolean {
  const onSegment = (p: Point, q: Point, r: Point): boolean =>
    Math.min(p[0], q[0]) <= r[0] &&
    r[0] <= Math.max(p[0], q[0]) &&
    Math.min(p[1], q[1]) <= r[1] &&
    r[1] <= Math.max(p[1], q[1]);
  const d1 = cross(c, d, a);
  const d2 = cross(c, d, b);
  const d3 = cross(a, b, c);
  const d4 = cross(a, b, d);
  if (d1 * d2 < 0 && d3 * d4 < 0) return true;
  return (
    (d1 === 0 && onSegment(c, d, a)) ||
    (d2 === 0 && onSegment(c, d, b)) ||
    (d3 === 0 && onSegment(a, b, c)) ||
    (d4 === 0 && onSegment(a, b, d))
  );
}

/** Whether no two sides that are not neighbours touch. */
export function isSimple(polygon: Polygon): boolean {
  const n = polygon.length;
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      if (i === 0 && j === n - 1) continue;
      const [a, b] = [polygon[i] as Point, polygon[(i + 1) % n] as Point];
      const [c, d] = [polygon[j] as Point, polygon[(j + 1) % n] as Point];
      if (segmentsCross(a, b, c, d)) return false;
    }
  }
  return true;
}

/** Whether the two share a point: sides that touch or cross, or one inside the other. */
export function meet(one: Polygon, other: Polygon): boolean {
  const sides = (polygon: Polygon): (readonly [Point, Point])[] =>
    polygon.map((from, i) => [from, polygon[(i + 1) % polygon.length] as Point]);
  const [a, b] = [one[0], other[0]];
  if (a === undefined || b === undefined) return false;
  if (contains(other, a) || contains(one, b)) return true;
  return sides(one).some(([p, q]) => sides(other).some(([r, s]) => segmentsCross(p, q, r, s)));
}

function distanceToSegment([px, py]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length2));
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}

/** How far the point is from the polygon's border, inside or outside. */
export function distanceToBorder(polygon: Polygon, point: Point): number {
  return Math.min(
    ...polygon.map((a, i) => distanceToSegment(point, a, polygon[(i + 1) % polygon.length] as Point)),
  );
}

/**
 * Whether the point lies in the polygon or at most `margin` outside its border.
 * @param margin 0..1 of the picture; 0 means exactly the polygon
 */
export function contains(polygon: Polygon, point: Point, margin = 0): boolean {
  const [x, y] = point;
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [xi, yi] = polygon[i] as Point;
    const [xj, yj] = polygon[j] as Point;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  if (inside) return true;
  return polygon.some((a, i) => {
    const b = polygon[(i + 1) % polygon.length] as Point;
    return distanceToSegment(point, a, b) <= margin;
  });
}

/** The polygon's part inside the box (Sutherland and Hodgman, 1974); its area is right for any simple polygon. */
export function clipToBox(polygon: Polygon, box: Box): Polygon {
  const sides: readonly { readonly axis: 0 | 1; readonly limit: number; readonly sign: 1 | -1 }[] = [
    { axis: 0, limit: box.x0, sign: 1 },
    { axis: 0, limit: box.x1, sign: -1 },
    { axis: 1, limit: box.y0, sign: 1 },
    { axis: 1, limit: box.y1, sign: -1 },
  ];
  let points: Polygon = polygon;
  for (const { axis, limit, sign } of sides) {
    const kept: Point[] = [];
    points.forEach((to, i) => {
      const from = points[(i + points.length - 1) % points.length] as Point;
      const [a, b] = [(from[axis] - limit) * sign, (to[axis] - limit) * sign];
      if (a >= 0 !== b >= 0) {
        const t = a / (a - b);
        kept.push([from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])]);
      }
      if (b >= 0) kept.push(to);
    });
    points = kept;
    if (points.length === 0) break;
  }
  return points;
}

/** Share of the box that the polygon covers, 0..1; a box without area has none. */
export function overlapOfBox(polygon: Polygon, box: Box): number {
  const area = (box.x1 - box.x0) * (box.y1 - box.y0);
  return area > 0 ? Math.min(1, polygonArea(clipToBox(polygon, box)) / area) : 0;
}

/** Where a person stands: the middle of the box's lower edge. Right for floor zones seen from above. */
export function footPoint(box: Box): Point {
  return [(box.x0 + box.x1) / 2, box.y1];
}

/** Intersection over union, 0..1. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  const inter = width * height;
  const areaA = (a.x1 - a.x0) * (a.y1 - a.y0);
  const areaB = (b.x1 - b.x0) * (b.y1 - b.y0);
  return inter / (areaA + areaB - inter);
}
