/**
 * Panels on the network: nothing before somebody has signed in with name and PIN, and everything in their name. What
 * they may do beyond looking and calming asks for its own PIN, as at the box; nobody resets from there.
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Box } from "../box.ts";
import type { Role } from "../domain/permission.ts";
import { codeIn, NOT_GIVEN } from "../domain/reason_code.ts";
import type { JournalEntry } from "../journal.ts";
import { type Access, anybody, cookieName, cookieOptions, type Env, isFar, panel } from "./access.ts";
import { bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";
import { type ViewEnd, type Viewer, Viewers } from "./viewers.ts";

export interface FarSessionAnswer {
  /** This panel is on the network: it shows nothing before somebody has signed in. */
  readonly needed: boolean;
  /** Who has. */
  readonly person?: { readonly name: string; readonly role: Role };
  /** When it ends, Unix milliseconds. */
  readonly untilWallAt?: number;
}

const COOKIE = "palisade-view";
const text = z.string("must be a text").max(80, "must be at most 80 characters");
const proof = z.strictObject({ name: text, pin: text });

/** What a panel needs to ask for a name and a PIN: its page, the names, whether the box answers. */
const OPEN = [
  /^GET \/(?:index\.html|assets\/[\w.-]+)?$/,
  /^GET \/(?:healthz|api\/people)$/,
  /^(?:GET|POST|DELETE) \/api\/far-session$/,
] as const;

/** What brings something back, or lets it go on with somebody inside: asked for where the zones are seen. */
const NEAR = [
  /^POST \/api\/reset$/,
  /^POST \/api\/(?:outputs\/[^/]+\/test|output-tests|zones\/[^/]+\/bypass)$/,
] as const;
const ONLY_NEAR = "Only at the panel beside the machine: over the network nobody sees who stands there";

function endRow(
  { person: { name, role }, origin }: Viewer,
  end: ViewEnd,
): Omit<JournalEntry, "monoMs" | "wallAt"> {
  if (typeof end === "string")
    return {
      action: end === "closed" ? "access.view-closed" : "access.view-ended",
      actor: { type: "user", id: name, role },
      origin,
    };
  const { by, why } = end;
  const { words, code = words === undefined ? NOT_GIVEN : codeIn(words) } = why;
  return {
    action: "access.view-signed-out",
    actor: { type: by.type, id: by.id, ...(by.role === undefined ? {} : { role: by.role }) },
    ...(by.origin === undefined ? {} : { origin: by.origin }),
    object: { type: "person", id: name },
    before: { role, origin },
    reason: words ?? code ?? NOT_GIVEN,
    ...(code === undefined ? {} : { reasonCode: code }),
  };
}

/** Who has signed in, until nobody may any more. Lives as long as the box. */
export function farViewers(box: Box): Viewers {
  const viewers = new Viewers({
    box,
    onEnd: (viewer, end) =>
      box.journal.tell({ ...endRow(viewer, end), monoMs: monotonicMs(), wallAt: wallMs() }),
  });
  box.onChange(() => {
    if (!box.guard.config.network.lan.on) viewers.endAll("off");
  });
  return viewers;
}

function viewerOf(c: Context<Env>, viewers: Viewers): Viewer | undefined {
  return viewers.find(getCookie(c, cookieName(c, COOKIE)));
}

/** Before everything but the box's own screen. */
export function farGate(viewers: Viewers): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (!isFar(c)) return await next();
    const viewer = viewerOf(c, viewers);
    const asked = `${c.req.method} ${c.req.path}`;
    if (viewer !== undefined) {
      if (NEAR.some((near) => near.test(asked))) return problem(c, 403, ONLY_NEAR);
      viewers.use(viewer, c.env.incoming.socket);
      c.set("viewer", viewer.person);
      c.set("view", viewer.id);
    } else if (!OPEN.some((open) => open.test(asked)))
      return problem(c, 401, "Sign in with name and PIN: over the network nothing is shown to nobody");
    return await next();
  };
}

export const farSession = (access: Access, viewers: Viewers) => {
  const answer = (c: Context<Env>, viewer: Viewer | undefined): FarSessionAnswer => {
    if (viewer === undefined) return { needed: isFar(c) };
    const { name, role } = viewer.person;
    return { needed: true, person: { name, role }, untilWallAt: wallMs() + viewers.leftMs(viewer) };
  };
  return new Hono<Env>()
    .get("/api/far-session", anybody("sign-in"), (c) => {
      c.header("cache-control", "no-store");
      return c.json(answer(c, isFar(c) ? viewerOf(c, viewers) : undefined));
    })
    .post("/api/far-session", anybody("sign-in"), async (c) => {
      if (!isFar(c)) return problem(c, 409, "The box's own screen needs nobody to sign in");
      const body = await bodyAs(c, proof);
      if (body instanceof Response) return body;
      const person = await access.proven(c, "sign-in", body);
      if (person instanceof Response) return person;
      const before = viewerOf(c, viewers);
      if (before !== undefined) viewers.end(before, "closed", c.env.incoming.socket);
      const viewer = viewers.open(person, panel(c).origin ?? "unknown");
      setCookie(c, cookieName(c, COOKIE), viewer.token, cookieOptions(c));
      access.tellSession(c, "access.view-opened", person);
      return c.json(answer(c, viewer), 201);
    })
    .delete("/api/far-session", anybody("sign-in"), (c) => {
      access.close(c);
      const viewer = viewerOf(c, viewers);
      deleteCookie(c, cookieName(c, COOKIE), cookieOptions(c));
      if (viewer !== undefined) viewers.end(viewer, "closed", c.env.incoming.socket);
      return c.body(null, 204);
    });
};
