/** How well boxes fit to people, and trips to people who enter a zone. Pure. */
import type { Detection } from "../../server/domain/eye.ts";
import { iou, type Polygon } from "../../server/domain/geometry.ts";
import type { Box, Size } from "../../server/domain/units.ts";
import {
  CLEAR_MS,
  isOccupied,
  KEEP_SHARE,
  NEW_ZONE,
  observeZone,
  type ZoneRule,
} from "../../server/domain/zone.ts";

export interface Person {
  readonly box: Box;
  /** Neither found nor missed: a crowd, say. */
  readonly ignored: boolean;
}

export interface LookedAt {
  readonly size: Size;
  readonly persons: readonly Person[];
  readonly found: readonly Detection[];
}

/** Areas in pixels of the picture, as COCO counts them. */
export type Range = readonly [from: number, to: number];
export const SIZES = {
  small: [0, 32 ** 2],
  medium: [32 ** 2, 96 ** 2],
  large: [96 ** 2, Number.POSITIVE_INFINITY],
} as const satisfies Record<string, Range>;
const ANY: Range = [0, Number.POSITIVE_INFINITY];
const SAME_PERSON = 0.5;

/** One detection after it was held against the people. */
interface Judged {
  readonly score: number;
  readonly right: boolean;
}

function areaOf({ x0, y0, x1, y1 }: Box, { width, height }: Size): number {
  return (x1 - x0) * width * (y1 - y0) * height;
}

const isIn = (area: number, [from, to]: Range): boolean => area >= from && area < to;

/** Best detection first, each takes the person it overlaps most. What falls on ignored people says nothing. */
function judge({ size, persons, found }: LookedAt, range: Range): Judged[] {
  const counted = persons.filter(({ box, ignored }) => !ignored && isIn(areaOf(box, size), range));
  const others = persons.filter((person) => !counted.includes(person));
  const free = new Set(counted);
  const ranked = [...found].sort((a, b) => b.score - a.score);
  return ranked.flatMap(({ box, score }): Judged[] => {
    let best: Person | undefined;
    let overlap = SAME_PERSON;
    for (const person of free) {
      const each = iou(box, person.box);
      if (each >= overlap) [best, overlap] = [person, each];
    }
    if (best !== undefined) {
      free.delete(best);
      return [{ score, right: true }];
    }
    if (others.some((person) => iou(box, person.box) >= SAME_PERSON)) return [];
    return isIn(areaOf(box, size), range) ? [{ score, right: false }] : [];
  });
}

/** Shares are not numbers where there is nobody to find. */
export interface Curve {
  readonly people: number;
  readonly ap50: number;
  /** Share of the people found where so many false persons a picture are told, and the score that lies at. */
  readonly at: (falsePerPicture: number) => { readonly recall: number; readonly score: number };
}

/** Precision over recall of all pictures together. @param range only people of this area count */
export function curveOf(pictures: readonly LookedAt[], range: Range = ANY): Curve {
  const judged = pictures.flatMap((picture) => judge(picture, range)).sort((a, b) => b.score - a.score);
  const people = pictures.flatMap(({ size, persons }) =>
    persons.filter(({ box, ignored }) => !ignored && isIn(areaOf(box, size), range)),
  ).length;
  let right = 0;
  const points = judged.map((each, i) => {
    if (each.right) right++;
    return { recall: right / people, precision: right / (i + 1), wrong: i + 1 - right, score: each.score };
  });
  // The area under the curve that never rises: each precision is the best one from there on.
  let [ap50, best, last] = [0, 0, points.at(-1)?.recall ?? 0];
  for (const { recall, precision } of points.toReversed()) {
    ap50 += best * (last - recall);
    best = Math.max(best, precision);
    last = recall;
  }
  ap50 += best * last;
  const nobody = people === 0;
  return {
    people,
    ap50: nobody ? Number.NaN : ap50,
    at(falsePerPicture) {
      const most = falsePerPicture * pictures.length;
      const point = points.findLast(({ wrong }) => wrong <= most);
      return { recall: nobody ? Number.NaN : (point?.recall ?? 0), score: point?.score ?? 1 };
    },
  };
}

/** Seconds. */
export type Interval = readonly [from: number, to: number];

export interface Clip {
  readonly name: string;
  readonly polygon: Polygon;
  /** When somebody is in the zone. */
  readonly inside: readonly Interval[];
  /** When that cannot be said: a trip then is neither right nor wrong. */
  readonly unsure: readonly Interval[];
  readonly seconds: number;
}

export interface LookedAtFrame {
  readonly second: number;
  readonly found: readonly Detection[];
}

export interface Watching {
  readonly confirm: number;
  readonly window: number;
  readonly threshold: number;
}

export interface Trips {
  readonly events: number;
  readonly tripped: number;
  /** Seconds from the entering to the trip, of each event that tripped. */
  readonly took: readonly number[];
  readonly wrong: number;
  readonly seconds: number;
}

/** Who is just outside may trip: the zone is drawn wider for that, and feet tremble. */
const NEAR_SECONDS = 1;

function within(second: number, intervals: readonly Interval[], near = 0): boolean {
  return intervals.some(([from, to]) => second >= from - near && second <= to + near);
}

/** What the box's own rule of a stop zone makes of a clip's frames. */
export function tripsOf(clip: Clip, frames: readonly LookedAtFrame[], watching: Watching): Trips {
  const rule: ZoneRule = {
    ...{ id: "zone", camera: "clip", name: clip.name, kind: "stop", polygon: clip.polygon },
    ...{ dwellMs: 0, confirmMs: 0, clearMs: CLEAR_MS.stop, minHeight: 0, masks: [] },
    keepThreshold: watching.threshold * KEEP_SHARE,
    ...watching,
  };
  let state = NEW_ZONE;
  let occupied = false;
  let wrong = 0;
  const trippedAt = clip.inside.map(() => Number.NaN);
  for (const [seq, { second, found }] of frames.entries()) {
    const observation = {
      ...{ camera: "clip", seq, capturedAt: 1000 * second, inferenceMs: 0 },
      detections: found,
    };
    state = observeZone(state, rule, observation);
    const now = isOccupied(state, rule);
    const near = within(second, clip.inside, NEAR_SECONDS) || within(second, clip.unsure);
    if (now && !occupied && !near) wrong++;
    occupied = now;
    for (const [i, [from, to]] of clip.inside.entries())
      if (now && Number.isNaN(trippedAt[i]) && second >= from && second <= to) trippedAt[i] = second - from;
  }
  const took = trippedAt.filter((second) => !Number.isNaN(second));
  return { events: clip.inside.length, tripped: took.length, took, wrong, seconds: clip.seconds };
}

export function together(all: readonly Trips[]): Trips {
  const sum = (of: (trips: Trips) => number): number => all.reduce((total, each) => total + of(each), 0);
  return {
    events: sum(({ events }) => events),
    tripped: sum(({ tripped }) => tripped),
    took: all.flatMap(({ took }) => took),
    wrong: sum(({ wrong }) => wrong),
    seconds: sum(({ seconds }) => seconds),
  };
}
