/** Whether what the screen shows is true now. Pure decisions; link.ts and tiles.ts act on them. */
import type { CameraView } from "../server/domain/view.ts";

/** The box sends at least one view a second; two missing ones are no accident. */
export const LOST_AFTER_MS = 2_000;
/** The connection itself has ended: half of that, so that a box that only hangs up once need not cover the screen. */
export const LOST_BROKEN_MS = 1_000;
/** A picture older than this is not shown as live. */
export const STALE_AFTER_MS = 1_000;

const RETRY_BASE_MS = 500;
const RETRY_MAX_MS = 4_000;

/**
 * Whether the whole screen must say that it is not live. Both instants on the page's monotonic clock.
 * @param broken the connection has ended since the last view
 */
export function isLost(lastViewAt: number, now: number, broken = false): boolean {
  return now - lastViewAt >= (broken ? LOST_BROKEN_MS : LOST_AFTER_MS);
}

/**
 * Whether the page itself slept (frozen tab, suspended box). What waits in its connection then is old news
 * that would arrive looking new, so the connection must be opened again.
 */
export function slept(lastTickAt: number, now: number): boolean {
  return now - lastTickAt >= LOST_AFTER_MS;
}

/** How long to wait before try number `attempt` (1 or more), milliseconds. One panel, so no jitter. */
export function retryAfterMs(attempt: number): number {
  return Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** Math.min(attempt - 1, 10));
}

/** The newest picture of a camera on this page. */
export interface Shown {
  readonly seq: number;
  /** When it was drawn, the page's monotonic clock. */
  readonly drawnAt: number;
  /** How old it was at that instant. */
  readonly ageMs: number;
}

/** How old the shown picture is now, milliseconds. */
export function ageNow(shown: Shown, now: number): number {
  return shown.ageMs + Math.max(0, now - shown.drawnAt);
}

export type Picture =
  | { readonly kind: "live"; readonly ageMs: number }
  /** Pictures come, but they are not to be believed. */
  | { readonly kind: "doubted"; readonly ageMs: number }
  | { readonly kind: "dead"; readonly why: "state" | "none" | "stale"; readonly ageMs?: number };

/** The slowest rate a camera may be set to: what is longer apart than five of its pictures is never live. */
const SLOWEST_FPS = 1;

/** How old a picture may be: a second, or five of the camera's own intervals as for its zones. */
export function staleAfterMs(fps: number): number {
  return fps <= 0 ? STALE_AFTER_MS : Math.max(STALE_AFTER_MS, 5_000 / Math.max(SLOWEST_FPS, fps));
}

/** Whether a camera's picture may look alive. The camera's state outranks a picture that still arrives. */
export function judgePicture(
  camera: Pick<CameraView, "state" | "fps30s" | "trust">,
  shown: Shown | undefined,
  now: number,
): Picture {
  const ageMs = shown && ageNow(shown, now);
  if (camera.state !== "RUNNING")
    return { kind: "dead", why: "state", ...(ageMs === undefined ? {} : { ageMs }) };
  if (ageMs === undefined) return { kind: "dead", why: "none" };
  if (ageMs > staleAfterMs(camera.fps30s)) return { kind: "dead", why: "stale", ageMs };
  return { kind: camera.trust.kind === "distrusted" ? "doubted" : "live", ageMs };
}
