/** The bodies about zones and the floor under a camera; the rest are in schemas.ts. */
import { z } from "zod";
import type { Plan } from "../domain/planning.ts";
import { WEEKDAYS } from "../domain/schedule.ts";
import type { CountView, MaskView, ZoneView } from "../domain/view.ts";
import { ZONE_KINDS } from "../domain/zone_config.ts";
import { count, maybe, ms, number, point, polygon, share, text, unixMs, verdict } from "./shapes.ts";
import type { Sighting } from "./sightings.ts";
import type { GroundAnswer, ListedZone } from "./zones.ts";

const plan: z.ZodType<Plan> = z
  .object({
    label: text,
    says: text.meta({ description: "One sentence" }),
    reactionMs: maybe(ms),
    confirmMs: ms,
    dwellMs: ms,
    stopTimeMs: ms,
    totalMs: maybe(ms),
    distanceMm: maybe(number),
    edgeMm: maybe(number.meta({ description: "From the zone's edge to the hazard on the floor" })),
    tooNear: z.boolean(),
  })
  .meta({ description: "ISO 13855's S = K * T + C with what was measured; for planning only" });

const drawn = { id: text, camera: text, name: text, polygon };

export const ViewZone: z.ZodType<ZoneView> = z.object({
  ...drawn,
  kind: z.enum(["stop", "warn", "dwell"]),
  verdict,
  sinceWallAt: unixMs,
  activity: maybe(z.object({ active: z.boolean(), why: text, untilWallAt: maybe(unixMs) })),
  plan: maybe(plan),
});
export const ViewCount: z.ZodType<CountView> = z.object({ ...drawn, people: maybe(count) });
export const ViewMask: z.ZodType<MaskView> = z.object({
  ...drawn,
  reason: maybe(text),
  warnings: z.array(text),
});

const zone = {
  ...drawn,
  kind: z.enum(ZONE_KINDS),
  dwellMs: ms,
  classes: maybe(z.array(text)),
  minHeight: maybe(share),
  schedule: maybe(
    z.array(z.object({ days: z.array(z.enum(WEEKDAYS)), from: text, to: text })).meta({
      description: "When it guards, in the time of the site: from `hh:mm` until the next `hh:mm`",
    }),
  ),
  condition: maybe(
    z
      .object({ board: text, input: z.int(), name: text })
      .meta({ description: "While this contact is closed the zone is out of the rules" }),
  ),
  stopTimeMs: maybe(ms),
  hazard: maybe(point),
  reason: maybe(text),
  plan: maybe(plan),
};
export const Zone: z.ZodType<ListedZone> = z.object(zone);
export const ZoneSaved: z.ZodType<ListedZone & { readonly changed: boolean }> = z.object({
  ...zone,
  changed: z.boolean(),
});

export const SightingBody: z.ZodType<Sighting> = z.object({
  capturedAt: ms.meta({ description: "On the box's monotonic clock" }),
  fresh: z.boolean().meta({ description: "The camera is trusted and the frame is young enough to count" }),
  threshold: share.meta({ description: "The score from which a detection counts" }),
  detections: z.array(
    z.object({
      label: text,
      score: number,
      box: z.object({ x0: number, y0: number, x1: number, y1: number }),
    }),
  ),
});

export const groundConfig = z
  .object({ points: z.array(point), sides: z.array(number), diagonal: number })
  .meta({ description: "Four floor points in order around and the tape's lengths between them, metres" });

export const Ground: z.ZodType<GroundAnswer> = z.object({
  step: number.meta({ description: "Metres between two lines" }),
  lines: z.array(z.object({ axis: z.enum(["x", "y"]), metres: number, from: point, to: point })),
});
