/**
 * When the newest bypasses began, as it is kept for the limit on them: over restarts, publications and steps of the
 * wall clock. Within one boot of the machine its monotonic clock tells their age, which nobody can set.
 */
import { z } from "zod";
import { SUPERVISOR_BYPASSES } from "../domain/bypass.ts";
import type { Millis } from "../domain/units.ts";

/** An instant on both clocks, and the boot to which the monotonic one belongs. */
const instant = z.object({ bootId: z.string(), monoMs: z.number(), wallAt: z.number() });
export type Instant = Readonly<z.infer<typeof instant>>;
const instants = z.array(instant).max(SUPERVISOR_BYPASSES);

/** Reads what was kept, each on the monotonic clock of this boot. Throws where it is not what was written. */
export function keptBypasses(text: string | undefined, now: Instant): readonly Instant[] {
  if (text === undefined) return [];
  return instants.parse(JSON.parse(text)).map((begun) => onThisBoot(begun, now));
}

/**
 * One of an earlier boot is as old as the wall clock says, and at least as old as this boot: a clock that was set
 * back makes it count longer, never shorter.
 */
function onThisBoot({ bootId, monoMs, wallAt }: Instant, now: Instant): Instant {
  if (bootId === now.bootId) return { bootId, monoMs, wallAt };
  return { bootId: now.bootId, monoMs: Math.min(0, now.monoMs - (now.wallAt - wallAt)), wallAt };
}

/** With these that began now; of the older ones only what the limit counts. */
export function withBegun(before: readonly Instant[], begun: readonly Millis[], now: Instant): Instant[] {
  return [...before, ...begun.map((monoMs) => ({ ...now, monoMs }))].slice(-SUPERVISOR_BYPASSES);
}
