/** The bodies of the routes about backups; the rest is in schemas.ts. */
import { z } from "zod";
import type { BackupAnswer, InspectionView } from "./backup.ts";
import { count, instant, text } from "./shapes.ts";

const place = z.object({ seq: count, code: text });

const Inspection: z.ZodType<InspectionView> = z.object({
  id: text,
  madeAt: instant,
  version: text.meta({ description: "Of the program that made it" }),
  site: text,
  fingerprint: text,
  own: z.boolean().meta({ description: "Whether it is signed with the key of this box" }),
  mode: z.enum(["continues", "replaces"]).meta({
    description:
      "Whether the record of this box stays and goes on, or ends and is kept while the backup's goes on",
  }),
  trail: place.extend({ ok: z.boolean() }),
  here: place.nullable().meta({ description: "The record of this box now" }),
  changes: z.array(text),
  people: z.array(text),
  models: z.array(text),
  secrets: z.boolean().meta({ description: "Whether its keys are in it, behind a passphrase" }),
  pinsFit: z.boolean().meta({ description: "Whether PINs in it can be checked with the keys of this box" }),
  passwordsFit: z.boolean(),
});

const Backup: z.ZodType<BackupAnswer> = z.object({
  last: z
    .object({ wallAt: instant, file: text, bytes: count, secrets: z.boolean(), folder: text.nullable() })
    .nullable(),
  running: instant.nullable(),
  failed: text.nullable(),
  daily: z.object({ folder: text, keep: count, dueDays: count }).nullable(),
  dailySecrets: z.boolean(),
  seen: Inspection.nullable(),
  canGoBack: z.boolean(),
});

export const backupSchemas = { Backup, Inspection } as const;
