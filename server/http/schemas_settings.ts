/** The bodies of the routes about single settings; the rest is in schemas.ts. */
import { z } from "zod";
import { SETTING_PATHS } from "../domain/setting_config.ts";
import type { SettingTable } from "./setting_table.ts";
import { count, text, unixMs } from "./shapes.ts";

const value = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.looseObject({})).meta({ description: "Shifts" }),
]);
const from = { version: count, wallAt: unixMs, by: text };

const SettingTableBody = z.object({
  settings: z.array(
    z.object({
      path: z.enum(SETTING_PATHS),
      type: z.enum(["text", "number", "yes-no", "choice", "list"]),
      min: z.optional(z.number()),
      max: z.optional(z.number()),
      maxLength: z.optional(count),
      options: z.optional(z.array(text)),
      default: z.optional(value).meta({ description: "Absent where it is not set unless somebody sets it" }),
      value: z.optional(value),
      source: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("default") }),
        z.object({ kind: z.enum(["provisioned", "changed"]), ...from }),
      ]),
    }),
  ),
  version: count.meta({ description: "What is in force; who changes something names it" }),
}) satisfies z.ZodType<SettingTable>;

/** By the name under which the document has them. */
export const settingSchemas = { SettingTable: SettingTableBody } as const;
