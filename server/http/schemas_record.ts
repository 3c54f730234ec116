/** The bodies of the routes about the audit trail; the rest is in schemas.ts. */
import { z } from "zod";
import { EXPORT_REASONS } from "../domain/reason_code.ts";
import type { RecordState } from "../record.ts";
import type { AuditRow } from "../store/chain.ts";
import type { ExportStatement } from "../store/export.ts";
import type { TrailReport } from "../store/verify.ts";
import { count, instant, maybe, ms, text } from "./shapes.ts";

const json = z.any().meta({ description: "Any JSON value" });
const hash = text.meta({ description: "SHA-256, 64 hex letters" });
const code = text.meta({ description: "The first 80 bits of the hash, in Crockford's base 32" });

const Row: z.ZodType<AuditRow> = z.object({
  seq: z.int(),
  id: text,
  wallAt: instant,
  tzOffsetMin: z.int(),
  bootId: text,
  monoMs: z.int(),
  actorType: z.enum(["user", "panel", "system", "api"]),
  actor: text,
  role: text.nullable(),
  origin: text.nullable(),
  action: text,
  objectType: text.nullable(),
  objectId: text.nullable(),
  before: json,
  after: json,
  reason: text.nullable(),
  reasonCode: maybe(text.meta({ description: "One of a short list; absent where nobody chose one" })),
  result: z.enum(["ok", "denied", "failed"]),
  correlation: text.nullable(),
  appVersion: text,
  configVersion: z.int().nullable(),
  clockState: maybe(
    z.enum(["synced", "unsynced"]).meta({ description: "Absent in rows from before it was noted" }),
  ),
  prevHash: hash,
  hash,
});

const Report: z.ZodType<TrailReport> = z.object({
  ok: z.boolean(),
  count: count.meta({ description: "Rows looked at, in segments and in the database" }),
  head: hash,
  headSeq: z.int(),
  code,
  firstBadSeq: maybe(z.int().meta({ description: "0 where no single row is wrong" })),
  why: maybe(text),
  faults: z
    .array(z.object({ seq: z.int().nullable(), why: text }))
    .meta({ description: "The first 50 of them" }),
  faultCount: count,
  gaps: z.array(z.object({ after: z.int(), before: z.int() })),
  clockSteps: z.array(z.object({ seq: z.int(), byMs: ms })).meta({ description: "The first 50 of them" }),
  clockStepCount: count,
  anchors: count,
  segments: count,
  deleted: maybe(
    z
      .object({ segments: count, throughSeq: count })
      .meta({ description: "Sealed files that went after their time, and their last row" }),
  ),
  restored: maybe(
    z
      .array(
        z.object({
          seq: count,
          wallAt: instant,
          backup: z.object({ seq: count, hash, wallAt: instant }),
          replaced: maybe(z.object({ seq: count, hash, folder: text, held: z.boolean() })),
          kept: maybe(z.enum(["holds", "broken", "elsewhere"])),
          anchors: maybe(
            z
              .object({ count, from: instant, to: instant })
              .meta({ description: "Anchors from outside that are of the record that ended then" }),
          ),
        }),
      )
      .meta({ description: "Backups that were brought back; `replaced` is a record that ended then" }),
  ),
  tookMs: ms,
});

const anchor = z.object({
  id: count,
  seq: count,
  hash,
  code,
  wallAt: instant,
  kind: z.enum(["start", "hour", "shift", "end", "seal", "export", "person"]),
  sent: text.nullable().meta({ description: "Where it was sent, or why not" }),
});

const State: z.ZodType<RecordState> = z.object({
  head: z.object({ seq: count, hash, code, wallAt: instant }).nullable(),
  anchors: z.array(anchor).meta({ description: "Newest first, at most 50" }),
  segments: z.array(
    z.object({
      firstSeq: count,
      lastSeq: count,
      prevHash: hash,
      lastHash: hash,
      minWallAt: instant,
      maxWallAt: instant,
      file: text,
      sha256: hash,
      sealedWallAt: instant,
    }),
  ),
  exports: z.array(z.object({ name: text, bytes: count, wallAt: instant })),
  publicKey: text.meta({ description: "Ed25519, SubjectPublicKeyInfo in PEM" }),
  fingerprint: text,
});

const Export: z.ZodType<ExportStatement> = z.object({
  kind: z.literal("export"),
  site: text,
  file: text,
  format: z.enum(["jsonl", "csv", "pdf"]),
  from: maybe(instant),
  to: maybe(instant),
  by: text,
  reason: text,
  reasonCode: maybe(z.enum(EXPORT_REASONS)),
  wallAt: instant,
  sha256: hash,
  bytes: count,
  rows: count,
  first: z.object({ seq: z.int(), prevHash: hash, hash }).nullable(),
  last: z.object({ seq: z.int(), hash }).nullable(),
  trail: z.object({
    ok: z.boolean(),
    count,
    head: hash,
    headSeq: z.int(),
    code,
    why: maybe(text),
    deletedThrough: maybe(count),
  }),
});

export const recordSchemas = {
  AuditRow: Row,
  TrailReport: Report,
  RecordState: State,
  ExportStatement: Export,
} as const;
