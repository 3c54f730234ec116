/** The settings that have no page of a camera, board or output: each with its limits, its default and where its value came from. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import type { ConfigError } from "../domain/config.ts";
import { CHANGE_REASONS } from "../domain/reason_code.ts";
import {
  limitsOf,
  memberAt,
  SETTING_PATHS,
  type SettingChanges,
  type SettingLimits,
  type SettingPath,
  withSettings,
} from "../domain/setting_config.ts";
import type { Millis } from "../domain/units.ts";
import type { Origin } from "../store/origins.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs, fieldProblem, publishEdit, unchangeable } from "./fields.ts";
import { problem } from "./problem.ts";
import { whyMembers, whyNeeded } from "./why.ts";

export type SettingSource =
  | { readonly kind: "default" }
  | {
      readonly kind: "provisioned" | "changed";
      readonly version: number;
      readonly wallAt: Millis;
      readonly by: string;
    };

export interface ListedSetting extends SettingLimits {
  readonly path: SettingPath;
  /** Absent where nothing is set and there is no default. */
  readonly value?: unknown;
  readonly source: SettingSource;
}

export interface SettingTable {
  readonly settings: readonly ListedSetting[];
  /** What is in force; who changes something names it. */
  readonly version: number;
}

const change = z.strictObject({
  basedOn: z.int("must be a whole number"),
  changes: z.record(z.string(), z.unknown(), "must name settings and their values"),
  ...whyMembers,
});

function sourceOf(value: unknown, standard: unknown, { since }: Origin): SettingSource {
  if (since === undefined) return { kind: "default" };
  const { version, wallAt, author, replaced } = since;
  const isStandard = value === undefined || JSON.stringify(value) === JSON.stringify(standard);
  const isPerson = author.startsWith("user:");
  if (isStandard && !(replaced && isPerson)) return { kind: "default" };
  return {
    kind: isPerson ? "changed" : "provisioned",
    ...{ version, wallAt: Date.parse(wallAt), by: author.slice(author.indexOf(":") + 1) },
  };
}

export const settingTable = (box: Box, access: Access) => {
  const table = async (): Promise<SettingTable> => {
    const { config } = box.guard;
    const origins = (await box.store?.origins(SETTING_PATHS)) ?? [];
    const settings = SETTING_PATHS.map((path): ListedSetting => {
      const limits = limitsOf(path);
      const value = memberAt(config, path);
      const origin = origins.find((one) => one.path === path) ?? { path };
      const source = sourceOf(value, limits.default, origin);
      return { path, ...limits, ...(value === undefined ? {} : { value }), source };
    });
    return { settings, version: box.inForce ?? 0 };
  };
  const known = (path: string): path is SettingPath => SETTING_PATHS.some((one) => one === path);
  const unknown = (changes: object): ConfigError[] =>
    Object.keys(changes)
      .filter((path) => !known(path))
      .map((path) => ({ path, message: "is not a setting; remove it or check its spelling" }));

  const publish = async (
    c: Context<Env>,
    { basedOn, changes, ...body }: z.infer<typeof change>,
  ): Promise<Response> => {
    const given = whyNeeded(c, CHANGE_REASONS, body);
    if (!given.ok) return fieldProblem(c, given.errors);
    let old = false;
    const by = askerOf(c, access);
    const published = await publishEdit(c, { box, by, why: given.why }, (config) => {
      // Asked in its turn: nobody overwrites what they have not seen.
      old = (box.inForce ?? 0) !== basedOn;
      const edited = old
        ? { ok: false as const, errors: [] }
        : withSettings(config, changes as SettingChanges);
      return edited.ok ? { ...edited, item: undefined, reason: "Settings were changed" } : edited;
    });
    if (old)
      return problem(
        c,
        409,
        `Version ${box.inForce ?? 0} came in force since you read the settings of version ${basedOn}: read them again`,
      );
    return published instanceof Response ? published : c.json(await table());
  };

  return new Hono<Env>()
    .get("/api/settings/table", access.may("setup.look"), async (c) => c.json(await table()))
    .put("/api/settings/table", access.may("settings.change"), async (c) => {
      const body = await bodyAs(c, change);
      if (body instanceof Response) return body;
      const surplus = unknown(body.changes);
      if (surplus.length > 0) return fieldProblem(c, surplus);
      return unchangeable(c, box) ?? (await publish(c, body));
    });
};
