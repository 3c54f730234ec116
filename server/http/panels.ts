/** The panels: the signs of life of each, the list of them, and the names of those that are expected. */
import { Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { PANEL_LAYOUTS, PANEL_NAME_MAX, PANEL_SHOWS, PANEL_THEMES } from "../domain/panel.ts";
import { type Access, anybody, type Env, panel as panelAsker } from "./access.ts";
import { answered, askerOf, bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";

export type { ListedPanel } from "../panels.ts";

const ID = /^[\w-]{1,40}$/;
const short = z.string("must be a text").max(40, "must be at most 40 characters");
const settings = z.strictObject({
  language: short,
  theme: z.enum(PANEL_THEMES, `must be one of ${PANEL_THEMES.join(", ")}`),
  layout: z.enum(PANEL_LAYOUTS, `must be one of ${PANEL_LAYOUTS.join(", ")}`),
  pxPerMm: z.exactOptional(z.number("must be a number")),
});
const beat = z.strictObject({
  shows: z.enum(PANEL_SHOWS, `must be one of ${PANEL_SHOWS.join(", ")}`),
  page: short,
  version: short,
  settings: z.exactOptional(settings),
});
const named = z.strictObject({
  name: z
    .string("must be a text")
    .trim()
    .min(1, "must not be empty")
    .max(PANEL_NAME_MAX, `must be at most ${PANEL_NAME_MAX} characters`),
});

export const panels = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/panels", anybody("look"), (c) => c.json(box.panels.list()))
    .put("/api/panels/:id", anybody("look"), async (c) => {
      const id = c.req.param("id");
      if (!ID.test(id)) return problem(c, 400, "A panel's id has 1 to 40 letters, digits, - or _");
      const body = await bodyAs(c, beat);
      if (body instanceof Response) return body;
      box.panels.hear({ id, ...body, origin: panelAsker(c).origin ?? "unknown" });
      return c.body(null, 204);
    })
    .put("/api/panels/:id/name", access.may("settings.change"), async (c) => {
      const body = await bodyAs(c, named);
      if (body instanceof Response) return body;
      return answered(c, box.panels.name(c.req.param("id"), body.name, askerOf(c, access)));
    })
    .delete("/api/panels/:id/name", access.may("settings.change"), (c) =>
      answered(c, box.panels.forget(c.req.param("id"), askerOf(c, access))),
    );
