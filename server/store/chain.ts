/**
 * The audit trail's chain, so that a stranger with an export and no program of ours can check it:
 *
 *   hash(n) = SHA-256( prevHash(n) as 64 hexadecimal letters, followed by the canonical JSON of row n
 *             without its members "hash" and "prevHash", in UTF-8 ), written as 64 lower-case hex letters
 *   prevHash(1) = 64 times "0";  prevHash(n) = hash(n-1);  seq counts 1, 2, 3 … without a gap
 *
 * Canonical JSON is that of RFC 8785: no white space, members sorted by UTF-16 code units, numbers as
 * ECMAScript writes them. The chain shows edits, gaps and a changed order to anyone; that rows are missing
 * at the end shows only to someone who knows a later hash, so the head belongs outside the box.
 */
import { createHash } from "node:crypto";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** One row as it is stored, exported and hashed. What is absent is null. */
export interface AuditRow {
  readonly seq: number;
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
  /** Minutes east of UTC on the box's own clock. */
  readonly tzOffsetMin: number;
  readonly bootId: string;
  readonly monoMs: number;
  readonly actorType: "user" | "panel" | "system" | "api";
  readonly actor: string;
  readonly role: string | null;
  readonly origin: string | null;
  /** Dotted code, such as `config.published`. */
  readonly action: string;
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly before: Json;
  readonly after: Json;
  readonly reason: string | null;
  /** Of `domain/reason_code.ts`; absent where nobody chose one. */
  readonly reasonCode?: string;
  readonly result: "ok" | "denied" | "failed";
  readonly correlation: string | null;
  readonly appVersion: string;
  /** The configuration in force when the row was written. */
  readonly configVersion: number | null;
  /** Whether the box's clock followed a time server; absent in rows from before it was noted. */
  readonly clockState?: "synced" | "unsynced";
  readonly prevHash: string;
  readonly hash: string;
}

export type HashedFields = Omit<AuditRow, "hash" | "prevHash">;

/** A place in the chain: the last row before what comes next. */
export interface ChainPlace {
  readonly seq: number;
  readonly hash: string;
}

/** Before the first row. */
export const GENESIS: ChainPlace = { seq: 0, hash: "0".repeat(64) };

export type ChainReport =
  | { readonly ok: true; readonly count: number; readonly head: string }
  | { readonly ok: false; readonly firstBadSeq: number; readonly why: string };

/**
 * RFC 8785 text of a value. Members that are undefined are left out, as JSON does.
 * @throws TypeError for what JSON cannot carry: a function, a BigInt, NaN, an infinite number
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(",")}}`;
  }
  throw new TypeError(`Cannot write ${typeof value === "number" ? String(value) : typeof value} as JSON`);
}

/** The hash of a row that follows the row with hash `prevHash`. */
export function hashRow(prevHash: string, fields: HashedFields): string {
  return createHash("sha256").update(prevHash, "ascii").update(canonicalJson(fields), "utf8").digest("hex");
}

/**
 * Checks rows in the order of their numbers.
 * @param after the place they must follow; the very beginning unless told
 */
export function verifyChain(rows: Iterable<AuditRow>, after: ChainPlace = GENESIS): ChainReport {
  let place = after;
  let count = 0;
  for (const { hash, prevHash, ...fields } of rows) {
    const bad = (why: string): ChainReport => ({ ok: false, firstBadSeq: fields.seq, why });
    if (fields.seq !== place.seq + 1) return bad(`Row ${place.seq + 1} is missing before row ${fields.seq}`);
    if (prevHash !== place.hash) return bad(`Row ${fields.seq} does not follow the row before it`);
    if (hash !== hashRow(prevHash, fields)) return bad(`Row ${fields.seq} is not what was written`);
    place = { seq: fields.seq, hash };
    count++;
  }
  return { ok: true, count, head: place.hash };
}
