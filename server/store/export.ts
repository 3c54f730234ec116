/**
 * The trail, or a part of it, as a file with a signed statement beside it: what it holds, the hashes of its first and
 * last row, and whether the whole trail held when it was written.
 */
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { basename } from "node:path";
import { finished } from "node:stream/promises";
import { writeAtomic } from "../base/files.ts";
import { type ExportReason, reasonWords } from "../domain/reason_code.ts";
import { codeOf } from "./anchor.ts";
import type { AuditRow } from "./chain.ts";
import { formats } from "./formats.ts";
import { type RecordKey, recordKey, signed } from "./record_key.ts";
import { type Site, TrailFiles } from "./trail.ts";
import { verifyTrail } from "./verify.ts";

export const EXPORT_FORMATS = ["jsonl", "csv", "pdf"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOrder {
  /** Path of the file to write; one that is there is replaced. */
  readonly file: string;
  readonly format: ExportFormat;
  /** ISO 8601 in UTC: from this instant on, and before this one. */
  readonly from?: string;
  readonly to?: string;
  /** Who asks, and why: it names people. */
  readonly by: string;
  readonly reason: string;
  readonly reasonCode?: ExportReason;
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
}

/** What the signature is about. */
export interface ExportStatement extends Omit<ExportOrder, "file"> {
  readonly kind: "export";
  readonly site: string;
  /** Its name without a folder. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly rows: number;
  readonly first: { readonly seq: number; readonly prevHash: string; readonly hash: string } | null;
  readonly last: { readonly seq: number; readonly hash: string } | null;
  /** The whole trail, when it was written. */
  readonly trail: {
    readonly ok: boolean;
    readonly count: number;
    readonly head: string;
    readonly headSeq: number;
    readonly code: string;
    readonly why?: string;
    /** The last row that was deleted with its sealed file after its time. */
    readonly deletedThrough?: number;
  };
}

/** A thousand pages; more is no reading matter, and JSON Lines hold any number. */
const PDF_ROWS_MAX = 20_000;

/** What is written, hashed on its way. */
class Sink {
  readonly #stream: WriteStream;
  readonly #over: Promise<void>;
  readonly #hash = createHash("sha256");
  bytes = 0;

  constructor(path: string) {
    this.#stream = createWriteStream(path, { flags: "wx", mode: 0o600, flush: true });
    this.#over = finished(this.#stream);
    this.#over.catch(() => undefined); // told by write and close
  }

  async write(part: string | Uint8Array): Promise<void> {
    this.#hash.update(part);
    this.bytes += Buffer.byteLength(part);
    if (!this.#stream.write(part)) await Promise.race([once(this.#stream, "drain"), this.#over]);
  }

  /** @returns the SHA-256 of everything, in hex */
  async close(): Promise<string> {
    this.#stream.end();
    await this.#over;
    return this.#hash.digest("hex");
  }

  drop(): void {
    this.#stream.destroy();
  }
}

interface Writer {
  row(row: AuditRow): Promise<void>;
  end(lines: readonly string[]): Promise<void>;
}

function textWriter(format: "jsonl" | "csv", sink: Sink): Writer {
  const { head, line } = formats[format];
  let begun = false;
  const begin = async (): Promise<void> => {
    if (!begun && head !== "") await sink.write(head);
    begun = true;
  };
  return {
    async row(row) {
      await begin();
      await sink.write(line(row));
    },
    end: begin,
  };
}

async function pdfWriter(order: ExportOrder, site: Site, key: RecordKey, sink: Sink): Promise<Writer> {
  // Its package is large, and hardly any check or export needs it.
  const { PdfTrail } = await import("./pdf.ts");
  const trail = new PdfTrail({
    title: `Record of ${site.name}`,
    about: [
      `From ${order.from ?? "the beginning"} to ${order.to ?? order.wallAt}, written ${order.wallAt} for ${order.by}: ${reasonWords(order.reason)}`,
      `Times are those of ${site.timezone}. Signed with key ${key.fingerprint}; the signature lies beside this file.`,
    ],
    timezone: site.timezone,
  });
  const { pages } = trail;
  const written = (async () => {
    for await (const part of pages) await sink.write(part as Uint8Array);
  })();
  written.catch(() => undefined); // told by end
  let rows = 0;
  return {
    async row(row) {
      if (++rows > PDF_ROWS_MAX)
        throw new Error(
          `A PDF holds at most ${PDF_ROWS_MAX} rows: choose a shorter time, or the format jsonl or csv`,
        );
      trail.row(row);
    },
    async end(lines) {
      trail.end(lines);
      await written;
    },
  };
}

/**
 * Writes the file and its statement `.sig`; both appear whole or not at all, for their owner only.
 * @param folder the data folder
 * @throws Error with a sentence where it cannot be written
 */
export async function exportTrail(folder: string, order: ExportOrder): Promise<ExportStatement> {
  const { file, format, from = "", to = "~" } = order;
  const key = await recordKey(folder);
  const beside = `${file}.${randomUUID()}.part`;
  const sink = new Sink(beside);
  try {
    const site = siteOf(folder);
    const writer = format === "pdf" ? await pdfWriter(order, site, key, sink) : textWriter(format, sink);
    let rows = 0;
    let first: AuditRow | undefined;
    let last: AuditRow | undefined;
    let failed: unknown;
    const report = await verifyTrail(folder, {
      async visit(batch) {
        if (failed !== undefined) return;
        try {
          for (const row of batch) {
            if (row.wallAt < from || row.wallAt >= to) continue;
            await writer.row(row);
            first ??= row;
            last = row;
            rows++;
          }
        } catch (error) {
          failed = error;
        }
      },
    });
    if (failed !== undefined) throw failed;
    const { ok, count, head, headSeq, code, why } = report;
    await writer.end([
      `${rows} rows${last === undefined ? "" : `, the last is row ${last.seq}, code ${codeOf(last.hash)}`}`,
      ok
        ? `The whole record held when this was written: ${count} rows up to row ${headSeq}, code ${code}`
        : `The record did NOT hold when this was written: ${why}`,
      ...(report.deleted === undefined
        ? []
        : [`Rows up to ${report.deleted.throughSeq} were deleted after their time and are in no export`]),
    ]);
    const sha256 = await sink.close();
    const statement: ExportStatement = {
      ...order,
      kind: "export",
      site: site.name,
      file: basename(file),
      sha256,
      bytes: sink.bytes,
      rows,
      first: first === undefined ? null : { seq: first.seq, prevHash: first.prevHash, hash: first.hash },
      last: last === undefined ? null : { seq: last.seq, hash: last.hash },
      trail: {
        ...{ ok, count, head, headSeq, code },
        ...(why === undefined ? {} : { why }),
        ...(report.deleted === undefined ? {} : { deletedThrough: report.deleted.throughSeq }),
      },
    };
    await writeAtomic(`${file}.sig`, `${JSON.stringify(signed(key, statement), null, 2)}\n`);
    await rename(beside, file);
    return statement;
  } catch (error) {
    sink.drop();
    await rm(beside, { force: true });
    throw error;
  }
}

function siteOf(folder: string): Site {
  using trail = new TrailFiles(folder);
  return trail.site();
}
