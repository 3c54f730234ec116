/** Signing in and out, a PIN of one's own, the name behind a badge, and the first person of a new box. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { name } from "../domain/config.ts";
import type { Role } from "../domain/permission.ts";
import type { PersonAnswer } from "../store/person_order.ts";
import type { Store } from "../store/store.ts";
import { type Access, anybody, type Env, isOwnPanel, panel } from "./access.ts";
import { bodyAs, fieldProblem } from "./fields.ts";
import { problem } from "./problem.ts";
import type { Session } from "./sessions.ts";

export interface SessionAnswer {
  readonly name: string;
  readonly role: Role;
  /** `step-up`: the PIN covers a minute, however much is done in it. */
  readonly kind: Session["kind"];
  readonly leftMs: number;
}

export interface SetUpAnswer {
  /** Nobody may set up the box yet. */
  readonly needed: boolean;
  /** This screen may make the first person. */
  readonly here: boolean;
}

const text = z.string("must be a text").max(80, "must be at most 80 characters");
const proof = z.strictObject({ name: text, pin: text });
const newPin = proof.extend({ newPin: text });
const first = z.strictObject({ name, pin: text });
export const badge = z
  .string("must be a text")
  .trim()
  .min(4, "must be at least 4 characters")
  .max(64, "must be at most 64 characters");

export function noDatabase(c: Context<Env>, box: Box): Response {
  return problem(c, 503, box.faults[0] ?? "There is no database");
}

/** What speaks against an order, by its members. */
export function orderProblem(
  c: Context<Env>,
  { status, errors }: Extract<PersonAnswer, { ok: false }>,
): Response {
  if (status === 400) return fieldProblem(c, errors);
  return problem(c, status, errors.map(({ path, message }) => `${path} ${message}`).join("; "), { errors });
}

async function needsFirst(store: Store): Promise<boolean> {
  return !(await store.people()).some(({ role, active }) => active && role === "maintenance");
}

export const session = (box: Box, access: Access) => {
  const answer = (current: Session): SessionAnswer => {
    const { name: who, role } = current.person;
    return { name: who, role, kind: current.kind, leftMs: access.leftMs(current) };
  };
  return new Hono<Env>()
    .get("/api/people", anybody("sign-in"), async (c) => {
      if (box.store === undefined) return c.json([]);
      const people = await box.store.people();
      return c.json(people.filter((person) => person.active).map((person) => shown(person)));
    })
    .post("/api/badge", anybody("sign-in"), async (c) => {
      const body = await bodyAs(c, z.strictObject({ badge }));
      if (body instanceof Response) return body;
      if (box.store === undefined) return noDatabase(c, box);
      const found = await box.store.crew.ofBadge(body.badge);
      if (found === undefined)
        return problem(c, 404, "This badge is nobody's; maintenance gives it to a person");
      return c.json(shown(found));
    })
    .get("/api/session", anybody("sign-in"), async (c) => {
      const current = await access.session(c);
      return current === undefined ? problem(c, 401, "Nobody is signed in") : c.json(answer(current));
    })
    .post("/api/session", anybody("sign-in"), async (c) => {
      const body = await bodyAs(c, proof);
      if (body instanceof Response) return body;
      const person = await access.proven(c, "sign-in", body);
      return person instanceof Response ? person : c.json(answer(access.open(c, person)));
    })
    .put("/api/session", anybody("sign-in"), async (c) => {
      const current = await access.session(c);
      if (current === undefined) return problem(c, 401, "Nobody is signed in");
      access.use(c, current);
      return c.json(answer(current));
    })
    .delete("/api/session", anybody("sign-in"), (c) => {
      access.close(c);
      return c.body(null, 204);
    })
    .put("/api/session/pin", anybody("sign-in"), async (c) => {
      const body = await bodyAs(c, newPin);
      if (body instanceof Response) return body;
      if (box.store === undefined) return noDatabase(c, box);
      const person = await access.proven(c, "sign-in", body);
      if (person instanceof Response) return person;
      if (body.newPin === body.pin)
        return fieldProblem(c, [{ path: "newPin", message: "is the PIN you have; choose another one" }]);
      const { id, name: who, role } = person;
      const order = { kind: "change", id, pin: body.newPin } as const;
      const by = { type: "user", id: who, role } as const;
      const done = await box.store.crew.change({ order, by, reason: "own PIN", ...from(c) });
      return done.ok ? c.json({ ok: true }) : orderProblem(c, done);
    })
    .get("/api/setup", anybody("sign-in"), async (c) => {
      const here = isOwnPanel(c);
      const needed = box.store !== undefined && (await needsFirst(box.store));
      return c.json({ needed, here } satisfies SetUpAnswer);
    })
    .post("/api/setup", anybody("sign-in"), async (c) => {
      if (box.store === undefined) return noDatabase(c, box);
      // Looked at before the body, so that nobody learns from it what makes a good request.
      if (!(await needsFirst(box.store)))
        return problem(c, 409, "Somebody may set up the box already; they add further people");
      if (!isOwnPanel(c))
        return problem(
          c,
          403,
          "Make the first person at the box's own screen, or name people in a provisioning file",
        );
      const body = await bodyAs(c, first);
      if (body instanceof Response) return body;
      const order = { kind: "first", ...body } as const;
      const by = { type: "panel", id: "panel" } as const;
      const done = await box.store.crew.change({ order, by, reason: "first person", ...from(c) });
      if (!done.ok) return orderProblem(c, done);
      const { id, name: who } = done.person;
      const known = { id, name: who, role: "maintenance", proof: done.proof } as const;
      return c.json(answer(access.open(c, known)), 201);
    });
};

function from(c: Context<Env>): { readonly origin: string } {
  return { origin: panel(c).origin ?? "unknown" };
}

function shown({ name: who, role }: { readonly name: string; readonly role: string }) {
  return { name: who, role };
}
