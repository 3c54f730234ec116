/** The network's page: the way in for other panels, its certificate, and who is connected. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { wallMs } from "../base/clock.ts";
import type { Role } from "../domain/permission.ts";
import { SIGN_OUT_REASONS } from "../domain/reason_code.ts";
import type { Lan, LanState } from "../lan.ts";
import type { Access, Env } from "./access.ts";
import { askerOf, bodyAs, fieldProblem } from "./fields.ts";
import { problem } from "./problem.ts";
import type { Viewer, Viewers } from "./viewers.ts";
import { whyIn } from "./why.ts";

export interface FarPerson {
  /** Of this sign-in. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly origin: string;
  /** Unix milliseconds. */
  readonly sinceWallAt: number;
  readonly untilWallAt: number;
  /** When the panel asked for anything last. */
  readonly seenWallAt: number;
}

export interface NetworkAnswer extends LanState {
  /** Who has signed in at a panel on the network. */
  readonly people: readonly FarPerson[];
}

const pem = (most: number) =>
  z.string("must be a text").min(1, "must not be empty").max(most, `must be at most ${most} characters`);
/** With those that vouch for it. */
const given = z.strictObject({ certificate: pem(32_000), key: pem(16_000) });

export interface NetworkOptions {
  readonly access: Access;
  readonly viewers: Viewers;
  readonly lan: Lan | undefined;
}

export const network = ({ access, viewers, lan }: NetworkOptions) => {
  const people = (): readonly FarPerson[] =>
    viewers.list().map((viewer) => {
      const { id, origin, since, until } = viewer;
      const { name, role } = viewer.person;
      const untilWallAt = wallMs() + viewers.leftMs(viewer);
      const seenWallAt = wallMs() - viewers.idleMs(viewer);
      return { id, name, role, origin, sinceWallAt: untilWallAt - (until - since), untilWallAt, seenWallAt };
    });
  const shown = (c: Context<Env>): Response =>
    lan === undefined ? closed(c) : c.json({ ...lan.state, people: people() } satisfies NetworkAnswer);
  const closed = (c: Context<Env>): Response => problem(c, 409, "There is no way in for other panels");
  /** Those who are signed in there are not any more; over whose connection it is asked stays for the answer. */
  const signOut = (c: Context<Env>, which: readonly Viewer[]): Response => {
    const given = whyIn(c, SIGN_OUT_REASONS);
    if (!given.ok) return fieldProblem(c, given.errors);
    const by = askerOf(c, access);
    for (const viewer of which) viewers.end(viewer, { by, why: given.why }, c.env?.incoming?.socket);
    return shown(c);
  };
  return new Hono<Env>()
    .get("/api/network", access.may("setup.look"), (c) => shown(c))
    .delete("/api/network/people", access.may("network"), (c) => signOut(c, viewers.list()))
    .delete("/api/network/people/:id", access.may("network"), (c) => {
      const viewer = viewers.list().find(({ id }) => id === c.req.param("id"));
      if (viewer === undefined) return problem(c, 404, "This panel is signed out already");
      return signOut(c, [viewer]);
    })
    .put("/api/network/certificate", access.may("network"), async (c) => {
      const body = await bodyAs(c, given);
      if (body instanceof Response) return body;
      if (lan === undefined) return closed(c);
      const errors = await lan.install(body, askerOf(c, access));
      return errors.length > 0 ? fieldProblem(c, errors) : shown(c);
    })
    .delete("/api/network/certificate", access.may("network"), async (c) => {
      await lan?.remove(askerOf(c, access));
      return shown(c);
    });
};
