/** What the system's pages ask of the box. Only the log needs the session: figures that are asked for must not prolong it. */
import type {
  About,
  FiguresAnswer,
  FreedAnswer,
  LogLevel,
  ResourcesAnswer,
} from "../../server/http/system.ts";
import { ask } from "../ask.ts";
import { call, type Outcome } from "../call.ts";

export type { About, FiguresAnswer, FreedAnswer, ResourcesAnswer };

/** Files of a slow card, and the database behind everything else. */
const CLEAN_UP_MS = 30_000;

/** One line as the box wrote it; what stands besides these members differs. */
export interface LogLine {
  readonly level: string;
  /** ISO 8601 in UTC. */
  readonly time: string;
  readonly name?: string;
  readonly part?: string;
  readonly msg?: string;
}

export async function readFigures(after: number): Promise<Outcome<FiguresAnswer>> {
  return (await call({ method: "GET", path: `/api/figures?after=${after}` })) as Outcome<FiguresAnswer>;
}

export async function readResources(): Promise<Outcome<ResourcesAnswer>> {
  return (await call({ method: "GET", path: "/system-resources" })) as Outcome<ResourcesAnswer>;
}

export async function readAbout(): Promise<Outcome<About>> {
  return (await call({ method: "GET", path: "/api/about" })) as Outcome<About>;
}

export async function readLog(level: LogLevel, limit: number): Promise<Outcome<readonly LogLine[]>> {
  return await ask({
    method: "GET",
    path: `/api/log?${new URLSearchParams({ level, limit: String(limit) })}`,
  });
}

export async function cleanUp(): Promise<Outcome<FreedAnswer>> {
  const request = { method: "POST", path: "/cleanup-resources", timeoutMs: CLEAN_UP_MS } as const;
  return (await call(request, "clean-up")) as Outcome<FreedAnswer>;
}
