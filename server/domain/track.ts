/**
 * Who is who from frame to frame: everyone a camera sees keeps a number for as long as they can be followed.
 * For counting, dwell and the screen. It may lose or confuse people, so no stop depends on it.
 *
 * The method is that of SORT (Bewley et al., arXiv 1602.00763) with the two rounds of ByteTrack (Zhang et al.,
 * arXiv 2110.06864): boxes move at a constant speed, sure detections find their track first, unsure ones keep one.
 */
import { bestPairs } from "./assign.ts";
import type { Detection } from "./eye.ts";
import { iou } from "./geometry.ts";
import type { Box, Millis } from "./units.ts";

/** A track that is neither seen nor waited for any longer is gone from the list. */
export type TrackState =
  /** Seen once: it may have been nobody. */
  | "tentative"
  /** Seen in the newest frame and before. */
  | "confirmed"
  /** Was confirmed and is not seen in the newest frame. */
  | "lost";

export interface Track {
  /** From 1, and never given twice while the tracks are carried on. */
  readonly id: number;
  readonly label: string;
  readonly state: TrackState;
  readonly firstSeen: Millis;
  readonly lastSeen: Millis;
  /** The last detection that was sure enough to begin a track. */
  readonly lastSure: Millis;
  /** Where it is at the newest frame: as it was seen, or where a lost one would be by now. */
  readonly box: Box;
  /** What was seen of it last. */
  readonly detection: Detection;
  readonly motion: Motion;
}

/** The tracks of one camera after its newest frame. */
export interface Tracks {
  readonly list: readonly Track[];
  /** Capture time of the newest frame. */
  readonly at: Millis;
  readonly nextId: number;
}

export const NO_TRACKS: Tracks = { list: [], at: Number.NEGATIVE_INFINITY, nextId: 1 };

/** Somebody who is hidden this long is a new person afterwards; unsure detections alone keep nobody longer. */
export const LOST_MS: Millis = 1_500;
/** More people hardly stand beside a machine, and it bounds the work of a frame. */
export const MAX_TRACKS = 32;
/**
 * A box overlaps this much with where its track should be: little, for in a slow camera people move far in a frame.
 * Measured by test/bench/tracking.ts: at 2 frames a second 0.2 follows a tenth fewer people in the front view.
 */
const MIN_IOU = 0.1;
/** An unsure detection, which may be a shadow, must fit better. */
const MIN_IOU_UNSURE = 0.4;
/** Smaller than a pixel of any camera. */
const MIN_SIDE = 1e-3;

/* ---- motion ---- */

/** One measure of a box and its speed by the second, with the variances of both: a Kalman filter of two states. */
interface Axis {
  readonly value: number;
  readonly speed: number;
  readonly valueVariance: number;
  readonly covariance: number;
  readonly speedVariance: number;
}

/** A box as it moves. The four are independent of each other, so four small filters are the whole of the large one. */
interface Motion {
  readonly x: Axis;
  readonly y: Axis;
  /** Width by height. */
  readonly aspect: Axis;
  readonly height: Axis;
}

/** Standard deviations; those of places and heights are shares of the box's height. */
interface Noise {
  /**
   * Of one measurement. The default model's on the demonstration films: 0.01 to 0.1 for places and heights, 0.03 for
   * the aspect.
   */
  readonly measured: number;
  /** Of the speed when it is first seen, by the second. */
  readonly firstSpeed: number;
  /** What the speed changes by within a second. */
  readonly change: number;
}

/** A person is 1.7 m tall and walks at 1.6 m/s (ISO 13855): about one height a second, reached or ended in one. */
const PLACE: Noise = { measured: 0.05, firstSpeed: 1, change: 1 };
/** Limbs and whoever stands before them change it at once, and it goes nowhere. */
const ASPECT: Noise = { measured: 0.1, firstSpeed: 0.1, change: 0.1 };

function begin(value: number, noise: Noise, scale: number): Axis {
  return {
    value,
    speed: 0,
    valueVariance: (noise.measured * scale) ** 2,
    covariance: 0,
    speedVariance: (noise.firstSpeed * scale) ** 2,
  };
}

/** The axis so much later, its speed a random walk. */
function later(axis: Axis, seconds: number, noise: Noise, scale: number): Axis {
  const { value, speed, valueVariance, covariance, speedVariance } = axis;
  const change = (noise.change * scale) ** 2;
  return {
    value: value + speed * seconds,
    speed,
    valueVariance:
      valueVariance + 2 * seconds * covariance + seconds ** 2 * speedVariance + (change * seconds ** 3) / 3,
    covariance: covariance + seconds * speedVariance + (change * seconds ** 2) / 2,
    speedVariance: speedVariance + change * seconds,
  };
}

function corrected(axis: Axis, measured: number, noise: Noise, scale: number): Axis {
  const { value, speed, valueVariance, covariance, speedVariance } = axis;
  const total = valueVariance + (noise.measured * scale) ** 2;
  const [gain, speedGain] = [valueVariance / total, covariance / total];
  const surprise = measured - value;
  return {
    value: value + gain * surprise,
    speed: speed + speedGain * surprise,
    valueVariance: (1 - gain) * valueVariance,
    covariance: (1 - gain) * covariance,
    speedVariance: speedVariance - speedGain * covariance,
  };
}

interface Measures {
  readonly x: number;
  readonly y: number;
  readonly aspect: number;
  readonly height: number;
}

function measuresOf({ x0, y0, x1, y1 }: Box): Measures {
  return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, aspect: (x1 - x0) / (y1 - y0), height: y1 - y0 };
}

function boxOf(motion: Motion): Box {
  const [x, y] = [motion.x.value, motion.y.value];
  const height = Math.max(MIN_SIDE, motion.height.value);
  const half = Math.max(MIN_SIDE, height * motion.aspect.value) / 2;
  return { x0: x - half, y0: y - height / 2, x1: x + half, y1: y + height / 2 };
}

const scaleOf = (motion: Motion): number => Math.max(MIN_SIDE, motion.height.value);

function beginMotion(box: Box): Motion {
  const { x, y, aspect, height } = measuresOf(box);
  return {
    x: begin(x, PLACE, height),
    y: begin(y, PLACE, height),
    aspect: begin(aspect, ASPECT, 1),
    height: begin(height, PLACE, height),
  };
}

/** A body that is not seen goes on, but does not grow. */
function still(axis: Axis): Axis {
  return { ...axis, speed: 0 };
}

function laterMotion({ motion, state, lastSeen }: Track, at: Millis): Motion {
  const seconds = (at - lastSeen) / 1000;
  const scale = scaleOf(motion);
  const lost = state === "lost";
  return {
    x: later(motion.x, seconds, PLACE, scale),
    y: later(motion.y, seconds, PLACE, scale),
    aspect: later(lost ? still(motion.aspect) : motion.aspect, seconds, ASPECT, 1),
    height: later(lost ? still(motion.height) : motion.height, seconds, PLACE, scale),
  };
}

function correctedMotion(motion: Motion, box: Box): Motion {
  const { x, y, aspect, height } = measuresOf(box);
  const scale = scaleOf(motion);
  return {
    x: corrected(motion.x, x, PLACE, scale),
    y: corrected(motion.y, y, PLACE, scale),
    aspect: corrected(motion.aspect, aspect, ASPECT, 1),
    height: corrected(motion.height, height, PLACE, scale),
  };
}

/* ---- tracks ---- */

/** A track on its way through a frame. */
interface Guess {
  readonly track: Track;
  /** Where it should be by now. */
  readonly motion: Motion;
  readonly box: Box;
}

function guessOf(track: Track, at: Millis): Guess {
  const motion = laterMotion(track, at);
  return { track, motion, box: boxOf(motion) };
}

const isTentative = ({ track }: Guess): boolean => track.state === "tentative";

interface Pair {
  readonly guess: Guess;
  readonly detection: Detection;
}

interface Matched {
  readonly pairs: readonly Pair[];
  readonly guesses: readonly Guess[];
  readonly detections: readonly Detection[];
}

/** Pairs what is the same thing, as far as boxes tell; the rest is what is left of both sides. */
function match(guesses: readonly Guess[], detections: readonly Detection[], minIou: number): Matched {
  const fit = ({ track, box }: Guess, detection: Detection): number => {
    const value = track.label === detection.label ? iou(box, detection.box) : 0;
    return value >= minIou ? value : 0;
  };
  const found = bestPairs(guesses.map((guess) => detections.map((detection) => fit(guess, detection))));
  const pairs = guesses.flatMap((guess, i): Pair[] => {
    const detection = detections[found[i] ?? -1];
    return detection === undefined ? [] : [{ guess, detection }];
  });
  const taken = new Set(found);
  return {
    pairs,
    guesses: guesses.filter((_, i) => found[i] === undefined),
    detections: detections.filter((_, i) => !taken.has(i)),
  };
}

/** A box in the picture that has an area. NaN is in no picture. */
function isUsable({ box: { x0, y0, x1, y1 }, score }: Detection): boolean {
  const inside = x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1;
  return inside && x1 - x0 >= MIN_SIDE && y1 - y0 >= MIN_SIDE && Number.isFinite(score);
}

/** The surest first, and any order at all among equals as long as it is always the same. */
function compareDetections(a: Detection, b: Detection): number {
  const label = a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
  const { box: p } = a;
  const { box: q } = b;
  return b.score - a.score || label || p.x0 - q.x0 || p.y0 - q.y0 || p.x1 - q.x1 || p.y1 - q.y1;
}

function seen({ guess, detection }: Pair, at: Millis, threshold: number): Track {
  const { track } = guess;
  const { box } = detection;
  const lastSure = detection.score >= threshold ? at : track.lastSure;
  const motion = correctedMotion(guess.motion, box);
  return { ...track, state: "confirmed", lastSeen: at, lastSure, box, detection, motion };
}

function unseen({ track }: Guess, at: Millis): Track[] {
  if (track.state === "tentative") return [];
  const lost: Track = { ...track, state: "lost" };
  return [{ ...lost, box: boxOf(laterMotion(lost, at)) }];
}

function born(detection: Detection, id: number, at: Millis): Track {
  const { label, box } = detection;
  const times = { firstSeen: at, lastSeen: at, lastSure: at };
  return { id, label, state: "tentative", ...times, box, detection, motion: beginMotion(box) };
}

/**
 * The tracks after one more frame. The order of the detections does not matter; a frame that is not newer than the
 * last says nothing.
 * @param threshold score from which a detection is sure: it may begin a track, one below it only keeps one
 */
export function advanceTracks(
  before: Tracks,
  detections: readonly Detection[],
  at: Millis,
  threshold: number,
): Tracks {
  if (!Number.isFinite(at) || !(at > before.at)) return before;
  const usable = detections.filter(isUsable).sort(compareDetections).slice(0, MAX_TRACKS);
  const sure = usable.filter(({ score }) => score >= threshold);
  const guesses = before.list
    .filter(({ lastSeen }) => at - lastSeen <= LOST_MS)
    .map((track) => guessOf(track, at));
  const [tentative, known] = [guesses.filter(isTentative), guesses.filter((guess) => !isTentative(guess))];
  const first = match(known, sure, MIN_IOU);
  // A shadow never takes over from somebody who has left, nor from somebody nobody knows the place of.
  const second = match(
    first.guesses.filter(({ track }) => track.state === "confirmed" && at - track.lastSure <= LOST_MS),
    usable.slice(sure.length),
    MIN_IOU_UNSURE,
  );
  const third = match(tentative, first.detections, MIN_IOU);
  const pairs = [...first.pairs, ...second.pairs, ...third.pairs];
  const found = new Set(pairs.map(({ guess }) => guess));
  const old = guesses.flatMap((guess) => (found.has(guess) ? [] : unseen(guess, at)));
  const kept = [...pairs.map((pair) => seen(pair, at, threshold)), ...old].sort((a, b) => a.id - b.id);
  const begun = third.detections
    .slice(0, MAX_TRACKS - kept.length)
    .map((detection, i) => born(detection, before.nextId + i, at));
  return { list: [...kept, ...begun], at, nextId: before.nextId + begun.length };
}

/** The number of what was seen here in the newest frame; undefined until it was seen twice. */
export function trackOf({ list }: Tracks, detection: Detection): number | undefined {
  return list.find((track) => track.state === "confirmed" && track.detection === detection)?.id;
}
