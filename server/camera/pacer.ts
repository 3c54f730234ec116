/** Measures in an eye what looking costs, and sets once a second how often each camera is looked at. */
import { performance } from "node:perf_hooks";
import {
  advancePace,
  type Cost,
  FULL_PACE,
  headroomOf,
  overloadOf,
  type PacedCamera,
  type Pacing,
  paceOf,
} from "../domain/pace.ts";
import type { CameraId, Millis } from "../domain/units.ts";

/** A step a second: ten seconds. What is older says little about now. */
const SAMPLES_KEPT = 11;
/** 10 s of the fastest model there is, and some room. */
const LOOKS_KEPT = 2_048;
/** Fewer looks have no slowest twentieth. */
const LOOKS_NEEDED = 20;
const SLOW_SHARE = 0.95;
/** One look in twenty may be left out before a box counts as behind. */
const LEFT_OUT_SHARE = 0.05;
interface Look {
  readonly at: Millis;
  readonly ms: Millis;
}

interface Done {
  readonly captured: number;
  readonly due: number;
  readonly looked: number;
}

/** A camera as it is paced. */
export interface Pacable {
  readonly state: { readonly kind: string };
  readonly paced: PacedCamera;
  /** Counted since the camera was made. */
  readonly done: Done;
  pace(fps: number): void;
}

interface Sample {
  readonly at: Millis;
  /** How long the thread has been at work since the process began. */
  readonly activeMs: Millis;
  readonly done: ReadonlyMap<CameraId, Done>;
}

/** Milliseconds that this thread has not waited; 0 for ever where the runtime does not tell. */
function activeMs(): Millis {
  return performance.eventLoopUtilization().active;
}

export class Pacer {
  readonly #active: () => Millis;
  readonly #looks: Look[] = [];
  #samples: readonly Sample[] = [];
  #pacing: Pacing = FULL_PACE;
  #headroom: number | undefined;
  readonly #overloaded = new Set<CameraId>();

  constructor(active: () => Millis = activeMs) {
    this.#active = active;
  }

  /** Percent of the time that is left at the configured rates; undefined until enough looks were measured. */
  get headroom(): number | undefined {
    return this.#headroom;
  }

  /** One look took so long. */
  looked(at: Millis, ms: Millis): void {
    this.#looks.push({ at, ms });
    if (this.#looks.length > LOOKS_KEPT) this.#looks.shift();
  }

  /**
   * Sets every camera's pace. Once a second. Tells which cameras have come to be looked at too seldom and why, and
   * with undefined which no longer are.
   */
  step(cameras: ReadonlyMap<CameraId, Pacable>, now: Millis): ReadonlyMap<CameraId, string | undefined> {
    const running = new Map([...cameras].filter(([, { state }]) => state.kind === "running"));
    const done = new Map([...running].map(([id, camera]) => [id, camera.done]));
    const sample = { at: now, activeMs: this.#active(), done };
    this.#samples = [...this.#samples, sample].slice(-SAMPLES_KEPT);
    const first = this.#samples[0] ?? sample;
    while ((this.#looks[0]?.at ?? now) < first.at) this.#looks.shift();
    const paced = [...running.values()].map((camera) => camera.paced);
    const cost = this.#cost(first, sample);
    if (cost !== undefined) {
      this.#pacing = advancePace(this.#pacing, paced, cost);
      this.#headroom = headroomOf(paced, cost);
    }
    for (const camera of running.values()) camera.pace(paceOf(camera.paced, this.#pacing));
    return this.#changes(paced, sample);
  }

  #cost(first: Sample, now: Sample): Cost | undefined {
    const overMs = now.at - first.at;
    if (overMs <= 0 || this.#looks.length < LOOKS_NEEDED) return undefined;
    const took = this.#looks.map(({ ms }) => ms).sort((a, b) => a - b);
    const other = now.activeMs - first.activeMs - took.reduce((sum, ms) => sum + ms, 0);
    let [due, looked] = [0, 0];
    for (const id of now.done.keys()) {
      const counted = between(first, now, id);
      due += counted?.due ?? 0;
      looked += counted?.looked ?? 0;
    }
    return {
      lookMs: took[Math.floor(SLOW_SHARE * took.length)] ?? 0,
      otherMs: Math.min(1_000, Math.max(0, (1_000 * other) / overMs)),
      behind: due - looked > LEFT_OUT_SHARE * due,
    };
  }

  #changes(paced: readonly PacedCamera[], now: Sample): ReadonlyMap<CameraId, string | undefined> {
    const changes = new Map<CameraId, string | undefined>();
    // The server forgets it of a camera that does not run.
    for (const id of this.#overloaded) if (!now.done.has(id)) this.#overloaded.delete(id);
    for (const camera of paced) {
      const why = this.#overload(camera, now);
      if ((why !== undefined) === this.#overloaded.has(camera.id)) continue;
      changes.set(camera.id, why);
      if (why === undefined) this.#overloaded.delete(camera.id);
      else this.#overloaded.add(camera.id);
    }
    return changes;
  }

  /** Told only of a camera that was there ten seconds ago. */
  #overload(camera: PacedCamera, now: Sample): string | undefined {
    const first = this.#samples.length === SAMPLES_KEPT ? this.#samples[0] : undefined;
    const counted = first === undefined ? undefined : between(first, now, camera.id);
    if (first === undefined || counted === undefined) return undefined;
    return overloadOf(camera, { overMs: now.at - first.at, ...counted });
  }
}

/** What was counted of the camera between two samples; undefined where it was made anew or was not there. */
function between(from: Sample, to: Sample, id: CameraId): Done | undefined {
  const [a, b] = [from.done.get(id), to.done.get(id)];
  if (a === undefined || b === undefined || b.captured < a.captured) return undefined;
  return { captured: b.captured - a.captured, due: b.due - a.due, looked: b.looked - a.looked };
}
