/** What every verb of the shell gets, and how it finds and asks the box. Nothing here prints a stack trace. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openLog } from "../base/log.ts";
import type { View } from "../domain/view.ts";
import { type Environment, PROJECT_FOLDER } from "../environment.ts";
import { type Running, runningBox } from "../running.ts";
import { Store } from "../store/store.ts";

export interface Shell {
  readonly environment: Environment;
  /** One line on stdout: the answer. */
  readonly say: (line: string) => void;
  /** One line on stderr: what is wrong, or about the answer. */
  readonly complain: (line: string) => void;
}

/** Exit codes: done, not done, asked in a way that cannot be understood. */
export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;

/** A verb takes what stands behind it, and answers with the exit code. What it throws is told and is FAILED. */
export type Verb = (args: readonly string[], shell: Shell) => Promise<number>;

export type FoundBox =
  | { readonly kind: "none" }
  /** It has the data folder and does not listen yet. */
  | { readonly kind: "starting"; readonly pid: number }
  | { readonly kind: "running"; readonly pid: number; readonly url: string };
export type RunningBox = Extract<FoundBox, { kind: "running" }>;

const ANSWER_MS = 5_000;

/** The box that works on this data folder. */
export async function findBox(dataFolder: string): Promise<FoundBox> {
  const found: Running | undefined = await runningBox(dataFolder);
  if (found === undefined) return { kind: "none" };
  const { pid, url } = found;
  return url === undefined ? { kind: "starting", pid } : { kind: "running", pid, url };
}

export interface AskOptions {
  readonly method?: "GET" | "POST";
  /** Milliseconds for the whole answer, 5 s unless told. */
  readonly limitMs?: number;
  /** Statuses whose body is an answer, besides 2xx. */
  readonly alsoFine?: readonly number[];
}

async function request(box: RunningBox, path: string, options: AskOptions): Promise<Response> {
  const { method = "GET", limitMs = ANSWER_MS } = options;
  try {
    return await fetch(new URL(path, box.url), { method, signal: AbortSignal.timeout(limitMs) });
  } catch (error) {
    throw new Error(
      `The box (process ${box.pid}) does not answer at ${box.url}: look at its log, or end it and start it again`,
      { cause: error },
    );
  }
}

async function refusal(path: string, response: Response): Promise<Error> {
  const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
  const detail = typeof problem.detail === "string" ? problem.detail : `it answered ${response.status}`;
  return new Error(`The box refuses ${path}: ${detail}`);
}

/**
 * The box's answer as JSON.
 * @throws Error with one sentence where it does not answer or refuses
 */
export async function ask<T>(box: RunningBox, path: string, options: AskOptions = {}): Promise<T> {
  const response = await request(box, path, options);
  if (!response.ok && options.alsoFine?.includes(response.status) !== true)
    throw await refusal(path, response);
  return (await response.json()) as T;
}

/** The state of the box's screen, now: the first event of its stream. */
export async function currentView(box: RunningBox): Promise<View> {
  const response = await request(box, "/api/view", {});
  if (!response.ok || response.body === null) throw await refusal("/api/view", response);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const data = /^data: ?(.*)$/m.exec(text.split("\n\n", 1)[0] ?? "")?.[1];
    if (text.includes("\n\n") && data !== undefined) return JSON.parse(data) as View; // leaving ends the stream
  }
  throw new Error("The box ended the view before it was whole: ask again");
}

/** The version in package.json. */
export async function ownVersion(): Promise<string> {
  const text = await readFile(join(PROJECT_FOLDER, "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}

export function hasDatabase(dataFolder: string): boolean {
  return existsSync(join(dataFolder, "palisade.db"));
}

/**
 * The database without its box. Only where none runs on the folder.
 * @throws Error with one sentence where it cannot be opened
 */
export async function openStore(dataFolder: string): Promise<Store> {
  const opened = await Store.open({
    folder: dataFolder,
    migrationsFolder: join(PROJECT_FOLDER, "migrations"),
    // What goes wrong is thrown as well; a person at a shell reads no JSON.
    log: openLog("palisade-shell", { write: () => undefined }),
    appVersion: await ownVersion(),
  });
  if (opened.kind === "failed") throw new Error(opened.why);
  return opened.store;
}

/** Says what was wrong with the line that was typed. */
export function misused(shell: Shell, sentence: string): number {
  shell.complain(`${sentence}; npm run palisade shows what there is`);
  return USAGE;
}

/** Columns as wide as their widest cell. */
export function columns(rows: readonly (readonly string[])[], indent = "  "): string[] {
  const widths = rows.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    (
      indent + row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("  ")
    ).trimEnd(),
  );
}
