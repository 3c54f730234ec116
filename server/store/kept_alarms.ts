/**
 * Alarms as they are kept for the next start. Within one boot of the machine its monotonic clock tells how old they
 * are; after another boot the wall clock does, and where the two contradict each other nobody knows the time: then
 * what was shelved or out of service is listed again.
 */
import { z } from "zod";
import { ALARMS, type AlarmDefinitionId } from "../domain/alarm.ts";
import { alarmsToKeep, type PastAlarms } from "../domain/alarm_past.ts";
import type { Supervision } from "../domain/supervision.ts";
import type { Millis } from "../domain/units.ts";
import type { Instant } from "./begun_bypasses.ts";

/** Between two readings of both clocks; more means that somebody has set one. */
const CLOCK_JUMP_MS = 5_000;

const definition = z.custom<AlarmDefinitionId>((id) => typeof id === "string" && Object.hasOwn(ALARMS, id));
const alarm = z.object({
  id: z.string(),
  definition,
  source: z.string(),
  state: z.enum([
    ...(["normal", "unacknowledged", "acknowledged", "returned-unacknowledged"] as const),
    ...(["latched-unacknowledged", "latched-acknowledged"] as const),
  ]),
  version: z.number(),
  occurrence: z.number(),
  raisedAt: z.number(),
  annunciatedAt: z.exactOptional(z.number()),
  acknowledgedAt: z.exactOptional(z.number()),
  acknowledgedBy: z.exactOptional(z.string()),
  clearedAt: z.exactOptional(z.number()),
  returns: z.number(),
  detail: z.exactOptional(z.string()),
  comment: z.exactOptional(z.object({ by: z.string(), at: z.number(), text: z.string() })),
});
const hiding = z.object({
  as: z.enum(["shelved", "out-of-service"]),
  by: z.string(),
  reason: z.string(),
  since: z.number(),
  untilAt: z.number(),
});
const kept = z.object({
  bootId: z.string(),
  monoMs: z.number(),
  wallAt: z.number(),
  /** An alarm that this program does not know any more is left out. */
  alarms: z.array(z.unknown()),
  hidden: z.record(z.string(), hiding),
  firstOut: z.exactOptional(z.string()),
});

/** The text to keep. */
export function alarmsText(state: Supervision, now: Instant): string {
  const { alarms, hidden, firstOut } = alarmsToKeep(state);
  return JSON.stringify({ ...now, alarms, hidden: Object.fromEntries(hidden), firstOut });
}

/** Reads what was kept, on the monotonic clock of this boot. Throws where it is not what was written. */
export function keptAlarms(text: string | undefined, now: Instant): Omit<PastAlarms, "versions"> {
  if (text === undefined) return { alarms: [], hidden: new Map() };
  const { bootId, monoMs, wallAt, alarms, hidden, firstOut } = kept.parse(JSON.parse(text));
  const sameBoot = bootId === now.bootId;
  const wallPassed = now.wallAt - wallAt;
  const passed = sameBoot ? now.monoMs - monoMs : Math.max(0, wallPassed);
  const doubtful = Math.abs(passed - wallPassed) > CLOCK_JUMP_MS;
  const shift = now.monoMs - passed - monoMs;
  const onThisBoot = (at: Millis): Millis => at + shift;
  return {
    alarms: alarms.flatMap((one) => {
      const read = alarm.safeParse(one);
      return read.success ? [shifted(read.data, onThisBoot)] : [];
    }),
    hidden: new Map(
      Object.entries(hidden).map(([id, { since, untilAt, ...rest }]) => [
        id,
        { ...rest, since: onThisBoot(since), untilAt: doubtful ? now.monoMs : onThisBoot(untilAt) },
      ]),
    ),
    ...(firstOut === undefined ? {} : { firstOut }),
  };
}

type Read = z.infer<typeof alarm>;

function shifted(one: Read, move: (at: Millis) => Millis): Read {
  const { raisedAt, annunciatedAt, acknowledgedAt, clearedAt, comment } = one;
  return {
    ...one,
    raisedAt: move(raisedAt),
    ...(annunciatedAt === undefined ? {} : { annunciatedAt: move(annunciatedAt) }),
    ...(acknowledgedAt === undefined ? {} : { acknowledgedAt: move(acknowledgedAt) }),
    ...(clearedAt === undefined ? {} : { clearedAt: move(clearedAt) }),
    ...(comment === undefined ? {} : { comment: { ...comment, at: move(comment.at) } }),
  };
}
