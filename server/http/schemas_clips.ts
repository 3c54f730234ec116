/** The bodies of the routes about clips and the disk; the rest is in schemas.ts. */
import { z } from "zod";
import { TRIM_REASONS } from "../domain/clip.ts";
import { DISK_PARTS } from "../domain/disk_part.ts";
import { clips as limits } from "../domain/evidence_config.ts";
import type { ClipAnswer, ClipExport, ListedClip, StorageAnswer } from "./clips.ts";
import { count, instant, maybe, ms, polygon, text, unixMs } from "./shapes.ts";

const bytes = count.meta({ description: "Bytes" });
const hash = text.meta({ description: "SHA-256 of its file, 64 hex letters" });

const listed = {
  ...{ id: text, camera: text, cameraName: text },
  cycle: count.meta({
    description: "The machine cycle that its first event ended, or the last one before it",
  }),
  wallAt: unixMs.meta({ description: "When its first picture was taken, Unix milliseconds" }),
  events: z.array(
    z.object({
      ...{ alarm: text, text, wallAt: unixMs },
      occurrence: text.meta({ description: "The same from one raising of the alarm to its end" }),
      ms: ms.meta({ description: "From the first picture" }),
    }),
  ),
  ended: maybe(
    z
      .object({
        ...{ durationMs: ms, pictures: count, bytes, sha256: hash },
        lost: count.meta({ description: "Pictures that the disk was too slow for" }),
        cut: z.boolean().meta({ description: "The box ended, or the disk was full, before it was over" }),
      })
      .meta({ description: "Absent while it is recorded" }),
  ),
};
const Listed: z.ZodType<ListedClip> = z.object(listed);
const Answer: z.ZodType<ClipAnswer> = z.object({
  ...listed,
  zones: z.array(z.object({ id: text, name: text, kind: z.enum(["stop", "warn", "dwell"]), polygon })),
  times: z.array(ms).meta({ description: "Of its pictures, from the first one" }),
});
const Export: z.ZodType<ClipExport> = z.object({
  path: text,
  ...{ bytes, sha256: hash },
  minutes: count.meta({ description: "For so long it may be fetched" }),
});
const Storage: z.ZodType<StorageAnswer> = z.object({
  disk: z.object({ freeBytes: bytes, totalBytes: bytes }).nullable(),
  parts: z.array(z.object({ part: z.enum(DISK_PARTS), files: count, bytes })),
  clips: z.object({
    ...{ count, bytes, limits },
    ...{ oldestWallAt: unixMs.nullable(), newestWallAt: unixMs.nullable() },
    recording: z.array(text).meta({ description: "Cameras of which a clip is recorded now" }),
    missed: count.meta({ description: "Events of which no clip could be kept, since the start" }),
    memoryBytes: bytes,
  }),
  trimmed: z
    .array(
      z.object({
        ...{ wallAt: instant, why: z.enum(TRIM_REASONS), bytes, from: unixMs, to: unixMs },
        ...{ clips: maybe(count), pictures: maybe(count.meta({ description: "Of stops" })) },
      }),
    )
    .meta({ description: "What went by itself, newest first" }),
});

export const clipSchemas = {
  ListedClip: Listed,
  Clip: Answer,
  ClipExport: Export,
  Storage,
} as const;
