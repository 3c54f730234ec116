/** How late frames come, and whether the camera's clock keeps pace: its time stamps against their arrival. Pure. */
import type { Millis } from "../domain/units.ts";
import type { Pace } from "./look.ts";

/** Clocks of cheap cameras differ from ours by this much; what grows slower is their clock, no queue. */
const CLOCK_ERROR = 0.005;
/** A step of the camera's clock beyond this between two frames is no late frame: its clock was set. */
const JUMP_MS = 3_000;
/** One frame a second is the least a camera may be asked for. */
const STEP_MAX_MS = 1_000;
/** Two jumps within this are no clock that was set, but one that cannot be believed. */
const STEADY_MS = 10_000;
/** The pace is told over two halves of this length; the fastest frame of each counts, so a burst is no pace. */
const HALF_MS = 1_500;
/** A queue that empties brings frames sooner than they were taken: the way gets shorter by more than this ... */
const SHORTER_MS = 50;
/** ... within this. Once it no longer does, the frames are as young as they will be. */
const SETTLED_MS = 500;

export interface Timing {
  /** How much later than the best of this run it came. */
  readonly lateMs: Millis;
  /** From the frame before it to this one, by the camera's clock; absent where that was no ordinary step. */
  readonly stepMs?: Millis;
  /** Absent in the first 3 s of a run. */
  readonly pace?: Pace;
  /**
   * The frames of a new run still come faster than they were taken: there is a queue on the way, as after a cut of
   * the network or from a camera that keeps some, and how old its frames are cannot be known before it is empty.
   */
  readonly catchingUp: boolean;
}

interface Half {
  readonly begunAt: Millis;
  best: Millis;
}

export class Lateness {
  /** Arrival less time stamp of the fastest frame: what the way from the lens to us takes at least. */
  #floor: Millis | undefined;
  #lastPts: Millis = 0;
  #lastAt: Millis = 0;
  #late: Millis = 0;
  #jumpedAt: Millis | undefined;
  #jumps = 0;
  /** When the way was last found to be shorter, and what it took then. */
  #shorter: { readonly at: Millis; readonly floor: Millis } | undefined;
  #settled = false;
  #old: Half | undefined;
  #young: Half | undefined;
  #pace: Pace | undefined;

  /** How often the camera's clock was set. */
  get jumps(): number {
    return this.#jumps;
  }

  /**
   * @param pts the camera's time of a frame, from any beginning
   * @param at when it arrived
   */
  take(pts: Millis, at: Millis): Timing {
    const offset = at - pts;
    const stepMs = this.#floor === undefined ? 0 : pts - this.#lastPts;
    if (this.#floor === undefined) this.#floor = offset;
    else if (this.#jumped(pts, at)) this.#rebase(offset, at);
    else this.#floor = Math.min(offset, this.#floor + (at - this.#lastAt) * CLOCK_ERROR);
    this.#late = offset - this.#floor;
    this.#lastPts = pts;
    this.#lastAt = at;
    this.#keepPace(offset, at);
    this.#settle(this.#floor, at);
    const step = stepMs > 0 && stepMs <= STEP_MAX_MS ? { stepMs } : {};
    const pace = this.#pace === undefined ? {} : { pace: this.#pace };
    return { lateMs: this.#late, ...step, ...pace, catchingUp: !this.#settled };
  }

  #settle(floor: Millis, at: Millis): void {
    if (this.#shorter === undefined || this.#shorter.floor - floor > SHORTER_MS)
      this.#shorter = { at, floor };
    else if (at - this.#shorter.at >= SETTLED_MS) this.#settled = true;
  }

  #jumped(pts: Millis, at: Millis): boolean {
    const step = pts - this.#lastPts;
    return step < 0 || step - (at - this.#lastAt) > JUMP_MS;
  }

  /** The frame is taken to be as late as the one before it. */
  #rebase(offset: Millis, at: Millis): void {
    this.#jumps++;
    const steady = this.#jumpedAt === undefined || at - this.#jumpedAt > STEADY_MS;
    this.#jumpedAt = at;
    this.#floor = offset - this.#late;
    if (!steady) return;
    this.#old = undefined;
    this.#young = undefined;
  }

  #keepPace(offset: Millis, at: Millis): void {
    if (this.#young !== undefined && at - this.#young.begunAt < HALF_MS) {
      this.#young.best = Math.min(this.#young.best, offset);
      return;
    }
    const [old, young] = [this.#old, this.#young];
    if (old !== undefined && young !== undefined)
      this.#pace = { ratio: 1 - (young.best - old.best) / (young.begunAt - old.begunAt) };
    this.#old = young;
    this.#young = { begunAt: at, best: offset };
  }
}
