/** Versions of the configuration on a real box: told in words, put in force again, and what a start makes of a bad one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { openLog } from "../../server/base/log.ts";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import { EMPTY_CONFIG } from "../../server/domain/config.ts";
import type { DraftView } from "../../server/draft.ts";
import { rememberBoards } from "../../server/guard.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import type { VersionAnswer, VersionList } from "../../server/http/versions.ts";
import { lastGood } from "../../server/last_good.ts";
import { type Settled, settle } from "../../server/settle.ts";
import { Starts } from "../../server/starts.ts";
import { configOf, Folder, SAM } from "../fakes/store_folder.ts";
import { type Box, startBox } from "../support/box.ts";

const PIN = "730146";
const SQUARE = [
  [0.1, 0.3],
  [0.9, 0.3],
  [0.9, 0.9],
];
const PROVISION = {
  cameras: [{ id: "side", name: "Side", source: `file:${DEMONSTRATION_FOLDER}/cell-side.mp4`, fps: 10 }],
  zones: [{ id: "cell", camera: "side", name: "Cell", kind: "stop", polygon: SQUARE }],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["cell"] }],
  users: [
    { name: "Sam", role: "maintenance", pin: PIN },
    { name: "Kim", role: "operator", pin: "8264" },
  ],
};

async function signIn(box: Box, name = "Sam", pin = PIN): Promise<{ cookie: string }> {
  const { status, headers, body } = await box.send("POST", "/api/session", { name, pin });
  assert.equal(status, 200, JSON.stringify(body));
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}\n${JSON.stringify(body)}`);
}

/** What a foreign hand, a bad disk or another program does to the rows. */
function spoil(data: string, statement: string): void {
  const sqlite = new Database(join(data, "palisade.db"));
  try {
    sqlite.exec(statement);
  } finally {
    sqlite.close();
  }
}

test("versions are told apart, one is put in force again, and a box falls back to the newest that works", async () => {
  const data = mkdtempSync(join(tmpdir(), "palisade-versions-"));
  try {
    await using box = await startBox({ data, provision: PROVISION });
    const session = await signIn(box);
    const version = async (number: number): Promise<VersionAnswer> => {
      const { body } = await box.get<VersionAnswer>(`/api/versions/${number}`, session);
      conforms("Version", body);
      return body;
    };
    const moved = SQUARE.with(1, [0.8, 0.3]);
    const put = async (path: string, body: unknown): Promise<void> => {
      const answer = await box.send("PUT", path, body, session);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    };
    await put("/api/zones/cell", { polygon: moved });
    await put("/api/cameras/side", { fps: 5 });
    const { body: list } = await box.get<VersionList>("/api/versions", session);
    conforms("VersionList", list);
    assert.deepEqual(
      list.versions.map((one) => [one.version, one.by, one.inForce]),
      [
        [3, "Sam", true],
        [2, "Sam", false],
        [1, "provisioning file", false],
      ],
    );
    assert.equal(list.next, null);
    const { body: older } = await box.get<VersionList>("/api/versions?before=3", session);
    assert.deepEqual(
      older.versions.map((one) => one.version),
      [2, 1],
    );
    assert.deepEqual((await version(3)).made, { ok: true, changes: ["Camera Side: frames a second 10 → 5"] });
    assert.match((await version(3)).refusal ?? "", /Version 3 is in force already/);
    const first = await version(1);
    assert.deepEqual(first.wouldMake, {
      ok: true,
      changes: ["Camera Side: frames a second 5 → 10", "Zone Cell: shape: corner 2 moved"],
    });
    assert.equal(first.refusal, null);

    const revert = async (number: number | string, headers = {}, reason = "The zone was too small") =>
      await box.send<{ detail?: string }>("POST", `/api/versions/${number}/revert`, { reason }, headers);
    assert.equal((await revert(1)).status, 401);
    assert.equal((await revert(1, await signIn(box, "Kim", "8264"))).status, 403);
    assert.equal((await revert(9, session)).status, 404);
    assert.equal((await revert("x", session)).status, 404);
    assert.equal((await revert(1, session, " ")).status, 400);
    assert.equal((await revert(3, session)).status, 409);
    const before = box.guardianPid();
    assert.equal((await revert(1, session)).status, 200);
    assert.notEqual(box.guardianPid(), before, "everything was dropped: another guardian holds the outputs");
    assert.deepEqual(box.board("sim")?.channels, [false, false, false, false]);
    const again = await version(4);
    assert.deepEqual([again.inForce, again.by], [true, "Sam"]);
    assert.equal(again.reason, "Back to version 1: The zone was too small");
    assert.deepEqual(again.made, first.wouldMake);
    assert.match((await version(1)).refusal ?? "", /says the same as version 4, which is in force/);
    const rows = (
      await box.get<{ action: string; reason: string; after: { changes?: unknown } }[]>("/api/audit")
    ).body;
    const [published, refused] = rows.filter(({ action }) => /^config\.(pub|rev)/.test(action));
    assert.deepEqual(published?.after.changes, again.made.ok && again.made.changes);
    assert.deepEqual(
      [refused?.action, refused?.reason],
      ["config.revert-refused", "Version 3 is in force already"],
    );
    assert.equal(await box.stop(), 0);

    // The newest can no longer be read, and the one before it comes from a newer program.
    spoil(
      data,
      `UPDATE config_version SET body = '{"cameras":' WHERE version = 4; UPDATE config_version SET shape = 99 WHERE version = 3`,
    );
    await using fallen = await startBox({ data, env: { PALISADE_PROVISION: join(data, "provision.json") } });
    const view = await fallen.view();
    assert.equal(view.demonstration, false);
    assert.deepEqual(
      view.zones.map(({ id, polygon }) => [id, polygon]),
      [["cell", moved]],
      "version 2",
    );
    assert.match(
      view.faults.join(),
      /^Version 2 of the settings is in force instead of version 4: Cannot use configuration 4: it is damaged/,
    );
    assert.equal((await fallen.get("/readyz")).status, 503);
    const inside = await signIn(fallen);
    const third = (await fallen.get<VersionAnswer>("/api/versions/3", inside)).body;
    assert.match(third.refusal ?? "", /was written by a newer program \(shape 99/);
    conforms("Version", (await fallen.get("/api/versions/4", inside)).body);
    // A person says that this is the one to be in force.
    const confirmed = await fallen.send(
      "POST",
      "/api/versions/2/revert",
      { reason: "As it should be" },
      inside,
    );
    assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));
    assert.deepEqual((await fallen.view()).faults, []);
    const { body: now } = await fallen.get<VersionList>("/api/versions", inside);
    assert.deepEqual(
      now.versions.filter(({ inForce }) => inForce).map(({ version }) => version),
      [5],
    );
    assert.equal((await fallen.get<{ ok: boolean }>("/api/audit/verify")).body.ok, true);
    const told = (await fallen.get<{ action: string }[]>("/api/audit")).body.map(({ action }) => action);
    assert.ok(told.includes("config.fell-back"));

    const { status, body: draft } = await fallen.send<DraftView>("POST", "/api/draft", {}, inside);
    assert.equal(status, 201);
    conforms("Draft", draft);
    const [cell] = draft.config.zones;
    const config = {
      ...draft.config,
      site: { ...draft.config.site, name: "Press 5" },
      zones: [{ ...cell, name: "Press" }],
    };
    const sent = await fallen.send<DraftView>("PUT", "/api/draft", { revision: 1, config }, inside);
    const changes = ["Site: name Palisade → Press 5", "Zone Press: name Cell → Press"];
    assert.deepEqual(sent.body.changes, changes);
    assert.equal((await fallen.view()).zones[0]?.name, "Cell", "a draft is not in force");
    const order = { revision: 2, reason: "The press moved" };
    assert.equal((await fallen.send("POST", "/api/draft/publish", order, inside)).status, 200);
    assert.equal((await fallen.view()).zones[0]?.name, "Press");
    const { body: sixth } = await fallen.get<VersionAnswer>("/api/versions/6", inside);
    assert.deepEqual(
      [sixth.inForce, sixth.reason, sixth.made],
      [true, "The draft was published: The press moved", { ok: true, changes }],
    );
    assert.equal((await fallen.get("/api/draft", inside)).status, 404);

    // As after an answer of the database that came too late: it is stored, and the box does not know.
    spoil(
      data,
      `INSERT INTO config_version SELECT 7, wall_at, author, reason, replace(body, '"relayDays":7', '"relayDays":9'), provision_hash, demonstration, shape FROM config_version WHERE version = 6`,
    );
    const tests = { relayDays: 9 };
    const settings = await fallen.send<{ tests: object }>("PUT", "/api/settings", { tests }, inside);
    assert.equal(
      (settings.body.tests as typeof tests).relayDays,
      9,
      "it is put in force, not taken for done",
    );
    assert.equal((await fallen.get<VersionAnswer>("/api/versions/7", inside)).body.inForce, true);
    assert.equal(await fallen.stop(), 0);

    // The box dies with version 7 for the third time right after its start; it had lived with version 6.
    const seen = { good: 6, bad: 0, version: 7, early: 2 };
    writeFileSync(join(data, "starts.json"), JSON.stringify(seen));
    const env = { PALISADE_PROVISION: join(data, "provision.json") };
    {
      await using dying = await startBox({ data, env });
      assert.equal(
        (await dying.get<VersionAnswer>("/api/versions/7", await signIn(dying))).body.inForce,
        true,
      );
      await dying.kill9();
    }
    await using back = await startBox({ data, env });
    const { faults, outputs } = await back.waitFor(
      ({ alarms, outputs: told }) =>
        alarms.some(({ definition }) => definition === "sys.config.fallback") &&
        told.every(({ readback }) => readback !== "unknown"), // the guardian has answered
      5_000,
    );
    assert.match(
      faults.join(),
      /^Version 6 of the settings is in force instead of version 7: the box ended 3 times within a minute of its start with it\./,
    );
    assert.deepEqual(
      outputs.map(({ demand, readback }) => [demand, readback]),
      [["dropped", "dropped"]],
    );
    assert.equal((await back.send("POST", "/api/reset")).status, 401, "and nothing is given back by itself");
    const inAgain = await signIn(back);
    assert.equal((await back.get<VersionAnswer>("/api/versions/6", inAgain)).body.inForce, true);
    const { body: trail } = await back.get<{ action: string; reason: string }[]>("/api/audit");
    assert.match(trail.find(({ action }) => action === "config.fell-back")?.reason ?? "", /ended 3 times/);
    const reason = "The cable was it";
    assert.equal((await back.send("POST", "/api/versions/7/revert", { reason }, inAgain)).status, 200);
    const { alarms, faults: none } = await back.waitFor(
      (view) => view.alarms.some(({ state }) => state === "returned-unacknowledged"),
      5_000,
    );
    assert.deepEqual(none, []);
    assert.equal(
      alarms.find(({ definition }) => definition === "sys.config.fallback")?.state,
      "returned-unacknowledged",
    );
    assert.equal(await back.stop(), 0);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});

const log = openLog("test", { write: () => undefined });
const at = (source: string) => configOf([{ id: "front", source: `rtsp://${source}/s` }]);

test("a version of which no guard can be built is passed over; where none works the box guards nothing", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  assert.deepEqual(
    await lastGood(store, log),
    { current: undefined },
    "a new box has nothing to fall back to",
  );
  for (const source of ["one", "two", "three"]) {
    const demonstration = source === "two";
    await store.publishConfig({ config: at(source), demonstration, author: SAM, reason: source });
  }
  const standing = await lastGood(store, log, ({ cameras }) => {
    if (cameras[0]?.source.includes("three")) throw new Error("the rules have no place for it");
  });
  assert.equal(standing.current?.version, 1, "a demonstration is nothing to fall back to");
  assert.match(
    standing.fault ?? "",
    /^Version 1 .* instead of version 3: the rules have no place for it\. Look/,
  );
  assert.deepEqual(
    (await store.audit({ limit: 1 })).map(({ action, reason }) => [action, reason]),
    [["config.fell-back", "the rules have no place for it"]],
  );
  const none = await lastGood(store, log, () => {
    throw new Error("no");
  });
  assert.deepEqual(none, { current: undefined, fault: "The settings cannot be read: no" });
});

test("a lost database on a box that drove real boards is no reason to show the demonstration", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const started = async (): Promise<Settled> =>
    await settle({ store, provisionPath: undefined, dataFolder: folder.path, log });
  assert.equal((await started()).demonstration, true, "a new box shows it");
  const board = { id: "lamps", channels: 1, ratedOperations: 100_000 } as const;
  const remember = async (driver: "simulated" | "tasmota"): Promise<void> => {
    const boards = [{ ...board, driver, address: "http://10.0.0.9" }];
    assert.equal(await rememberBoards({ ...EMPTY_CONFIG, boards }, folder.path), undefined);
  };
  await remember("simulated");
  assert.equal((await started()).demonstration, true);
  await remember("tasmota");
  const { demonstration, config, faults } = await started();
  assert.equal(demonstration, false);
  assert.deepEqual(config, EMPTY_CONFIG);
  assert.match(faults.get("settings") ?? "", /^The settings are gone: .* remove boards\.json/);
});

test("a configuration that cannot be read does not stand in the way of the next one", async () => {
  for (const body of ["{", '{"cameras":7}']) {
    using folder = new Folder();
    await using store = await folder.open();
    await store.publishConfig({ config: at("one"), demonstration: false, author: SAM, reason: "one" });
    spoil(folder.path, `UPDATE config_version SET body = '${body}'`);
    await assert.rejects(store.currentConfig(), /^Error: Cannot use configuration 1: it is /);
    const told = { config: at("one"), demonstration: false, author: SAM, reason: "again" };
    assert.deepEqual(await store.publishConfig(told), { changed: true, version: 2 });
    assert.equal((await store.currentConfig())?.config.cameras[0]?.source, "rtsp://one/s");
  }
});

test("a provisioning file is not applied again where it made the version with which the box dies", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const told = { demonstration: false, author: SAM, reason: "one" };
  await store.publishConfig({ ...told, config: at("one") });
  const provisionPath = join(folder.path, "provision.json");
  writeFileSync(provisionPath, JSON.stringify(PROVISION));
  const options = { store, provisionPath, dataFolder: folder.path, log };
  assert.equal((await settle(options)).version, 2);
  writeFileSync(join(folder.path, "starts.json"), JSON.stringify({ good: 1, bad: 0, version: 2, early: 3 }));
  using starts = await Starts.open(folder.path, log);
  const settled = await settle({ ...options, starts });
  assert.deepEqual([settled.version, settled.fellBack, settled.passedOver?.version], [1, true, 2]);
  // A file that says something else is a person's word.
  writeFileSync(provisionPath, JSON.stringify({ ...PROVISION, site: { name: "Press 9" } }));
  const put = await settle({ ...options, starts });
  assert.deepEqual([put.version, put.fellBack], [3, undefined]);
});
