/** What the outputs' pages ask of the box. All of it needs the session; without one Maintenance locks. */

import type { OutputConfig, TestsConfig, TowerConfig } from "../../server/domain/config.ts";
import { CHANGE_REASONS } from "../../server/domain/reason_code.ts";
import type { Drive } from "../../server/domain/units.ts";
import type { BoardsFound, ListedBoard } from "../../server/http/boards.ts";
import type { ListedOutput, OutputTests, SavedOutput } from "../../server/http/outputs.ts";
import { ask } from "../ask.ts";
import type { Outcome } from "../call.ts";
import type { Result } from "./run.ts";

export type { BoardsFound, ListedBoard, ListedOutput, OutputTests };
export type Tower = TowerConfig;
export type Intervals = TestsConfig;
export interface Settings {
  readonly tests: Intervals;
  readonly outputs: readonly OutputConfig[];
}
type Body = Readonly<Record<string, unknown>>;

/** A new configuration ends the guard that runs and starts another. */
const SAVE_LIMIT_MS = 20_000;
/** Each kind of board is looked for in a process of its own, eight seconds at most. */
const FIND_LIMIT_MS = 15_000;

const boardPath = (id: string, rest = ""): string => `/api/boards/${encodeURIComponent(id)}${rest}`;
const outputPath = (id: string, rest = ""): string => `/api/outputs/${encodeURIComponent(id)}${rest}`;

export async function listBoards(): Promise<Outcome<readonly ListedBoard[]>> {
  return await ask({ method: "GET", path: "/api/boards" });
}

export async function listOutputs(): Promise<Outcome<readonly ListedOutput[]>> {
  return await ask({ method: "GET", path: "/api/outputs" });
}

export async function readSettings(): Promise<Outcome<Settings>> {
  return await ask({ method: "GET", path: "/api/settings" });
}

export async function readTests(): Promise<Outcome<OutputTests>> {
  return await ask({ method: "GET", path: "/api/output-tests" });
}

export async function findBoards(): Promise<Outcome<BoardsFound>> {
  return await ask({ method: "GET", path: "/api/boards/find", timeoutMs: FIND_LIMIT_MS });
}

/** Adds a board, or changes the one of that id. No guard: its button rests while it runs. */
export async function saveBoard(
  id: string | undefined,
  body: Body,
): Promise<Outcome<ListedBoard & { readonly changed: boolean }>> {
  const timeoutMs = SAVE_LIMIT_MS;
  if (id === undefined)
    return await ask({ method: "POST", path: "/api/boards", body, timeoutMs, because: CHANGE_REASONS });
  return await ask({ method: "PUT", path: boardPath(id), body, timeoutMs, because: CHANGE_REASONS });
}

export async function removeBoard(id: string): Promise<Outcome<undefined>> {
  return await ask({
    method: "DELETE",
    path: boardPath(id),
    timeoutMs: SAVE_LIMIT_MS,
    because: CHANGE_REASONS,
  });
}

export async function relaysReplaced(id: string): Promise<Outcome<undefined>> {
  return await ask({ method: "DELETE", path: boardPath(id, "/operations") });
}

export async function saveOutput(id: string | undefined, body: Body): Promise<Outcome<SavedOutput>> {
  const timeoutMs = SAVE_LIMIT_MS;
  if (id === undefined)
    return await ask({ method: "POST", path: "/api/outputs", body, timeoutMs, because: CHANGE_REASONS });
  return await ask({ method: "PUT", path: outputPath(id), body, timeoutMs, because: CHANGE_REASONS });
}

export async function removeOutput(id: string): Promise<Outcome<undefined>> {
  return await ask({
    method: "DELETE",
    path: outputPath(id),
    timeoutMs: SAVE_LIMIT_MS,
    because: CHANGE_REASONS,
  });
}

/** No guard: its buttons rest while it runs. */
export async function testOutput(id: string, drive: Drive, seconds: number): Promise<Outcome<unknown>> {
  return await ask({ method: "POST", path: outputPath(id, "/test"), body: { drive, seconds } });
}

export async function endTest(id: string): Promise<Outcome<unknown>> {
  return await ask({ method: "DELETE", path: outputPath(id, "/test") }, `end-test ${id}`);
}

export async function recordTest(
  test: "relay" | "proof",
  results: readonly Result[],
  note: string,
): Promise<Outcome<OutputTests>> {
  const body = { test, results, ...(note.trim() === "" ? {} : { note: note.trim() }) };
  return await ask({ method: "POST", path: "/api/output-tests", body });
}

export async function readTower(): Promise<Outcome<Tower>> {
  return await ask({ method: "GET", path: "/api/tower" });
}

export async function saveTower(body: Tower): Promise<Outcome<Tower>> {
  return await ask({
    method: "PUT",
    path: "/api/tower",
    body,
    timeoutMs: SAVE_LIMIT_MS,
    because: CHANGE_REASONS,
  });
}

export async function saveIntervals(tests: Body): Promise<Outcome<Settings>> {
  return await ask({
    method: "PUT",
    path: "/api/settings",
    body: { tests },
    timeoutMs: SAVE_LIMIT_MS,
    because: CHANGE_REASONS,
  });
}
