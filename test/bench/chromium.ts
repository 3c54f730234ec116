/**
 * A Chromium nobody listens to, as on a panel. A test's browser tells its test of every message of the page, encoded
 * anew, in the page's own thread: that is no small part of what nine cameras cost.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import WebSocket from "ws";
import { killGroup, stopChild } from "../../server/base/child.ts";
import { wait } from "../../server/base/clock.ts";
import { chromiumPath } from "../support/missing.ts";
import { childrenOf } from "./proc.ts";

const STARTS_MS = 20_000;
const ENDS_MS = 3_000;
const FLAGS: readonly string[] = [
  // As root it starts no other way; no other page than ours is opened.
  "--no-sandbox",
  ...["--headless", "--disable-gpu", "--mute-audio", "--no-first-run", "--hide-scrollbars"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-extensions"],
  ...["--disable-sync", "--disable-default-apps", "--touch-events=enabled", "--lang=en-GB"],
  "--remote-debugging-port=0",
];

export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Answer {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What processes of each kind hold, in megabytes: without pages of files, which the kernel takes and brings as it likes. */
export type Held = Readonly<Record<"browser" | "renderer" | "others", number>>;

export interface Chromium extends AsyncDisposable {
  /** Runs the function in the page, whose words it may use, and nothing of where it was written. */
  run<T, A extends readonly unknown[]>(work: (...given: A) => T | Promise<T>, ...given: A): Promise<T>;
  /** A finger comes down, stays so long, and is lifted. */
  touch(at: Point, heldMs: number): Promise<void>;
  send(method: string, params?: object): Promise<unknown>;
  /** What the page threw. */
  readonly errors: readonly string[];
  held(): Held;
}

export interface ChromiumOptions {
  readonly url: string;
  readonly flags?: readonly string[];
  readonly width?: number;
  readonly height?: number;
}

/** Ask `missing.chromium()` first. */
export async function startChromium(options: ChromiumOptions): Promise<Chromium> {
  const { url, flags = [], width = 1280, height = 800 } = options;
  const profile = await mkdtemp(join(tmpdir(), "palisade-bench-"));
  const size = `--window-size=${width},${height}`;
  const args = [...FLAGS, ...flags, size, `--user-data-dir=${profile}`, "about:blank"];
  const child = spawn(chromiumPath() ?? "chromium", args, {
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  const end = async (): Promise<void> => {
    await stopChild(child, ENDS_MS);
    killGroup(child);
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const wire = await Wire.open(await addressOf(child));
    const page = await wire.newPage(url, { width, height });
    return {
      ...page,
      held: () => heldBy(child),
      async [Symbol.asyncDispose]() {
        wire[Symbol.dispose]();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = "";
  child.once("error", reject);
  child.once("exit", () => reject(new Error(`Chromium ended at once: ${said}`)));
  child.stderr?.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-4_000);
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (address !== undefined) resolve(address);
  });
  const late = setTimeout(() => reject(new Error(`Chromium does not start: ${said}`)), STARTS_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}

/** Orders to the browser, and its answers. */
class Wire implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #errors: string[] = [];
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (text) => this.#hear(JSON.parse(String(text)) as Answer));
    socket.on("close", () => this.#fail());
  }

  static async open(address: string): Promise<Wire> {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await new Promise<void>((done, fail) => {
      socket.once("open", () => done());
      socket.once("error", fail);
    });
    return new Wire(socket);
  }

  async #send(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    const id = ++this.#last;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    return await waiting.promise;
  }

  #hear(answer: Answer): void {
    if (answer.method === "Runtime.exceptionThrown") this.#errors.push(JSON.stringify(answer.params));
    if (answer.id === undefined) return;
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.error === undefined) waiting?.resolve(answer.result);
    else waiting?.reject(new Error(answer.error.message));
  }

  #fail(): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new Error("Chromium has ended"));
    this.#waiting.clear();
  }

  async newPage(
    url: string,
    size: { readonly width: number; readonly height: number },
  ): Promise<Omit<Chromium, "held" | typeof Symbol.asyncDispose>> {
    const { targetId } = (await this.#send("Target.createTarget", { url: "about:blank" })) as {
      targetId: string;
    };
    const { sessionId } = (await this.#send("Target.attachToTarget", { targetId, flatten: true })) as {
      sessionId: string;
    };
    const send = async (method: string, params: object = {}): Promise<unknown> =>
      await this.#send(method, params, sessionId);
    await send("Runtime.enable");
    await send("Emulation.setDeviceMetricsOverride", { ...size, deviceScaleFactor: 1, mobile: false });
    await send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 5 });
    await send("Page.navigate", { url });
    const touchEvent = async (type: string, touchPoints: readonly Point[]): Promise<unknown> =>
      await send("Input.dispatchTouchEvent", { type, touchPoints });
    return {
      send,
      errors: this.#errors,
      async run(work, ...given) {
        const expression = `(${work})(${given.map((each) => JSON.stringify(each)).join(", ")})`;
        const { result, exceptionDetails } = (await send("Runtime.evaluate", {
          ...{ expression, awaitPromise: true, returnByValue: true },
        })) as {
          result: { value: unknown };
          exceptionDetails?: { exception?: { description?: string }; text: string };
        };
        if (exceptionDetails !== undefined)
          throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value as Awaited<ReturnType<typeof work>>;
      },
      async touch(at, heldMs) {
        await touchEvent("touchStart", [at]);
        await wait(heldMs);
        await touchEvent("touchEnd", []);
      },
    };
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}

/** One that ends while it is looked at holds nothing any more. */
function heldBy(child: ChildProcess): Held {
  const below = (pid: number): readonly number[] => [pid, ...childrenOf(pid).flatMap(below)];
  const held = { browser: 0, renderer: 0, others: 0 };
  const kib = (pid: number, kind: "Anon" | "Shmem"): number =>
    Number(
      new RegExp(`^Pss_${kind}:\\s+(\\d+) kB$`, "m").exec(
        readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"),
      )?.[1],
    );
  for (const pid of below(child.pid ?? 0)) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      const kind = /--type=(\S+?)[\0 ]/.exec(command)?.[1];
      const part = kind === undefined ? "browser" : kind === "renderer" ? "renderer" : "others";
      held[part] += (kib(pid, "Anon") + kib(pid, "Shmem")) * 1.024e-3;
    } catch (error) {
      if (!["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
  return held;
}
