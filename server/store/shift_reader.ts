/**
 * Reads shifts out of the trail: slice by slice, so that appends go on between two slices, and in the database's own
 * thread, so that the server's loop has no part in it.
 */
import { createHash } from "node:crypto";
import { and, asc, desc, eq, gte, inArray, lt, lte, max, min, sql } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { ShiftFold } from "../domain/shift_fold.ts";
import type { ShiftNames, TrailRow } from "../domain/shift_report.ts";
import { canonicalJson } from "./chain.ts";
import type { Calls, ShiftEntry } from "./protocol.ts";
import { audit, configVersion } from "./schema.ts";

const SLICE = 2_000;
/** Rows before the shift that tell what it began with. */
const LOOK_BACK = 20_000;
const ENTRIES_MAX = 5_000;

interface Reading {
  readonly job: string;
  readonly fold: ShiftFold;
  nextSeq: number;
  readonly lastSeq: number;
}

const { seq, wallAt, bootId, monoMs, actorType, actor, action, hash } = audit;
const { objectType, objectId, before, after, reason, reasonCode, result } = audit;
const READ = { seq, wallAt, bootId, monoMs, actorType, actor, action, hash } as const;
const READ_MORE = { objectType, objectId, before, after, reason, reasonCode, result } as const;

/** Whole configurations stand in some rows, and nothing of them in a report. */
const TELLS_MORE = /^(alarm|bypass|clock|cycle|output|output-test|user|walk-test)\./;

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null; // only a foreign hand writes this, and the chain says so
  }
}

export class ShiftReader {
  readonly #db: BetterSQLite3Database;
  #reading: Reading | undefined;

  constructor(db: BetterSQLite3Database) {
    this.#db = db;
  }

  /** The next slice of this job. A job that is not the one at work begins. */
  read({ job, shift, toWallAt }: Calls["readShift"]["ask"]): Calls["readShift"]["answer"] {
    if (this.#reading?.job !== job) {
      const [firstSeq, lastSeq] = this.#range(shift.fromWallAt, toWallAt);
      const nextSeq = Math.max(1, firstSeq - LOOK_BACK);
      const fold = new ShiftFold(shift, toWallAt, this.#names(toWallAt));
      // The row after the last one may tell that the box had ended.
      this.#reading = { job, fold, nextSeq, lastSeq: lastSeq + 1 };
    }
    const reading = this.#reading;
    const until = Math.min(reading.lastSeq, reading.nextSeq + SLICE - 1);
    for (const row of this.#rows(reading.nextSeq, until)) reading.fold.take(row);
    reading.nextSeq = until + 1;
    if (until < reading.lastSeq) return undefined;
    this.#reading = undefined;
    const report = reading.fold.report();
    return { report, hash: createHash("sha256").update(canonicalJson(report), "utf8").digest("hex") };
  }

  #rows(from: number, to: number): TrailRow[] {
    return this.#db
      .select({ ...READ, ...READ_MORE })
      .from(audit)
      .where(and(gte(seq, from), lte(seq, to)))
      .orderBy(asc(seq))
      .all()
      .map((row) => {
        const whole = TELLS_MORE.test(row.action);
        return {
          ...row,
          before: whole ? jsonOf(row.before) : null,
          after: whole ? jsonOf(row.after) : null,
        };
      });
  }

  /** The numbers of the first and the last row of this time; without one, those around the place where it would be. */
  #range(fromWallAt: number, toWallAt: number): readonly [first: number, last: number] {
    const [from, to] = [fromWallAt, toWallAt].map((at) => new Date(at).toISOString()) as [string, string];
    const found = this.#db
      .select({ first: min(seq), last: max(seq) })
      .from(audit)
      .where(and(gte(wallAt, from), lt(wallAt, to)))
      .get();
    if (found?.first != null && found.last != null) return [found.first, found.last];
    const earlier = this.#db
      .select({ seq })
      .from(audit)
      .where(lt(wallAt, from))
      .orderBy(desc(wallAt), desc(seq))
      .limit(1)
      .get();
    return [(earlier?.seq ?? 0) + 1, earlier?.seq ?? 0];
  }

  /** What the configuration that was in force then calls its parts. */
  #names(toWallAt: number): ShiftNames {
    const stored = this.#db
      .select({ body: configVersion.body })
      .from(configVersion)
      .where(lt(configVersion.wallAt, new Date(toWallAt).toISOString()))
      .orderBy(desc(configVersion.version))
      .limit(1)
      .get();
    const config = (jsonOf(stored?.body ?? null) ?? {}) as Partial<ShiftNames> & {
      readonly site?: { readonly timezone?: string };
    };
    const { cameras = [], zones = [], outputs = [], site } = config;
    return {
      timezone: site?.timezone ?? "UTC",
      cameras: cameras.map(({ id, name }) => ({ id, name })),
      zones: zones.map(({ id, name, camera }) => ({ id, name, camera })),
      outputs: outputs.map(({ id, name = id, role }) => ({ id, name, role })),
    };
  }

  /** Notes and signatures of the shifts from the one id to the other, oldest first, and since when there is a record. */
  entries({ first: from, last }: Calls["shiftEntries"]["ask"]): Calls["shiftEntries"]["answer"] {
    const first = this.#db.select({ wallAt }).from(audit).orderBy(asc(seq)).limit(1).get();
    const rows = this.#db
      .select({ seq, wallAt, actor, role: audit.role, action, objectId, after })
      .from(audit)
      .where(
        and(
          // In these letters: only so the index of these few rows is used.
          sql`object_type = 'shift'`,
          gte(objectId, from),
          lte(objectId, last),
          inArray(action, ["shift.noted", "shift.signed"]),
          eq(result, "ok"),
        ),
      )
      .orderBy(asc(seq))
      .limit(ENTRIES_MAX)
      .all();
    return {
      beganWallAt: first === undefined ? null : Date.parse(first.wallAt),
      entries: rows.map(
        (row): ShiftEntry => ({
          ...{ seq: row.seq, shift: row.objectId ?? "", action: row.action as ShiftEntry["action"] },
          ...{ wallAt: Date.parse(row.wallAt), by: row.actor, role: row.role, after: jsonOf(row.after) },
        }),
      ),
    };
  }
}
