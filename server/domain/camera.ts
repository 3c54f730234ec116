/**
 * The life of one camera, as one reducer: idle, starting, running, stopping, error.
 * The shell that owns ffmpeg compares the state before and after, and acts.
 */
import { assertNever, type CameraId, type Millis, type Size } from "./units.ts";

/** Why a camera is in error. `refused` and `unsupported` need a person; the others heal by waiting. */
export type CameraFault = "lost" | "stalled" | "refused" | "unsupported";

/** Whether waiting alone cannot heal it: the camera has answered, and will answer the same again. */
export function needsPerson(why: CameraFault): boolean {
  return why === "refused" || why === "unsupported";
}

export type CameraState =
  | { readonly kind: "idle" }
  | { readonly kind: "starting"; readonly attempt: number; readonly since: Millis }
  | { readonly kind: "running"; readonly since: Millis; readonly size: Size }
  | { readonly kind: "stopping"; readonly since: Millis }
  | {
      readonly kind: "error";
      readonly why: CameraFault;
      /** One sentence for people; never contains credentials. */
      readonly message: string;
      readonly attempt: number;
      readonly since: Millis;
      readonly retryAt: Millis;
    };

export type CameraInput = { readonly at: Millis } & (
  | { readonly kind: "start" }
  | { readonly kind: "stop" }
  | { readonly kind: "stopped" }
  | { readonly kind: "first-frame"; readonly size: Size }
  | { readonly kind: "ended"; readonly why: CameraFault; readonly message: string; readonly jitter: number }
  | { readonly kind: "retry" }
);

/** A run this long counts as stable: the next failure starts the waiting from the beginning again. */
export const STABLE_AFTER_MS = 60_000;
const RETRY_BASE_MS = 500;
/** With the knock and the first frame, a camera that answers again runs within 5 s. */
const RETRY_MAX_MS = 3_000;
const RETRY_REFUSED_MS = 30_000;

/**
 * How long to wait before the next try.
 * Full jitter over an exponential ladder, so that eight cameras behind one switch do not knock in step.
 * @param attempt tries that failed in a row, 1 or more
 * @param jitter 0..1, drawn by the caller
 */
export function retryDelayMs(why: CameraFault, attempt: number, jitter: number): Millis {
  if (why === "refused" || why === "unsupported") return RETRY_REFUSED_MS * (0.5 + 0.5 * jitter);
  const ceiling = Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** Math.min(attempt, 10));
  return Math.max(100, ceiling * jitter);
}

/** The next state. An input that means nothing in this state returns the very same object. */
export function reduceCamera(state: CameraState, input: CameraInput): CameraState {
  switch (input.kind) {
    case "start":
      // In error it is a person's "Try again": at once, and the waiting begins anew.
      return state.kind === "idle" || state.kind === "error"
        ? { kind: "starting", attempt: 1, since: input.at }
        : state;
    case "stop":
      return state.kind === "idle" || state.kind === "stopping"
        ? state
        : state.kind === "error"
          ? { kind: "idle" }
          : { kind: "stopping", since: input.at };
    case "stopped":
      return state.kind === "stopping" ? { kind: "idle" } : state;
    case "first-frame":
      return state.kind === "starting" ? { kind: "running", since: input.at, size: input.size } : state;
    case "retry":
      return state.kind === "error" && input.at >= state.retryAt
        ? { kind: "starting", attempt: state.attempt + 1, since: input.at }
        : state;
    case "ended": {
      if (state.kind !== "starting" && state.kind !== "running") return state;
      const stable = state.kind === "running" && input.at - state.since >= STABLE_AFTER_MS;
      const attempt = state.kind === "running" ? (stable ? 1 : 2) : state.attempt;
      return {
        kind: "error",
        why: input.why,
        message: input.message,
        attempt,
        since: input.at,
        retryAt: input.at + retryDelayMs(input.why, attempt, input.jitter),
      };
    }
    default:
      return assertNever(input);
  }
}

/** The contract's words for `GET /status`. */
export function statusWord(state: CameraState): "IDLE" | "STARTING" | "RUNNING" | "STOPPING" | "ERROR" {
  const words = {
    idle: "IDLE",
    starting: "STARTING",
    running: "RUNNING",
    stopping: "STOPPING",
    error: "ERROR",
  } as const;
  return words[state.kind];
}

/** What the screen and the log call a camera. */
export interface CameraName {
  readonly id: CameraId;
  readonly name: string;
}
