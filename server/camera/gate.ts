/** Lets so many frames a second through, by the time they were taken at. */
import type { Millis } from "../domain/units.ts";

export class Gate {
  /** Frames a second; from the camera's own rate on, every frame is let through. */
  fps: number;
  readonly #cameraFps: number;
  #nextAt: Millis = Number.NEGATIVE_INFINITY;

  constructor(cameraFps: number) {
    this.#cameraFps = cameraFps;
    this.fps = cameraFps;
  }

  opens(capturedAt: Millis): boolean {
    const period = 1_000 / this.fps;
    if (this.fps < this.#cameraFps && capturedAt < this.#nextAt) return false;
    // What a late frame has lost is made up for, up to one period: frames come at a pace of their own.
    this.#nextAt = Math.max(this.#nextAt, capturedAt - period) + period;
    return true;
  }
}
