/**
 * Who is asking, and whether they may: every route names its permission here. What only makes things calmer never
 * waits for any of it.
 */
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Asker, Box } from "../box.ts";
import { mayDo, type OpenPermission, PERMISSIONS, type PermissionId, whoMay } from "../domain/permission.ts";
import type { JournalEntry } from "../journal.ts";
import type { Known } from "../store/people.ts";
import { Limits } from "./limits.ts";
import { jsonBody, problem } from "./problem.ts";
import { type Session, Sessions } from "./sessions.ts";

export type Env = {
  /** `lan`: it came over the network, by the listener for other panels. */
  Bindings: HttpBindings & { lan?: true };
  /** Who has signed in at the panel on the network from which this request comes, and in which session there. */
  Variables: { viewer?: Known; view?: string };
};

const COOKIE = "palisade";
/** Milliseconds that the session of this request still lasts: the box decides, the screen counts down. */
export const LEFT_HEADER = "palisade-session-left";
const SIGN_IN = "Sign in with POST /api/session";

type PinAnswer =
  | { readonly kind: "ok"; readonly person: Known }
  | { readonly kind: "wrong" }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "failed"; readonly why: string };

/** An address as it is compared: IPv4 in IPv6's clothes is IPv4. */
function remoteAddress(c: Context<Env>): string {
  return (c.env?.incoming?.socket?.remoteAddress ?? "unknown").replace(/^::ffff:/, "");
}

/** Whether it came over the network. */
export function isFar(c: Context<Env>): boolean {
  return c.env?.lan === true;
}

/** Cookies of both listeners may meet in one browser; those of the network go over TLS alone. */
export function cookieName(c: Context<Env>, name: string): string {
  return isFar(c) ? `__Host-${name}` : name;
}

export function cookieOptions(c: Context<Env>) {
  return { httpOnly: true, sameSite: "Strict", path: "/", secure: isFar(c) } as const;
}

/** Whether the request comes from this machine itself, and was not handed on by something that runs on it. */
export function isOwnPanel(c: Context<Env>): boolean {
  const handedOn = ["forwarded", "x-forwarded-for"].some((name) => c.req.header(name) !== undefined);
  return !isFar(c) && !handedOn && /^(?:127\.|::1$)/.test(remoteAddress(c));
}

/** Somebody at a panel, without a name; on the network whoever has signed in there. */
export function panel(c: Context<Env>): Asker {
  const viewer = c.get("viewer");
  const origin = remoteAddress(c);
  if (viewer === undefined) return { type: "panel", id: "panel", origin };
  return { type: "user", id: viewer.name, role: viewer.role, origin };
}

/** Which permission a handler asks for: a test holds every route against it. */
const asked = new WeakMap<object, PermissionId>();

export function permissionOf(handler: object): PermissionId | undefined {
  return asked.get(handler);
}

function marked(permission: PermissionId, handler: MiddlewareHandler<Env>): MiddlewareHandler<Env> {
  asked.set(handler, permission);
  return handler;
}

/** Of a route that needs nobody's name. */
export function anybody(permission: OpenPermission): MiddlewareHandler<Env> {
  return marked(permission, async (_, next) => await next());
}

export class Access {
  readonly #box: Box;
  readonly #sessions: Sessions;
  readonly #limits: Limits;
  /** Where the last try came from. */
  #triedFrom = "unknown";
  #farChecks = 0;

  constructor(box: Box) {
    this.#box = box;
    this.#sessions = new Sessions({ isBusy: ({ name }) => box.walks?.walker === name });
    this.#limits = new Limits({ guessing: (tries) => this.#tellGuessing(tries) });
  }

  #tellGuessing(tries: number): void {
    const why = `${tries} wrong PINs, the last from ${this.#triedFrom}`;
    this.#box.guard.pipeline.feed({ kind: "guessing", why });
    this.#tell({
      action: "access.guessing",
      actor: { type: "system", id: "palisade" },
      origin: this.#triedFrom,
      after: { tries },
      result: "denied",
    });
  }

  #tell(entry: Omit<JournalEntry, "monoMs" | "wallAt">): void {
    this.#box.journal.tell({ ...entry, monoMs: monotonicMs(), wallAt: wallMs() });
  }

  /** Checks a PIN within the limits, and records every failure. */
  async check(c: Context<Env>, name: string, pin: string): Promise<PinAnswer> {
    const { store } = this.#box;
    if (store === undefined) return { kind: "failed", why: "There is no database to check the PIN with" };
    const origin = remoteAddress(c);
    this.#triedFrom = origin;
    const who = name.trim().normalize("NFC").toLowerCase().slice(0, 80);
    // Wrong PINs from the network make nobody wait who stands at the box.
    const keys = [`person ${who}`, `panel ${origin}`].map((key) => (isFar(c) ? `far-${key}` : key));
    // Who stands at the box never waits for more than one check of somebody far away.
    if (isFar(c) && this.#farChecks > 0) return { kind: "wait", seconds: 1 };
    const seconds = this.#limits.count(keys);
    if (seconds > 0) return { kind: "wait", seconds };
    if (isFar(c)) this.#farChecks++;
    try {
      const checked = await store.checkPin(name, pin);
      if (checked.ok) {
        this.#limits.forget(keys);
        return { kind: "ok", person: checked.person };
      }
    } catch (error) {
      this.#limits.takeBack(keys);
      return { kind: "failed", why: (error as Error).message };
    } finally {
      if (isFar(c)) this.#farChecks--;
    }
    const object = { type: "person", id: name.slice(0, 80) };
    const actor = { type: "panel", id: "panel" } as const;
    this.#tell({ action: "access.denied", actor, origin, object, result: "denied" });
    return { kind: "wrong" };
  }

  /** The person who gives name and PIN for one order, where they may; else what to answer. */
  async proven(
    c: Context<Env>,
    permission: PermissionId,
    { name, pin }: { readonly name: string; readonly pin: string },
  ): Promise<Known | Response> {
    const checked = await this.check(c, name, pin);
    if (checked.kind !== "ok") return pinProblem(c, checked);
    return this.#refusal(c, permission, checked.person) ?? checked.person;
  }

  /** The person whose session this request carries, as it names them. */
  person(c: Context<Env>): Known | undefined {
    return this.#found(c)?.person;
  }

  /** Over the network it ends with the session there in which it was opened: whoever signs in next has not got it. */
  #found(c: Context<Env>): Session | undefined {
    const session = this.#sessions.find(getCookie(c, cookieName(c, COOKIE)));
    return session?.view === c.get("view") ? session : undefined;
  }

  /** The session of this request, where its person still may enter and has still the PIN they gave. */
  async session(c: Context<Env>): Promise<Session | undefined> {
    const session = this.#found(c);
    const { store } = this.#box;
    if (session === undefined || store === undefined) return undefined;
    let standing: Known | undefined;
    try {
      standing = await store.crew.standing(session.person);
    } catch (error) {
      throw new HTTPException(503, { message: (error as Error).message, cause: error });
    }
    if (standing === undefined) {
      this.#sessions.close(session);
      this.tellSession(c, "access.session-ended", session.person);
      return undefined;
    }
    session.person = standing;
    return session;
  }

  /** Keeps the session alive, and tells how long it then lasts. */
  use(c: Context<Env>, session: Session): void {
    this.#sessions.use(session);
    c.header(LEFT_HEADER, String(this.leftMs(session)));
  }

  leftMs(session: Session): number {
    return this.#sessions.leftMs(session);
  }

  /** Signs somebody in who has proven who they are. Whoever was before, on this screen, is not any more. */
  open(c: Context<Env>, person: Known): Session {
    const before = this.#sessions.find(getCookie(c, cookieName(c, COOKIE)));
    if (before !== undefined) this.#sessions.close(before);
    const session = this.#sessions.open(person, c.get("view"));
    setCookie(c, cookieName(c, COOKIE), session.token, cookieOptions(c));
    this.tellSession(c, "access.session-opened", person);
    return session;
  }

  /** How many sessions are open, without those that are over: those it forgets. */
  sweep(): { readonly open: number; readonly closed: number } {
    const closed = this.#sessions.sweep();
    return { open: this.#sessions.size, closed };
  }

  close(c: Context<Env>): void {
    const session = this.#sessions.find(deleteCookie(c, cookieName(c, COOKIE), cookieOptions(c)));
    if (session === undefined) return;
    this.#sessions.close(session);
    this.tellSession(c, "access.session-closed", session.person);
  }

  /** A row about somebody's session. */
  tellSession(c: Context<Env>, action: string, { name: id, role }: Known): void {
    this.#tell({ action, actor: { type: "user", id, role }, origin: remoteAddress(c) });
  }

  #refusal(c: Context<Env>, permission: PermissionId, { name, role }: Known): Response | undefined {
    if (mayDo(role, permission)) return undefined;
    const actor = { type: "user", id: name, role } as const;
    const object = { type: "permission", id: permission };
    this.#tell({ action: "access.refused", actor, origin: remoteAddress(c), object, result: "denied" });
    return problem(c, 403, whoMay(permission));
  }

  /** Of a route whose order may carry its own name and PIN instead of a session: it asks for the person by `orderer`. */
  ordering(permission: PermissionId): MiddlewareHandler<Env> {
    return marked(permission, async (_, next) => await next());
  }

  /** Whoever's name and PIN came with the order, else whose session it is, where they may; else what to answer. */
  async orderer(c: Context<Env>, permission: PermissionId): Promise<Asker | Response> {
    const { name, pin } = await jsonBody(c);
    let person: Known | Response | undefined;
    if (typeof name === "string" && typeof pin === "string") {
      person = await this.proven(c, permission, { name, pin });
    } else {
      const session = await this.session(c);
      if (session === undefined) return problem(c, 401, "This needs a name and PIN");
      this.use(c, session);
      person = this.#refusal(c, permission, session.person) ?? session.person;
    }
    if (person instanceof Response) return person;
    return { type: "user", id: person.name, role: person.role, origin: remoteAddress(c) };
  }

  /** Lets through who may. Of an order that carries its own PIN, the route asks for it by `proven`. */
  may(permission: PermissionId): MiddlewareHandler<Env> {
    if (PERMISSIONS[permission].proof !== "signed-in")
      return marked(permission, async (_, next) => await next());
    return marked(permission, async (c, next) => {
      const session = await this.session(c);
      if (session === undefined) return problem(c, 401, SIGN_IN);
      this.use(c, session);
      return this.#refusal(c, permission, session.person) ?? (await next());
    });
  }
}

/** Turns a PIN that was not accepted into an answer. */
function pinProblem(c: Context<Env>, answer: Exclude<PinAnswer, { kind: "ok" }>): Response {
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

/** Names by which a browser on this machine may call it; anything else could be a name that was bent to it. */
function isOwnName(host: string): boolean {
  const name = host.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return name === "localhost" || name.endsWith(".localhost") || /^[\d.]+$/.test(name) || name.includes(":");
}

/**
 * Refuses pages of other sites that a browser on this network may show: by Origin, and by a Host that is a name
 * (DNS rebinding); over the network names of its certificate pass. Programs send neither and pass.
 */
export const ownPagesOnly =
  (isItsName: (name: string) => boolean): MiddlewareHandler<Env> =>
  async (c, next) => {
    const host = c.req.header("host") ?? "";
    const origin = c.req.header("origin");
    const called = isFar(c) && isItsName(host.replace(/:\d+$/, ""));
    if (!isOwnName(host) && !called) return problem(c, 403, "Open the box by its address, not by a name");
    if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host))
      return problem(c, 403, "Only the box's own pages may do this");
    return await next();
  };
