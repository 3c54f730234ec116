/** The bodies of the routes about versions of the configuration; the rest is in schemas.ts. */
import { z } from "zod";
import type { DraftView } from "../draft.ts";
import type { Told } from "../versions.ts";
import { count, text, unixMs } from "./shapes.ts";
import type { ListedVersion, VersionAnswer, VersionList } from "./versions.ts";

const told: z.ZodType<Told> = z.discriminatedUnion("ok", [
  z.object({
    ok: z.literal(true),
    changes: z.array(text).meta({ description: "One sentence for each change; none where nothing changes" }),
  }),
  z.object({ ok: z.literal(false), why: text.meta({ description: "Why it cannot be said" }) }),
]);

const members = {
  version: count,
  wallAt: unixMs,
  by: text,
  reason: text,
  inForce: z.boolean(),
};
const listed: z.ZodType<ListedVersion> = z.object(members);

const VersionListBody: z.ZodType<VersionList> = z.object({
  versions: z.array(listed),
  next: count.nullable().meta({ description: "For `before`, where there are older ones" }),
  draft: z.optional(
    z.object({
      by: text,
      begunWallAt: unixMs,
      changes: count.meta({ description: "How many things publishing it would change" }),
    }),
  ),
});

const VersionBody: z.ZodType<VersionAnswer> = z.object({
  ...members,
  made: told,
  wouldMake: told,
  refusal: text.nullable().meta({ description: "Why it cannot be put in force now" }),
});

const DraftBody = z.object({
  by: text,
  begunWallAt: unixMs,
  basedOn: count.meta({ description: "The version it began from" }),
  revision: count.meta({ description: "Grows with every change of the draft" }),
  changes: z.array(text).meta({ description: "What publishing it would change" }),
  config: z.looseObject({}).meta({ description: "As a provisioning file without users, *** for passwords" }),
}) satisfies z.ZodType<Omit<DraftView, "config"> & { config: object }>;

/** By the name under which the document has them. */
export const versionSchemas = {
  VersionList: VersionListBody,
  Version: VersionBody,
  Draft: DraftBody,
} as const;
