/**
 * Who is asking. Sessions for maintenance, limits on wrong PINs, and the guard against other sites' pages.
 * Acknowledge, silence and stop request never come here: no lock-out may stand before them.
 */
import { randomBytes } from "node:crypto";
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { monotonicMs } from "../base/clock.ts";
import type { Asker, Box } from "../box.ts";
import type { Millis } from "../domain/units.ts";
import { jsonBody, problem } from "./problem.ts";

export type Env = { Bindings: HttpBindings };

const COOKIE = "palisade";
const IDLE_MS = 5 * 60_000;
const SESSION_MS = 60 * 60_000;
const SESSIONS_MAX = 20;
/** After five wrong PINs of one name: 30 s, doubling to 15 min, forgotten after an hour. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGET_MS = 60 * 60_000;
const NAMES_MAX = 200;
const SIGN_IN = "Sign in with POST /api/session";

interface Person {
  readonly name: string;
  readonly role: "operator" | "supervisor" | "maintenance";
}

interface Session {
  readonly person: Person;
  readonly openedAt: Millis;
  usedAt: Millis;
}

type PinAnswer =
  | { readonly kind: "ok"; readonly person: Person }
  | { readonly kind: "wrong" }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "failed"; readonly why: string };

function remoteAddress(c: Context<Env>): string {
  return c.env?.incoming?.socket?.remoteAddress ?? "unknown";
}

/** Somebody at a panel, without a name. */
export function panel(c: Context<Env>): Asker {
  return { type: "panel", id: "panel", origin: remoteAddress(c) };
}

export class Access {
  readonly #box: Box;
  readonly #sessions = new Map<string, Session>();
  readonly #failures = new Map<string, { count: number; lastAt: Millis }>();

  constructor(box: Box) {
    this.#box = box;
  }

  /** Checks a PIN within the limits, and records every failure. */
  async check(c: Context<Env>, name: string, pin: string): Promise<PinAnswer> {
    const key = name.trim().toLowerCase();
    const seconds = this.#waitSeconds(key);
    if (seconds > 0) return { kind: "wait", seconds };
    const { store, journal } = this.#box;
    if (store === undefined) return { kind: "failed", why: "There is no database to check the PIN with" };
    // Counted before it is checked, so that many at once do not pass the limit together.
    const before = this.#failures.get(key);
    this.#fail(key);
    try {
      const checked = await store.checkPin(name, pin);
      if (checked.ok) {
        this.#failures.delete(key);
        return { kind: "ok", person: { name: checked.person.name, role: checked.person.role } };
      }
    } catch (error) {
      if (before === undefined) this.#failures.delete(key);
      else this.#failures.set(key, before);
      return { kind: "failed", why: (error as Error).message };
    }
    journal.tell({
      action: "access.denied",
      actor: { type: "panel", id: "panel" },
      origin: remoteAddress(c),
      object: { type: "person", id: name.slice(0, 80) },
      result: "denied",
      monoMs: monotonicMs(),
      wallAt: Date.now(),
    });
    return { kind: "wrong" };
  }

  #waitSeconds(key: string): number {
    const failed = this.#failures.get(key);
    if (failed === undefined || failed.count < FREE_TRIES) return 0;
    const since = monotonicMs() - failed.lastAt;
    if (since > FORGET_MS) return 0;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failed.count - FREE_TRIES));
    return Math.max(0, Math.ceil((wait - since) / 1_000));
  }

  #fail(key: string): void {
    const before = this.#failures.get(key);
    const fresh = before !== undefined && monotonicMs() - before.lastAt <= FORGET_MS;
    this.#failures.delete(key);
    this.#failures.set(key, { count: fresh ? before.count + 1 : 1, lastAt: monotonicMs() });
    if (this.#failures.size > NAMES_MAX) this.#failures.delete(this.#failures.keys().next().value ?? key);
  }

  /** The person whose session this request carries. */
  person(c: Context<Env>): Person | undefined {
    const token = getCookie(c, COOKIE);
    const session = token === undefined ? undefined : this.#sessions.get(token);
    if (token === undefined || session === undefined) return undefined;
    const now = monotonicMs();
    if (now - session.usedAt > IDLE_MS || now - session.openedAt > SESSION_MS) {
      this.#sessions.delete(token);
      return undefined;
    }
    session.usedAt = now;
    return session.person;
  }

  open(person: Person): string {
    const token = randomBytes(32).toString("base64url");
    const now = monotonicMs();
    this.#sessions.set(token, { person, openedAt: now, usedAt: now });
    if (this.#sessions.size > SESSIONS_MAX)
      this.#sessions.delete(this.#sessions.keys().next().value ?? token);
    return token;
  }

  close(token: string): void {
    this.#sessions.delete(token);
  }

  /** Lets only people with a session through. */
  readonly required: MiddlewareHandler<Env> = async (c, next) => {
    if (this.person(c) === undefined) return problem(c, 401, SIGN_IN);
    return await next();
  };

  /** Lets only people through who may change what is guarded: supervisors and maintenance. */
  readonly changing: MiddlewareHandler<Env> = async (c, next) => {
    const person = this.person(c);
    if (person === undefined) return problem(c, 401, SIGN_IN);
    if (person.role === "operator")
      return problem(c, 403, "Only a supervisor or maintenance may do this: sign in as one of them");
    return await next();
  };
}

/** Turns a PIN that was not accepted into an answer. */
export function pinProblem(c: Context<Env>, answer: Exclude<PinAnswer, { kind: "ok" }>): Response {
  switch (answer.kind) {
    case "wrong":
      return problem(c, 401, "This name and PIN do not belong together");
    case "wait":
      c.header("retry-after", String(answer.seconds));
      return problem(c, 429, `Wait ${answer.seconds} s before the next try`);
    case "failed":
      return problem(c, 503, answer.why);
    default:
      return answer satisfies never;
  }
}

export const session = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/people", async (c) => {
      if (box.store === undefined) return c.json([]);
      const people = await box.store.people();
      return c.json(people.filter((person) => person.active).map(({ name, role }) => ({ name, role })));
    })
    .get("/api/session", (c) => {
      const person = access.person(c);
      return person === undefined ? problem(c, 401, "Nobody is signed in") : c.json(person);
    })
    .post("/api/session", async (c) => {
      const { name, pin } = await jsonBody(c);
      if (typeof name !== "string" || typeof pin !== "string")
        return problem(c, 400, 'Send {"name": "...", "pin": "..."}');
      const answer = await access.check(c, name, pin);
      if (answer.kind !== "ok") return pinProblem(c, answer);
      setCookie(c, COOKIE, access.open(answer.person), { httpOnly: true, sameSite: "Strict", path: "/" });
      const { name: id, role } = answer.person;
      box.journal.tell({
        action: "access.session-opened",
        actor: { type: "user", id, role },
        origin: remoteAddress(c),
        monoMs: monotonicMs(),
        wallAt: Date.now(),
      });
      return c.json({ name: id, role });
    })
    .delete("/api/session", (c) => {
      const token = deleteCookie(c, COOKIE, { path: "/" });
      if (token !== undefined) access.close(token);
      return c.body(null, 204);
    });

/** Names by which a browser on this machine may call it; anything else could be a name that was bent to it. */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return name === "localhost" || name.endsWith(".localhost") || /^[\d.]+$/.test(name) || name.includes(":");
}

/**
 * Refuses pages of other sites that a browser on this network may show: by Origin, and by a Host that is a name
 * (DNS rebinding). Programs send neither and pass.
 */
export const ownPagesOnly: MiddlewareHandler<Env> = async (c, next) => {
  const host = c.req.header("host") ?? "";
  const origin = c.req.header("origin");
  if (!isOwnName(host)) return problem(c, 403, "Open the box by its address, not by a name");
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host))
    return problem(c, 403, "Only the box's own pages may do this");
  return await next();
};
