/** The people of the box, for maintenance: added, changed, let in or kept out. Nobody is ever deleted: the record names them. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { name } from "../domain/config.ts";
import { PERSON_REASONS, USER_ROLES } from "../domain/permission.ts";
import type { PersonOrder } from "../store/person_order.ts";
import type { PersonRow } from "../store/protocol.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";
import { badge, noDatabase, orderProblem } from "./session.ts";

/** A person as maintenance sees them. */
export type UserAnswer = PersonRow;

const role = z.enum(USER_ROLES, `must be one of ${USER_ROLES.join(", ")}`);
const pin = z.string("must be a text").max(80, "must be 4 to 8 digits");
const reason = z.enum(PERSON_REASONS, `must be one of ${PERSON_REASONS.join(", ")}`);
const added = z.strictObject({ name, role, pin, badge: z.exactOptional(badge), reason });
const changes = z.strictObject({
  name: z.exactOptional(name),
  role: z.exactOptional(role),
  pin: z.exactOptional(pin),
  badge: z.exactOptional(badge.nullable()),
  active: z.exactOptional(z.boolean("must be true or false")),
  reason,
});

export const people = (box: Box, access: Access) => {
  /** The person as they are then, or what speaks against it. */
  const changed = async (c: Context<Env>, order: PersonOrder, why: string) => {
    if (box.store === undefined) return noDatabase(c, box);
    const { type, id, role: own, origin = "unknown" } = askerOf(c, access);
    const by = { type, id, ...(own === undefined ? {} : { role: own }) };
    try {
      const done = await box.store.crew.change({ order, by, origin, reason: why });
      return done.ok ? { ...done.person, changed: done.changed } : orderProblem(c, done);
    } catch (error) {
      return problem(c, 503, (error as Error).message);
    }
  };
  return new Hono<Env>()
    .get("/api/users", access.may("people.change"), async (c) => c.json((await box.store?.people()) ?? []))
    .post("/api/users", access.may("people.change"), async (c) => {
      const body = await bodyAs(c, added);
      if (body instanceof Response) return body;
      const { reason: why, ...members } = body;
      const done = await changed(c, { kind: "add", ...members }, why);
      return done instanceof Response ? done : c.json(done, 201);
    })
    .put("/api/users/:id", access.may("people.change"), async (c) => {
      const body = await bodyAs(c, changes);
      if (body instanceof Response) return body;
      const { reason: why, ...members } = body;
      const done = await changed(c, { kind: "change", id: c.req.param("id"), ...members }, why);
      return done instanceof Response ? done : c.json(done);
    })
    .delete("/api/users/:id", access.may("people.change"), async (c) => {
      const done = await changed(c, { kind: "change", id: c.req.param("id"), active: false }, "left");
      return done instanceof Response ? done : c.body(null, 204);
    });
};
