/** The bodies of the routes about versions of the configuration; the rest is in schemas.ts. */
import { z } from "zod";
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
});

const VersionBody: z.ZodType<VersionAnswer> = z.object({
  ...members,
  made: told,
  wouldMake: told,
  refusal: text.nullable().meta({ description: "Why it cannot be put in force now" }),
});

/** By the name under which the document has them. */
export const versionSchemas = { VersionList: VersionListBody, Version: VersionBody } as const;
