/**
 * An outline under a finger, as one reducer: corners are added, dragged, snapped, nudged, deleted, undone and redone.
 * What is drawn always has its limits; whether it crosses itself is said while it is drawn. Coordinates are 0..1.
 */
import { contains, type Polygon } from "../../server/domain/geometry.ts";
import { CORNERS } from "../../server/domain/outline.ts";
import type { Point } from "../../server/domain/units.ts";

export const UNDO_DEPTH = 20;
/** A corner so near to a line or to another corner is put on it. */
export const SNAP = 0.015;
/** A finger that comes down trembles; what moves less, of its reach, is not dragged. */
const TREMBLE = 0.12;
/** An edge so short, in reaches, has no room for a plus between its corners. */
const PLUS_FROM = 1.6;

export interface Outline {
  readonly points: Polygon;
  /** Corners are still being set one by one: the last is not yet joined to the first. */
  readonly open: boolean;
}

/** What a finger reaches around its middle, as shares of the picture's width and height. */
export interface Reach {
  readonly x: number;
  readonly y: number;
}

export interface Hold {
  /** The outline when the finger came down. */
  readonly before: Outline;
  /** A corner's index, or the whole outline. */
  readonly what: number | "whole";
  readonly grabbed: Point;
  /** What the finger had hold of, as it was when it came down. */
  readonly from: Polygon;
  /** The finger has moved further than it trembles. */
  readonly moved: boolean;
}

export interface Drawing extends Outline {
  readonly selected: number | undefined;
  readonly hold: Hold | undefined;
  /** Newest first, at most 20 each. */
  readonly past: readonly Outline[];
  readonly future: readonly Outline[];
}

export type Gesture =
  | { readonly kind: "press"; readonly at: Point; readonly reach: Reach }
  | {
      readonly kind: "move";
      readonly at: Point;
      readonly reach: Reach;
      /** Corners of other zones to snap to; absent while snapping is off. */
      readonly snapTo?: readonly Point[];
    }
  | { readonly kind: "lift" | "cancel" | "delete" | "next" | "close" | "undo" | "redo" }
  | { readonly kind: "nudge"; readonly by: Point }
  | { readonly kind: "shape"; readonly points: Polygon };

export function drawingOf(points: Polygon): Drawing {
  const open = points.length < CORNERS.least;
  return { points, open, selected: undefined, hold: undefined, past: [], future: [] };
}

/** The state after the gesture. One that means nothing now returns the very same object. */
export function draw(from: Drawing, gesture: Gesture): Drawing {
  if (from.hold !== undefined) return whileHeld(from, from.hold, gesture);
  switch (gesture.kind) {
    case "press":
      return press(from, gesture.at, gesture.reach);
    case "delete":
      return without(from, from.selected);
    case "next":
      return from.points.length === 0
        ? from
        : { ...from, selected: ((from.selected ?? -1) + 1) % from.points.length };
    case "close":
      return from.open && from.points.length >= CORNERS.least
        ? { ...done(from, { points: from.points, open: false }), selected: undefined }
        : from;
    case "undo":
      return undo(from);
    case "redo":
      return redo(from);
    case "nudge":
      return nudge(from, gesture.by);
    case "shape": {
      const points = gesture.points.slice(0, CORNERS.most).map(inFrame);
      const next = { points, open: points.length < CORNERS.least };
      return isSame(from, next) ? from : { ...done(from, next), selected: undefined };
    }
    default:
      return from;
  }
}

function whileHeld(from: Drawing, hold: Hold, gesture: Gesture): Drawing {
  const now: Outline = { points: from.points, open: from.open };
  switch (gesture.kind) {
    case "move":
      return move(from, hold, gesture);
    case "lift":
      return isSame(hold.before, now)
        ? { ...from, hold: undefined }
        : { ...done({ ...from, ...hold.before }, now), hold: undefined };
    case "cancel":
      return { ...from, ...hold.before, ...selectedIn(hold.before, from.selected), hold: undefined };
    default:
      return from; // one finger at a time
  }
}

/** With this outline, and the one before it to come back to. */
function done(from: Drawing, next: Outline): Drawing {
  const before: Outline = { points: from.points, open: from.open };
  const past = [before, ...from.past].slice(0, UNDO_DEPTH);
  return { ...from, ...next, past, future: [], ...selectedIn(next, from.selected) };
}

function undo(from: Drawing): Drawing {
  const [last, ...past] = from.past;
  if (last === undefined) return from;
  const future = [{ points: from.points, open: from.open }, ...from.future].slice(0, UNDO_DEPTH);
  return { ...from, ...last, past, future, ...selectedIn(last, from.selected) };
}

function redo(from: Drawing): Drawing {
  const [next, ...future] = from.future;
  if (next === undefined) return from;
  return { ...done(from, next), future };
}

function selectedIn({ points }: Outline, selected: number | undefined): Pick<Drawing, "selected"> {
  return { selected: selected !== undefined && selected < points.length ? selected : undefined };
}

function press(from: Drawing, at: Point, reach: Reach): Drawing {
  const { points, open } = from;
  const corner = nearest(points, at, reach);
  const hold = { before: { points, open }, grabbed: at, moved: false };
  if (corner === 0 && open && points.length >= CORNERS.least) return draw(from, { kind: "close" });
  if (corner !== undefined)
    return { ...from, selected: corner, hold: { ...hold, what: corner, from: points } };
  if (open) return points.length < CORNERS.most ? insert(from, points.length, at, hold) : from;
  const plus = plussesOf(from, reach).find(({ at: middle }) => isReached(middle, at, reach));
  if (plus !== undefined) return insert(from, plus.index, plus.at, hold);
  if (!contains(points, at)) return from.selected === undefined ? from : { ...from, selected: undefined };
  return { ...from, selected: undefined, hold: { ...hold, what: "whole", from: points } };
}

function insert(
  from: Drawing,
  index: number,
  point: Point,
  hold: Pick<Hold, "before" | "grabbed" | "moved">,
): Drawing {
  const points = from.points.toSpliced(index, 0, inFrame(point));
  return { ...from, points, selected: index, hold: { ...hold, what: index, from: points } };
}

/** Where a corner can be added between two, and the index that it gets. */
export function plussesOf(
  { points, open }: Outline,
  reach: Reach,
): readonly { readonly index: number; readonly at: Point }[] {
  if (open || points.length >= CORNERS.most) return [];
  return points.flatMap((a, i) => {
    const b = points[(i + 1) % points.length] as Point;
    const room = Math.hypot((b[0] - a[0]) / reach.x, (b[1] - a[1]) / reach.y) >= PLUS_FROM;
    const at: Point = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    return room ? [{ index: i + 1, at }] : [];
  });
}

function reaches(point: Point, at: Point, reach: Reach): number {
  return Math.hypot((at[0] - point[0]) / reach.x, (at[1] - point[1]) / reach.y);
}

function isReached(point: Point, at: Point, reach: Reach): boolean {
  return reaches(point, at, reach) <= 1;
}

/** Of the corners that the finger reaches, the nearest. */
function nearest(points: Polygon, at: Point, reach: Reach): number | undefined {
  const distances = points.map((point) => reaches(point, at, reach));
  const least = Math.min(...distances);
  return least <= 1 ? distances.indexOf(least) : undefined;
}

function move(from: Drawing, hold: Hold, gesture: Gesture & { readonly kind: "move" }): Drawing {
  const { at, reach, snapTo } = gesture;
  const moved = hold.moved || reaches(hold.grabbed, at, reach) > TREMBLE;
  if (!moved) return from;
  const by: Point = [at[0] - hold.grabbed[0], at[1] - hold.grabbed[1]];
  const next = { ...hold, moved };
  if (hold.what === "whole") return { ...from, points: shifted(hold.from, by), hold: next };
  const { what } = hold;
  const [x, y] = hold.from[what] as Point;
  // The finger keeps its distance to the corner, which stays to be seen beside it.
  const wanted = inFrame([x + by[0], y + by[1]]);
  const point = snapTo === undefined ? wanted : snapped(wanted, neighboursOf(from, what), snapTo);
  return { ...from, points: from.points.with(what, point), hold: next };
}

function neighboursOf({ points, open }: Outline, index: number): readonly Point[] {
  const count = points.length;
  const sides = open ? [index - 1, index + 1] : [(index + count - 1) % count, (index + 1) % count];
  return sides.flatMap((i) => {
    const point = points[i];
    return point === undefined ? [] : [point];
  });
}

/** On a corner of another zone, else on the picture's edges and in line with the neighbours. */
export function snapped(point: Point, neighbours: readonly Point[], corners: readonly Point[]): Point {
  const near = (a: number, b: number): boolean => Math.abs(a - b) <= SNAP;
  const corner = corners.find(([x, y]) => near(x, point[0]) && near(y, point[1]));
  if (corner !== undefined) return inFrame(corner);
  const onAxis = (axis: 0 | 1): number => {
    const lines = [0, 1, ...neighbours.map((neighbour) => neighbour[axis])];
    return lines.find((line) => near(line, point[axis])) ?? point[axis];
  };
  return inFrame([onAxis(0), onAxis(1)]);
}

/** Moved as far as the picture goes. */
function shifted(points: Polygon, by: Point): Polygon {
  const along = (axis: 0 | 1): number => {
    const values = points.map((point) => point[axis]);
    return Math.min(1 - Math.max(...values), Math.max(0 - Math.min(...values), by[axis]));
  };
  const [dx, dy] = [along(0), along(1)];
  return points.map(([x, y]) => inFrame([x + dx, y + dy]));
}

/** The selected corner, or the whole outline where none is. */
function nudge(from: Drawing, by: Point): Drawing {
  const { points, open, selected } = from;
  if (points.length === 0) return from;
  const next =
    selected === undefined
      ? shifted(points, by)
      : points.map((point, i) => (i === selected ? inFrame([point[0] + by[0], point[1] + by[1]]) : point));
  return isSame(from, { points: next, open }) ? from : done(from, { points: next, open });
}

function without(from: Drawing, corner: number | undefined): Drawing {
  const { points, open } = from;
  if (corner === undefined || (!open && points.length <= CORNERS.least)) return from;
  return { ...done(from, { points: points.toSpliced(corner, 1), open }), selected: undefined };
}

/** Finer than a finger and than any picture; kept short in the configuration. */
const PLACES = 10_000;

function inFrame([x, y]: Point): Point {
  const clean = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * PLACES) / PLACES;
  return [clean(x), clean(y)];
}

function isSame(one: Outline, other: Outline): boolean {
  return (
    one.open === other.open &&
    one.points.length === other.points.length &&
    one.points.every(([x, y], i) => x === other.points[i]?.[0] && y === other.points[i]?.[1])
  );
}

export type ShapeName = "rectangle" | "floor" | "doorway" | "whole" | "corners";

/** What a drawing can begin with. */
export const SHAPES: Readonly<Record<ShapeName, Polygon>> = {
  rectangle: [
    [0.3, 0.45],
    [0.7, 0.45],
    [0.7, 0.9],
    [0.3, 0.9],
  ],
  floor: [
    [0.22, 0.4],
    [0.78, 0.4],
    [1, 1],
    [0, 1],
  ],
  doorway: [
    [0.4, 0.55],
    [0.6, 0.55],
    [0.64, 0.75],
    [0.36, 0.75],
  ],
  whole: [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ],
  corners: [],
};
