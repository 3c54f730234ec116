/**
 * What is kept of the outputs besides their settings: tests that people ran, how often each relay was energised,
 * and single values. Synchronous; it runs in the writer's thread, inside the book's transactions.
 */
import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import type { OutputTestRecord, RelayOperations } from "./protocol.ts";
import { kept, outputTest, relayOperations } from "./schema.ts";

export class Ledger {
  readonly #db: BetterSQLite3Database;

  constructor(db: BetterSQLite3Database) {
    this.#db = db;
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
