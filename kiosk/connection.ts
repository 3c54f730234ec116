/**
 * The link to the box, as one reducer: disconnected, connecting, connected, reconnecting, failed.
 * The shell that owns the stream (link.ts) compares the try before and after, and opens or closes it.
 * All instants are on the page's monotonic clock, milliseconds.
 */
import { isLost, LOST_AFTER_MS, retryAfterMs, slept } from "./liveness.ts";

/** One stream: being opened and waited for, or to be opened later. A new object is a new stream. */
export type Try =
  | { readonly kind: "trying"; readonly since: number }
  | { readonly kind: "waiting"; readonly until: number };

/** What the last health check said. */
export type Health = "unknown" | "answers" | "silent";

interface Seeking {
  /** Since when nothing is known, or the page began. */
  readonly since: number;
  /** Tries that came to nothing, in a row. */
  readonly failures: number;
  readonly try: Try;
  readonly health: Health;
}

export type Connection =
  | { readonly kind: "disconnected" }
  /** The first views of this page have not come yet. */
  | ({ readonly kind: "connecting" } & Seeking)
  | {
      readonly kind: "connected";
      readonly viewAt: number;
      /** The stream the views come from; another one than before once that has ended. */
      readonly try: Try;
      /** The stream has ended since the last view. */
      readonly broken: boolean;
      /** Health checks without an answer, in a row. */
      readonly unanswered: number;
    }
  | ({ readonly kind: "reconnecting" } & Seeking)
  /** Tried in vain for long: somebody should look. It goes on trying all the same. */
  | ({ readonly kind: "failed" } & Seeking);

export type ConnectionInput = { readonly at: number } & (
  | { readonly kind: "start" }
  | { readonly kind: "view" }
  /** The stream has ended, or was refused. */
  | { readonly kind: "ended" }
  | { readonly kind: "health"; readonly health: Exclude<Health, "unknown"> }
  | { readonly kind: "tick"; readonly lastTickAt: number }
  /** The page itself stood still: what waits in its stream is old news. */
  | { readonly kind: "woke" }
  /** A person does not want to wait. */
  | { readonly kind: "again" }
);

export const DISCONNECTED: Connection = { kind: "disconnected" };

/** From here on the screen says that trying alone does not help. */
export const FAILED_AFTER_MS = 30_000;
export const HEALTH_EVERY_MS = 5_000;
/** One answer may be late on a busy box; two in a row mean that no command would reach it either. */
const UNANSWERED_MAX = 2;

/** The next state. An input that means nothing in this state returns the very same object. */
export function reduceConnection(from: Connection, input: ConnectionInput): Connection {
  if (from.kind === "disconnected")
    return input.kind === "start" ? { kind: "connecting", ...seekingFrom(input.at, input.at) } : from;
  if (input.kind === "tick" && slept(input.lastTickAt, input.at))
    return reduceConnection(from, { kind: "woke", at: input.at });
  return from.kind === "connected" ? whileConnected(from, input) : whileSeeking(from, input);
}

function seekingFrom(since: number, at: number): Seeking {
  return { since, failures: 0, try: { kind: "trying", since: at }, health: "unknown" };
}

function whileConnected(
  from: Connection & { readonly kind: "connected" },
  input: ConnectionInput,
): Connection {
  const { at } = input;
  switch (input.kind) {
    case "view":
      return { ...from, viewAt: at, broken: false };
    case "ended":
      return { ...from, broken: true, try: { kind: "waiting", until: at + retryAfterMs(1) } };
    case "health": {
      if (input.health === "answers") return from.unanswered === 0 ? from : { ...from, unanswered: 0 };
      const unanswered = from.unanswered + 1;
      if (unanswered < UNANSWERED_MAX) return { ...from, unanswered };
      // Its stream may be held open by nobody: only a view over a new one counts.
      return { ...from, unanswered: 0, broken: true, try: { kind: "trying", since: at } };
    }
    case "tick": {
      if (isLost(from.viewAt, at, from.broken)) {
        const next: Try = from.broken ? from.try : { kind: "waiting", until: at + retryAfterMs(1) };
        return { kind: "reconnecting", ...seekingFrom(from.viewAt, at), failures: 1, try: next };
      }
      const due = from.try.kind === "waiting" && at >= from.try.until;
      return due ? { ...from, try: { kind: "trying", since: at } } : from;
    }
    case "woke":
      return { kind: "reconnecting", ...seekingFrom(from.viewAt, at) };
    default:
      return from;
  }
}

function whileSeeking(
  from: Exclude<Connection, { readonly kind: "connected" | "disconnected" }>,
  input: ConnectionInput,
): Connection {
  const { at } = input;
  switch (input.kind) {
    case "view":
      return { kind: "connected", viewAt: at, try: from.try, broken: false, unanswered: 0 };
    case "ended":
      return from.try.kind === "waiting" ? from : giveUp(from, at);
    case "health":
      return from.health === input.health ? from : { ...from, health: input.health };
    case "tick": {
      const late = from.kind !== "failed" && at - from.since >= FAILED_AFTER_MS;
      const next = late ? { ...from, kind: "failed" as const } : from;
      if (from.try.kind === "waiting")
        return at >= from.try.until ? { ...next, try: { kind: "trying", since: at } } : next;
      // Connected to something that says nothing.
      return at - from.try.since >= LOST_AFTER_MS ? giveUp(next, at) : next;
    }
    case "woke":
      return { ...from, try: { kind: "trying", since: at } };
    case "again":
      return { ...from, failures: 0, try: { kind: "trying", since: at } };
    default:
      return from;
  }
}

function giveUp<S extends Seeking>(from: S, at: number): S {
  const failures = from.failures + 1;
  return { ...from, failures, try: { kind: "waiting", until: at + retryAfterMs(failures) } };
}
