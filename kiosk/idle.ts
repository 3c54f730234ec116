/** What happens when nobody touches the panel: notices go, the overview comes back, Maintenance locks. */
import { computed, effect } from "@preact/signals";
import { lock, stay } from "./actions.ts";
import { asking, notice, now, page, session, sessionEndsAt, touchedAt } from "./state.ts";

/** An unattended panel goes back to the overview. */
const HOME_AFTER_MS = 60_000;
/** The box counts its own minutes: it is told of touches that ask it for nothing. */
const TELL_EVERY_MS = 20_000;

/** Milliseconds until the box ends the session. */
export const locksIn = computed(() => Math.max(0, sessionEndsAt.value - now.value));

let toldAt = performance.now();

export function startIdle(): void {
  const touch = () => {
    touchedAt.value = performance.now();
    if (session.value?.role !== "maintenance" || touchedAt.value - toldAt < TELL_EVERY_MS) return;
    toldAt = touchedAt.value;
    void stay();
  };
  addEventListener("pointerdown", touch, { capture: true, passive: true });
  addEventListener("keydown", touch, { capture: true, passive: true });
  effect(() => {
    const idle = now.value - touchedAt.value;
    if (notice.value !== undefined && now.value > notice.value.until) notice.value = undefined;
    // The PIN of the others covers a minute: their page stays while they are at it, and asks again.
    const isOver = session.value?.role === "maintenance" || idle > HOME_AFTER_MS;
    if (session.value !== undefined && locksIn.value === 0 && isOver) void lock();
    if (session.value === undefined && idle > HOME_AFTER_MS) {
      page.value = "live";
      asking.value = undefined;
    }
  });
}
