/**
 * When an alarm is heard, and the patterns that tell its class on a horn behind a mechanical relay: a relay is never
 * switched fast, so the most urgent class sounds without a break and the others pause for seconds.
 */
import { type Alarm, annunciatedAt } from "./alarm.ts";
import { SOUND_LIMIT_MS, type Sound, soundOf } from "./alarm_policy.ts";
import type { Supervision } from "./supervision.ts";
import type { Millis } from "./units.ts";

/** At most 18 operations in the 180 s that a horn may sound. */
const PATTERNS: Record<Sound, { readonly onMs: Millis; readonly offMs: Millis }> = {
  stop: { onMs: SOUND_LIMIT_MS, offMs: 0 },
  lost: { onMs: 6_000, offMs: 4_000 },
  warning: { onMs: 2_000, offMs: 8_000 },
};
const MOST_URGENT_FIRST: readonly Sound[] = ["stop", "lost", "warning"];

/** Nobody has acknowledged or silenced it, and it has not sounded for too long. */
export function isAudible({ at, silencedAt }: Supervision, alarm: Alarm): boolean {
  const since = annunciatedAt(alarm);
  return alarm.state === "unacknowledged" && since > silencedAt && at - since <= SOUND_LIMIT_MS;
}

/** Whether a horn sounds at this instant for these audible alarms: in the pattern of the most urgent class. */
export function soundsNow(alarms: readonly Alarm[], at: Millis): boolean {
  for (const sound of MOST_URGENT_FIRST) {
    const own = alarms.filter(({ definition }) => soundOf(definition) === sound);
    if (own.length === 0) continue;
    const { onMs, offMs } = PATTERNS[sound];
    // With the newest the pattern begins anew: each new alarm is heard at once, and one rhythm alone moves the relay.
    const since = Math.max(...own.map(annunciatedAt));
    return offMs === 0 || (at - since) % (onMs + offMs) < onMs;
  }
  return false;
}
