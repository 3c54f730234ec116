/** A zone taken out of the rules for a while: by a PIN every time, brought back by anybody. */
import { Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { BYPASS_REASONS } from "../domain/bypass.ts";
import { type Access, anybody, type Env, panel } from "./access.ts";
import { answered, askerOf, bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";

const MINUTES = 10;
const MINUTES_MAX = 30;
const minutes = `must be 1 to ${MINUTES_MAX} minutes`;
const order = z.strictObject({
  name: z.string("must be a text"),
  pin: z.string("must be a text"),
  reason: z.enum(BYPASS_REASONS, `must be one of ${BYPASS_REASONS.join(", ")}`),
  minutes: z.number("must be a number").min(1, minutes).max(MINUTES_MAX, minutes).default(MINUTES),
});

export const bypass = (box: Box, access: Access) =>
  new Hono<Env>()
    .post("/api/zones/:id/bypass", access.may("bypass"), async (c) => {
      const zone = c.req.param("id");
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      if (!box.guard.config.zones.some(({ id }) => id === zone))
        return problem(c, 404, `No zone "${zone}" is configured`);
      const person = await access.proven(c, "bypass", body);
      if (person instanceof Response) return person;
      const { name: id } = person;
      const role = person.role === "maintenance" ? "maintenance" : "supervisor";
      const { origin = "unknown" } = panel(c);
      const { reason, minutes: lasts } = body;
      const asker = { type: "user", id, role, origin } as const;
      return answered(c, await box.commands.bypass({ zone, reason, minutes: lasts, role }, asker));
    })
    .delete("/api/zones/:id/bypass", anybody("bypass.end"), (c) => {
      const answer = box.commands.endBypass(c.req.param("id"), askerOf(c, access));
      return answer.ok ? c.body(null, 204) : answered(c, answer);
    });
