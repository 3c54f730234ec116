/**
 * `GET /api/view`: the whole state of a screen, at once, on change, and every second.
 * A screen that is slow skips views; it never makes the box queue them.
 */
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { Mailbox } from "../base/mailbox.ts";
import type { Box } from "../box.ts";
import { anybody, type Env } from "./access.ts";

/** A new frame moves boxes: often enough to follow, seldom enough to cost little. */
const FRAME_MS = 100;
/** An alarm or an output has changed: as good as immediate, and still one view for all that changed with it. */
const NEWS_MS = 10;
const HEARTBEAT_MS = 1_000;

/** Draws up one view for all screens together. */
export class ViewFeed implements Disposable {
  readonly #box: Box;
  readonly #screens = new Set<Mailbox<string>>();
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #lastAt = 0;

  constructor(box: Box) {
    this.#box = box;
    this.#subscription = box.onChange((news) => {
      if (this.#screens.size > 0) this.#due(news ? NEWS_MS : this.#lastAt + FRAME_MS - performance.now());
    });
    this.#due(HEARTBEAT_MS);
  }

  /** The next view goes out within this time; one that is due earlier stays. */
  #due(ms: number): void {
    const at = performance.now() + Math.max(0, ms);
    if (at >= this.#dueAt) return;
    this.#dueAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#send(), Math.max(0, ms));
  }

  #send(): void {
    this.#lastAt = performance.now();
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#due(HEARTBEAT_MS);
    if (this.#screens.size === 0) return;
    const text = JSON.stringify(this.#box.view());
    for (const screen of this.#screens) screen.put(text);
  }

  /** A new screen: its mailbox holds the present view already. */
  open(): Mailbox<string> {
    const screen = new Mailbox<string>();
    screen.put(JSON.stringify(this.#box.view()));
    this.#screens.add(screen);
    return screen;
  }

  close(screen: Mailbox<string>): void {
    this.#screens.delete(screen);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
    clearTimeout(this.#timer);
    this.#screens.clear();
  }
}

export const view = (feed: ViewFeed) =>
  new Hono<Env>().get("/api/view", anybody("look"), (c) => {
    c.header("cache-control", "no-store");
    return streamSSE(
      c,
      async (stream) => {
        const gone = new AbortController();
        const screen = feed.open();
        stream.onAbort(() => gone.abort());
        const signal = AbortSignal.any([gone.signal, c.req.raw.signal]);
        try {
          for (;;) {
            const text = await screen.take(signal);
            if (text === undefined) return;
            await stream.writeSSE({ data: text });
          }
        } finally {
          feed.close(screen);
        }
      },
      async (error) => {
        // A screen that went away in the middle of a write is no fault of the box.
        if (!(error instanceof TypeError)) throw error;
      },
    );
  });
