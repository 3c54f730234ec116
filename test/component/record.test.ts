/**
 * The record of a real box: what stands in it, its anchors outside, a full disk, and the sealing of old rows in the
 * processes that do it.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { wallMs } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { EMPTY_CONFIG } from "../../server/domain/config.ts";
import type { RecordConfig } from "../../server/domain/record_config.ts";
import type { AuditRow, RecordState, TrailReport } from "../../server/http/audit.ts";
import { Recorder } from "../../server/record.ts";
import { codeOf } from "../../server/store/anchor.ts";
import { Store } from "../../server/store/store.ts";
import { anyShift } from "../fakes/shift.ts";
import { migrationsFolder } from "../fakes/store_folder.ts";
import { TrailFolder } from "../fakes/trail_folder.ts";
import { ModbusTcpRig } from "../rigs/modbus.ts";
import { watchBoard } from "../support/board-watch.ts";
import { type Box, startBox } from "../support/box.ts";
import { emptyCell } from "../support/empty-cell.ts";
import { makeEmptyFilm } from "../support/footage.ts";
import { acknowledgeAll, energise, type Problem } from "../support/operator.ts";
import { program, ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const PIN = "730146";
let folder = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "palisade-record-"));
  await makeEmptyFilm(join(folder, "empty.mp4"));
});
after(async () => {
  await rm(folder, { recursive: true, force: true });
});

const log = openLog("test", { write: () => undefined });

/** Everything a listener on UDP hears. */
async function syslogServer() {
  const heard: string[] = [];
  const socket = createSocket("udp4").on("message", (message) => void heard.push(message.toString()));
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const address = `127.0.0.1:${socket.address().port}`;
  return { address, heard, [Symbol.dispose]: () => void socket.close() };
}

const provision = (record: Partial<RecordConfig>) => ({
  ...emptyCell(join(folder, "empty.mp4")),
  users: [{ name: "Sam", role: "maintenance", pin: PIN }],
  record,
});

async function signIn(box: Box): Promise<Record<string, string>> {
  const response = await fetch(new URL("/api/session", box.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Sam", pin: PIN }),
  });
  assert.equal(response.status, 200);
  return { cookie: (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
}

async function ask<T>(
  box: Box,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: unknown,
) {
  const response = await fetch(new URL(path, box.url), {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const rowsOf = async (box: Box): Promise<readonly AuditRow[]> =>
  (await box.get<readonly AuditRow[]>("/api/audit")).body.toReversed();

function shell(data: string, ...args: string[]): { readonly status: number | null; readonly text: string } {
  const { command, args: own } = program("server/palisade.ts");
  const env = { ...process.env, PALISADE_DATA: data };
  const { status, stdout, stderr } = spawnSync(command, [...own, ...args], {
    cwd: ROOT,
    env,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, text: stdout + stderr };
}

test("every command, switching, setting and refusal of a real box stands in its trail, which outlives a forgery only until it is checked", async () => {
  using syslog = await syslogServer();
  const target = { address: syslog.address, transport: "udp" } as const;
  await using box = await startBox({ provision: provision({ syslog: target }) });
  using board = watchBoard(box);
  const early = await box.send<Problem>("POST", "/api/reset");
  assert.equal(early.status, 409);
  await box.send("POST", "/api/session", { name: "Sam", pin: "999999" });
  await ask(box, "PUT", "/api/tower", {}, { red: [] });
  const session = await signIn(box);
  await ask(box, "PUT", "/api/settings", session, { tests: { relayDays: 0 } });
  await ask(box, "PUT", "/api/settings", session, { tests: { relayDays: 14 } });
  await energise(box, board, 60_000);
  await box.send("POST", "/api/silence");
  await box.send("POST", "/api/stop-request");
  await board.permit(false, 5_000);
  await box.send("POST", "/stop", { camera: "side" });

  const has = (rows: readonly AuditRow[], action: string, more: Partial<AuditRow> = {}): AuditRow => {
    const wanted = Object.entries(more) as [keyof AuditRow, unknown][];
    const found = rows.find(
      (row) => row.action === action && wanted.every(([member, value]) => row[member] === value),
    );
    assert.ok(found, `${action} ${JSON.stringify(more)} in ${rows.map((row) => row.action).join(" ")}`);
    return found;
  };
  await until({
    what: "the rows of the last commands",
    ms: 10_000,
    check: async () => (await rowsOf(box)).some(({ action }) => action === "command.camera-stop"),
  });
  const rows = await rowsOf(box);
  assert.match(
    has(rows, "command.reset", { result: "denied" }).reason ?? "",
    /camera|zone|picture|Cell|Side/i,
  );
  assert.equal(has(rows, "access.denied", { result: "denied" }).objectId, "Sam");
  has(rows, "request.refused", { objectId: "PUT /api/tower", actor: "panel", result: "denied" });
  const refused = has(rows, "request.refused", { objectId: "PUT /api/settings", actor: "Sam" });
  assert.match(refused.reason ?? "", /relayDays must be 1 to 90/);
  const changed = has(rows, "config.published", { actor: "Sam" });
  const days = (side: unknown) =>
    (side as { config: { tests: { relayDays: number } } }).config.tests.relayDays;
  assert.deepEqual([days(changed.before), days(changed.after)], [7, 14]);
  has(rows, "command.reset", { result: "ok" });
  const energised = has(rows, "output.energised", { objectId: "permit" });
  assert.ok((energised.reason ?? "") !== "", "with its cause");
  has(rows, "command.silence");
  has(rows, "command.stop-request");
  assert.match(rows.findLast(({ action }) => action === "output.dropped")?.reason ?? "", /stop/i);
  has(rows, "command.camera-stop", { objectId: "side" });
  assert.ok(rows.every(({ clockState, id }) => clockState !== undefined && id[14] === "7"));
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(PIN), "no PIN stands there");

  const noted = await ask<RecordState>(box, "POST", "/api/audit/anchors", session);
  const [anchor] = noted.body.anchors;
  assert.ok(anchor !== undefined);
  await until({ what: "the anchor outside", ms: 5_000, check: () => syslog.heard.length > 0 });
  assert.match(
    syslog.heard[0] ?? "",
    new RegExp(
      `^<109>1 20\\S+Z \\S+ palisade \\d+ anchor - audit trail at row ${anchor.seq} ${anchor.code} sha256 ${anchor.hash}$`,
    ),
  );
  const report = await box.get<TrailReport>("/api/audit/verify");
  assert.deepEqual([report.body.ok, report.body.faults], [true, []]);
  const wrong = await box.get<TrailReport>(
    `/api/audit/verify?anchor=${anchor.seq}:${codeOf("0".repeat(64))}`,
  );
  assert.equal(wrong.body.ok, false);

  const order = { format: "csv", reason: "inspection" };
  const written = await ask<{ readonly file: string }>(box, "POST", "/api/audit/exports", session, order);
  assert.equal(written.status, 200, JSON.stringify(written.body));
  for (const name of [written.body.file, `${written.body.file}.sig`]) {
    const path = `/api/audit/exports/${name}`;
    const file = await fetch(new URL(path, box.url), { headers: session });
    assert.match(await file.text(), name.endsWith(".sig") ? /"sha256"/ : /^seq,id,wallAt/);
  }
  const during = shell(box.data, "audit", "verify", "--anchor", `${anchor.seq}:${anchor.code}`);
  assert.equal(during.status, 0, during.text);
  assert.equal(await box.stop(), 0);

  const { default: Database } = await import("better-sqlite3");
  const sqlite = new Database(join(box.data, "palisade.db"));
  sqlite.exec(`DROP TRIGGER audit_no_update; UPDATE audit SET actor = 'Eve' WHERE seq = ${anchor.seq}`);
  sqlite.close();
  const forged = shell(box.data, "audit", "verify");
  assert.equal(forged.status, 1);
  assert.match(
    forged.text,
    new RegExp(`broken at row ${anchor.seq}: Row ${anchor.seq} is not what was written`),
  );
  assert.match(forged.text, /Guard "audit_no_update" of the audit trail is missing/);
});

function mountMissing(): string | false {
  const place = mkdtempSync(join(tmpdir(), "palisade-record-mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place]);
  if (mounted.status === 0) spawnSync("umount", [place]);
  rmSync(place, { recursive: true });
  return mounted.status === 0 ? false : "no right to mount a small disk here; cure: run as root";
}

test("on a full disk the box guards, stops, silences and acknowledges; settings are refused in words, and the rows come later", {
  skip: mountMissing(),
}, async (t) => {
  const data = join(folder, "disk");
  execFileSync("mkdir", [data]);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", data]);
  try {
    // A simulated board would be on the disk that is full.
    await using rig = new ModbusTcpRig({ channels: 4 });
    await rig.plugIn();
    const board = {
      id: "sim",
      driver: "modbus-tcp",
      channels: 4,
      acceptNoDeadMan: true,
      address: rig.address,
    };
    await using box = await startBox({ data, provision: { ...provision({}), boards: [board] } });
    const energised = (): boolean => rig.relays.states[0] === true;
    await until({
      what: "the permit is energised",
      ms: 60_000,
      check: async () => {
        await acknowledgeAll(box);
        await box.send("POST", "/api/reset");
        return energised();
      },
    });
    const session = await signIn(box);
    // To the last byte, and what SQLite holds in its own files is full as well.
    const fill = (): void => {
      for (const block of ["1M", "4k", "1"])
        spawnSync("dd", [
          "if=/dev/zero",
          `of=${join(data, `ballast-${block}`)}`,
          `bs=${block}`,
          "status=none",
        ]);
    };
    fill();
    const words = "x".repeat(200);
    let refusedAt = 0;
    // The log of the database may have room left in pages it has already.
    for (let i = 0; i < 200 && refusedAt === 0; i++) {
      await ask(box, "PUT", "/api/tower", {}, { [words]: i });
      const { alarms } = await box.view();
      if (alarms.some(({ definition }) => /audit|record/.test(definition))) refusedAt = i;
      fill();
    }
    const { alarms } = await box.view();
    assert.ok(
      alarms.some(({ definition }) => /audit|record/.test(definition)),
      alarms.map(({ definition }) => definition).join(" "),
    );
    const change = { tests: { relayDays: 21 } };
    const refused = await ask<Problem>(box, "PUT", "/api/settings", session, change);
    assert.equal(refused.status, 503, JSON.stringify(refused.body));
    assert.match(
      refused.body.detail ?? "",
      /Cannot write the configuration: the disk is full; free space on it/,
    );
    if (!energised()) t.diagnostic(`dropped meanwhile: ${(await box.view()).outputs[0]?.why}`);
    assert.ok((await acknowledgeAll(box)) > 0);
    assert.equal((await box.send("POST", "/api/silence")).status, 200);
    assert.equal((await box.send("POST", "/api/stop-request")).status, 200);
    await until({ what: "the permit is dropped", ms: 5_000, check: () => !energised() });
    const reset = await box.send<Problem>("POST", "/api/reset");
    assert.ok([409, 503].includes(reset.status), `reset ${reset.status}`);

    for (const name of readdirSync(data)) if (name.startsWith("ballast")) rmSync(join(data, name));
    await until({
      what: "the rows that waited",
      ms: 15_000,
      check: async () => {
        const actions = (await rowsOf(box)).map(({ action }) => action);
        return ["command.silence", "command.stop-request", "command.acknowledge"].every((action) =>
          actions.includes(action),
        );
      },
    });
    assert.equal((await ask(box, "PUT", "/api/settings", session, change)).status, 200);
    assert.equal((await box.get<TrailReport>("/api/audit/verify")).body.ok, true);
    assert.equal(await box.stop(), 0);
  } finally {
    execFileSync("umount", ["-l", data]);
  }
});

async function recorderOf(place: TrailFolder, config: Partial<RecordConfig> = {}, shift = anyShift) {
  const opened = await Store.open({ folder: place.path, migrationsFolder, log, appVersion: "0.1.0" });
  assert.ok(opened.kind === "open");
  const faults: (string | undefined)[] = [];
  const { store } = opened;
  const recorder = new Recorder({
    shift,
    dataFolder: place.path,
    store,
    config: () => ({ ...EMPTY_CONFIG.record, ...config }),
    tell: () => undefined,
    setFault: (sentence) => void faults.push(sentence),
    log,
  });
  return {
    ...{ store, recorder, faults },
    async [Symbol.asyncDispose]() {
      await recorder[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

test("rows beyond the bound leave for sealed files while rows are written, and the last anchor is of the end", async () => {
  using place = new TrailFolder();
  place.write(3_200);
  {
    await using all = await recorderOf(place, { keepRows: 1_000, keepDays: 4_000 });
    const append = (n: number) =>
      all.store.appendAudit({
        action: "test.row",
        actor: { type: "system", id: "test" },
        after: { n },
        monoMs: n,
        wallAt: Date.now(),
      });
    const appended = (async () => {
      for (let n = 0; n < 60; n++) await append(n);
    })();
    await all.recorder.seal();
    await appended;
    const state = await all.recorder.state();
    assert.ok(state.segments.length >= 2, `${state.segments.length} segments`);
    assert.equal(state.segments.at(-1)?.firstSeq, 1);
    const report = await all.recorder.verify();
    assert.deepEqual([report.ok, report.faults], [true, []]);
    assert.equal(report.count, 3_260 + state.segments.length);
    const [one, two] = await Promise.all([all.recorder.verify(), all.recorder.verify()]);
    assert.equal(one, two, "who asks meanwhile gets the same answer");
  }
  const report = await place.verify();
  assert.ok(report.ok && report.anchors >= 3);
  await using again = await recorderOf(place);
  const [newest] = await again.store.archive.anchors(1);
  assert.equal(newest?.seq, report.headSeq);
});

test("an anchor goes to a syslog server over TCP with its octets counted; one that is not there is told and kept", async () => {
  using place = new TrailFolder();
  place.write(2);
  let heard = "";
  const server = createServer((socket) => {
    socket.setEncoding("utf8").on("data", (text) => {
      heard += text;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  const syslog = { address: `127.0.0.1:${port}`, transport: "tcp" } as const;
  await using all = await recorderOf(place, { syslog });
  const anchor = await all.recorder.anchor("hour");
  assert.equal(anchor?.sent, `syslog tcp 127.0.0.1:${port}`);
  const [, octets = "", line = ""] = /^(\d+) (.*)$/s.exec(heard) ?? [];
  assert.equal(Buffer.byteLength(line), Number(octets));
  assert.equal(await all.recorder.anchor("hour"), undefined, "nothing new to note");
  server.close();
  await once(server, "close");
  await all.store.appendAudit({
    ...{ action: "test.row", actor: { type: "system", id: "test" }, monoMs: 1, wallAt: Date.now() },
  });
  assert.match((await all.recorder.anchor("hour"))?.sent ?? "", /^failed: syslog tcp .*ECONNREFUSED/);
  assert.match(
    all.faults.at(-1) ?? "",
    /^The record's anchor cannot be sent to syslog tcp .*; check the server/,
  );
  assert.equal((await place.verify()).ok, true);
  writeFileSync(join(place.path, "record-key"), "no key", { mode: 0o600 });
  await assert.rejects(all.recorder.state(), /Cannot sign with the key file ".*record-key": .*; restore it/);
});

test("at the end of a shift the newest row is noted, once", async () => {
  using place = new TrailFolder();
  place.write(3);
  let endsAt: number | undefined;
  await using all = await recorderOf(place, {}, () => {
    if (endsAt !== undefined) return { ...anyShift(), id: "late", untilWallAt: endsAt + 3_600_000 };
    endsAt = wallMs() + 300;
    return { ...anyShift(), id: "early", untilWallAt: endsAt };
  });
  await until({
    what: "the anchor of the shift's end",
    ms: 10_000,
    check: async () => (await all.store.archive.anchors(5)).length > 0,
  });
  const anchors = await all.store.archive.anchors(5);
  assert.deepEqual(
    anchors.map(({ kind, seq }) => [kind, seq]),
    [["shift", 3]],
  );
  assert.ok(
    Date.parse(anchors[0]?.wallAt ?? "") >= (endsAt ?? Number.POSITIVE_INFINITY) - 5,
    "not before it",
  );
});
