/**
 * What a panel does to last: it is dimmed while nobody is there and nothing is wrong, and its picture moves by a pixel
 * or two so that nothing burns in. It is never dark.
 */
import type { View } from "../../server/domain/view.ts";

/** Nobody has touched it for so long. */
export const DIM_AFTER_MS = 10 * 60_000;
const SHIFT_EVERY_MS = 5 * 60_000;
/** Nothing moves under a finger that was just there. */
export const STILL_MS = 10_000;
/** Pixels, around the place where the picture belongs. */
const SHIFTS = [
  [0, 0],
  [1, 1],
  [-1, 1],
  [-1, -1],
  [1, -1],
] as const;

type Told = Pick<View, "state" | "alarms" | "hidden" | "bypasses" | "tests" | "faults" | "demonstration">;

/** Whether everything is as it should be: every permit energised, nothing to tell, nobody at work. */
export function isQuiet(view: Told & { readonly walk?: unknown }): boolean {
  const nothing = [view.alarms, view.hidden, view.bypasses, view.tests, view.faults].every(
    ({ length }) => length === 0,
  );
  return view.state === "watching" && nothing && view.walk === undefined;
}

/** Pixels to the right and down at this time of the page. */
export function shiftAt(now: number): readonly [number, number] {
  return SHIFTS[Math.floor(Math.max(0, now) / SHIFT_EVERY_MS) % SHIFTS.length] ?? SHIFTS[0];
}
