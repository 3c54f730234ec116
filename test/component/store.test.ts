/** The store with its real thread and real files: what it keeps, and what it tells when it cannot. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { Config } from "../../server/domain/config.ts";
import { type AuditRow, verifyChain } from "../../server/store/chain.ts";
import type { WriterOptions } from "../../server/store/protocol.ts";
import { Store } from "../../server/store/store.ts";
import { actions, CONFIG, configOf, entry, Folder, SAM } from "../fakes/store_folder.ts";

test("a new box has a private database, no configuration, no people and a trail that holds", async () => {
  using folder = new Folder();
  const inner = join(folder.path, "made", "deep");
  await using store = await folder.open({ folder: inner });
  assert.equal(statSync(join(inner, "palisade.db")).mode & 0o777, 0o600);
  assert.equal(await store.currentConfig(), undefined);
  assert.deepEqual(await store.people(), []);
  assert.deepEqual(await store.verifyAudit(), { ok: true, count: 0, head: "0".repeat(64) });
});

test("a row carries everything it was told and everything the store knows", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const wallAt = Date.parse("2026-07-01T10:00:00.123Z");
  const { seq, hash } = await store.appendAudit({ ...entry(7), wallAt, monoMs: 1234.56, correlation: "c" });
  const [row] = await store.audit({ limit: 1 });
  assert.ok(row !== undefined);
  const { id, bootId, tzOffsetMin, prevHash, ...rest } = row;
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.match(bootId, /^[0-9a-f-]{36}$/);
  assert.equal(tzOffsetMin, 0 - new Date(wallAt).getTimezoneOffset());
  assert.equal(prevHash, "0".repeat(64));
  assert.deepEqual(rest, {
    seq,
    hash,
    wallAt: "2026-07-01T10:00:00.123Z",
    monoMs: 1235,
    actorType: "user",
    actor: "Sam",
    role: "supervisor",
    origin: "panel-1",
    action: "test.appended",
    objectType: "zone",
    objectId: "cell",
    before: null,
    after: { n: 7 },
    reason: "test",
    result: "ok",
    correlation: "c",
    appVersion: "0.1.0",
    configVersion: null,
  });
  assert.ok(verifyChain([JSON.parse(JSON.stringify(row)) as AuditRow]).ok, "an exported row verifies");
  await assert.rejects(
    store.appendAudit({ ...entry(1), after: { n: Number.NaN } }),
    /Cannot write NaN as JSON/,
  );
});

test("a configuration comes back as it was published, and its row shows no password", async () => {
  using folder = new Folder();
  {
    await using store = await folder.open();
    const told = { config: CONFIG, demonstration: false, author: SAM, reason: "first", provisionHash: "abc" };
    assert.deepEqual(await store.publishConfig(told), { changed: true, version: 1 });
  }
  await using store = await folder.open();
  assert.deepEqual(await store.currentConfig(), {
    version: 1,
    config: CONFIG,
    demonstration: false,
    provisionHash: "abc",
  });
  const rows = await store.audit({ limit: 10 });
  assert.deepEqual(actions(rows), ["config.published"]);
  assert.equal(rows[0]?.configVersion, 1);
  assert.doesNotMatch(JSON.stringify(rows), /hunter2/);
});

test("the same configuration again is one version; a change keeps the file's hash and tells before and after", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const told = { config: CONFIG, demonstration: false, author: SAM, reason: "r", provisionHash: "abc" };
  await store.publishConfig(told);
  const turned = Object.fromEntries(Object.entries(structuredClone(CONFIG)).reverse()) as unknown as Config;
  assert.deepEqual(await store.publishConfig({ ...told, config: turned }), { changed: false, version: 1 });
  assert.equal((await store.audit({ limit: 10 })).length, 1);

  const other = configOf([{ id: "side", source: "rtsp://host/side" }]);
  const byHand = { config: other, demonstration: false, author: SAM, reason: "by hand" };
  const both = await Promise.all([store.publishConfig(byHand), store.publishConfig(byHand)]);
  assert.deepEqual(
    both.map((result) => result.changed),
    [true, false],
  );
  assert.equal((await store.currentConfig())?.provisionHash, "abc");
  const [row] = await store.audit({ limit: 1 });
  const cameraOf = (value: unknown): unknown =>
    (value as { config: Config } | null)?.config.cameras.map((camera) => camera.source);
  assert.deepEqual(cameraOf(row?.before), ["rtsp://***@host/stream"]);
  assert.deepEqual(cameraOf(row?.after), ["rtsp://host/side"]);
  assert.deepEqual(await store.publishConfig({ ...byHand, demonstration: true }), {
    changed: true,
    version: 3,
  });
  assert.equal((await store.currentConfig())?.demonstration, true);
});

test("the caller's loop is not held up by 2,000 rows, a check of the chain or a PIN", async (t) => {
  using folder = new Folder();
  await using store = await folder.open();
  let worst = 0;
  let last = monotonicMs();
  const watch = setInterval(() => {
    const now = monotonicMs();
    worst = Math.max(worst, now - last - 1);
    last = now;
  }, 1);
  const measure = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    await wait(20);
    worst = 0;
    const start = monotonicMs();
    await work();
    await wait(5);
    t.diagnostic?.(
      `${what}: ${(monotonicMs() - start).toFixed(0)} ms, longest hold of the loop ${worst.toFixed(1)} ms`,
    );
    // Written on the loop itself, this work would hold it for a second; a busy machine alone for a tenth of one.
    assert.ok(worst < 250, `${what} held the loop for ${worst} ms`);
  };
  try {
    await store.appendAudit(entry(0));
    await measure("2,000 appends, 50 at a time", async () => {
      const lane = async (): Promise<void> => {
        for (let n = 0; n < 40; n++) await store.appendAudit(entry(n));
      };
      await Promise.all(Array.from({ length: 50 }, lane));
    });
    await measure("2,000 appends, one after the other", async () => {
      for (let n = 0; n < 2_000; n++) await store.appendAudit(entry(n));
    });
    await measure("check of 4,001 rows", async () => assert.equal((await store.verifyAudit()).ok, true));
    await measure("PIN check", () => store.checkPin("Sam", "1"));
  } finally {
    clearInterval(watch);
  }
  assert.equal(store.auditRefused, 0);
  const report = await store.verifyAudit();
  assert.ok(report.ok && report.count === 4_001);
});

test("more than 1,000 rows at once are refused and counted, the others are all written", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const results = await Promise.allSettled(
    Array.from({ length: 1_500 }, (_, n) => store.appendAudit(entry(n))),
  );
  const written = results.filter((result) => result.status === "fulfilled").length;
  assert.equal(written, 1_000);
  assert.equal(store.auditRefused, 500);
  const report = await store.verifyAudit();
  assert.ok(report.ok && report.count === 1_000);
});

test("a file that is no database, and a path that is none, are told with their cure and left as they are", async () => {
  using folder = new Folder();
  const rubbish = "no database, but a letter to the maintainer. ".repeat(200);
  writeFileSync(folder.file, rubbish);
  const foreign = await Store.open(folder.options());
  assert.equal(foreign.kind, "failed");
  if (foreign.kind === "failed")
    assert.match(
      foreign.why,
      /^Cannot open the database ".*palisade\.db": the file is no database; move it away and bring a backup back/,
    );
  assert.equal(readFileSync(folder.file, "utf8"), rubbish);

  const blocked = join(folder.path, "blocked");
  writeFileSync(blocked, "");
  const inFile = await Store.open(folder.options({ folder: blocked }));
  assert.equal(inFile.kind, "failed");
  if (inFile.kind === "failed") assert.match(inFile.why, /^Cannot make the folder ".*blocked": EEXIST/);

  const directory = join(folder.path, "other");
  mkdirSync(join(directory, "palisade.db"), { recursive: true });
  const isFolder = await Store.open(folder.options({ folder: directory }));
  assert.equal(isFolder.kind, "failed");
  if (isFolder.kind === "failed") assert.match(isFolder.why, /^Cannot open the database .*EISDIR/);

  const missing = await Store.open(
    folder.options({ folder: join(folder.path, "new"), migrationsFolder: blocked }),
  );
  assert.equal(missing.kind, "failed");
});

test("when the thread dies its callers are told, and the next call finds a new thread and the old rows", async () => {
  using folder = new Folder();
  const workers: Worker[] = [];
  const spawn = (workerData: WriterOptions): Worker => {
    const worker = new Worker(new URL("../../server/store/writer.ts", import.meta.url), { workerData });
    workers.push(worker);
    return worker;
  };
  await using store = await folder.open({ spawn });
  await store.appendAudit(entry(1));
  // A message no version of ours ever sends: the thread ends on it, as on any fault of its own.
  workers[0]?.postMessage(null);
  await assert.rejects(store.appendAudit(entry(2)), /The database is gone, .*; try again/);
  assert.equal((await store.appendAudit(entry(3))).seq, 2);
  assert.equal(store.restarts, 1);
  assert.equal((await store.verifyAudit()).ok, true);
  assert.equal(folder.logged.length, 1);
});

test("a database held by another process is told as such, and is written when it is free", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const { default: Database } = await import("better-sqlite3");
  const other = new Database(folder.file);
  try {
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(
      store.appendAudit(entry(1)),
      /^Error: Cannot write the audit trail: another process holds the database; end it/,
    );
    other.exec("COMMIT");
    assert.equal((await store.appendAudit(entry(2))).seq, 1);
  } finally {
    other.close();
  }
});

test("closing writes what waits and leaves no side files behind", async () => {
  using folder = new Folder();
  const store = await folder.open();
  const rows = Array.from({ length: 300 }, (_, n) => store.appendAudit(entry(n)));
  await store[Symbol.asyncDispose]();
  assert.equal((await Promise.all(rows)).length, 300);
  assert.ok(!existsSync(`${folder.file}-wal`));
  await assert.rejects(store.appendAudit(entry(1)), /it is closed/);
});
