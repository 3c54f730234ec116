/** `audit verify` and `audit export`: through the running box, or from the database where none runs. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { parseArgs } from "node:util";
import { type AuditRow, type ChainReport, canonicalJson } from "../store/chain.ts";
import {
  ask,
  DONE,
  FAILED,
  findBox,
  hasDatabase,
  misused,
  openStore,
  type Shell,
  type Verb,
} from "./shell.ts";

const PAGE = 1_000;
/** A chain of a million rows is read in well under this. */
const VERIFY_LIMIT_MS = 10 * 60_000;

/** Whoever can tell the trail. */
export interface Trail extends AsyncDisposable {
  /** Newest first, only rows with a smaller number than `before`. */
  rows(limit: number, before?: number): Promise<readonly AuditRow[]>;
  verify(): Promise<ChainReport>;
}

/** @throws Error with one sentence where there is no trail to be had */
async function openTrail({ environment: { dataFolder } }: Shell): Promise<Trail> {
  const box = await findBox(dataFolder);
  if (box.kind === "starting")
    throw new Error(`The box (process ${box.pid}) is starting: ask again in a few seconds`);
  if (box.kind === "running") {
    return {
      rows: (limit, before) =>
        ask(box, `/api/audit?limit=${limit}${before === undefined ? "" : `&before=${before}`}`),
      verify: () => ask(box, "/api/audit/verify", { limitMs: VERIFY_LIMIT_MS }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  if (!hasDatabase(dataFolder))
    throw new Error(`There is no database in "${dataFolder}": no box has run there; set PALISADE_DATA`);
  const store = await openStore(dataFolder);
  return {
    rows: (limit, before) => store.audit({ limit, ...(before === undefined ? {} : { beforeSeq: before }) }),
    verify: () => store.verifyAudit(),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function verify(args: readonly string[], shell: Shell): Promise<number> {
  if (args.length > 0) return misused(shell, `audit verify takes nothing behind it, not "${args.join(" ")}"`);
  await using trail = await openTrail(shell);
  const report = await trail.verify();
  if (!report.ok) {
    shell.say(`The audit trail is broken at row ${report.firstBadSeq}: ${report.why}`);
    return FAILED;
  }
  shell.say(`The audit trail holds: ${report.count} rows, head ${report.head}`);
  shell.say("Keep the head outside the box: rows that are missing at the end show only against it");
  return DONE;
}

/** The rows in the order they were written. `seq` has no gaps, so a page is a range of it. */
export async function* oldestFirst(trail: Pick<Trail, "rows">): AsyncGenerator<AuditRow> {
  const [newest] = await trail.rows(1);
  for (let after = 0; newest !== undefined && after < newest.seq; after += PAGE) {
    const last = Math.min(after + PAGE, newest.seq);
    // In a trail with gaps the page reaches below its range; those rows were told already.
    const page = (await trail.rows(last - after, last + 1)).filter((row) => row.seq > after);
    yield* page.toReversed();
  }
}

const COLUMNS: readonly (keyof AuditRow)[] = [
  ...(["seq", "id", "wallAt", "tzOffsetMin", "bootId", "monoMs", "actorType", "actor", "role"] as const),
  ...(["origin", "action", "objectType", "objectId", "before", "after", "reason", "result"] as const),
  ...(["correlation", "appVersion", "configVersion", "prevHash", "hash"] as const),
];

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe before it. */
function cell(value: AuditRow[keyof AuditRow]): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = typeof value === "string" ? value : canonicalJson(value);
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export const formats = {
  jsonl: { head: "", line: (row: AuditRow): string => `${canonicalJson(row)}\n` },
  csv: {
    head: `${COLUMNS.join(",")}\r\n`,
    line: (row: AuditRow): string => `${COLUMNS.map((name) => cell(row[name])).join(",")}\r\n`,
  },
} as const;

/** An instant as ISO 8601 or Unix milliseconds; NaN where it cannot be read. */
function instant(text: string): number {
  return /^\d+$/.test(text) && text.length > 4 ? Number(text) : Date.parse(text);
}

interface Sink {
  write(text: string): Promise<void>;
  done(): Promise<void>;
  giveUp(): Promise<void>;
}

/** A file appears whole or not at all; it is for its owner only, because it names people. */
function fileSink(path: string): Sink {
  const beside = `${path}.${randomUUID()}.part`;
  const stream = createWriteStream(beside, { flags: "wx", mode: 0o600 });
  const over = finished(stream);
  over.catch(() => undefined); // told by write and done
  return {
    async write(text) {
      if (!stream.write(text)) await Promise.race([once(stream, "drain"), over]);
    },
    async done() {
      stream.end();
      await over;
      await rename(beside, path);
    },
    async giveUp() {
      stream.destroy();
      await rm(beside, { force: true });
    },
  };
}

const stdoutSink: Sink = {
  async write(text) {
    if (!process.stdout.write(text)) await once(process.stdout, "drain");
  },
  done: async () => undefined,
  giveUp: async () => undefined,
};

async function exportTrail(args: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: "string", default: "jsonl" },
      from: { type: "string" },
      to: { type: "string" },
    },
  });
  const { format } = values;
  if (format !== "csv" && format !== "jsonl")
    return misused(shell, `--format is csv or jsonl, not "${format}"`);
  const from = values.from === undefined ? Number.NEGATIVE_INFINITY : instant(values.from);
  const to = values.to === undefined ? Number.POSITIVE_INFINITY : instant(values.to);
  if (Number.isNaN(from) || Number.isNaN(to))
    return misused(shell, "--from and --to are ISO 8601 instants or Unix milliseconds");
  if (from >= to) return misused(shell, "--from must lie before --to");
  if (positionals.length > 1) return misused(shell, "audit export takes one file");

  await using trail = await openTrail(shell);
  const file = positionals[0] === undefined ? undefined : resolve(positionals[0]);
  const sink = file === undefined ? stdoutSink : fileSink(file);
  const { head, line } = formats[format];
  let count = 0;
  let last: AuditRow | undefined;
  try {
    await sink.write(head);
    for await (const row of oldestFirst(trail)) {
      const at = Date.parse(row.wallAt);
      if (at < from || at >= to) continue;
      await sink.write(line(row));
      count++;
      last = row;
    }
    await sink.done();
  } catch (error) {
    await sink.giveUp();
    throw error;
  }
  const hash = last === undefined ? "" : `, the last has hash ${last.hash}`;
  shell.complain(`${count} rows${file === undefined ? "" : ` in ${file}`}${hash}`);
  return DONE;
}

export const audit: Verb = async ([what, ...args], shell) => {
  if (what === "verify") return await verify(args, shell);
  if (what === "export") return await exportTrail(args, shell);
  return misused(shell, 'Say "audit verify" or "audit export"');
};
