/** The picture that stands still while somebody draws on it: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { ageNow } from "../liveness.ts";
import { session } from "../state.ts";
import { tileOf } from "../tiles.ts";

export interface Frame {
  readonly camera: string;
  /** JPEG as a data: address. */
  readonly url: string;
  /** When it was taken, the page's monotonic clock. */
  readonly takenAt: number;
}
export const frame = signal<Frame | undefined>(undefined);

/** Keeps what the camera's canvas shows now; undefined while it shows nothing. */
export function freeze(camera: string): Frame | undefined {
  const { canvas, shown } = tileOf(camera);
  const seen = shown.peek();
  if (canvas === undefined || seen === undefined || canvas.width === 0) return undefined;
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  const pen = copy.getContext("2d");
  if (pen === null) return undefined;
  pen.drawImage(canvas, 0, 0);
  const at = performance.now();
  const takenAt = at - ageNow(seen, at);
  return { camera, url: copy.toDataURL("image/jpeg", 0.9), takenAt };
}

effect(() => {
  if (session.value === undefined) frame.value = undefined;
});
