/**
 * Who is signed in. Maintenance has a session; the PIN of everybody else covers a minute, and the walk test they walk.
 * Nothing but a token leaves the box.
 */
import { randomBytes } from "node:crypto";
import { monotonicMs } from "../base/clock.ts";
import type { Millis } from "../domain/units.ts";
import type { Known } from "../store/people.ts";

const IDLE_MS = 5 * 60_000;
const SESSION_MS = 60 * 60_000;
const STEP_UP_MS = 60_000;
const SESSIONS_MAX = 20;

export interface Session {
  readonly kind: "session" | "step-up";
  readonly token: string;
  /** Role and name as they were when last looked at. */
  person: Known;
  /** The session at a panel on the network in which it was opened. */
  readonly view: string | undefined;
  openedAt: Millis;
  usedAt: Millis;
}

export interface SessionsOptions {
  readonly now?: () => Millis;
  /** Whether this person is at something that takes longer than a PIN covers. */
  readonly isBusy: (person: Known) => boolean;
}

export class Sessions {
  readonly #open = new Map<string, Session>();
  readonly #now: () => Millis;
  readonly #isBusy: SessionsOptions["isBusy"];

  constructor({ now = monotonicMs, isBusy }: SessionsOptions) {
    this.#now = now;
    this.#isBusy = isBusy;
  }

  open(person: Known, view?: string): Session {
    const now = this.#now();
    const kind = person.role === "maintenance" ? "session" : "step-up";
    const token = randomBytes(32).toString("base64url");
    const session: Session = { kind, token, person, view, openedAt: now, usedAt: now };
    this.#open.set(token, session);
    if (this.#open.size > SESSIONS_MAX) this.#open.delete(this.#open.keys().next().value ?? token);
    return session;
  }

  /** The session of this token while it lasts. */
  find(token: string | undefined): Session | undefined {
    const session = token === undefined ? undefined : this.#open.get(token);
    if (session === undefined) return undefined;
    if (session.kind === "step-up" && this.#isBusy(session.person)) session.openedAt = this.#now();
    if (this.leftMs(session) > 0) return session;
    this.#open.delete(session.token);
    return undefined;
  }

  /** Somebody is still there. A step-up lasts no longer by it. */
  use(session: Session): void {
    session.usedAt = this.#now();
  }

  leftMs({ kind, openedAt, usedAt }: Session): Millis {
    const now = this.#now();
    const left =
      kind === "step-up"
        ? openedAt + STEP_UP_MS - now
        : Math.min(usedAt + IDLE_MS - now, openedAt + SESSION_MS - now);
    return Math.max(0, Math.floor(left));
  }

  /** Forgets those that are over; how many. */
  sweep(): number {
    const before = this.#open.size;
    for (const token of [...this.#open.keys()]) this.find(token);
    return before - this.#open.size;
  }

  get size(): number {
    return this.#open.size;
  }

  close({ token }: Pick<Session, "token">): void {
    this.#open.delete(token);
  }
}
