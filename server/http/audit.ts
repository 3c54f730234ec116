/** The audit trail, read only. */
import { Hono } from "hono";
import type { Box } from "../box.ts";
import { anybody, type Env } from "./access.ts";
import { problem } from "./problem.ts";

const ROWS_MAX = 1_000;

/** An instant as ISO 8601 or Unix milliseconds; undefined where there is none, NaN where it cannot be read. */
export function instant(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}

export const audit = (box: Box) =>
  new Hono<Env>()
    .get("/api/audit", anybody("look"), async (c) => {
      if (box.store === undefined) return problem(c, 503, box.faults[0] ?? "There is no database");
      const from = instant(c.req.query("from"));
      const to = instant(c.req.query("to"));
      const limit = Number(c.req.query("limit") ?? ROWS_MAX);
      const before = c.req.query("before");
      if ([from, to].some((at) => at !== undefined && Number.isNaN(at)))
        return problem(c, 400, '"from" and "to" are ISO 8601 instants or Unix milliseconds');
      if (!Number.isInteger(limit) || limit < 1 || limit > ROWS_MAX)
        return problem(c, 400, `"limit" is 1 to ${ROWS_MAX} rows`);
      if (before !== undefined && !/^\d+$/.test(before))
        return problem(c, 400, '"before" is a row\'s number');
      const rows = await box.store.audit({
        limit,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(before === undefined ? {} : { beforeSeq: Number(before) }),
      });
      return c.json(rows);
    })
    .get("/api/audit/verify", anybody("look"), async (c) => {
      if (box.store === undefined) return problem(c, 503, box.faults[0] ?? "There is no database");
      return c.json(await box.store.verifyAudit());
    });
