/** What is configured besides cameras, boards and outputs, for people with a session. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { type Config, type ConfigError, parseProvision } from "../domain/config.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs, type Edit, publishEdit, unchangeable } from "./fields.ts";

const members = z.looseObject({});
const changes = z.strictObject({ tests: members });

/** The configuration with some members of one section changed; errors are named by these members. */
function withSection<S extends "tower" | "tests">(
  config: Config,
  section: S,
  given: Readonly<Record<string, unknown>>,
): Edit<Config[S]> {
  const parsed = parseProvision({ ...config, [section]: { ...config[section], ...given } });
  if (!parsed.ok) {
    const own = ({ path, message }: ConfigError) => ({ path: path.replace(`${section}.`, ""), message });
    return { ok: false, errors: parsed.errors.map(own) };
  }
  const { users: _, ...edited } = parsed.value;
  const what = section === "tower" ? "The signal tower was changed" : "The times of the tests were changed";
  return { ok: true, config: edited, item: edited[section], reason: what };
}

export const settings = (box: Box, access: Access) => {
  const all = () => {
    const { site, detector, tests, outputs } = box.guard.config;
    return { site, detector, tests, outputs, demonstration: box.demonstration, version: box.version };
  };
  const change = async (
    c: Context<Env>,
    section: "tower" | "tests",
    given: Readonly<Record<string, unknown>>,
  ): Promise<Response | undefined> => {
    const now = unchangeable(c, box);
    if (now !== undefined) return now;
    const by = askerOf(c, access);
    const published = await publishEdit(c, { box, by }, (config) => withSection(config, section, given));
    return published instanceof Response ? published : undefined;
  };
  return new Hono<Env>()
    .get("/api/settings", access.may("setup.look"), (c) => c.json(all()))
    .put("/api/settings", access.may("settings.change"), async (c) => {
      const body = await bodyAs(c, changes);
      if (body instanceof Response) return body;
      return (await change(c, "tests", body.tests)) ?? c.json(all());
    })
    .get("/api/tower", access.may("setup.look"), (c) => c.json(box.guard.config.tower))
    .put("/api/tower", access.may("outputs.change"), async (c) => {
      const body = await bodyAs(c, members);
      if (body instanceof Response) return body;
      return (await change(c, "tower", body)) ?? c.json(box.guard.config.tower);
    });
};
