/** The bodies of the routes about the detector's models; the rest is in schemas.ts. */
import { z } from "zod";
import { PROVIDERS } from "../domain/detector_config.ts";
import type { TrialView } from "../model_trial.ts";
import type { ListedModel } from "../models.ts";
import type { ModelsAnswer } from "./models.ts";
import { count, maybe, ms, number, share, text, unixMs } from "./shapes.ts";

const counted = { active: count, candidate: count };

const ModelTrial: z.ZodType<TrialView> = z.object({
  model: text,
  against: text.meta({ description: "The model that watches" }),
  by: text,
  begunWallAt: unixMs,
  endsWallAt: unixMs,
  state: z.enum(["loading", "looking", "ended"]),
  end: maybe(z.enum(["time", "person", "alarm", "change", "shutdown", "failed"])),
  why: maybe(text),
  ms: ms.nullable().meta({ description: "Median processor time for a picture, with its preparation" }),
  cameras: z.array(
    z.object({
      camera: text,
      name: text,
      frames: count.meta({ description: "That both models looked at" }),
      active: count.meta({ description: "People in all of them, by the model that watches" }),
      candidate: count,
      more: count.meta({ description: "Frames in which the candidate counted more people" }),
      fewer: count,
      newest: z.object(counted).nullable(),
    }),
  ),
  differences: z
    .array(z.object({ ...counted, camera: text, wallAt: unixMs }))
    .meta({ description: "Newest first, at most 10" }),
});

const listed: z.ZodType<ListedModel> = z.object({
  name: text,
  family: z.enum([
    ...(["boxes5", "detr", "dfine", "nanodet", "nanodet-plus", "picodet"] as const),
    ...(["rtmdet", "yolov8", "yolox"] as const),
  ]),
  width: count,
  height: count,
  threshold: share.meta({ description: "Score from which somebody counts; not comparable between families" }),
  licence: text,
  origin: text,
  download: text.nullable(),
  sha256: text,
  bytes: count,
  grade: text,
  quality: text,
  measured: z
    .object({
      ms: number,
      source: text,
      sets: z.array(z.object({ set: text, precision: share, recall: share })),
    })
    .nullable(),
  recommended: z.boolean(),
  golden: z.boolean().meta({ description: "It has a picture whose people are known to be proven on" }),
  installed: z.boolean().meta({ description: "Else there is only its manifest" }),
  active: z.boolean(),
  previous: z.boolean(),
  hereMs: ms
    .nullable()
    .meta({ description: "Median on this box; null where it has not run since the start" }),
});

const Tuning = z.object({ threads: count, spinning: z.boolean(), arena: z.boolean() });
const Calibration: z.ZodType<ModelsAnswer["calibration"]> = z.object({
  running: z.boolean(),
  record: maybe(
    z.object({
      wallAt: unixMs,
      usualMs: ms.meta({ description: "A picture in the usual way, by processor time" }),
      figures: z.array(
        z.object({
          tuning: Tuning,
          ms,
          ratio: number.meta({ description: "Against the usual way; below 1 is faster" }),
          faster: share.meta({ description: "Of the rounds" }),
          rounds: count,
          unsure: maybe(z.enum(["too few rounds", "the box was busy"])),
        }),
      ),
      refused: z.array(z.object({ tuning: Tuning, why: text })),
    }),
  ),
  chosen: Tuning.meta({ description: "By the next eye that starts, where it is the only one" }),
  inUse: Tuning.nullable(),
  fault: maybe(text),
});
const provider = z.enum(PROVIDERS);

const Models: z.ZodType<ModelsAnswer> = z.object({
  models: z.array(listed),
  active: text,
  threshold: share,
  previous: text.nullable(),
  trial: ModelTrial.nullable(),
  provider: z.object({ asked: provider, used: provider.nullable(), why: text.nullable() }),
  calibration: Calibration,
});

/** By the name under which the document has them. */
export const modelSchemas = { Models, ModelTrial } as const;
