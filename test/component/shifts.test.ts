/** Shift reports over a real database and the real routes: read, written under, signed, and changed afterwards. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { monotonicMs, wallMs } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import type { Box } from "../../server/box.ts";
import { type Shift, shiftAt } from "../../server/domain/shift.ts";
import { DEFAULT_SHIFTS } from "../../server/domain/shift_config.ts";
import type { ToldShift } from "../../server/domain/shift_sheet.ts";
import { app } from "../../server/http/app.ts";
import { type SchemaName, schemas } from "../../server/http/schemas.ts";
import type { ShiftList } from "../../server/http/shifts.ts";
import { ViewFeed } from "../../server/http/view.ts";
import { Journal } from "../../server/journal.ts";
import { canonicalJson } from "../../server/store/chain.ts";
import type { Store } from "../../server/store/store.ts";
import { CONFIG, Folder, person, SAM } from "../fakes/store_folder.ts";

const SAM_PIN = "730146";
const HOUR = 3_600_000;
const NOW = shiftAt(DEFAULT_SHIFTS, CONFIG.site.timezone, wallMs());
const LAST = shiftAt(DEFAULT_SHIFTS, CONFIG.site.timezone, NOW.fromWallAt - 1);

/** The routes over this store, and nothing of a box besides. */
function routesOver(store: Store) {
  const log = openLog("test", { write: () => undefined });
  const journal = new Journal({ trail: store, onRecord: () => undefined, log });
  const box = {
    ...{ version: "0.1.0", demonstration: false, faults: [], store, journal },
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    guard: { config: { ...CONFIG, site: { ...CONFIG.site, name: "Press <4>" } }, rules: { fullView: true } },
  } as unknown as Box;
  const feed = new ViewFeed(box);
  const routes = app({ box, feed, kioskFolder: "kiosk/dist", log });
  const ask = async (method: string, path: string, body?: unknown) =>
    await routes.request(path, {
      method,
      headers: { host: "127.0.0.1", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const json = async <T>(path: string): Promise<T> => (await (await ask("GET", path)).json()) as T;
  const dispose = async (): Promise<void> => {
    feed[Symbol.dispose]();
    await journal[Symbol.asyncDispose]();
  };
  return { ask, json, journal, [Symbol.asyncDispose]: dispose };
}

async function row(store: Store, wallAt: number, action: string, more: object = {}): Promise<void> {
  const actor = { type: "system", id: "palisade" } as const;
  await store.appendAudit({ action, actor, monoMs: monotonicMs(), wallAt, ...more });
}

/** A stop in the last shift, and an alarm that nobody acknowledged. */
async function lastShift(store: Store): Promise<void> {
  const at = (minutes: number): number => LAST.fromWallAt + minutes * 60_000;
  const alarm = async (minutes: number, from: string, to: string): Promise<void> =>
    await row(store, at(minutes), `alarm.${to}`, {
      ...{ object: { type: "alarm", id: "prot.camera.lost:front" }, before: { state: from } },
    });
  await row(store, at(-30), "box.starting");
  const cycle = { object: { type: "cycle", id: "7" } };
  await row(store, at(-20), "cycle.begun", { ...cycle, after: { by: "Sam" } });
  await alarm(60, "normal", "unacknowledged");
  await row(store, at(60), "cycle.ended", { ...cycle, reason: "Front, <b>=1+1</b>" });
  await alarm(61, "unacknowledged", "latched-unacknowledged");
}

function conforms(name: SchemaName, body: unknown): void {
  const parsed = schemas[name].safeParse(body);
  assert.ok(parsed.success, `${name}: ${parsed.error?.message}`);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed.data)), body, `${name} has members of its own`);
}

async function problem(response: Response, status: number): Promise<string> {
  const { detail } = (await response.json()) as { readonly detail: string };
  assert.equal(response.status, status, detail);
  return detail;
}

/** A store with the last shift; people cost a tenth of a second each. */
async function openWith(folder: Folder, ...people: ReturnType<typeof person>[]): Promise<Store> {
  const store = await folder.open();
  await lastShift(store);
  await store.publishConfig({ config: CONFIG, demonstration: false, author: SAM, reason: "test", people });
  return store;
}

async function note(store: Store, shift: Shift, text: string): Promise<void> {
  const after = { shift, version: 1, text };
  await row(store, wallMs(), "shift.noted", { object: { type: "shift", id: shift.id }, after });
}

test("the last shift is read by anybody, handed over by an operator, signed by a supervisor, and says when it has changed", async () => {
  using folder = new Folder();
  await using store = await openWith(folder, person("Sam", SAM_PIN), person("Kim", "8264", "operator"));
  await using box = routesOver(store);
  const path = `/api/shifts/${LAST.id}`;

  const list = await box.json<ShiftList>("/api/shifts");
  conforms("ShiftList", list);
  const names = ({ shifts, more }: ShiftList) => [shifts.map(({ id, running }) => [id, running]), more];
  const before = shiftAt(DEFAULT_SHIFTS, CONFIG.site.timezone, LAST.fromWallAt - 1).id;
  assert.deepEqual(names(list), [
    [
      [NOW.id, true],
      [LAST.id, false],
      [before, false],
    ],
    false,
  ]);
  assert.deepEqual(names(await box.json(`/api/shifts?limit=1&before=${NOW.id}`)), [[[LAST.id, false]], true]);
  for (const wrong of ["limit=0", "limit=x", "limit=51", "before=yesterday"])
    await problem(await box.ask("GET", `/api/shifts?${wrong}`), 400);

  const told = await box.json<ToldShift>(path);
  conforms("ToldShift", told);
  assert.equal(told.hash, createHash("sha256").update(canonicalJson(told.report)).digest("hex"));
  assert.deepEqual(
    told.report.stops.list.map(({ camera, cycle }) => [camera, cycle]),
    [["front", 7]],
  );
  assert.equal(told.report.alarms.unacknowledged.count, 1);
  assert.equal(told.report.cameras[0]?.blindMs, 60_000);
  assert.equal(told.report.time.runningMs, HOUR);
  for (const wrong of ["20260101T000000Z", "tomorrow", "20990101T060000Z"])
    await problem(await box.ask("GET", `/api/shifts/${wrong}`), 404);
  await problem(await box.ask("GET", `${path}?format=doc`), 400);
  const running = await box.json<ToldShift>("/api/shifts/current");
  conforms("ToldShift", running);
  assert.ok(running.running);

  const kim = { name: "Kim", pin: "8264" };
  await problem(await box.ask("POST", `${path}/note`, { text: "Hello", version: 0 }), 401);
  await problem(await box.ask("POST", `${path}/note`, { ...kim, text: " ", version: 0 }), 400);
  const two = await Promise.all(
    ["Lens cleaned", "Lens dirty"].map((text) =>
      box.ask("POST", `${path}/note`, { ...kim, text, version: 0 }),
    ),
  );
  assert.deepEqual(
    two.map(({ status }) => status),
    [200, 409],
    "the second has not read the first",
  );

  const sam = { name: "Sam", pin: SAM_PIN };
  const sign = async (body: object, at = path) => await box.ask("POST", `${at}/sign`, body);
  await problem(await sign({ ...kim, hash: told.hash }), 403);
  await problem(await sign({ ...sam, pin: "111222", hash: told.hash }), 401);
  await problem(await sign({ ...sam, hash: "0".repeat(64) }), 409);
  await problem(await sign({ ...sam, hash: running.hash }, `/api/shifts/${NOW.id}`), 409);
  assert.equal((await sign({ ...sam, hash: told.hash, comment: "Seen" })).status, 200);
  assert.equal((await sign({ ...sam, hash: told.hash })).status, 200, "again is no further signature");
  const signed = await box.json<ToldShift>(path);
  conforms("ToldShift", signed);
  assert.deepEqual(
    signed.notes.map(({ version, text, by }) => [version, text, by]),
    [[1, "Lens cleaned", "Kim"]],
  );
  assert.deepEqual(
    signed.signatures.map(({ by, role, comment, holds }) => [by, role, comment, holds]),
    [["Sam", "supervisor", "Seen", "yes"]],
  );
  assert.equal(signed.hash, told.hash, "a signature is no part of what is signed");
  assert.deepEqual((await box.json<ShiftList>("/api/shifts")).shifts[1]?.signedBy, ["Sam"]);

  await box.ask("POST", `${path}/note`, { ...kim, text: "Lens cleaned twice", version: 1 });
  assert.equal((await box.json<ToldShift>(path)).signatures[0]?.holds, "note-changed");
  await row(store, LAST.untilWallAt - 1, "guardian.held");
  assert.equal((await box.json<ToldShift>(path)).signatures[0]?.holds, "report-changed");
  const actions = (await store.audit({ limit: 1_000 })).map(({ action }) => action);
  assert.equal(actions.filter((action) => action === "shift.signed").length, 1);
  assert.equal(actions.filter((action) => action === "shift.noted").length, 2);
  assert.deepEqual((await store.verifyAudit()).ok, true);
});

test("paper and table hold the whole report, and what people wrote can neither become a tag nor a formula", async () => {
  using folder = new Folder();
  await using store = await openWith(folder);
  await using box = routesOver(store);
  const path = `/api/shifts/${LAST.id}`;
  await note(store, LAST, '=HYPERLINK("x"), <i>');
  const page = await box.ask("GET", `${path}?format=html`);
  assert.match(page.headers.get("content-type") ?? "", /text\/html/);
  const html = await page.text();
  for (const part of [
    "Stops",
    "Cameras",
    "Signatures",
    "Press &lt;4&gt;",
    "&lt;b&gt;=1+1&lt;/b&gt;",
    "Not a safety device",
  ])
    assert.ok(html.includes(part), part);
  assert.doesNotMatch(html, /<[bi]>|<script/);
  const table = await box.ask("GET", `${path}?format=csv`);
  assert.match(table.headers.get("content-disposition") ?? "", new RegExp(`shift-${LAST.id}\\.csv`));
  const csv = await table.text();
  assert.ok(csv.includes(`Hand-over,"'=HYPERLINK(""x""), <i>"\r\n`), csv.slice(0, 400));
  assert.match(csv, /^Stops,At,Cycle,Cause/m);
  await box.journal[Symbol.asyncDispose]();
  const exported = (await store.audit({ limit: 10 })).filter(({ action }) => action === "shift.exported");
  assert.equal(exported.length, 2);
});

test("a shift of another calendar keeps its bounds once it is written under", async () => {
  using folder = new Folder();
  await using store = await openWith(folder);
  await using box = routesOver(store);
  const shift: Shift = { ...LAST, name: "Long shift", untilWallAt: LAST.untilWallAt - HOUR };
  await note(store, shift, "Shorter");
  const told = await box.json<ToldShift>(`/api/shifts/${LAST.id}`);
  assert.deepEqual(told.report.shift, shift);
});

test("a shift of 5,000 rows is read in slices between which the box writes", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  const ROWS = 5_000;
  for (let n = 0; n < ROWS; n += 500)
    await Promise.all(
      Array.from({ length: 500 }, (_, i) =>
        row(store, LAST.fromWallAt + n + i, (n + i) % 2 === 0 ? "alarm.unacknowledged" : "alarm.normal", {
          ...{ object: { type: "alarm", id: "zone.warn.occupied:cell" } },
          before: { state: (n + i) % 2 === 0 ? "normal" : "unacknowledged" },
        }),
      ),
    );
  let done = false;
  const report = store.shifts.report(LAST, LAST.untilWallAt).finally(() => {
    done = true;
  });
  let written = 0;
  while (!done) {
    await row(store, wallMs(), "guardian.held");
    written++;
  }
  const told = await report;
  assert.equal(told.report.record.rows, ROWS);
  assert.equal(told.report.alarms.raised, ROWS / 2);
  assert.ok(written >= 2, `${written} rows were written meanwhile`);
  assert.deepEqual(await store.shifts.report(LAST, LAST.untilWallAt), told, "and again it is the same");
});
