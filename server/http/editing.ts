/** What is configured one by one (boards, outputs, zones) added, changed and removed: the same steps for each of them. */
import type { Context } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import type { Config, OutputConfig } from "../domain/config.ts";
import type { Draft, Edited } from "../domain/edit.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs, publishEdit, unchangeable } from "./fields.ts";
import { problem } from "./problem.ts";

export interface Kind<T extends { readonly id: string }> {
  /** As sentences name it. */
  readonly thing: "board" | "output" | "zone";
  readonly list: (config: Config) => readonly T[];
  readonly add: (config: Config, given: Draft) => Edited<T>;
  readonly change: (config: Config, id: string, given: Draft) => Edited<T>;
  readonly remove: (config: Config, id: string) => Edited<T>;
  /** The outputs that would be left without it, and what to do with them first. */
  readonly needed?: {
    readonly by: (config: Config, id: string) => readonly OutputConfig[];
    readonly say: (id: string, names: string) => string;
  };
  /** As it is answered. */
  readonly shown: (item: T) => object;
  /** As the reason of the version that holds the change. */
  readonly reason: (item: T, done: "added" | "changed" | "removed") => string;
}

const draft = z.looseObject({});

export function editing<T extends { readonly id: string }>(
  { box, access }: { readonly box: Box; readonly access: Access },
  { thing, list, add, change, remove, needed, shown, reason }: Kind<T>,
) {
  const find = (id: string): T | undefined => list(box.guard.config).find((item) => item.id === id);
  const missing = (c: Context<Env>, id: string): Response =>
    problem(c, 404, `No ${thing} "${id}" is configured`);

  /** Publishes what `edit` makes of the configuration in force. */
  const publish = async (
    c: Context<Env>,
    edit: (config: Config) => Edited<T>,
    done: "added" | "changed" | "removed",
  ) =>
    await publishEdit(c, { box, by: askerOf(c, access) }, (config) => {
      const edited = edit(config);
      return edited.ok ? { ...edited, reason: reason(edited.item, done) } : edited;
    });

  return {
    find,
    missing,
    added: async (c: Context<Env>): Promise<Response> => {
      const given = await bodyAs(c, draft);
      if (given instanceof Response) return given;
      const now = unchangeable(c, box);
      if (now !== undefined) return now;
      const published = await publish(c, (config) => add(config, given), "added");
      if (published instanceof Response) return published;
      return c.json({ ...shown(published.item), changed: published.changed }, 201);
    },
    changed: async (c: Context<Env>, id: string): Promise<Response> => {
      const given = await bodyAs(c, draft);
      if (given instanceof Response) return given;
      if (find(id) === undefined) return missing(c, id);
      const now = unchangeable(c, box);
      if (now !== undefined) return now;
      const published = await publish(c, (config) => change(config, id, given), "changed");
      if (published instanceof Response) return published;
      return c.json({ ...shown(published.item), changed: published.changed });
    },
    removed: async (c: Context<Env>, id: string): Promise<Response> => {
      if (find(id) === undefined) return missing(c, id);
      const now = unchangeable(c, box);
      if (now !== undefined) return now;
      const outputs = (needed?.by(box.guard.config, id) ?? []).map((output) => ({
        id: output.id,
        name: output.name ?? output.id,
      }));
      if (needed !== undefined && outputs.length > 0) {
        const names = outputs.map(({ name }) => name).join(", ");
        return problem(c, 409, needed.say(id, names), { outputs });
      }
      const published = await publish(c, (config) => remove(config, id), "removed");
      return published instanceof Response ? published : c.body(null, 204);
    },
  };
}
