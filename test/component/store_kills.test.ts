/**
 * The store killed at every write of a publication and of a migration: what is there afterwards is the old state or
 * the new one, whole, and it goes on from there.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { getTableColumns } from "drizzle-orm";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { ownProgram } from "../../server/base/child.ts";
import { Book } from "../../server/store/book.ts";
import { GENESIS, hashRow } from "../../server/store/chain.ts";
import { audit } from "../../server/store/schema.ts";
import { beforeStatements } from "../fakes/statements.ts";
import { FIRST, migrationsFolder, SECOND, wholeVersion } from "../fakes/two_versions.ts";

const run = promisify(execFile);
const PUBLISHER = join(import.meta.dirname, "../fakes/publisher.ts");
/** SQLite's file format: the log's own header, and the header of each page in it. */
const LOG_HEADER = 32;
const PAGE_HEADER = 24;
const PAGE = 4_096;

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-kills-"));
  #copies = 0;
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
  inside(name: string): string {
    const path = join(this.path, name);
    mkdirSync(path);
    return path;
  }
  /** Another folder with everything that `from` holds now. */
  copyOf(from: string): string {
    const to = this.inside(`copy-${this.#copies++}`);
    cpSync(from, to, { recursive: true });
    return to;
  }
}

const open = (folder: string): Book => new Book({ file: join(folder, "palisade.db"), migrationsFolder });

/** A folder with the first version in force. */
function first(base: Folder): string {
  const folder = base.inside("first");
  using book = open(folder);
  book.publish(FIRST);
  return folder;
}

/** The folder with its write-ahead log cut at the end of every page, and at these places within each. */
function* cuts(base: Folder, folder: string, within: readonly number[] = []): Generator<string> {
  const log = "palisade.db-wal";
  const { length } = readFileSync(join(folder, log));
  const frame = PAGE_HEADER + PAGE;
  for (let at = LOG_HEADER; at <= length; at += frame)
    for (const place of [0, ...within].map((more) => at + more).filter((each) => each <= length)) {
      const cut = base.copyOf(folder);
      rmSync(join(cut, "palisade.db-shm"), { force: true });
      truncateSync(join(cut, log), place);
      yield cut;
      rmSync(cut, { recursive: true });
    }
}

/** Killing a process takes a second of a busy machine; the states before each statement are what it leaves. */
const EVERY = process.env.PALISADE_EVERY_KILL === "1";

test("kill -9 before any statement of a publication leaves the old version or the new one", async (t) => {
  using base = new Folder();
  const before = first(base);
  const states: string[] = [];
  {
    const folder = base.copyOf(before);
    using book = open(folder);
    using _ = beforeStatements(() => void states.push(base.copyOf(folder)));
    book.publish(SECOND);
    states.push(base.copyOf(folder));
  }
  assert.ok(states.length > 10, `${states.length} statements`);
  const found = states.map((state) => {
    const version = wholeVersion(state);
    using book = open(state);
    if (version === 1) assert.equal(book.publish(SECOND), 2, "and it goes on from there");
    return version;
  });
  assert.deepEqual(found, [...found.slice(1).fill(1), 2], "all of it comes with the commit");
  const last = states.length;
  for (const number of EVERY ? states.keys().map((i) => i + 1) : [2, last - 1, last]) {
    const folder = base.copyOf(before);
    await assert.rejects(run(...program(folder, number)), { signal: "SIGKILL" });
    assert.equal(wholeVersion(folder), found[number - 1], `killed before statement ${number}`);
  }
  t.diagnostic?.(`${states.length} statements`);
});

function program(folder: string, number: number): [string, string[]] {
  const { command, args } = ownProgram(PUBLISHER, [folder, String(number)]);
  return [command, args];
}

test("a publication that is cut within its commit is there as a whole or not at all", (t) => {
  using base = new Folder();
  const folder = first(base);
  let writing: string;
  {
    using book = open(folder);
    book.publish(SECOND);
    // Closing would empty the log.
    writing = base.copyOf(folder);
  }
  const found = Array.from(cuts(base, writing, [PAGE_HEADER, PAGE / 2]), wholeVersion);
  assert.ok(found.length > 20, `${found.length} cuts`);
  assert.equal(found.at(-1), 2);
  assert.deepEqual(found, found.toSorted(), "every cut before the commit is the old version");
  t.diagnostic?.(
    `${found.length} cuts, ${found.filter((version) => version === 1).length} before the commit`,
  );
});

/** The database of a program that had only the first two migrations, with the first version and its row. */
function older(base: Folder): string {
  const migrations = base.inside("migrations");
  mkdirSync(join(migrations, "meta"));
  const journal = JSON.parse(readFileSync(join(migrationsFolder, "meta/_journal.json"), "utf8"));
  const entries = journal.entries.slice(0, 2) as readonly { readonly tag: string }[];
  for (const { tag } of entries) cpSync(join(migrationsFolder, `${tag}.sql`), join(migrations, `${tag}.sql`));
  writeFileSync(join(migrations, "meta/_journal.json"), JSON.stringify({ ...journal, entries }));
  const folder = base.inside("older");
  const sqlite = new Database(join(folder, "palisade.db"));
  try {
    sqlite.pragma("journal_mode = WAL");
    migrate(drizzle(sqlite), { migrationsFolder: migrations });
    const { body, wallAt } = FIRST.config ?? assert.fail("a configuration");
    sqlite
      .prepare("INSERT INTO config_version VALUES (1, ?, 'user:Sam', 'test', ?, NULL, 0)")
      .run(wallAt, body);
    const [draft] = FIRST.entries;
    assert.ok(draft !== undefined);
    const stored = { ...draft, seq: 1, configVersion: 1 };
    const fields = { ...stored, before: null, after: JSON.parse(draft.after ?? "null") };
    const hash = hashRow(GENESIS.hash, fields);
    // Only the columns that the table had then.
    const values: Readonly<Record<string, unknown>> = { ...stored, prevHash: GENESIS.hash, hash };
    const had = new Set((sqlite.pragma("table_info(audit)") as { name: string }[]).map(({ name }) => name));
    const columns = Object.entries(getTableColumns(audit)).filter(([, { name }]) => had.has(name));
    const names = columns.map(([, { name }]) => name);
    sqlite
      .prepare(`INSERT INTO audit (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
      .run(...columns.map(([member]) => values[member] ?? null));
  } finally {
    sqlite.close();
  }
  return folder;
}

test("killed at any statement of the migrations, and within their commit, the next start brings them to their end", (t) => {
  using base = new Folder();
  const folder = older(base);
  const states: string[] = [];
  {
    using _ = beforeStatements(() => void states.push(base.copyOf(folder)));
    open(folder)[Symbol.dispose]();
  }
  assert.ok(states.length > 15, `${states.length} statements`);
  const logOf = (state: string): number =>
    statSync(join(state, "palisade.db-wal"), { throwIfNoEntry: false })?.size ?? 0;
  // Before they are opened, which empties their logs.
  const fullest = states.toSorted((a, b) => logOf(b) - logOf(a))[0] ?? assert.fail("a log");
  const found = Array.from(cuts(base, fullest), wholeVersion);
  for (const state of states) assert.equal(wholeVersion(state), 1);
  assert.ok(found.length > 10, `${found.length} cuts`);
  t.diagnostic?.(`${states.length} statements, ${found.length} cuts`);
});
