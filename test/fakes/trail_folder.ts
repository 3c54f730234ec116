/** A data folder with a trail of any length, made without a thread, and the ways somebody may change it by hand. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { appendAnchors } from "../../server/store/anchor.ts";
import { Book } from "../../server/store/book.ts";
import { type AuditRow, GENESIS, hashRow } from "../../server/store/chain.ts";
import { draftRow } from "../../server/store/change.ts";
import type { Anchor, AuditDraft } from "../../server/store/protocol.ts";
import { ROW_COLUMNS, rowOf, type StoredRow } from "../../server/store/row.ts";
import { AUDIT_GUARDS } from "../../server/store/schema.ts";
import { writeSegment } from "../../server/store/sealing.ts";
import { verifyTrail } from "../../server/store/verify.ts";

const migrationsFolder = join(import.meta.dirname, "../../migrations");
/** The first instant of every trail here; a row follows each second. */
export const BEGAN = Date.parse("2026-11-01T00:00:00.000Z");

export function draft(n: number): AuditDraft {
  return draftRow(
    {
      action: n % 2 === 0 ? "output.energised" : "command.reset",
      actor: { type: "user", id: "Żaneta \u{1f9ba}", role: "supervisor" },
      object: { type: "output", id: "permit" },
      after: { n, share: n / 7, small: 1e-7, text: 'quotes " and\n\u2028 more' },
      reason: "test",
      monoMs: n * 1_000,
      wallAt: BEGAN + n * 1_000,
    },
    { bootId: "boot", appVersion: "0.1.0", clock: () => "synced" },
  );
}

export class TrailFolder implements Disposable {
  readonly path: string;
  readonly file: string;
  #written = 0;

  /** @param path one that stands already, such as a record that a backup replaced */
  constructor(path = mkdtempSync(join(tmpdir(), "palisade-trail-"))) {
    this.path = path;
    this.file = join(path, "palisade.db");
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  book(): Book {
    return new Book({ file: this.file, migrationsFolder });
  }

  /** Adds rows to the trail. */
  write(count: number): void {
    using book = this.book();
    for (let done = 0; done < count; done += 5_000) {
      const some = Math.min(5_000, count - done);
      book.append(Array.from({ length: some }, () => draft(++this.#written)));
    }
  }

  /** As the box does it: in the table, then in the file. */
  async anchor(kind: Anchor["kind"] = "hour"): Promise<Anchor> {
    using book = this.book();
    const head = book.archive.head();
    if (head === undefined) throw new Error("There is no row to anchor");
    const { seq, hash, wallAt } = head;
    const anchor = book.archive.keepAnchor({ seq, hash, wallAt, kind, sent: null });
    await appendAnchors(this.path, [anchor]);
    return anchor;
  }

  /** Everything but the newest `keepRows` rows leaves for segments; `trimmed` false: a cut came before they went. */
  async seal(keepRows: number, trimmed = true): Promise<number> {
    for (let count = 0; ; count++) {
      const wallAt = new Date(BEGAN + (this.#written - keepRows) * 1_000).toISOString();
      const segment = await writeSegment(this.path, { keepRows, keepSince: wallAt, wallAt });
      if (segment === undefined) return count;
      using book = this.book();
      book.seal({ segment, entry: draft(++this.#written) });
      while (trimmed && book.archive.trim(1_000) > 0);
    }
  }

  /** A newer version of the settings, as the box stores it. */
  settings(body: object): void {
    const sqlite = new Database(this.file);
    try {
      const next = "(SELECT COALESCE(MAX(version), 0) + 1 FROM config_version)";
      sqlite
        .prepare(
          `INSERT INTO config_version (version, wall_at, author, reason, body, demonstration) VALUES (${next}, ?, 'user:Sam', 'test', ?, 0)`,
        )
        .run(new Date(BEGAN).toISOString(), JSON.stringify(body));
    } finally {
      sqlite.close();
    }
  }

  /** As the owner of the file may: with every guard dropped, and put up again so that nothing shows. */
  forge(...statements: readonly string[]): void {
    const sqlite = new Database(this.file);
    try {
      for (const name of Object.keys(AUDIT_GUARDS)) sqlite.exec(`DROP TRIGGER ${name}`);
      for (const statement of statements) sqlite.exec(statement);
      for (const text of Object.values(AUDIT_GUARDS)) sqlite.exec(text);
    } finally {
      sqlite.close();
    }
  }

  /** Without dropping anything, as a careless tool would. */
  careless(statement: string): void {
    const sqlite = new Database(this.file);
    try {
      sqlite.exec(statement);
    } finally {
      sqlite.close();
    }
  }

  /** The forger who knows the rule: from this row on every hash is made anew. */
  rechain(from: number): void {
    const sqlite = new Database(this.file);
    try {
      const stored = sqlite.prepare(`SELECT ${ROW_COLUMNS} FROM audit ORDER BY seq`).all() as StoredRow[];
      const rows = stored.map(rowOf);
      let place = rows.find(({ seq }) => seq === from - 1)?.hash ?? GENESIS.hash;
      const statements = rows
        .filter(({ seq }) => seq >= from)
        .map(({ hash: _, prevHash: __, ...fields }) => {
          const hash = hashRow(place, fields);
          const statement = `UPDATE audit SET prev_hash = '${place}', hash = '${hash}' WHERE seq = ${fields.seq}`;
          place = hash;
          return statement;
        });
      sqlite.close();
      this.forge(...statements);
    } finally {
      sqlite.close();
    }
  }

  rows(): readonly AuditRow[] {
    using book = this.book();
    return book.audit({ limit: 100_000 }).toReversed();
  }

  verify = (...told: Parameters<typeof verifyTrail>[1][]) => verifyTrail(this.path, told[0]);
}

/** What a stranger's program says of a file. */
export function stranger(path: string): string {
  const script = join(import.meta.dirname, "../support/verify_trail.py");
  return execFileSync("python3", [script, path], { encoding: "utf8" }).trim();
}
