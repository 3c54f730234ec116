/**
 * Whether pictures stand still although they come. A camera's noise makes each a little different; how much,
 * and how long a camera repeats its pictures by itself, is learnt while it runs. Pure.
 */
import { type Finding, TRUST_CHECKS } from "../domain/trust.ts";
import type { Millis } from "../domain/units.ts";

/** One picture against the one before it. */
export interface Step {
  readonly same: boolean;
  /** Share of the sampled pixels that changed at all, 0..1. */
  readonly stirred: number;
  /** Something moved: cells have changed by more than noise and compression make of a still picture. */
  readonly alive: boolean;
  readonly mean: number;
  /** Dark, white and covered pictures have no noise to learn from. */
  readonly telling: boolean;
}

const QUICK_MS = 1_000 * TRUST_CHECKS.frozen.limit;
/** Told before 5 s are over, whatever the frame rate. */
const LONGEST_MS = 4_500;
/** A repetition twice as long as the longest so far is not the camera's own. */
const PATIENCE = 2;
/** Pairs of different pictures until a camera is known, and how often all counts are halved. */
const KNOWN_PAIRS = 50;
const FORGET_MS = 600_000;
/** So many long repetitions that ended by themselves, in a camera that repeats its pictures anyway. */
const NORMAL_RUNS = 3;
const REPEATS = 0.5;
/**
 * The second stage, for a still picture encoded anew, which stirs a little with every key frame: over a second,
 * nearly all pictures repeat in a camera that never did so, or there is far less noise than in the last minutes.
 */
const SMOOTH_MS = 1_000;
const NEVER_PAIRS = 300;
const NEVER = 0.1;
const NEARLY_ALL = 0.75;
const FLOOR_MS = 60_000;
const NOISY = 0.3;
const STILL = 0.15;
const STILL_MS = 1_500;
/** The light has changed, and the noise with it. */
const OTHER_LIGHT = 0.1;

export class FreezeWatch {
  #sameSince: Millis | undefined;
  #lastAt: Millis | undefined;
  #pairs = 0;
  #repeated = 0;
  #longest: Millis = 0;
  #longRuns = 0;
  #forgetAt: Millis | undefined;
  #noise = 0;
  #repeats = 0;
  #stillSince: Millis | undefined;
  /** The least noise of the minute before this one, of this one, and since when this one runs. */
  #floor: number | undefined;
  #nextFloor = 1;
  #floorSince: Millis | undefined;
  #mean = 0;

  /** The next picture has none before it; what was learnt stays. */
  forget(): void {
    this.#sameSince = undefined;
    this.#lastAt = undefined;
    this.#repeats = 0;
    this.#relearn();
  }

  /** @param step absent for the first picture of a run of ffmpeg */
  look(step: Step | undefined, at: Millis): Finding | undefined {
    const before = this.#lastAt;
    this.#lastAt = at;
    if (step === undefined || before === undefined) {
      this.#sameSince = at;
      return undefined;
    }
    this.#age(at);
    const run = this.#repetition(step, before, at);
    const still = this.#nearlyStill(step, before, at);
    const limit = this.#limit();
    const beyond = this.#longRuns >= NORMAL_RUNS && this.#repeated > REPEATS * this.#pairs;
    if (beyond && still === 0) return { value: null, bad: false };
    const bad = run > limit || still > STILL_MS;
    return { value: Math.max(run, still > STILL_MS ? still : 0) / 1000, limit: limit / 1000, bad };
  }

  /** How long the picture has been the very same. */
  #repetition({ same, telling }: Step, before: Millis, at: Millis): Millis {
    const since = this.#sameSince ?? before;
    const learn = telling && before - since <= LONGEST_MS && this.#stillSince === undefined;
    if (learn) this.#pairs++;
    if (same) {
      this.#sameSince = since;
      if (learn) this.#repeated++;
      return at - since;
    }
    const lasted = before - since;
    if (telling && lasted > LONGEST_MS) this.#longRuns++;
    if (learn) this.#longest = Math.max(this.#longest, lasted);
    this.#sameSince = at;
    return 0;
  }

  #limit(): Millis {
    if (this.#pairs - this.#repeated < KNOWN_PAIRS) return LONGEST_MS;
    return Math.min(LONGEST_MS, Math.max(QUICK_MS, PATIENCE * this.#longest));
  }

  /** What was learnt weighs less with time, so that a camera set up anew is known anew. */
  #age(at: Millis): void {
    this.#forgetAt ??= at + FORGET_MS;
    if (at < this.#forgetAt) return;
    this.#forgetAt = at + FORGET_MS;
    this.#pairs /= 2;
    this.#repeated /= 2;
    this.#longest /= 2;
    this.#longRuns = Math.floor(this.#longRuns / 2);
  }

  /** How long the picture has been all but the same; 0 where the camera has too little noise to tell. */
  #nearlyStill({ same, stirred, alive, telling, mean }: Step, before: Millis, at: Millis): Millis {
    const weight = 1 - Math.exp((before - at) / SMOOTH_MS);
    this.#noise += weight * (stirred - this.#noise);
    this.#repeats += weight * (Number(same) - this.#repeats);
    const otherLight = Math.abs(mean - this.#mean) > OTHER_LIGHT * this.#mean;
    if (alive || !telling || otherLight) {
      // What moves without noise is alive without it: the noise has changed for good.
      if (otherLight || (alive && this.#isStill())) this.#floor = undefined;
      this.#relearn();
      this.#mean = mean;
      return 0;
    }
    if (this.#isStill()) {
      this.#stillSince ??= at;
      return at - this.#stillSince;
    }
    this.#stillSince = undefined;
    this.#floorSince ??= at;
    this.#nextFloor = Math.min(this.#nextFloor, this.#noise);
    if (at - this.#floorSince >= FLOOR_MS) {
      this.#floor = this.#nextFloor;
      this.#nextFloor = 1;
      this.#floorSince = at;
      this.#mean = mean;
    }
    return 0;
  }

  #isStill(): boolean {
    const never = this.#pairs >= NEVER_PAIRS && this.#repeated < NEVER * this.#pairs;
    // Once it is still, its own repetitions must not teach that they are usual.
    if (this.#repeats > NEARLY_ALL && (never || this.#stillSince !== undefined)) return true;
    return this.#floor !== undefined && this.#floor >= NOISY && this.#noise < STILL * this.#floor;
  }

  #relearn(): void {
    this.#stillSince = undefined;
    this.#floorSince = undefined;
    this.#nextFloor = 1;
  }
}
