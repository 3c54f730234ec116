/**
 * Press and hold, as one reducer: a command that may lead to energising needs 1.5 s of intent and acts on
 * release. A button that is held for long is taken for stuck (dirt, a leaning tool) and acts never.
 */

export type Hold =
  | { readonly kind: "idle" }
  | { readonly kind: "pressed"; readonly since: number }
  /** Held too long: ignored until it is let go. */
  | { readonly kind: "stuck" };

export type HoldInput = { readonly at: number } & (
  | { readonly kind: "press" }
  | { readonly kind: "release" }
  /** The finger left the button, or the system took the touch away. */
  | { readonly kind: "leave" }
  | { readonly kind: "tick" }
);

/** What came of it: `act`, or why not. */
export type HoldOutcome = "act" | "short" | "late" | "left" | "stuck";

export interface HoldStep {
  readonly hold: Hold;
  readonly outcome?: HoldOutcome;
}

export const IDLE: Hold = { kind: "idle" };

/** Long enough that no brush or bounce does it. */
export const FILL_MS = 1_500;
/** After filling, the release must come within this time: later nobody knows what the finger means. */
export const RELEASE_WITHIN_MS = 5_000;
/** Held this long it is taken for stuck. */
export const STUCK_AFTER_MS = 10_000;

/**
 * The next state, and an outcome in the step in which the press is decided. Instants in monotonic ms.
 * @param fillMs how long to hold at least
 */
export function reduceHold(hold: Hold, input: HoldInput, fillMs = FILL_MS): HoldStep {
  if (hold.kind === "idle")
    return { hold: input.kind === "press" ? { kind: "pressed", since: input.at } : hold };
  if (hold.kind === "stuck")
    return { hold: input.kind === "release" || input.kind === "leave" ? IDLE : hold };
  const held = input.at - hold.since;
  if (held > STUCK_AFTER_MS)
    return {
      hold: input.kind === "tick" || input.kind === "press" ? { kind: "stuck" } : IDLE,
      outcome: "stuck",
    };
  if (input.kind === "leave") return { hold: IDLE, outcome: "left" };
  if (input.kind !== "release") return { hold };
  if (held < fillMs) return { hold: IDLE, outcome: "short" };
  return { hold: IDLE, outcome: held <= fillMs + RELEASE_WITHIN_MS ? "act" : "late" };
}

/** What the ring shows: it fills by itself, and is empty again when a release would no longer act. */
export type Ring = "empty" | "filling" | "full";

export function ringOf(hold: Hold, at: number, fillMs = FILL_MS): Ring {
  if (hold.kind !== "pressed") return "empty";
  const held = at - hold.since;
  if (held > fillMs + RELEASE_WITHIN_MS) return "empty";
  return held < fillMs ? "filling" : "full";
}

/** How long until a press that just goes on becomes something else; undefined where nothing is pressed. */
export function changesIn(hold: Hold, at: number, fillMs = FILL_MS): number | undefined {
  if (hold.kind !== "pressed") return undefined;
  const moments = [fillMs, fillMs + RELEASE_WITHIN_MS + 1, STUCK_AFTER_MS + 1];
  return moments.map((moment) => hold.since + moment - at).find((left) => left > 0);
}
