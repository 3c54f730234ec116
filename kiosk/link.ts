/** The one stream of views from the box, and the one clock of the page: says "lost" as soon as it is. */
import { batch } from "@preact/signals";
import type { View } from "../server/domain/view.ts";
import { isLost, retryAfterMs, slept } from "./liveness.ts";
import { asking, lastViewAt, link, now, view } from "./state.ts";

const TICK_MS = 100;

let source: EventSource | undefined;
let openedAt = 0;
let attempt = 0;
let retryAt: number | undefined;
let boot: string | undefined;
/** The connection has ended since the last view. */
let broken = false;

/** Opens the stream and starts the clock; for the life of the page. */
export function startLink(): void {
  open();
  setInterval(tick, TICK_MS);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) tick();
  });
}

/** Opens a new connection at once: for the button of the person who does not want to wait. */
export function tryAgain(): void {
  attempt = 0;
  open();
}

function open(): void {
  source?.close();
  attempt += 1;
  openedAt = performance.now();
  retryAt = undefined;
  const opened = new EventSource("/api/view");
  source = opened;
  opened.onmessage = (event) => {
    if (source === opened) receive(JSON.parse(String(event.data)) as View);
  };
  opened.onerror = () => {
    if (source !== opened) return;
    broken = true;
    close();
  };
  if (link.value.kind === "lost") link.value = { kind: "lost" };
}

function close(): void {
  source?.close();
  source = undefined;
  retryAt = performance.now() + retryAfterMs(attempt);
  if (link.value.kind === "lost") link.value = { kind: "lost", retryAt };
}

function receive(next: View): void {
  const at = performance.now();
  // The clock stood still, so this view may have waited in the connection for as long.
  if (slept(now.value, at)) {
    wake(at);
    return;
  }
  // A restarted box may bring a newer page with it: this one belongs to the old box.
  boot ??= next.boot;
  if (boot !== next.boot) {
    location.reload();
    return;
  }
  attempt = 0;
  broken = false;
  batch(() => {
    now.value = at;
    lastViewAt.value = at;
    view.value = next;
    if (link.value.kind !== "live") link.value = { kind: "live" };
  });
}

/** After a sleep nothing that is shown or on its way is news: covers the screen and asks again. */
function wake(at: number): void {
  batch(() => {
    now.value = at;
    lose();
    tryAgain();
  });
}

function lose(): void {
  asking.value = undefined;
  link.value = retryAt === undefined ? { kind: "lost" } : { kind: "lost", retryAt };
}

function tick(): void {
  const at = performance.now();
  if (slept(now.value, at)) {
    wake(at);
    return;
  }
  batch(() => {
    now.value = at;
    if (retryAt !== undefined) {
      if (at >= retryAt) open();
    } else if (isLost(Math.max(lastViewAt.value, openedAt), at)) close(); // connected to something that says nothing
    if (link.value.kind === "live" && isLost(lastViewAt.value, at, broken)) lose();
  });
}
