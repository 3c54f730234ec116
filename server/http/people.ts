/** The people of the box, for maintenance: added, changed, let in or kept out. Nobody is ever deleted: the record names them. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { name } from "../domain/config.ts";
import { PERSON_REASONS, USER_ROLES } from "../domain/permission.ts";
import { codeIn } from "../domain/reason_code.ts";
import type { PersonOrder } from "../store/person_order.ts";
import type { PersonRow } from "../store/protocol.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs, fieldProblem } from "./fields.ts";
import { problem } from "./problem.ts";
import { badge, noDatabase, orderProblem } from "./session.ts";
import { whyIn, whyMembers } from "./why.ts";

/** A person as maintenance sees them. */
export type UserAnswer = PersonRow;

const role = z.enum(USER_ROLES, `must be one of ${USER_ROLES.join(", ")}`);
const pin = z.string("must be a text").max(80, "must be 4 to 8 digits");
const added = z.strictObject({ name, role, pin, badge: z.exactOptional(badge), ...whyMembers });
const changes = z.strictObject({
  name: z.exactOptional(name),
  role: z.exactOptional(role),
  pin: z.exactOptional(pin),
  badge: z.exactOptional(badge.nullable()),
  active: z.exactOptional(z.boolean("must be true or false")),
  ...whyMembers,
});

export const people = (box: Box, access: Access) => {
  /** The person as they are then, or what speaks against it. */
  const changed = async (c: Context<Env>, order: PersonOrder, body: Parameters<typeof whyIn>[2] = {}) => {
    if (box.store === undefined) return noDatabase(c, box);
    const given = whyIn(c, PERSON_REASONS, body);
    if (!given.ok) return fieldProblem(c, given.errors);
    const { words, code = codeIn(words) } = given.why;
    const reason = words ?? code;
    const { type, id, role: own, origin = "unknown" } = askerOf(c, access);
    const by = { type, id, ...(own === undefined ? {} : { role: own }) };
    try {
      const done = await box.store.crew.change({
        ...{ order, by, origin },
        ...(reason === undefined ? {} : { reason }),
        ...(code === undefined ? {} : { reasonCode: code }),
      });
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
      const { reason, reasonCode, ...members } = body;
      const done = await changed(c, { kind: "add", ...members }, { reason, reasonCode });
      return done instanceof Response ? done : c.json(done, 201);
    })
    .put("/api/users/:id", access.may("people.change"), async (c) => {
      const body = await bodyAs(c, changes);
      if (body instanceof Response) return body;
      const { reason, reasonCode, ...members } = body;
      const order = { kind: "change", id: c.req.param("id"), ...members } as const;
      const done = await changed(c, order, { reason, reasonCode });
      return done instanceof Response ? done : c.json(done);
    })
    .delete("/api/users/:id", access.may("people.change"), async (c) => {
      const done = await changed(c, { kind: "change", id: c.req.param("id"), active: false });
      return done instanceof Response ? done : c.body(null, 204);
    });
};
