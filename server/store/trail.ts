/**
 * The whole trail as it lies on the disk, read only and in the order it was written: sealed segments first, then the
 * database, all as of one instant. Reads a thousand rows at a time, so that its length costs no memory.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import Database from "better-sqlite3";
import { type RecordConfig, record } from "../domain/record_config.ts";
import type { AuditRow } from "./chain.ts";
import { guardFault, type Trigger } from "./guards.ts";
import type { Anchor, Head, Segment } from "./protocol.ts";
import { ROW_COLUMNS, rowOf, type StoredRow } from "./row.ts";

/** Where sealed segments lie, in the data folder. */
export const SEGMENT_FOLDER = "record";
const BATCH = 1_000;
const BUSY_TIMEOUT_MS = 2_000;
/** A row holds two configurations at most; longer is no line of ours. */
const LINE_MAX = 8 * 1024 * 1024;

const COLUMNS = {
  segment: `first_seq AS firstSeq, last_seq AS lastSeq, prev_hash AS prevHash, last_hash AS lastHash,
    min_wall_at AS minWallAt, max_wall_at AS maxWallAt, file, sha256, sealed_wall_at AS sealedWallAt`,
  anchor: "id, seq, hash, wall_at AS wallAt, kind, sent",
} as const;

export interface Site {
  readonly name: string;
  readonly timezone: string;
}

export class TrailFiles implements Disposable {
  readonly folder: string;
  readonly #db: InstanceType<typeof Database>;

  /** Throws the driver's errors. Everything is read as it is now, whatever is written meanwhile. */
  constructor(folder: string) {
    this.folder = folder;
    this.#db = new Database(join(folder, "palisade.db"), { readonly: true, fileMustExist: true });
    try {
      this.#db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      this.#db.exec("BEGIN");
      this.#db.prepare("SELECT 1 FROM sqlite_master").get();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  guards(): string | undefined {
    const found = this.#all<Trigger>(
      `SELECT name, tbl_name AS "table", sql FROM sqlite_master WHERE type = 'trigger'`,
    );
    return guardFault(found);
  }

  /** Oldest first. */
  segments(): readonly Segment[] {
    return this.#all(`SELECT ${COLUMNS.segment} FROM audit_segment ORDER BY first_seq`);
  }

  /** Oldest first. */
  anchors(): readonly Anchor[] {
    return this.#all(`SELECT ${COLUMNS.anchor} FROM audit_anchor ORDER BY id`);
  }

  /** The newest row in the database. */
  head(): Head | undefined {
    return this.#get("SELECT seq, hash, wall_at AS wallAt FROM audit ORDER BY seq DESC LIMIT 1");
  }

  /** The hash of the row of this number in the database; undefined where it does not stand there. */
  hashAt(seq: number): string | undefined {
    return this.#get<{ hash: string }>("SELECT hash FROM audit WHERE seq = ?", seq)?.hash;
  }

  /** The smallest number in the database. */
  firstSeq(): number | undefined {
    return this.#get<{ seq: number | null }>("SELECT MIN(seq) AS seq FROM audit")?.seq ?? undefined;
  }

  /** The number of the first row that is younger than this. */
  firstSince(wallAt: string): number | undefined {
    const row = this.#get<{ seq: number | null }>(
      "SELECT MIN(seq) AS seq FROM audit WHERE wall_at >= ?",
      wallAt,
    );
    return row?.seq ?? undefined;
  }

  /** Of the configuration in force. */
  site(): Site {
    const { name = "Palisade", timezone = "UTC" } = this.#settings().site ?? {};
    return { name, timezone };
  }

  /** The broker that the settings name. Throws a sentence where they cannot be understood. */
  broker(): RecordConfig["mqtt"] {
    try {
      return record.parse(this.#settings().record ?? {}).mqtt;
    } catch (error) {
      throw new Error("the settings of the record cannot be read", { cause: error });
    }
  }

  #settings(): { readonly site?: Partial<Site>; readonly record?: unknown } {
    const row = this.#get<{ body: string }>("SELECT body FROM config_version ORDER BY version DESC LIMIT 1");
    return JSON.parse(row?.body ?? "{}");
  }

  /** The rows of the database from this number on, some at a time; lets others have the thread in between. */
  async *rows(from = Number.NEGATIVE_INFINITY): AsyncGenerator<readonly AuditRow[]> {
    const statement = this.#db.prepare(`SELECT ${ROW_COLUMNS} FROM audit WHERE seq >= ? ORDER BY seq`);
    let batch: AuditRow[] = [];
    for (const row of statement.iterate(Math.max(from, Number.MIN_SAFE_INTEGER))) {
      batch.push(rowOf(row as StoredRow));
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
      await turn();
    }
    yield batch;
  }

  #all<T>(statement: string): readonly T[] {
    return this.#db.prepare(statement).all() as T[];
  }

  #get<T>(statement: string, ...values: readonly unknown[]): T | undefined {
    return this.#db.prepare(statement).get(...values) as T | undefined;
  }
}

/**
 * The rows of a sealed segment, some at a time. Throws where the file is missing, cannot be read, or is not the one
 * that was sealed.
 */
export async function* segmentRows(
  folder: string,
  { file, sha256 }: Pick<Segment, "file" | "sha256">,
): AsyncGenerator<readonly AuditRow[]> {
  if (file.includes("/")) throw new Error(`"${file}" is no name of a segment`);
  const hash = createHash("sha256");
  const text = createGunzip();
  const source = createReadStream(join(folder, SEGMENT_FOLDER, file));
  source.on("error", (error) => text.destroy(error)).on("data", (chunk) => hash.update(chunk));
  source.pipe(text).setEncoding("utf8");
  let rest = "";
  try {
    for await (const part of text) {
      const lines = `${rest}${part}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LINE_MAX) throw new Error("a line in it is too long");
      yield lines.map((line) => JSON.parse(line) as AuditRow);
    }
  } finally {
    source.destroy();
    text.destroy();
  }
  if (rest !== "" || hash.digest("hex") !== sha256) throw new Error("it is not the file that was sealed");
}
