/** The audit trail: its rows, whether it holds, its anchors, and files of it with their signatures. */
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Box } from "../box.ts";
import { EXPORT_REASONS } from "../domain/reason_code.ts";
import { isRecordKind, RECORD_KINDS } from "../domain/record_kind.ts";
import type { Recorder, RecordState } from "../record.ts";
import type { AuditRow } from "../store/chain.ts";
import type { ExportStatement } from "../store/export.ts";
import type { TrailReport } from "../store/verify.ts";
import { type Access, anybody, type Env } from "./access.ts";
import { askerOf, bodyAs } from "./fields.ts";
import { problem } from "./problem.ts";

export type { AuditRow, ExportStatement, RecordState, TrailReport };

const ROWS_MAX = 1_000;
const REASON_MAX = 300;
const RESULTS = ["ok", "denied", "failed"] as const;
const TYPES: Readonly<Record<string, string>> = {
  jsonl: "application/jsonl",
  csv: "text/csv",
  pdf: "application/pdf",
  sig: "application/json",
};

const when = z.number("must be Unix milliseconds").min(0, "must not be negative").max(8.64e15, "is too late");
const order = z
  .strictObject({
    format: z.enum(["jsonl", "csv", "pdf"], "must be jsonl, csv or pdf"),
    from: when.optional(),
    to: when.optional(),
    reason: z.exactOptional(
      z
        .string("must be a text")
        .trim()
        .min(1, "must say what the file is for: it names people")
        .max(REASON_MAX, `must be at most ${REASON_MAX} characters`),
    ),
    reasonCode: z.exactOptional(z.enum(EXPORT_REASONS, `must be one of ${EXPORT_REASONS.join(", ")}`)),
  })
  .refine(({ reason, reasonCode }) => reason !== undefined || reasonCode !== undefined, {
    path: ["reason"],
    message: `must say what the file is for, since it names people; or choose a reasonCode of ${EXPORT_REASONS.join(", ")}`,
  })
  .refine(({ from = 0, to = Number.POSITIVE_INFINITY }) => from < to, {
    path: ["from"],
    message: 'must lie before "to"',
  });

/** An instant as ISO 8601 or Unix milliseconds; undefined where there is none, NaN where it cannot be read. */
export function instant(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}

const noDatabase = (c: Context<Env>, box: Box): Response =>
  problem(c, 503, box.faults[0] ?? "There is no database");

/** What the recorder answers; where it cannot, why. */
async function answered<T>(c: Context<Env>, box: Box, ask: (record: Recorder) => Promise<T>) {
  if (box.record === undefined) return noDatabase(c, box);
  try {
    return c.json((await ask(box.record)) as object);
  } catch (error) {
    return problem(c, 503, (error as Error).message);
  }
}

async function listed(c: Context<Env>, box: Box): Promise<Response> {
  if (box.store === undefined) return noDatabase(c, box);
  const { from: fromText, to: toText, limit: limitText, before, kind, result } = c.req.query();
  const [from, to] = [instant(fromText), instant(toText)];
  const limit = Number(limitText ?? ROWS_MAX);
  if ([from, to].some((at) => at !== undefined && Number.isNaN(at)))
    return problem(c, 400, '"from" and "to" are ISO 8601 instants or Unix milliseconds');
  if (!Number.isInteger(limit) || limit < 1 || limit > ROWS_MAX)
    return problem(c, 400, `"limit" is 1 to ${ROWS_MAX} rows`);
  if (before !== undefined && !/^\d+$/.test(before)) return problem(c, 400, '"before" is a row\'s number');
  if (kind !== undefined && !isRecordKind(kind))
    return problem(c, 400, `"kind" is one of ${Object.keys(RECORD_KINDS).join(", ")}`);
  const results = RESULTS.filter((each) => result?.split(",").includes(each));
  if (result !== undefined && results.length === 0)
    return problem(c, 400, `"result" is one or some of ${RESULTS.join(", ")}`);
  const rows = await box.store.audit({
    limit,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(before === undefined ? {} : { beforeSeq: Number(before) }),
    ...(kind === undefined ? {} : { actions: RECORD_KINDS[kind] }),
    ...(results.length === 0 ? {} : { results }),
  });
  return c.json(rows);
}

export const audit = (box: Box, access: Access) =>
  new Hono<Env>()
    .get("/api/audit", anybody("look"), (c) => listed(c, box))
    .get("/api/audit/verify", anybody("look"), async (c) => {
      const texts = c.req.queries("anchor") ?? [];
      const told = box.record?.told(texts) ?? { ok: true, anchors: [] };
      if (!told.ok) return problem(c, 400, told.why);
      return await answered(c, box, (record) => record.verify(told.anchors));
    })
    .get("/api/audit/state", access.may("setup.look"), (c) => answered(c, box, (record) => record.state()))
    .post("/api/audit/anchors", access.may("setup.look"), async (c) =>
      answered(c, box, async (record) => {
        await record.anchor("person");
        return await record.state();
      }),
    )
    .post("/api/audit/exports", access.may("export"), async (c) => {
      const body = await bodyAs(c, order);
      if (body instanceof Response) return body;
      const { from, to, reasonCode, reason = reasonCode ?? "", format } = body;
      const why = { reason, ...(reasonCode === undefined ? {} : { reasonCode }) };
      const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      return await answered(c, box, (record) =>
        record.export({ format, ...why, ...range, by: askerOf(c, access) }),
      );
    })
    .get("/api/audit/exports/:name", access.may("export"), async (c) => {
      const name = c.req.param("name");
      const path = box.record?.exportPath(name);
      const file = path === undefined ? undefined : await open(path).catch(() => undefined);
      if (file === undefined) return problem(c, 404, `There is no export "${name.slice(0, 80)}"`);
      const { size } = await file.stat();
      const stream = Readable.toWeb(file.createReadStream()) as ReadableStream;
      return c.body(stream, 200, {
        "content-type": TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
        "content-length": String(size),
        "content-disposition": `attachment; filename="${name}"`,
        "cache-control": "no-store",
      });
    });
