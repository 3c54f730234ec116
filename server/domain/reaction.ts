/**
 * How long frames took from their first byte to the guardian's answer: of all cameras and of each, the newest for
 * percentiles, and for all of them how many were within each bound.
 */
import { Spread } from "./spread.ts";
import type { CameraId, Millis } from "./units.ts";
import type { ReactionView } from "./view.ts";

const KEPT = 1_000;
/** Milliseconds: from a tenth of the time after which a camera counts as blind to twice of it. */
const REACTION_BOUNDS_MS = [50, 100, 150, 200, 250, 300, 400, 500, 750, 1_000, 2_000] as const;

class Measured {
  readonly spread = new Spread(REACTION_BOUNDS_MS);
  readonly newest: Millis[] = [];

  add(took: Millis): void {
    this.spread.add(took);
    this.newest.push(took);
    if (this.newest.length > KEPT) this.newest.shift();
  }
}

export interface Percentiles {
  readonly p50Ms: Millis;
  readonly p95Ms: Millis;
  readonly p99Ms: Millis;
  readonly maxMs: Millis;
}

/** Undefined where nothing was measured. */
export function percentiles(took: readonly Millis[]): Percentiles | undefined {
  if (took.length === 0) return undefined;
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number): Millis =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}

export class Reactions {
  readonly #all = new Measured();
  readonly #cameras = new Map<CameraId, Measured>();
  #lastTripMs: Millis | undefined;

  add(camera: CameraId, took: Millis, trip: boolean): void {
    this.#all.add(took);
    let measured = this.#cameras.get(camera);
    if (measured === undefined) {
      measured = new Measured();
      this.#cameras.set(camera, measured);
    }
    measured.add(took);
    if (trip) this.#lastTripMs = took;
  }

  /** Of all cameras. */
  view(): ReactionView {
    return {
      count: this.#all.spread.count,
      ...(this.#lastTripMs === undefined ? {} : { lastTripMs: round(this.#lastTripMs) }),
      ...percentiles(this.#all.newest),
    };
  }

  /** Those that came after so many, as far as they are still kept. */
  after(count: number): readonly Millis[] {
    const missing = this.#all.spread.count - count;
    return missing <= 0 ? [] : this.#all.newest.slice(-missing);
  }

  get count(): number {
    return this.#all.spread.count;
  }

  /** Of each camera that was measured: the newest 1,000. */
  ofCameras(): ReadonlyMap<CameraId, Percentiles> {
    return new Map(
      [...this.#cameras].flatMap(([id, { newest }]) => {
        const found = percentiles(newest);
        return found === undefined ? [] : [[id, found] as const];
      }),
    );
  }

  /** Of each camera, since its rules began to work. */
  spreads(): ReadonlyMap<CameraId, Spread> {
    return new Map([...this.#cameras].map(([id, { spread }]) => [id, spread]));
  }
}

function round(ms: Millis): Millis {
  return Math.round(ms * 10) / 10;
}
