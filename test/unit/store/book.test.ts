/** The database's own defences, on a real file. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { Book } from "../../../server/store/book.ts";
import { type AuditRow, GENESIS } from "../../../server/store/chain.ts";
import { draftRow } from "../../../server/store/change.ts";
import { explain } from "../../../server/store/faults.ts";
import type { AuditDraft, PublishDraft } from "../../../server/store/protocol.ts";

const migrationsFolder = join(import.meta.dirname, "../../../migrations");

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-book-"));
  readonly file = join(this.path, "palisade.db");
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

function draft(n: number): AuditDraft {
  return draftRow(
    { action: "test.row", actor: { type: "system", id: "test" }, after: { n }, monoMs: n, wallAt: 1_000 * n },
    { bootId: "boot", appVersion: "0.1.0" },
  );
}

const drafts = (count: number): AuditDraft[] => Array.from({ length: count }, (_, i) => draft(i + 1));

/** A connection without our pragmas, as a careless tool would open it. */
function tamper(file: string, statements: string): void {
  const sqlite = new Database(file);
  try {
    sqlite.exec(statements);
  } finally {
    sqlite.close();
  }
}

const config = (body: string, version = 0): PublishDraft => ({
  basedOn: version,
  config: {
    body,
    shape: 1,
    demonstration: false,
    provisionHash: null,
    author: "system:test",
    reason: "test",
    wallAt: "2026-11-21T04:00:00.000Z",
  },
  people: [],
  entries: [draft(1)],
});

test("a new database is made with mode 0600, and a wider one is narrowed", () => {
  using folder = new Folder();
  new Book({ file: folder.file, migrationsFolder })[Symbol.dispose]();
  assert.equal(statSync(folder.file).mode & 0o777, 0o600);
  chmodSync(folder.file, 0o644);
  using book = new Book({ file: folder.file, migrationsFolder });
  book.append([draft(1)]);
  assert.equal(statSync(folder.file).mode & 0o777, 0o600);
  assert.equal(statSync(`${folder.file}-wal`).mode & 0o777, 0o600);
});

test("rows are numbered from one without a gap, each on the last, over re-openings", () => {
  using folder = new Folder();
  {
    using book = new Book({ file: folder.file, migrationsFolder });
    const rows = book.append(drafts(3));
    assert.deepEqual(
      rows.map((row) => row.seq),
      [1, 2, 3],
    );
  }
  using book = new Book({ file: folder.file, migrationsFolder });
  const [fourth] = book.append([draft(4)]);
  assert.equal(fourth?.seq, 4);
  assert.deepEqual(book.verify(GENESIS, 100), { ok: true, count: 4, head: fourth?.hash });
});

test("what comes back is what was hashed: the newest rows first, by time and by page", () => {
  using folder = new Folder();
  using book = new Book({ file: folder.file, migrationsFolder });
  book.append(drafts(10));
  const seqs = (rows: readonly AuditRow[]): number[] => rows.map((row) => row.seq);
  assert.deepEqual(seqs(book.audit({ limit: 3 })), [10, 9, 8]);
  assert.deepEqual(seqs(book.audit({ limit: 3, beforeSeq: 8 })), [7, 6, 5]);
  assert.deepEqual(seqs(book.audit({ limit: 100, from: 4_000, to: 7_000 })), [6, 5, 4]);
  const [row] = book.audit({ limit: 1, beforeSeq: 2 });
  assert.deepEqual(row?.after, { n: 1 });
  assert.equal(row?.before, null);
  assert.equal(row?.wallAt, "1970-01-01T00:00:01.000Z");
});

test("UPDATE, DELETE, INSERT OR REPLACE and a row out of order are refused, and nothing changes", () => {
  using folder = new Folder();
  using book = new Book({ file: folder.file, migrationsFolder });
  book.append(drafts(3));
  const columns =
    "id, wall_at, tz_offset_min, boot_id, mono_ms, actor_type, actor, action, result, app_version";
  const copy = (seq: string, prev: string): string =>
    `INTO audit (seq, ${columns}, prev_hash, hash) SELECT ${seq}, ${columns}, ${prev}, 'h' FROM audit WHERE seq = 2`;
  const refused: readonly (readonly [string, RegExp])[] = [
    ["UPDATE audit SET actor = 'Eve' WHERE seq = 2", /never changed/],
    ["DELETE FROM audit WHERE seq = 3", /never deleted/],
    ["DELETE FROM audit", /never deleted/],
    [`INSERT OR REPLACE ${copy("2", "prev_hash")}`, /only appended/],
    [`INSERT ${copy("9", "(SELECT hash FROM audit WHERE seq = 3)")}`, /only appended/],
    [`INSERT ${copy("4", "prev_hash")}`, /only appended/],
    [`INSERT ${copy("NULL", "(SELECT hash FROM audit WHERE seq = 3)")}`, /only appended/],
  ];
  for (const [statement, why] of refused) assert.throws(() => tamper(folder.file, statement), why, statement);
  assert.equal(book.verify(GENESIS, 100).ok, true);
  assert.equal(book.audit({ limit: 100 }).length, 3);
});

test("who drops the guards is found by the guards' check, and each forgery by the chain", () => {
  const drop = "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_append_only;";
  const forgeries: readonly (readonly [string, number])[] = [
    ["UPDATE audit SET after = '{\"n\":7}' WHERE seq = 2", 2],
    ["UPDATE audit SET after = 'no json' WHERE seq = 2", 2],
    ["UPDATE audit SET mono_ms = 'x' WHERE seq = 4", 4],
    ["DELETE FROM audit WHERE seq = 3", 4],
    ["DELETE FROM audit WHERE seq = 1", 2],
    ["UPDATE audit SET seq = -1 WHERE seq = 1", -1],
    ["UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;", 2],
    [
      "REPLACE INTO audit SELECT 3, id, wall_at, tz_offset_min, boot_id, mono_ms, actor_type, 'Eve', role, origin, action, object_type, object_id, before, after, reason, result, correlation, app_version, config_version, prev_hash, hash, clock_state, reason_code FROM audit WHERE seq = 3",
      3,
    ],
  ];
  for (const [forgery, firstBadSeq] of forgeries) {
    using folder = new Folder();
    using book = new Book({ file: folder.file, migrationsFolder });
    book.append(drafts(5));
    assert.equal(book.guards(), undefined);
    tamper(folder.file, `${drop}${forgery}`);
    const report = book.verify(GENESIS, 100);
    assert.equal(report.ok, false, forgery);
    if (!report.ok) assert.equal(report.firstBadSeq, firstBadSeq, forgery);
    assert.equal(book.guards(), 'Guard "audit_no_update" of the audit trail is missing in the database');
  }
});

test("a guard that was weakened is not the guard", () => {
  using folder = new Folder();
  using book = new Book({ file: folder.file, migrationsFolder });
  tamper(
    folder.file,
    "DROP TRIGGER audit_no_delete; CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT 1; END",
  );
  assert.equal(book.guards(), 'Guard "audit_no_delete" of the audit trail is altered in the database');
});

test("a version, its people and its rows are written together or not at all", () => {
  using folder = new Folder();
  using book = new Book({ file: folder.file, migrationsFolder });
  const broken = {
    ...config('{"a":1}'),
    entries: [draft(1), { ...draft(2), actor: null as unknown as string }],
  };
  assert.throws(() => book.publish(broken), /NOT NULL/);
  assert.equal(book.config(), undefined);
  assert.equal(book.audit({ limit: 10 }).length, 0);
  assert.equal(book.publish(config('{"a":1}')), 1);
  assert.equal(book.config()?.body, '{"a":1}');
  assert.deepEqual(
    book.audit({ limit: 10 }).map((row) => [row.seq, row.configVersion]),
    [[1, 1]],
  );
});

test("a change made from an older version than the one in force is refused", () => {
  using folder = new Folder();
  using book = new Book({ file: folder.file, migrationsFolder });
  book.publish(config("{}"));
  assert.throws(
    () => book.publish(config("{}")),
    /Configuration 1 is in force, but the change was made from 0/,
  );
});

test("files that are no database are told with their cure, and left as they are", () => {
  using folder = new Folder();
  {
    using book = new Book({ file: folder.file, migrationsFolder });
    book.append(drafts(300));
  }
  const whole = statSync(folder.file).size;
  truncateSync(folder.file, Math.floor(whole / 2));
  const said = (file: string): string => {
    try {
      using book = new Book({ file, migrationsFolder });
      book.verify(GENESIS, 1_000);
      return "opened";
    } catch (error) {
      return explain(error);
    }
  };
  assert.match(said(folder.file), /damaged; move it away and bring a backup back/);
  const text = join(folder.path, "text.db");
  writeFileSync(text, "this is a shopping list, not a database, and it is long enough to be read".repeat(50));
  assert.match(said(text), /the file is no database; move it away and bring a backup back/);
  assert.match(said(join(folder.path, "missing", "a.db")), /ENOENT/);
  assert.equal(statSync(text).size, 3650);
});
