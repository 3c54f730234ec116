/**
 * What is kept of the outputs besides their settings: tests that people ran, how often each relay was energised,
 * and single values. Synchronous; it runs in the writer's thread, inside the book's transactions.
 */
import { and, asc, desc, eq, gte, inArray, like, lt, max, sql } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { type Origin, originsIn } from "./origins.ts";
import type {
  AlarmQuery,
  AlarmRow,
  OutputTestRecord,
  RelayOperations,
  Walked,
  WalkRecord,
} from "./protocol.ts";
import { audit, configVersion, kept, outputTest, relayOperations, walkTest } from "./schema.ts";

/** Thirty days of every zone that a box may have, walked twice a day. */
const COUNTS_MAX = 4_000;
/** Versions that are looked through for where a setting came from; what is older counts as of the oldest of them. */
const VERSIONS_MAX = 500;

export class Ledger {
  readonly #db: BetterSQLite3Database;

  constructor(db: BetterSQLite3Database) {
    this.#db = db;
  }

  /** A demonstration set nothing. */
  origins(paths: readonly string[]): readonly Origin[] {
    const { version, wallAt, author, body, demonstration } = configVersion;
    const rows = this.#db
      .select({ version, wallAt, author, body })
      .from(configVersion)
      .where(eq(demonstration, false))
      .orderBy(desc(version))
      .limit(VERSIONS_MAX)
      .all();
    return originsIn(rows, paths);
  }

  addTest({ results, ...row }: OutputTestRecord): void {
    this.#db
      .insert(outputTest)
      .values({ ...row, results: JSON.stringify(results) })
      .run();
  }

  /** Newest first. */
  tests(limit: number): readonly OutputTestRecord[] {
    return this.#db
      .select()
      .from(outputTest)
      .orderBy(desc(outputTest.id))
      .limit(limit)
      .all()
      .map(({ id: _id, results, test, ...row }) => ({
        ...row,
        test: test as OutputTestRecord["test"],
        results: JSON.parse(results) as OutputTestRecord["results"],
      }));
  }

  /** @returns false where this test is written already */
  addWalk({ points, attempts, ...row }: WalkRecord): boolean {
    const gone = attempts.filter(({ outcome }) => outcome !== "skipped");
    const detected = gone.filter(({ outcome }) => outcome === "detected").length;
    const course = JSON.stringify({ points, attempts });
    const { changes } = this.#db
      .insert(walkTest)
      .values({ ...row, walked: gone.length, detected, course })
      .onConflictDoNothing()
      .run();
    return changes > 0;
  }

  walks(limit: number, since: string): Walked {
    const { id, zone, subject, wallAt, walked, detected, outcome } = walkTest;
    const rows = this.#db.select().from(walkTest).orderBy(desc(id)).limit(limit).all();
    const passes = this.#db
      .select({ zone, subject, wallAt: max(wallAt) })
      .from(walkTest)
      .where(eq(outcome, "passed"))
      .groupBy(zone, subject)
      .all();
    return {
      records: rows.map(({ id: _, walked: __, detected: ___, course, ...row }) => ({
        ...row,
        outcome: row.outcome as WalkRecord["outcome"],
        why: row.why as WalkRecord["why"],
        ...(JSON.parse(course) as Pick<WalkRecord, "points" | "attempts">),
      })),
      counts: this.#db
        .select({ zone, wallAt, walked, detected })
        .from(walkTest)
        .where(gte(wallAt, since))
        .orderBy(desc(id))
        .limit(COUNTS_MAX)
        .all(),
      passes: passes.map((pass) => ({ ...pass, wallAt: pass.wallAt ?? "" })),
    };
  }

  operations(): readonly RelayOperations[] {
    const { board, channel } = relayOperations;
    return this.#db.select().from(relayOperations).orderBy(asc(board), asc(channel)).all();
  }

  /** Adds to what was counted before. */
  addOperations(more: readonly RelayOperations[]): void {
    const { board, channel, count } = relayOperations;
    for (const row of more)
      this.#db
        .insert(relayOperations)
        .values(row)
        .onConflictDoUpdate({ target: [board, channel], set: { count: sql`${count} + ${row.count}` } })
        .run();
  }

  /** Begins anew: one channel of the board, or all of them. */
  forgetOperations(board: string, channel: number | undefined): void {
    const one = channel === undefined ? undefined : eq(relayOperations.channel, channel);
    this.#db
      .delete(relayOperations)
      .where(and(eq(relayOperations.board, board), one))
      .run();
  }

  /** What happened to alarms, newest first. */
  alarmRows({ from, to, definitions, source, limit, beforeSeq }: AlarmQuery): readonly AlarmRow[] {
    const { seq, wallAt, action, objectId, after, reason, result, correlation } = audit;
    // An alarm's id is its definition, a colon and its source.
    const colon = sql`instr(${objectId}, ':')`;
    const definitionOf = sql`substr(${objectId}, 1, ${colon} - 1)`;
    return this.#db
      .select({ seq, wallAt, action, alarm: objectId, after, reason, result, correlation })
      .from(audit)
      .where(
        and(
          // In the very words of the index, or it is not used.
          sql`${audit.objectType} = 'alarm'`,
          like(action, "alarm.%"),
          from === undefined ? undefined : gte(wallAt, new Date(from).toISOString()),
          to === undefined ? undefined : lt(wallAt, new Date(to).toISOString()),
          beforeSeq === undefined ? undefined : lt(seq, beforeSeq),
          definitions === undefined ? undefined : inArray(definitionOf, [...definitions]),
          source === undefined ? undefined : eq(sql`substr(${objectId}, ${colon} + 1)`, source),
        ),
      )
      .orderBy(desc(seq))
      .limit(limit)
      .all()
      .map((row) => ({
        ...row,
        alarm: row.alarm ?? "",
        after: row.after === null ? null : JSON.parse(row.after),
        result: row.result as AlarmRow["result"],
      }));
  }

  kept(): Readonly<Record<string, string>> {
    const rows = this.#db.select().from(kept).all();
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  keep(name: string, value: string): void {
    this.#db
      .insert(kept)
      .values({ name, value })
      .onConflictDoUpdate({ target: kept.name, set: { value } })
      .run();
  }
}
