/** Acts on rest.ts: whether the screen is dimmed, and where its picture stands. */
import { computed, effect, signal } from "@preact/signals";
import { connected, now, touchedAt, view } from "../state.ts";
import { DIM_AFTER_MS, isQuiet, STILL_MS, shiftAt } from "./rest.ts";
import { touching } from "./touches.ts";

export const dimmed = computed(() => {
  const idle = now.value - touchedAt.value >= DIM_AFTER_MS;
  return idle && connected.value && view.value !== undefined && isQuiet(view.value);
});

/** As CSS says it. */
export const shift = signal("0px 0px");

effect(() => {
  if (touching.value || now.value - touchedAt.value < STILL_MS) return;
  const [right, down] = shiftAt(now.value);
  shift.value = `${right}px ${down}px`;
});
