/** The bodies of the routes about the machine and the box itself; the rest is in schemas.ts. */
import { z } from "zod";
import { FIGURES, PARTS } from "../domain/figures.ts";
import type { About } from "../self.ts";
import { count, instant, maybe, ms, number, text, unixMs } from "./shapes.ts";
import type { FiguresAnswer, FreedAnswer, PartReading, ResourcesAnswer } from "./system.ts";

const bytes = count.meta({ description: "Bytes" });
const rate = count.meta({ description: "Bytes a second" });

const Part: z.ZodType<PartReading> = z.object({
  processes: count,
  memoryBytes: bytes.meta({ description: "Resident; what processes share counts in each of them" }),
  cpuPercent: maybe(number.meta({ description: "Of one core, since the sample before" })),
  threads: count,
  handles: maybe(count.meta({ description: "Open files, sockets and pipes" })),
});

const Resources: z.ZodType<ResourcesAnswer> = z.object({
  upMs: ms,
  cores: count,
  cpuPercent: maybe(number.meta({ description: "Of all cores, by everything that runs on the machine" })),
  memory: z.object({ totalBytes: bytes, availableBytes: bytes, ownBytes: bytes }),
  network: maybe(z.object({ received: rate, sent: rate })),
  disk: maybe(z.object({ read: rate, written: rate })),
  room: maybe(z.object({ freeBytes: bytes, totalBytes: bytes })),
  threads: count,
  handles: count.nullable(),
  sessions: count,
  parts: z.object(Object.fromEntries(PARTS.map((part) => [part, Part]))) as unknown as z.ZodType<
    ResourcesAnswer["parts"]
  >,
  reaction: z
    .record(text, z.object({ p50Ms: ms, p95Ms: ms, p99Ms: ms, maxMs: ms }))
    .meta({ description: "By camera, from a frame's first byte to the guardian's answer" }),
});

const Freed: z.ZodType<FreedAnswer> = z.object({
  sessions: count,
  temporaryFiles: count,
  temporaryBytes: bytes,
  databaseBytes: bytes,
});

const column = z.array(number.nullable());
const Figures: z.ZodType<FiguresAnswer> = z.object({
  seq: count,
  everyMs: ms,
  at: z.array(unixMs),
  figures: z.object(Object.fromEntries(FIGURES.map((figure) => [figure, column]))) as unknown as z.ZodType<
    FiguresAnswer["figures"]
  >,
});

const AboutBox: z.ZodType<About> = z.object({
  version: text,
  licence: text,
  label: text,
  runtime: text,
  model: z.object({ name: text, licence: text.nullable(), origin: text.nullable() }),
  upMs: ms,
  machineUpMs: ms,
  clock: z.enum(["synced", "unsynced"]),
  databaseBytes: bytes.nullable(),
  thirdParty: z.array(z.object({ licence: text, packages: count })).nullable(),
});

const LogLine = z
  .looseObject({ level: text, time: instant, name: text, msg: maybe(text) })
  .meta({ description: "As it was written, without credentials" });

export const systemSchemas = {
  Resources,
  Freed,
  Figures,
  About: AboutBox,
  LogLine,
} as const;
