/** What the store keeps of cameras, in its real files: passwords only sealed, scenes only whole. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import type { Config } from "../../server/domain/config.ts";
import type { SaveScene } from "../../server/store/protocol.ts";
import { actions, CONFIG, configOf, Folder, migrationsFolder, SAM } from "../fakes/store_folder.ts";

/** How often the text stands in the files of the folder, side files of the database included. */
function found(folder: string, text: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), "latin1").split(text).length - 1)
    .reduce((sum, count) => sum + count, 0);
}

const by = (
  config: Config,
): { config: Config; demonstration: false; author: typeof SAM; reason: string } => ({
  config,
  demonstration: false,
  author: SAM,
  reason: "test",
});

test("a camera's password stands in no file of the store, open or closed, and its change is told without it", async () => {
  using folder = new Folder();
  const query = { id: "side", source: "http://host/v.cgi?channel=1&geheim=swordfish" };
  const front = { id: "front", source: "rtsp://root:hunter2@host/stream" };
  {
    await using store = await folder.open();
    await store.publishConfig({ ...by(configOf([front, query])), provisionHash: "abc" });
    const other = configOf([{ ...front, source: "rtsp://root:hunter3@host/stream" }, query]);
    assert.equal((await store.publishConfig(by(other))).version, 2);
    assert.equal((await store.publishConfig(by(other))).changed, false);
    const [row] = await store.audit({ limit: 1 });
    assert.match(JSON.stringify(row?.after), /"credentialsChanged":\["front"\]/);
    for (const secret of ["hunter", "root", "swordfish"]) {
      assert.equal(found(folder.path, secret), 0, `"${secret}" while it is open`);
      assert.doesNotMatch(JSON.stringify(await store.audit({ limit: 10 })), new RegExp(secret));
    }
    assert.ok(found(folder.path, "***@host") > 0, "the address itself is there to be read");
  }
  assert.equal(found(folder.path, "hunter") + found(folder.path, "swordfish"), 0);
  await using store = await folder.open();
  const current = await store.currentConfig();
  assert.deepEqual(
    current?.config.cameras.map((camera) => camera.source),
    ["rtsp://root:hunter3@host/stream", query.source],
  );
  assert.equal(current?.provisionHash, "abc");
});

/**
 * A database as the program wrote it before it sealed passwords, left by a kill: its last rows are in the log
 * alone. Versions of many lengths, so that pages were split and hold copies of what was moved out of them.
 */
function oldDatabase(folder: Folder, versions: number): void {
  const journal = join(folder.path, "old", "meta", "_journal.json");
  cpSync(migrationsFolder, join(folder.path, "old"), { recursive: true });
  const { entries, ...rest } = JSON.parse(readFileSync(journal, "utf8")) as { entries: unknown[] };
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, 2) }));
  const at = join(folder.path, "live");
  mkdirSync(at);
  const sqlite = new Database(join(at, "palisade.db"));
  try {
    sqlite.pragma("journal_mode = WAL");
    migrate(drizzle(sqlite), { migrationsFolder: join(folder.path, "old") });
    const insert = sqlite.prepare(
      "INSERT INTO config_version (version, wall_at, author, reason, body, demonstration) VALUES (?, ?, 'user:Sam', ?, ?, 0)",
    );
    // Newest first, so that rows are pushed into pages that were full.
    for (let version = versions; version > 0; version--)
      insert.run(
        version,
        "2026-07-01T10:00:00.000Z",
        "r".repeat((version * 37) % 900),
        JSON.stringify(CONFIG),
      );
    sqlite.pragma("wal_checkpoint(PASSIVE)");
    sqlite.prepare("UPDATE config_version SET reason = 'last' WHERE version = 7").run();
    for (const name of readdirSync(at)) cpSync(join(at, name), join(folder.path, name));
  } finally {
    sqlite.close();
  }
  rmSync(at, { recursive: true });
  rmSync(join(folder.path, "old"), { recursive: true });
}

test("a database with passwords in clear is sealed at its opening, every version of it, and holds no copy of one", async (t) => {
  using folder = new Folder();
  oldDatabase(folder, 60);
  const copies = found(folder.path, "hunter2");
  t.diagnostic?.(`${copies} copies of the password before`);
  assert.ok(copies > 60, "the old files hold copies beside the rows");
  await using store = await folder.open();
  assert.equal(found(folder.path, "hunter2"), 0);
  const expected = { version: 60, config: CONFIG, demonstration: false };
  assert.deepEqual(await store.currentConfig(), expected);
  assert.equal((await store.publishConfig(by(CONFIG))).changed, false);
  const sqlite = new Database(folder.file, { readonly: true });
  try {
    const rows = sqlite.prepare("SELECT body FROM config_version").all() as { body: string }[];
    assert.equal(rows.length, 60);
    for (const { body } of rows) assert.match(body, /"sealed":"v1:/);
  } finally {
    sqlite.close();
  }
});

test("while somebody reads the old pages they stay, and the next opening wipes them", async () => {
  using folder = new Folder();
  oldDatabase(folder, 60);
  const reader = new Database(folder.file);
  try {
    reader.exec("BEGIN");
    reader.prepare("SELECT count(*) FROM config_version").get();
    await using store = await folder.open();
    assert.deepEqual((await store.currentConfig())?.config, CONFIG);
    assert.ok(found(folder.path, "hunter2") > 0, "else this tests nothing");
  } finally {
    reader.close();
  }
  await using _store = await folder.open();
  assert.equal(found(folder.path, "hunter2"), 0);
});

test("a lost key locks the cameras it sealed and nothing else; entered again or restored, they open", async () => {
  using folder = new Folder();
  const key = join(folder.path, "camera-key");
  const open = { id: "open", source: "rtsp://host/open" };
  const front = { id: "front", source: "rtsp://root:hunter2@host/stream" };
  const sources = (config: Config | undefined): unknown => config?.cameras.map((camera) => camera.source);
  await using store = await folder.open();
  await store.publishConfig(by(configOf([front, open])));
  renameSync(key, `${key}.away`);
  const lost = await store.currentConfig();
  assert.deepEqual(sources(lost?.config), ["rtsp://***@host/stream", open.source]);
  assert.deepEqual(
    [...(lost?.locked ?? [])],
    [
      [
        "camera:front",
        'The key of the stored camera passwords is missing; restore the file "camera-key" or enter the password of camera "front" again',
      ],
    ],
  );
  assert.ok(lost !== undefined);
  const moved = { ...lost.config, cameras: lost.config.cameras.map((camera) => ({ ...camera, fps: 5 })) };
  assert.equal((await store.publishConfig(by(moved))).version, 2);
  renameSync(`${key}.away`, key);
  const back = await store.currentConfig();
  assert.equal(back?.locked, undefined);
  assert.deepEqual(sources(back?.config), [front.source, open.source]);

  rmSync(key);
  const again = { ...moved, cameras: [{ ...moved.cameras[0], ...front }] as unknown as Config["cameras"] };
  assert.equal((await store.publishConfig(by(again))).version, 3);
  assert.deepEqual(sources((await store.currentConfig())?.config), [front.source]);
});

const scene = (camera: string, luma: number): SaveScene => ({
  camera,
  key: `key of ${camera}`,
  scene: {
    width: 80,
    height: 45,
    luma: new Uint8Array(80 * 45).fill(luma),
    picture: { width: 1920, height: 1080 },
  },
  jpeg: Uint8Array.of(0xff, 0xd8, luma, 0xff, 0xd9),
  takenBy: SAM,
});

test("a scene comes back as it was taken, is replaced, forgotten, and goes with its camera; each is a row", async () => {
  using folder = new Folder();
  const { takenBy: _, ...front } = scene("front", 9);
  {
    await using store = await folder.open();
    await store.publishConfig(
      by(
        configOf([
          { id: "front", source: "rtsp://h/1" },
          { id: "side", source: "rtsp://h/2" },
        ]),
      ),
    );
    assert.deepEqual(await store.scenes(), []);
    await store.saveScene(scene("front", 7));
    await store.saveScene({ ...scene("side", 8), jpeg: null });
    await store.saveScene(scene("front", 9));
    assert.equal(await store.forgetScene("side", SAM), true);
    assert.equal(await store.forgetScene("side", SAM), false);
  }
  await using store = await folder.open();
  const [kept, ...others] = await store.scenes();
  assert.deepEqual(others, []);
  assert.deepEqual(kept, { ...front, takenWallAt: kept?.takenWallAt, takenBy: "Sam" });
  const rows = await store.audit({ limit: 10 });
  const [, ...told] = actions(rows);
  const taught = "camera.scene-taught";
  assert.deepEqual(told, [taught, taught, taught, "camera.scene-forgotten"]);
  assert.deepEqual(rows[1]?.after, {
    key: "key of front",
    width: 80,
    height: 45,
    picture: { width: 1920, height: 1080 },
    jpegBytes: 5,
  });
  await store.publishConfig(by(configOf([{ id: "side", source: "rtsp://h/2" }])));
  assert.deepEqual(await store.scenes(), []);
  assert.equal((await store.verifyAudit()).ok, true);
});

test("a scene that is cut or too large is refused in words and nothing is written; half a row is no scene", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const whole = scene("front", 7);
  const refused: readonly (readonly [Partial<SaveScene>, RegExp])[] = [
    [
      { scene: { ...whole.scene, luma: new Uint8Array(100) } },
      /its grey picture has 100 bytes, 80 x 45 needs 3600/,
    ],
    [
      { scene: { ...whole.scene, width: 300, height: 300, luma: new Uint8Array(90_000) } },
      /has 90000 bytes, may have 65536/,
    ],
    [
      { scene: { ...whole.scene, picture: { width: 1920, height: 0 } } },
      /its size is no whole number of pixels/,
    ],
    [{ jpeg: new Uint8Array(307_201).fill(0xff) }, /its picture has 307201 bytes, may have 307200/],
    [{ jpeg: Uint8Array.of(0xff, 0xd8, 1, 2) }, /its picture is no whole JPEG; teach it again/],
  ];
  for (const [wrong, why] of refused)
    await assert.rejects(store.saveScene({ ...whole, ...wrong }), why, String(why));
  assert.equal((await store.audit({ limit: 1 })).length, 0);

  await store.saveScene(whole);
  const sqlite = new Database(folder.file);
  try {
    const cut = "UPDATE camera_scene SET luma = substr(luma, 1, 10)";
    assert.throws(() => sqlite.exec(cut), /CHECK constraint failed: camera_scene_luma/);
    sqlite.exec("UPDATE camera_scene SET jpeg = substr(jpeg, 1, 2)");
  } finally {
    sqlite.close();
  }
  assert.deepEqual(await store.scenes(), []);
});
