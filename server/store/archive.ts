/**
 * Anchors and sealed segments as the database holds them. Synchronous; it runs in the writer's thread, inside the
 * book's transactions.
 */
import { asc, desc, lte, max } from "drizzle-orm";
import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import { type ChainPlace, GENESIS } from "./chain.ts";
import type { Anchor, AnchorDraft, Head, Segment } from "./protocol.ts";
import { audit, auditAnchor, auditSegment } from "./schema.ts";

const LISTED_MAX = 1_000;

export class Archive {
  readonly #db: BetterSQLite3Database;

  constructor(db: BetterSQLite3Database) {
    this.#db = db;
  }

  /** The newest row; undefined in an empty trail. */
  head(): Head | undefined {
    const { seq, hash, wallAt } = audit;
    return this.#db.select({ seq, hash, wallAt }).from(audit).orderBy(desc(seq)).limit(1).get();
  }

  /** The last row that left the table, or the place before the first. */
  base(): ChainPlace {
    const { lastSeq: seq, lastHash: hash } = auditSegment;
    return this.#db.select({ seq, hash }).from(auditSegment).orderBy(desc(seq)).limit(1).get() ?? GENESIS;
  }

  /** The row must still stand as it is told: the guard of the table asks. */
  keepAnchor(draft: AnchorDraft): Anchor {
    const last = this.#db
      .select({ id: max(auditAnchor.id) })
      .from(auditAnchor)
      .get();
    const anchor = { ...draft, id: (last?.id ?? 0) + 1 };
    this.#db.insert(auditAnchor).values(anchor).run();
    return anchor;
  }

  /** Newest first. */
  anchors(limit: number): readonly Anchor[] {
    const rows = this.#db.select().from(auditAnchor).orderBy(desc(auditAnchor.id)).limit(limit).all();
    return rows.map((row) => ({ ...row, kind: row.kind as Anchor["kind"] }));
  }

  /** Oldest first. */
  segments(): readonly Segment[] {
    return this.#db.select().from(auditSegment).orderBy(asc(auditSegment.firstSeq)).limit(LISTED_MAX).all();
  }

  addSegment(segment: Segment): void {
    this.#db.insert(auditSegment).values(segment).run();
  }

  /** Takes rows that a segment holds out of the table, the oldest first. @returns how many went */
  trim(limit: number): number {
    const base = this.base();
    const rows = this.#db
      .select({ seq: audit.seq })
      .from(audit)
      .where(lte(audit.seq, base.seq))
      .orderBy(asc(audit.seq))
      .limit(limit)
      .all();
    const last = rows.at(-1);
    if (last === undefined) return 0;
    this.#db.delete(audit).where(lte(audit.seq, last.seq)).run();
    return rows.length;
  }
}
