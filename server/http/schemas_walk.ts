/** The bodies of the routes about walk tests; the rest is in schemas.ts. */
import { z } from "zod";
import type { WalkView } from "../domain/view.ts";
import type { PermitDrop, WalkAttempt } from "../domain/walk_test.ts";
import { due } from "./schemas_outputs.ts";
import { count, maybe, ms, point, share, text, unixMs } from "./shapes.ts";
import type { WalkTests } from "./walk_tests.ts";

const output = text;
const drop: z.ZodType<PermitDrop> = z.discriminatedUnion("kind", [
  z.object({
    output,
    kind: z.literal("proven").meta({ description: "Read back as dropped on every channel and contact" }),
    ms: ms.meta({ description: "From the first frame with the person to the read-back" }),
    contact: z.boolean().meta({ description: "A feedback contact said so as well" }),
  }),
  z.object({ output, kind: z.literal("already").meta({ description: "Not measured: dropped before" }) }),
  z.object({ output, kind: z.literal("failed").meta({ description: "Nothing proves that it dropped" }) }),
  z.object({ output, kind: z.literal("unmeasured") }),
]);

const attempt: z.ZodType<WalkAttempt> = z.object({
  point: count.meta({ description: "Index of the point, from 0" }),
  outcome: z.enum(["detected", "missed", "skipped"]),
  reason: maybe(text),
  score: maybe(share),
  foot: maybe(z.tuple([z.number(), z.number()]).meta({ description: "Where the feet were seen" })),
  drops: z.array(drop),
});
const points = z.array(point).meta({ description: "0..1 of the picture" });
const attempts = z.array(attempt).meta({ description: "Every going to a point, in order" });

export const ViewWalk: z.ZodType<WalkView> = z.object({
  test: text.meta({ description: "Its record bears the same" }),
  zone: text,
  name: text,
  camera: text,
  by: text,
  points,
  reach: z.number().meta({ description: "How near the feet must come to a point" }),
  phase: z.enum(["clearing", "awaiting", "entered", "review"]),
  point: maybe(count.meta({ description: "Absent in the review" })),
  measures: z.boolean().meta({ description: "A run permit's drop can be measured now" }),
  seen: z.boolean().meta({ description: "Seen at the point; the drop is still to be proven" }),
  attempts,
  leftMs: ms,
});

const rate = { walked: count, detected: count };
const WalkTestsBody: z.ZodType<WalkTests> = z.object({
  zones: z.array(
    z.object({
      zone: text,
      name: text,
      due,
      refusals: z.array(text),
      rate: z
        .object({ ...rate, days: z.array(z.object({ day: text, ...rate })) })
        .meta({ description: "Over the newest 30 days: stood at a point, and seen there" }),
    }),
  ),
  records: z.array(
    z.object({
      test: text,
      wallAt: unixMs,
      begunWallAt: unixMs,
      by: text,
      role: text.nullable(),
      zone: text,
      name: text,
      camera: text,
      model: text,
      outcome: z.enum(["passed", "failed", "cancelled"]),
      why: z.enum(["time", "person", "bypass", "change", "restart"]).nullable(),
      points,
      attempts,
    }),
  ),
});

/** By the name under which the document has them. */
export const walkSchemas = { WalkTests: WalkTestsBody } as const;
