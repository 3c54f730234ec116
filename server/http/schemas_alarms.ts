/** The bodies about alarms; the rest are in schemas.ts. */
import { z } from "zod";
import type { AlarmView } from "../domain/view.ts";
import type { AlarmEventRow } from "./alarms.ts";
import { count, instant, maybe, ms, text, unixMs } from "./shapes.ts";

const yes = maybe(z.literal(true));
const priority = z.literal([1, 2, 3, 4]);
const alarm = {
  id: text,
  definition: text,
  source: text,
  priority,
  state: z.enum([
    ...(["normal", "unacknowledged", "acknowledged", "returned-unacknowledged"] as const),
    ...(["latched-unacknowledged", "latched-acknowledged"] as const),
    ...(["shelved", "suppressed", "out-of-service"] as const),
  ]),
  acknowledgedBy: maybe(text),
  text,
  detail: maybe(text),
  response: text,
  version: z.int(),
  returns: count,
  firstOut: yes.meta({ description: "The trip that came first since the last reset" }),
  standing: yes.meta({ description: "Present for over a day" }),
  chattering: yes.meta({ description: "Raised three times within a minute" }),
  sound: maybe(z.enum(["stop", "lost", "warning"])),
  shelveMaxMs: maybe(ms.meta({ description: "The longest time on the shelf; absent where it never may" })),
  mayLeaveService: yes,
};
const hiddenBy = {
  by: text.meta({ description: "A person, or the alarm that explains it" }),
  reason: text,
  present: z.boolean().meta({ description: "Whether its condition is present now" }),
};
const commented = { by: text, text };

/** On the screen's view. */
export const ViewAlarm: z.ZodType<AlarmView> = z.object({
  ...alarm,
  raisedAt: unixMs,
  acknowledgedAt: maybe(unixMs),
  clearedAt: maybe(unixMs),
  comment: maybe(z.object({ ...commented, wallAt: unixMs })),
  hidden: maybe(z.object({ ...hiddenBy, untilWallAt: maybe(unixMs), leftMs: maybe(ms) })),
});

/** As `/api/alarms` lists it. */
const Alarm = z.object({
  ...alarm,
  raisedAt: instant,
  acknowledgedAt: maybe(instant),
  clearedAt: maybe(instant),
  comment: maybe(z.object({ ...commented, at: instant })),
  hidden: maybe(z.object({ ...hiddenBy, until: maybe(instant) })),
});

const AlarmEvent: z.ZodType<AlarmEventRow> = z.object({
  seq: z.int().meta({ description: "The row of the trail" }),
  at: instant,
  alarm: text,
  definition: text,
  source: text,
  priority: maybe(priority),
  text,
  event: text.meta({ description: "`raise`, `clear`, `acknowledge`, `reset`, `re-alarm`, `shelved`, ..." }),
  by: maybe(text),
  reason: maybe(text),
  occurrence: maybe(text.meta({ description: "The same from one raising to its end" })),
  picture: maybe(text.meta({ description: "Of the frame that tripped, at GET /api/pictures/{id}" })),
  clip: maybe(text.meta({ description: "At GET /api/clips/{id}" })),
});

export const alarmSchemas = { Alarm, AlarmEvent };
