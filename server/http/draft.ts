/** The draft: several changes sent as one configuration, shown as a difference, published at once or thrown away. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { CHANGE_REASONS } from "../domain/reason_code.ts";
import type { Drafted, DraftView } from "../draft.ts";
import type { Access, Env } from "./access.ts";
import { answered, askerOf, bodyAs, fieldProblem } from "./fields.ts";
import { problem } from "./problem.ts";
import { whyMembers, whyNeeded } from "./why.ts";

export type { DraftView };

const revision = z.int("must be a whole number").min(1, "counts from 1");
const change = z.strictObject({ revision, config: z.looseObject({}) });
const order = z.strictObject({ revision, ...whyMembers });

function drafted(c: Context<Env>, result: Drafted, status: 200 | 201 = 200): Response {
  if (result.ok) return c.json(result.draft, status);
  return "errors" in result ? fieldProblem(c, result.errors) : answered(c, result);
}

export const draft = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/draft", access.may("setup.look"), (c) => {
      const view = box.versions.draft.view;
      return view === undefined ? problem(c, 404, "There is no draft") : c.json(view);
    })
    .post("/api/draft", access.may("settings.change"), (c) =>
      drafted(c, box.versions.draft.begin(askerOf(c, access)), 201),
    )
    .put("/api/draft", access.may("settings.change"), async (c) => {
      const body = await bodyAs(c, change);
      if (body instanceof Response) return body;
      return drafted(c, box.versions.draft.put(body.revision, body.config));
    })
    .post("/api/draft/publish", access.may("settings.change"), async (c) => {
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      const given = whyNeeded(c, CHANGE_REASONS, body);
      if (!given.ok) return fieldProblem(c, given.errors);
      const { draft } = box.versions;
      return answered(c, await draft.publish(body.revision, given.why, askerOf(c, access)));
    })
    .delete("/api/draft", access.may("settings.change"), (c) =>
      box.versions.draft.discard() ? c.body(null, 204) : problem(c, 404, "There is no draft"),
    );
