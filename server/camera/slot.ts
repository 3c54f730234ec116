/** One eye process as the server keeps it, and the cameras that are in it. */
import type { ChildProcess } from "node:child_process";
import { monotonicMs } from "../base/clock.ts";
import type { CameraState } from "../domain/camera.ts";
import type { CameraOrder, DetectorState } from "../domain/eye.ts";
import type { Scene } from "../domain/trust.ts";
import type { CameraId, Millis } from "../domain/units.ts";

/** How long a first end of an eye is waited after. */
export const RESPAWN_MS = 100;

/** One camera in its eye. */
export interface Place {
  order: CameraOrder;
  scene: Scene | undefined;
  /** Frames a second that its zones need; undefined where nobody said. */
  leastFps: number | undefined;
  /** A person may have stopped it. */
  wanted: boolean;
  /** Since when reports of an earlier order under this name may still be on their way. */
  orderedAt: Millis | undefined;
}

export interface Slot {
  readonly index: number;
  readonly places: Map<CameraId, Place>;
  child: ChildProcess | undefined;
  detector: DetectorState;
  spawnedAt: Millis;
  reportedAt: Millis | undefined;
  delayMs: Millis;
  /** How the model has stopped its eye while it was loaded, each time since it last worked. */
  loadFaults: readonly string[];
}

/** One may be bad luck. */
const MAX_LOAD_FAULTS = 2;

/** Whether the model is not tried any more: the cameras' pictures matter too. */
export function isGivenUp(slot: Slot): boolean {
  return slot.loadFaults.length >= MAX_LOAD_FAULTS;
}

/** A model that failed is opened again by its eye, which is silent for so long. */
export function mayOpen(slot: Slot): boolean {
  return !isGivenUp(slot) && slot.detector.kind === "failed";
}

/** Detection is ready only when each eye is; of those that are, the one that tells most. */
export function worstOf(states: readonly DetectorState[]): DetectorState | undefined {
  const ready = states.filter((state) => state.kind === "ready");
  return (
    states.find((each) => each.kind === "failed") ??
    states.find((each) => each.kind === "loading") ??
    ready.find(({ fallback }) => fallback !== undefined) ??
    ready.sort((a, b) => b.warmupMs - a.warmupMs)[0]
  );
}

/** Two orders that an eye would carry out alike. */
export function isSame(a: CameraOrder, b: CameraOrder): boolean {
  return a.source === b.source && a.fps === b.fps && a.transport === b.transport;
}

export function newPlace(order: CameraOrder, scene?: Scene, leastFps?: number): Place {
  return { order, scene, leastFps, wanted: true, orderedAt: monotonicMs() };
}

export function newSlot(index: number, first: Place): Slot {
  return {
    index,
    places: new Map([[first.order.id, first]]),
    child: undefined,
    detector: { kind: "loading" },
    spawnedAt: 0,
    reportedAt: undefined,
    delayMs: RESPAWN_MS,
    loadFaults: [],
  };
}

/** An eye without cameras has nothing to report: its silence counts from its first camera on. */
export function wake(slot: Slot): void {
  const idle = ![...slot.places.values()].some(({ wanted }) => wanted);
  if (idle && slot.reportedAt !== undefined) slot.reportedAt = monotonicMs();
}

/** Whether a camera in this state is already the one that was ordered then, and not its forerunner. */
export function isOf(orderedAt: Millis, state: CameraState): boolean {
  return state.kind === "idle" || (state.kind !== "stopping" && state.since >= orderedAt);
}
