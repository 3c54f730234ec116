/** What happens when nobody touches the panel: notices go, the overview comes back, Maintenance locks. */
import { computed, effect } from "@preact/signals";
import { lock } from "./actions.ts";
import { asking, notice, now, page, session, touchedAt } from "./state.ts";

/** An unattended panel goes back to the overview. */
const HOME_AFTER_MS = 60_000;
/** An unattended Maintenance page is nobody's any more. */
const LOCK_AFTER_MS = 300_000;

/** Milliseconds until Maintenance locks itself. */
export const locksIn = computed(() => Math.max(0, LOCK_AFTER_MS - (now.value - touchedAt.value)));

export function startIdle(): void {
  const touch = () => {
    touchedAt.value = performance.now();
  };
  addEventListener("pointerdown", touch, { capture: true, passive: true });
  addEventListener("keydown", touch, { capture: true, passive: true });
  effect(() => {
    const idle = now.value - touchedAt.value;
    if (notice.value !== undefined && now.value > notice.value.until) notice.value = undefined;
    if (session.value !== undefined && idle > LOCK_AFTER_MS) void lock();
    if (session.value === undefined && idle > HOME_AFTER_MS) {
      page.value = "live";
      asking.value = undefined;
    }
  });
}
