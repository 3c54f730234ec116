/** A whole box for a test: the real processes on a free port over a folder of its own, and nothing left after. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { exited, hasExited, signalChild } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { View } from "../../server/domain/view.ts";
import { type ProcessInfo, processesWith, runs } from "./processes.ts";
import { program, ROOT, type Runtime } from "./runtime.ts";
import { describe, views } from "./views.ts";

const START_LIMIT_MS = 20_000;
/** Longer than every step of an orderly end together. */
const STOP_LIMIT_MS = 15_000;
const READY = /ready: http:\/\/127\.0\.0\.1:(\d+)/;

export interface BoxOptions {
  /** Applied at start; written into the box's folder, so a relative `file:` source starts there. */
  readonly provision?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly runtime?: Runtime;
  /** Arguments of server/main.ts. */
  readonly args?: readonly string[];
  /** A folder that stands and stays, for a second start over the same data; else a new one that is removed. */
  readonly data?: string;
  /** Instead of server/main.ts. */
  readonly file?: string;
}

export interface BoardFile {
  readonly channels: readonly boolean[];
  readonly writes: number;
  readonly wallAt: string;
  readonly monotonicNs: string;
}

export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Box extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  readonly pid: number;
  readonly data: string;
  /** What it wrote, newest last, both streams, as it came. */
  readonly lines: readonly string[];
  /** Every process of this box that runs now. */
  processes(): readonly ProcessInfo[];
  /** Undefined while there is none. */
  guardianPid(): number | undefined;
  eyePids(): readonly number[];
  /** The simulated board's file; undefined where nothing was ever written. */
  board(id: string): BoardFile | undefined;
  view(): Promise<View>;
  /** The first view that fits. Throws after `ms`, telling the last view it saw. */
  waitFor(fits: (view: View) => boolean, ms: number): Promise<View>;
  get<T = unknown>(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer<T>>;
  send<T = unknown>(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<Answer<T>>;
  /** SIGTERM to the first process. Its exit code; null where a signal ended it. Throws when it takes over 15 s. */
  stop(): Promise<number | null>;
  /** SIGKILL to the first process alone, and waits until it is gone. */
  kill9(): Promise<void>;
}

/** Settings of whoever runs the tests must not reach the box; what Node has compiled may. */
function environment(data: string, options: BoxOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(PALISADE_(?!RUN_)|npm_|NODE_(?!COMPILE_CACHE$))/.test(name),
  );
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    PALISADE_PORT: "0",
    PALISADE_DATA: data,
    ...(options.provision === undefined ? {} : { PALISADE_PROVISION: join(data, "provision.json") }),
    ...options.env,
  };
}

async function answerOf<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    body: (isJson ? JSON.parse(text) : text) as T,
  };
}

/** Starts a box and waits for its address. Throws with what it wrote where it does not come up within 20 s. */
export async function startBox(options: BoxOptions = {}): Promise<Box> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), "palisade-box-"));
  await mkdir(data, { recursive: true });
  if (options.provision !== undefined) {
    await writeFile(join(data, "provision.json"), JSON.stringify(options.provision, null, 2));
  }
  const { command, args } = program(options.file ?? "server/main.ts", options.runtime);
  const child = spawn(command, [...args, ...(options.args ?? [])], {
    cwd: ROOT,
    env: environment(data, options),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const lines: string[] = [];
  const ready = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    const port = READY.exec(line)?.[1];
    if (port !== undefined) ready.resolve(`http://127.0.0.1:${port}`);
  });
  createInterface({ input: child.stderr }).on("line", (line) => void lines.push(line));
  child.once("error", (error) => ready.reject(error));

  const groups = new Set<number>();
  const processes = (): readonly ProcessInfo[] => {
    const found = processesWith(`PALISADE_DATA=${data}`, groups);
    for (const one of found) if (one.pid === one.group) groups.add(one.group);
    return found;
  };
  const endAll = async (): Promise<void> => {
    for (let left = processes(); left.length > 0; left = processes()) {
      for (const { pid } of left) {
        try {
          process.kill(pid, "SIGKILL");
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        }
      }
      await wait(10);
    }
    if (options.data === undefined) await rm(data, { recursive: true, force: true });
  };

  const story = (): string => lines.slice(-20).join("\n") || "it wrote nothing";
  const limit = new AbortController();
  const late = wait(START_LIMIT_MS, limit.signal).then(() => {
    if (!limit.signal.aborted)
      ready.reject(new Error(`The box was not ready in ${START_LIMIT_MS} ms: ${story()}`));
  });
  void exited(child).then(async () => {
    await wait(50); // its last words are still on the way
    ready.reject(
      new Error(`The box ended with ${child.exitCode ?? child.signalCode} before it was ready: ${story()}`),
    );
  });
  let url: string;
  try {
    url = await ready.promise;
  } catch (error) {
    await endAll();
    throw error;
  } finally {
    limit.abort();
    await late;
  }

  const pid = child.pid ?? 0;
  const pidsOf = (file: string): readonly number[] =>
    processes()
      .filter((one) => one.command.includes(file) && one.pid === one.group)
      .map((one) => one.pid);
  const box: Box = {
    url,
    pid,
    data,
    lines,
    processes,
    guardianPid: () => pidsOf("server/guardian.ts")[0],
    eyePids: () => pidsOf("server/eye.ts"),
    board(id) {
      try {
        return JSON.parse(readFileSync(join(data, `simulated-board-${id}.json`), "utf8")) as BoardFile;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw error;
      }
    },
    view: async () => await box.waitFor(() => true, 5000),
    async waitFor(fits, ms) {
      const signal = AbortSignal.timeout(ms);
      let last: View | undefined;
      try {
        for await (const view of views(url, signal)) {
          last = view;
          if (fits(view)) return view;
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      const seen = last === undefined ? "no view came" : describe(last);
      throw new Error(`Waited ${ms} ms in vain; last seen: ${seen}`);
    },
    get: async (path, headers = {}) => await answerOf(await fetch(url + path, { headers })),
    async send(method, path, body, headers = {}) {
      const json = body === undefined ? {} : { "content-type": "application/json" };
      const init = { method, headers: { ...json, ...Object.fromEntries(new Headers(headers)) } };
      const response = await fetch(
        url + path,
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      );
      return await answerOf(response);
    },
    async stop() {
      processes(); // remembers the groups while their leaders live
      const at = monotonicMs();
      if (!hasExited(child)) signalChild(child, "SIGTERM");
      const ended = new AbortController();
      await Promise.race([exited(child), wait(STOP_LIMIT_MS, ended.signal)]);
      ended.abort();
      if (!hasExited(child)) {
        const left = processes().map((one) => one.command);
        throw new Error(
          `The box did not end within ${Math.round(monotonicMs() - at)} ms: ${left.join("; ")}`,
        );
      }
      return child.exitCode;
    },
    async kill9() {
      processes();
      if (runs(pid)) signalChild(child, "SIGKILL");
      await exited(child);
    },
    [Symbol.asyncDispose]: endAll,
  };
  return box;
}
