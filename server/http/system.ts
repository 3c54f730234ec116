/** The machine beneath the box, and what the box is: figures, their history, the log, and what it can let go. */
import { type Context, Hono } from "hono";
import { monotonicMs, wallMs } from "../base/clock.ts";
import { LOG_LEVELS, type LogLevel } from "../base/log_lines.ts";
import type { Box } from "../box.ts";
import { type Figure, SAMPLE_MS } from "../domain/figures.ts";
import type { Percentiles } from "../domain/reaction.ts";
import type { About, Freed } from "../self.ts";
import type { PartReading, Reading } from "../system/resources.ts";
import { type Access, anybody, type Env } from "./access.ts";
import type { Scrapes } from "./integrations.ts";
import { metricsText } from "./metrics.ts";
import { problem } from "./problem.ts";
import { PROMETHEUS_TYPE } from "./prometheus.ts";

export type { About, LogLevel, PartReading, Reading };

/** The box as a whole, and under `parts` each of its processes. */
export interface ResourcesAnswer extends Reading {
  readonly upMs: number;
  readonly memory: Reading["memory"] & { readonly ownBytes: number };
  readonly threads: number;
  /** Null where it cannot be told. */
  readonly handles: number | null;
  /** People who are signed in. */
  readonly sessions: number;
  /** From a frame's first byte to the guardian's answer, by camera; the newest 1,000 of each. */
  readonly reaction: Readonly<Record<string, Percentiles>>;
}

export interface FreedAnswer extends Freed {
  /** Sessions that were over. */
  readonly sessions: number;
}

export interface FiguresAnswer {
  /** Of the newest sample: asked with it, the next answer has only what is newer. */
  readonly seq: number;
  readonly everyMs: number;
  /** When each sample was taken, Unix milliseconds, oldest first. */
  readonly at: readonly number[];
  readonly figures: Readonly<Record<Figure, readonly (number | null)[]>>;
}

const LINES_MAX = 1_000;

function resourcesOf(box: Box, sessions: number): ResourcesAnswer {
  const reading = box.self.resources.reading();
  const parts = Object.values(reading.parts);
  const handles = parts.map((part) => part.handles);
  return {
    ...reading,
    upMs: Math.round(box.self.upMs),
    memory: { ...reading.memory, ownBytes: parts.reduce((sum, part) => sum + part.memoryBytes, 0) },
    threads: parts.reduce((sum, part) => sum + part.threads, 0),
    handles: handles.includes(undefined) ? null : handles.reduce<number>((sum, n = 0) => sum + n, 0),
    sessions,
    reaction: Object.fromEntries(box.guard.pipeline.reactions.ofCameras()),
  };
}

/** Samples are kept on the monotonic clock: a wall clock that was set moves all of them alike. */
function figuresOf(box: Box, after: number): FiguresAnswer {
  const { seq, at, figures } = box.self.resources.samples(after);
  const offset = wallMs() - monotonicMs();
  return { seq, everyMs: SAMPLE_MS, at: at.map((each) => Math.round(each + offset)), figures };
}

function logOf(c: Context<Env>, box: Box): Response {
  const { level = "info", limit: limitText } = c.req.query();
  const limit = Number(limitText ?? LINES_MAX);
  if (!(LOG_LEVELS as readonly string[]).includes(level))
    return problem(c, 400, `"level" is one of ${LOG_LEVELS.join(", ")}`);
  if (!Number.isInteger(limit) || limit < 1 || limit > LINES_MAX)
    return problem(c, 400, `"limit" is 1 to ${LINES_MAX} lines`);
  const text = box.self.lines?.json(level as LogLevel, limit) ?? "[]";
  return c.body(text, 200, { "content-type": "application/json" });
}

export const system = (box: Box, access: Access, scrapes: Scrapes) =>
  new Hono<Env>()
    .get("/system-resources", anybody("look"), (c) => c.json(resourcesOf(box, access.sweep().open)))
    .post("/cleanup-resources", anybody("clean-up"), async (c) => {
      const { closed } = access.sweep();
      try {
        const freed: FreedAnswer = { sessions: closed, ...(await box.self.cleanUp()) };
        return c.json(freed);
      } catch (error) {
        return problem(c, 503, `${(error as Error).message}; sessions that were over are closed: ${closed}`);
      }
    })
    .get("/metrics", anybody("look"), async (c) => {
      scrapes.note(c);
      return c.body(await metricsText(box), 200, { "content-type": PROMETHEUS_TYPE });
    })
    .get("/api/figures", anybody("look"), (c) => {
      const after = Number(c.req.query("after") ?? 0);
      if (!Number.isInteger(after) || after < 0) return problem(c, 400, '"after" is the number of a sample');
      return c.json(figuresOf(box, after));
    })
    .get("/api/about", anybody("look"), async (c) => c.json(await box.self.about()))
    .get("/api/log", access.may("setup.look"), (c) => logOf(c, box));
