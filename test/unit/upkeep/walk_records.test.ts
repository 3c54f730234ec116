/** Walk tests over weeks, on a real database: what comes due, how often people were seen, what the disk refuses. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLog } from "../../../server/base/log.ts";
import type { Config } from "../../../server/domain/config.ts";
import type { WalkAttempt } from "../../../server/domain/walk_test.ts";
import type { WalkRecord } from "../../../server/store/protocol.ts";
import { Store } from "../../../server/store/store.ts";
import { subjectOf, WalkRecords, walkedZones } from "../../../server/walk_records.ts";
import { configOf, PROVISION } from "../domain/scenario.ts";

const DAY = 24 * 60 * 60_000;
const START = Date.parse("2026-11-21T10:00:00Z");
const SAM = { type: "user", id: "Sam", role: "operator" } as const;
const log = openLog("test", { write: () => undefined });

const seen = (point: number): WalkAttempt => ({
  ...{ point, outcome: "detected", score: 0.9, foot: [0.5, 0.7] },
  drops: [{ output: "permit", kind: "proven", ms: 120.5, contact: false }],
});
const MISSED: WalkAttempt = { point: 2, outcome: "missed", drops: [] };
const SKIPPED: WalkAttempt = { point: 3, outcome: "skipped", reason: "The press stands there", drops: [] };

function config(tests: object = { demandWalk: true }, change: object = {}): Config {
  return configOf({ ...PROVISION, tests, ...change });
}

let number = 0;
function record(wallAt: number, of: Config, over: Partial<WalkRecord> = {}): WalkRecord {
  const [zone] = walkedZones(of);
  assert.ok(zone);
  return {
    ...{ test: `t${number++}`, walkedBy: "Sam", role: "operator", zone: zone.id, zoneName: zone.name },
    wallAt: new Date(wallAt).toISOString(),
    begunWallAt: new Date(wallAt - 90_000).toISOString(),
    ...{ camera: zone.camera, model: "m", subject: subjectOf(of, zone), outcome: "passed", why: null },
    points: [[0.5, 0.7]],
    attempts: [seen(0), seen(1)],
    ...over,
  };
}

interface Bench extends AsyncDisposable {
  readonly store: Store;
  open(): Promise<WalkRecords>;
}

async function bench(): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "palisade-walk-"));
  const migrationsFolder = join(import.meta.dirname, "../../../migrations");
  const opened = await Store.open({ folder, migrationsFolder, log, appVersion: "0.1.0" });
  assert.ok(opened.kind === "open");
  const { store } = opened;
  const keep = (name: string, value: string): void => void store.keep(name, value);
  return {
    store,
    open: async () => await WalkRecords.open({ store, keep, log }, START),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

test("a zone is due a day after it is asked for, then after its last pass, and only as it was walked", async () => {
  await using at = await bench();
  const records = await at.open();
  const of = config();
  const [zone] = walkedZones(of);
  assert.ok(zone);
  assert.deepEqual(
    walkedZones(of).map(({ id }) => id),
    ["cell"],
    "no warning zone is walked",
  );
  const off = config({});
  records.wire(off, START);
  assert.deepEqual(records.due(zone, off, START + 9 * DAY), {
    ...{ lastWallAt: null, dueWallAt: null, overdue: false },
  });
  assert.deepEqual(records.overdue(off, START + 9 * DAY), [], "nobody asks for it unless told to");

  records.wire(of, START);
  assert.deepEqual(records.overdue(of, START + DAY - 1), []);
  const [late] = records.overdue(of, START + DAY);
  assert.deepEqual([late?.test, late?.long], ["walk", undefined]);
  assert.equal(late?.message, "The walk test of Cell was due on 2026-11-22; none has passed");
  assert.equal(records.overdue(of, START + 2 * DAY)[0]?.long, true);

  await records.add(record(START + DAY, of, { outcome: "failed" }), SAM);
  assert.equal(records.overdue(of, START + DAY).length, 1, "one that failed is none");
  assert.equal(await records.add(record(START + DAY, of), SAM), undefined);
  assert.deepEqual(records.overdue(of, START + 2 * DAY - 1), []);
  assert.match(records.overdue(of, START + 2 * DAY)[0]?.message ?? "", /last one passed on 2026-11-22$/);

  // The same box after a restart knows it all; a zone that was drawn anew was never walked.
  const again = await at.open();
  again.wire(of, START + 5 * DAY);
  assert.equal(again.due(zone, of).dueWallAt, START + 2 * DAY);
  assert.deepEqual(again.records, records.records);
  const [cell, ...zones] = PROVISION.zones;
  const drawn = config({ demandWalk: true }, { zones: [{ ...cell, dwellMs: 100 }, ...zones] });
  again.wire(drawn, START + 5 * DAY);
  const [other] = walkedZones(drawn);
  assert.ok(other);
  assert.deepEqual(
    [again.due(other, drawn).lastWallAt, again.due(other, drawn).dueWallAt],
    [...[null, START + 6 * DAY]],
  );
  const named = config({ demandWalk: true, walkDays: 3 }, { zones: [{ ...cell, name: "Other" }, ...zones] });
  again.wire(named, START + 5 * DAY);
  assert.equal(again.due(zone, named).lastWallAt, START + DAY, "a name changes nothing of what was walked");
});

test("the detection rate counts every going but the skipped ones, by day of the site, for thirty days", async () => {
  await using at = await bench();
  const records = await at.open();
  const of = config();
  const late = Date.parse("2026-11-21T22:30:00Z"); // half past eleven in Berlin
  await records.add(record(START, of), SAM);
  await records.add(record(late, of, { outcome: "failed", attempts: [seen(0), MISSED, SKIPPED] }), SAM);
  await records.add(
    record(late + 3_600_000, of, { outcome: "cancelled", why: "time", attempts: [MISSED] }),
    SAM,
  );
  const rate = {
    ...{ walked: 5, detected: 3 },
    days: [
      { day: "2026-11-22", walked: 1, detected: 0 },
      { day: "2026-11-21", walked: 4, detected: 3 },
    ],
  };
  assert.deepEqual(records.rate("cell", "Europe/Berlin", START + DAY), rate);
  assert.deepEqual(
    (await at.open()).rate("cell", "Europe/Berlin", START + DAY),
    rate,
    "also after a restart",
  );
  assert.deepEqual(records.rate("cell", "UTC", START + 40 * DAY), { walked: 0, detected: 0, days: [] });
  assert.equal(records.rate("aisle", "UTC", START).walked, 0);
});

test("a record comes once into the database and the trail, and waits while the disk takes nothing", async () => {
  await using at = await bench();
  const records = await at.open();
  const of = config();
  const write = at.store.recordWalk.bind(at.store);
  let full = true;
  at.store.recordWalk = async (row, by) => {
    await write(row, by);
    if (full) throw new Error("the disk is full; make room on it");
  };
  const one = record(START, of);
  assert.match((await records.add(one, SAM)) ?? "", /the disk is full/);
  assert.deepEqual(records.records, []);
  full = false;
  assert.equal(await records.add(record(START + 1, of), SAM), undefined, "and the one that waited with it");
  assert.equal(records.records.length, 2);
  const { records: kept } = await at.store.walks(9, new Date(START).toISOString());
  assert.equal(kept.length, 2, "what was written although it failed is there once");
  assert.deepEqual(kept[1], one);
  const rows = await at.store.audit({ limit: 9 });
  assert.deepEqual(
    rows.map(({ action, actor, objectId }) => [action, actor, objectId]),
    new Array(2).fill(["walk-test.ended", "Sam", "cell"]),
  );
  assert.deepEqual(await at.store.verifyAudit().then(({ ok }) => ok), true);
});
