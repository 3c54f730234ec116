/** The one stream of views from the box, and the one clock of the page: acts on what connection.ts decides. */
import { batch } from "@preact/signals";
import type { View } from "../server/domain/view.ts";
import { type Connection, HEALTH_EVERY_MS, reduceConnection, type Try } from "./connection.ts";
import { leaveIfOver } from "./far/session.ts";
import { heardIn } from "./heard.ts";
import { slept } from "./liveness.ts";
import { lookForNewPage } from "./panel/renew.ts";
import { asking, lastViewAt, link, now, session, view } from "./state.ts";

const TICK_MS = 100;
/** Shorter than the time between two checks: there is never more than one. */
const HEALTH_LIMIT_MS = 3_000;

let source: EventSource | undefined;
let boot: string | undefined;

/** Opens the stream and starts the clocks; for the life of the page. */
export function startLink(): void {
  feed({ kind: "start" });
  setInterval(tick, TICK_MS);
  setInterval(() => void askHealth(), HEALTH_EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tick();
  });
}

/** Opens a new stream at once: for the button of the person who does not want to wait. */
export function tryAgain(): void {
  feed({ kind: "again" });
  void askHealth();
}

type Told =
  | { readonly kind: "start" | "view" | "ended" | "woke" | "again" }
  | { readonly kind: "tick"; readonly lastTickAt: number }
  | { readonly kind: "health"; readonly health: "answers" | "silent" };

function feed(told: Told): void {
  const before = link.peek();
  const after = reduceConnection(before, { ...told, at: performance.now() });
  if (after === before) return;
  batch(() => {
    link.value = after;
    // What was being asked belongs to a screen that was live.
    if (before.kind === "connected" && after.kind !== "connected") asking.value = undefined;
  });
  const next = tryOf(after);
  if (next === tryOf(before)) return;
  source?.close();
  source = next?.kind === "trying" ? open() : undefined;
}

function tryOf(connection: Connection): Try | undefined {
  return connection.kind === "disconnected" ? undefined : connection.try;
}

function open(): EventSource {
  const opened = new EventSource("/api/view");
  opened.onmessage = (event) => {
    if (source === opened) receive(JSON.parse(String(event.data)) as View);
  };
  opened.onerror = () => {
    if (source !== opened) return;
    feed({ kind: "ended" });
    void leaveIfOver();
  };
  return opened;
}

function receive(next: View): void {
  const at = performance.now();
  // The clock stood still, so this view may have waited in the connection for as long.
  if (slept(now.peek(), at)) {
    now.value = at;
    feed({ kind: "woke" });
    return;
  }
  // A restarted box may bring a newer page with it, and knows nobody who had signed in.
  boot ??= next.boot;
  if (boot !== next.boot) {
    boot = next.boot;
    session.value = undefined;
    void lookForNewPage();
  }
  batch(() => {
    now.value = at;
    lastViewAt.value = at;
    view.value = heardIn(next);
    feed({ kind: "view" });
  });
}

function tick(): void {
  const lastTickAt = now.peek();
  batch(() => {
    now.value = performance.now();
    feed({ kind: "tick", lastTickAt });
  });
}

/** Whether the box answers at all: it may hold a stream open and be past answering anything. */
async function askHealth(): Promise<void> {
  try {
    const answer = await fetch("/healthz", {
      cache: "no-store",
      signal: AbortSignal.timeout(HEALTH_LIMIT_MS),
    });
    feed({ kind: "health", health: answer.ok ? "answers" : "silent" });
    if (answer.ok && link.peek().kind !== "connected") void leaveIfOver();
  } catch {
    feed({ kind: "health", health: "silent" }); // said by the state: the screen tells of it
  }
}
