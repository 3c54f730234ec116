/** Alarms of a true box: over the routes, over kill -9, and two hundred of them within ten seconds. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { EMPTY_CONFIG } from "../../server/domain/config.ts";
import { compileRules } from "../../server/domain/rules.ts";
import { viewOf } from "../../server/domain/screen.ts";
import type { AlarmView, View } from "../../server/domain/view.ts";
import { schemas } from "../../server/http/schemas.ts";
import { entriesOf, Journal } from "../../server/journal.ts";
import { Pipeline } from "../../server/pipeline.ts";
import { Store } from "../../server/store/store.ts";
import { startBox } from "../support/box.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const SAM = { name: "Sam", pin: "730146" };
const MAX = { name: "Max", pin: "918273" };
const KIM = { name: "Kim", pin: "8264" };
const LOST = "prot.camera.lost:gone";
const NEAR = "zone.warn.occupied:near";
const STOP = "op.stop.requested:panel";
const PROVISION = {
  cameras: [
    { id: "front", name: "Front", source: `file:${join(ROOT, "models/demo/cell-front.mp4")}` },
    { id: "gone", name: "Gone", source: "rtsp://127.0.0.1:9/stream" },
  ],
  zones: [
    {
      ...{ id: "near", camera: "front", name: "Near", kind: "warn" },
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    },
  ],
  boards: [{ id: "sim", driver: "simulated", channels: 4 }],
  outputs: [{ id: "beacon", board: "sim", channel: 1, role: "while-active", zones: ["near"] }],
  users: [
    { ...SAM, role: "supervisor" },
    { ...MAX, role: "maintenance" },
    { ...KIM, role: "operator" },
  ],
};

test("shelves, service, comments and acknowledgements are asked for over the routes and outlast kill -9", async () => {
  const data = await mkdtemp(join(tmpdir(), "palisade-alarms-"));
  try {
    await using first = await startBox({ data, provision: PROVISION });
    const post = async (id: string, verb: string, body: object) =>
      await first.send<{ refusals?: string[]; alarms?: AlarmView[] }>(
        "POST",
        `/api/alarms/${encodeURIComponent(id)}/${verb}`,
        body,
      );
    const seen = await first.waitFor(
      ({ alarms }) => [LOST, NEAR].every((id) => alarms.some((alarm) => alarm.id === id)),
      40_000,
    );
    const version = (id: string): number => seen.alarms.find((alarm) => alarm.id === id)?.version ?? 0;
    const shelf = { reason: "known", minutes: 20 };
    assert.equal((await post(NEAR, "shelve", shelf)).status, 401);
    assert.equal((await post(NEAR, "shelve", { ...shelf, ...KIM })).status, 403);
    assert.equal((await post(NEAR, "shelve", { ...shelf, ...SAM, reason: "bored" })).status, 400);
    assert.equal((await post("none:x", "shelve", { ...shelf, ...SAM })).status, 404);
    const stale = await post(NEAR, "shelve", { ...shelf, ...SAM, version: version(NEAR) - 1 });
    assert.equal(stale.status, 409);
    assert.ok(
      stale.body.alarms?.some(({ id }) => id === NEAR),
      "with the list as it is now",
    );
    assert.match(
      (await post(LOST, "shelve", { ...shelf, ...SAM })).body.refusals?.[0] ?? "",
      /never shelved/,
    );
    await until({
      what: "the alarm of the zone is shelved; it comes and goes meanwhile",
      ms: 40_000,
      check: async () => (await post(NEAR, "shelve", { ...shelf, ...SAM })).status === 200,
    });
    assert.equal(
      (await post(LOST, "out-of-service", { reason: "repair", minutes: 600, ...SAM })).status,
      403,
    );
    assert.equal((await post(LOST, "comment", { text: "Cable is ordered", ...KIM })).status, 200);
    await first.send("POST", "/api/stop-request");
    await post(STOP, "acknowledge", {});
    assert.equal((await post(LOST, "acknowledge", {})).status, 200);
    assert.equal(
      (await post(LOST, "out-of-service", { reason: "repair", minutes: 600, ...MAX })).status,
      200,
    );
    assert.equal((await post(LOST, "unshelve", {})).status, 409, "it is not on the shelf");
    const view = await first.waitFor(({ hidden }) => hidden.length === 2, 2_000);
    assert.deepEqual(
      view.hidden.map(({ id, state }) => [id, state]),
      [
        [NEAR, "shelved"],
        [LOST, "out-of-service"],
      ],
    );
    const { body: listed } = await first.get<AlarmView[]>("/api/alarms");
    for (const alarm of listed) {
      const parsed = schemas.Alarm.safeParse(alarm);
      assert.ok(parsed.success, JSON.stringify(parsed.error));
      assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), alarm);
    }
    assert.ok(listed.some(({ id, state }) => id === NEAR && state === "shelved"));
    // What was confirmed is on the disk by then: the kill follows the answer at once.
    assert.equal((await post(LOST, "return-to-service", MAX)).status, 200);
    assert.equal((await post(LOST, "acknowledge", {})).status, 200);
    assert.equal(
      (await post(LOST, "out-of-service", { reason: "repair", minutes: 700, ...MAX })).status,
      200,
    );
    process.kill(first.pid, "SIGKILL");
    await first.kill9();

    await using second = await startBox({ data });
    const after = await second.view();
    const of = (id: string): AlarmView | undefined =>
      [...after.alarms, ...after.hidden].find((alarm) => alarm.id === id);
    assert.deepEqual([of(NEAR)?.state, of(NEAR)?.hidden?.by], ["shelved", "Sam"]);
    assert.ok((of(NEAR)?.hidden?.leftMs ?? 0) < 20 * 60_000);
    assert.deepEqual([of(LOST)?.state, of(LOST)?.acknowledgedBy], ["out-of-service", "panel"]);
    assert.ok((of(LOST)?.hidden?.leftMs ?? 0) > 600 * 60_000);
    assert.equal(of(LOST)?.comment?.text, "Cable is ordered");
    assert.deepEqual([of(STOP)?.state, of(STOP)?.acknowledgedBy], ["latched-acknowledged", "panel"]);
    const firstOut = ({ alarms, hidden }: View): string | undefined =>
      [...alarms, ...hidden].find((alarm) => alarm.firstOut)?.id;
    assert.ok(firstOut(view) !== undefined);
    assert.equal(firstOut(after), firstOut(view), "what came first still did");

    const { body: events } = await second.get<{ alarm: string; event: string; occurrence: string }[]>(
      `/api/alarms/history?source=gone&definition=prot.camera.lost&priority=1`,
    );
    for (const event of events) assert.ok(schemas.AlarmEvent.safeParse(event).success, JSON.stringify(event));
    const told = events.map(({ event }) => event).reverse();
    assert.deepEqual(told.slice(0, 4), ["raise", "commented", "acknowledge", "out-of-service"]);
    assert.equal(new Set(events.map(({ occurrence }) => occurrence)).size, 1, "all of one occurrence");
    assert.deepEqual((await second.get("/api/alarms/history?priority=4")).body, []);
    assert.equal((await second.get("/api/alarms/history?priority=9")).status, 400);
    assert.equal((await second.get("/api/alarms/history?limit=501")).status, 400);

    const path = `/api/alarms/${encodeURIComponent(LOST)}/return-to-service`;
    assert.equal((await second.send("POST", path, SAM)).status, 403);
    assert.equal((await second.send("POST", path, MAX)).status, 200);
    await second.waitFor(
      ({ alarms }) => alarms.some(({ id, state }) => id === LOST && state === "unacknowledged"),
      2_000,
    );
    const unshelve = `/api/alarms/${encodeURIComponent(NEAR)}/unshelve`;
    assert.equal((await second.send("POST", unshelve)).status, 200);
    await second.waitFor(({ hidden }) => hidden.length === 0, 2_000);
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});

test("two hundred alarms within ten seconds: the view stays quick, and no row of the record is lost", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-flood-"));
  const log = openLog("flood", { write: () => undefined });
  const opened = await Store.open({
    folder,
    migrationsFolder: join(ROOT, "migrations"),
    log,
    appVersion: "0",
  });
  assert.ok(opened.kind === "open");
  const { store } = opened;
  try {
    const outputs = Array.from({ length: 200 }, (_, i) => ({
      ...{
        id: `horn-${i}`,
        board: "sim",
        channel: i + 1,
        role: "while-active" as const,
        zones: [],
        pulseMs: 500,
      },
    }));
    const rules = compileRules({ ...EMPTY_CONFIG, outputs }, 0.5);
    const journal = new Journal({ trail: store, onRecord: () => undefined, log });
    const pipeline = new Pipeline({
      rules,
      outputs: { hold: () => 0, arm: () => undefined },
      now: monotonicMs,
      tell: (facts) => journal.tell(...entriesOf(facts)),
      broken: (error) => assert.fail(String(error)),
    });
    let slowestMs = 0;
    const worn: { output: string; message: string }[] = [];
    for (const { id } of outputs) {
      worn.push({ output: id, message: "worn" });
      pipeline.feed({ kind: "maintenance", overdue: [], worn: [...worn] });
      const begun = monotonicMs();
      const around = {
        wallAt: Date.now(),
        at: begun,
        site: { name: "", timezone: "UTC" },
        demonstration: false,
      };
      const model = { name: "", grade: "", quality: "" };
      const view = viewOf(pipeline.state, rules, {
        ...{ seq: 1, boot: "", version: "", pictures: new Map(), reaction: { count: 0 }, model, faults: [] },
        ...around,
      });
      JSON.stringify(view);
      slowestMs = Math.max(slowestMs, monotonicMs() - begun);
      assert.equal(view.alarms.length, worn.length);
      // A tenth of the ten seconds that such a flood may take.
      await wait(5);
    }
    pipeline[Symbol.dispose]();
    await journal[Symbol.asyncDispose]();
    assert.equal(journal.lost, 0);
    const rows = await store.alarmRows({ limit: 500 });
    assert.equal(new Set(rows.map(({ alarm }) => alarm)).size, 200);
    assert.equal(rows.length, 200);
    assert.deepEqual(await store.alarmRows({ limit: 9, source: "horn-7" }), [
      rows.find(({ alarm }) => alarm === "out.worn:horn-7"),
    ]);
    t.diagnostic(`slowest view with up to 200 alarms: ${slowestMs.toFixed(1)} ms`);
    assert.ok(slowestMs < 200, `a view took ${slowestMs} ms`);
  } finally {
    await store[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
});
