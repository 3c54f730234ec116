/** The frames that tripped: kept after a trip, bounded, told in the trail, and shown on every paper of the shift. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { encode, renderSVG } from "uqr";
import { monotonicMs, wallMs } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import type { Box } from "../../server/box.ts";
import { Pictures } from "../../server/camera/pictures.ts";
import type { TrimRow } from "../../server/domain/clip.ts";
import { factsBetween } from "../../server/domain/fact.ts";
import type { PicturesConfig } from "../../server/domain/record_config.ts";
import { shiftAt } from "../../server/domain/shift.ts";
import { DEFAULT_SHIFTS } from "../../server/domain/shift_config.ts";
import type { ToldShift } from "../../server/domain/shift_sheet.ts";
import type { PictureRow } from "../../server/domain/stop_picture.ts";
import { shareOf } from "../../server/evidence/retention.ts";
import { app } from "../../server/http/app.ts";
import { schemas } from "../../server/http/schemas.ts";
import { ViewFeed } from "../../server/http/view.ts";
import { entriesOf, Journal, type JournalEntry } from "../../server/journal.ts";
import { Recorder } from "../../server/record.ts";
import { StopPictures, type StopPicturesOptions } from "../../server/stop_pictures.ts";
import type { Store } from "../../server/store/store.ts";
import { anyShift } from "../fakes/shift.ts";
import { Folder } from "../fakes/store_folder.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { configOf, IN_CELL, OUTSIDE, Play, PROVISION, person } from "../unit/domain/scenario.ts";

const JPEG = readFileSync(join(ROOT, "models/demo/golden.jpg"));
const SIZE = { width: 640, height: 360 };
const KEEP: PicturesConfig = { keep: 10, keepMegabytes: 10, keepDays: 30 };
const log = openLog("test", { write: () => undefined });

/** A guarding box whose cell somebody enters in the last step, with the pictures of its cameras. */
function trip(
  folder: string,
  journal: Pick<Journal, "tell">,
  keep: Partial<PicturesConfig> = {},
  disk: Partial<StopPicturesOptions> = {},
) {
  const pictures = new Pictures();
  const config = { ...KEEP, ...keep };
  const evidence = new StopPictures({
    ...{ dataFolder: folder, pictures, config: () => config, keepFreeBytes: () => 0, journal, log },
    ...disk,
  });
  const play = new Play(configOf(), monotonicMs() - 4_000).guarding();
  const put = (offMs: number, bytes: Uint8Array = JPEG): void =>
    pictures.put({ camera: "front", seq: 1, capturedAt: play.at - 5 + offMs, size: SIZE, jpeg: bytes });
  /** The frames that confirm somebody; whatever follows is told at once, as the box does it. */
  const enter = (): JournalEntry[] => {
    const told: JournalEntry[] = [];
    for (let i = 0; i < 3; i++) {
      const before = play.state;
      play.at += 100;
      play.see("front", person(IN_CELL), person(OUTSIDE, 0.2)).see("side");
      const facts = factsBetween(before, play.state, play.rules);
      told.push(...entriesOf(facts));
      evidence.take(facts, play.state, play.rules);
    }
    return told;
  };
  return { evidence, play, put, enter };
}

function told() {
  const rows: JournalEntry[] = [];
  return { rows, tell: (...entries: readonly JournalEntry[]) => void rows.push(...entries) };
}

test("the picture nearest to the frame that tripped is kept with what was seen, and its hash is told", async () => {
  using folder = new Folder();
  const journal = told();
  const { evidence, put, enter, play } = trip(folder.path, journal);
  put(-400, Buffer.from("older"));
  enter();
  put(30);
  const row = await until({ what: "a row of a picture", ms: 5_000, check: () => journal.rows[0] });
  assert.equal(row.action, "alarm.pictured");
  assert.deepEqual(row.object, { type: "alarm", id: "zone.stop.occupied:cell" });
  const after = row.after as PictureRow;
  // The second of three frames tripped, one frame before the last.
  assert.ok(after.offMs > 0 && after.offMs <= 130, `${after.offMs} ms`);
  assert.equal(after.cycle, play.state.cycle.number);
  assert.equal(after.sha256, createHash("sha256").update(JPEG).digest("hex"));
  assert.deepEqual(await evidence.jpeg(after.picture), JPEG);
  const picture = await evidence.picture(after.picture);
  assert.ok(schemas.StopPicture.safeParse(picture).success);
  assert.deepEqual(picture?.boxes, [person(IN_CELL)], "who scores too low does not count");
  assert.deepEqual(
    picture?.zones.map(({ name, kind }) => [name, kind]),
    [["Cell", "stop"]],
  );
  for (const wrong of ["../palisade", "a/b", "", "none"]) assert.equal(await evidence.jpeg(wrong), undefined);
  await evidence[Symbol.asyncDispose]();
  assert.equal(journal.rows.length, 1);
});

test("no picture, and a disk that takes none, are said in words", async () => {
  using folder = new Folder();
  const journal = told();
  const none = trip(folder.path, journal);
  none.enter();
  await none.evidence[Symbol.asyncDispose]();
  assert.deepEqual(
    journal.rows.map(({ action, result, reason }) => [action, result, reason]),
    [["alarm.not-pictured", "failed", "The camera gave no picture"]],
  );
  writeFileSync(join(folder.path, "pictures"), "no folder");
  const full = trip(folder.path, journal);
  full.put(1);
  full.enter();
  await full.evidence[Symbol.asyncDispose]();
  assert.match(journal.rows[1]?.reason ?? "", /^It could not be written: /);
});

test("number, bytes and age are bounded, the oldest go, halves go at a start, and 0 keeps none", async () => {
  using folder = new Folder();
  const journal = told();
  for (let n = 0; n < 4; n++) {
    const { evidence, put, enter } = trip(folder.path, journal, { keep: 2 });
    put(1);
    enter();
    await evidence[Symbol.asyncDispose]();
  }
  const names = (): string[] => readdirSync(join(folder.path, "pictures")).toSorted();
  const ids = journal.rows.flatMap(({ action, after }) =>
    action === "alarm.pictured" ? [(after as PictureRow).picture] : [],
  );
  assert.equal(new Set(ids).size, 4);
  assert.deepEqual(
    names(),
    ids
      .slice(2)
      .flatMap((id) => [`${id}.jpg`, `${id}.json`])
      .toSorted(),
  );
  writeFileSync(join(folder.path, "pictures", "half.json"), "{}");
  const small = trip(folder.path, journal, { keepMegabytes: 0.00001, keep: 0 });
  small.put(1);
  small.enter();
  await small.evidence[Symbol.asyncDispose]();
  assert.deepEqual(names(), []);
  const went = journal.rows.filter(({ action }) => action === "evidence.trimmed");
  assert.deepEqual(
    went.map(({ reason, after }) => [reason, (after as TrimRow).pictures]),
    [
      ["count", 1],
      ["count", 1],
      ["count", 2],
    ],
  );
  assert.equal(journal.rows.length, 7, "nothing else is told where none is wanted");
});

const DAY_MS = 24 * 60 * 60_000;

/** Files of a stop as an earlier run of the box left them, so many days old. */
function leave(folder: string, id: string, days: number, bytes: number): void {
  mkdirSync(join(folder, "pictures"), { recursive: true });
  for (const [end, content] of [
    ["jpg", Buffer.alloc(bytes)],
    ["json", JSON.stringify({ id })],
  ] as const) {
    const path = join(folder, "pictures", `${id}.${end}`);
    writeFileSync(path, content);
    const at = (wallMs() - days * DAY_MS) / 1_000;
    utimesSync(path, at, at);
  }
}

const mounts =
  process.getuid?.() !== 0 || spawnSync("mount", ["--version"]).status !== 0
    ? "only root can mount a small disk"
    : false;

test("on a disk that fills up the oldest pictures go but the newest, which is told, and the next one is still kept", {
  skip: mounts,
}, async (t) => {
  using folder = new Folder();
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", folder.path]);
  if (mounted.status !== 0) return t.skip(`no mount here: ${mounted.stderr}`);
  try {
    for (let days = 9; days >= 1; days--) leave(folder.path, `2026-${9 - days}`, days, 150_000);
    const names = (): string[] =>
      readdirSync(join(folder.path, "pictures")).filter((name) => name.endsWith("jpg"));
    const journal = told();
    const free = 2 * 1_024 ** 2 - 9 * (152 * 1_024);
    const roomy = trip(folder.path, journal, {}, { keepFreeBytes: () => free / 2 });
    await roomy.evidence[Symbol.asyncDispose]();
    assert.deepEqual([names().length, journal.rows], [9, []], "there is room");

    const some = trip(folder.path, journal, {}, { keepFreeBytes: () => free + 250_000 });
    await some.evidence[Symbol.asyncDispose]();
    assert.equal(names().length, 7);
    assert.equal(names()[0], "2026-2.jpg", "the oldest went");
    const row = journal.rows.at(-1);
    const after = row?.after as TrimRow;
    assert.deepEqual([row?.action, row?.reason, after.pictures], ["evidence.trimmed", "room", 2]);
    assert.ok(after.bytes > 300_000 && after.to - after.from > 0.9 * DAY_MS);

    writeFileSync(join(folder.path, "ballast"), Buffer.alloc(600_000));
    const full = trip(folder.path, journal, {}, { keepFreeBytes: () => 1e12 });
    full.put(1);
    full.enter();
    await full.evidence[Symbol.asyncDispose]();
    assert.equal(names().length, 1);
    const kept = journal.rows.find(({ action }) => action === "alarm.pictured")?.after as PictureRow;
    assert.equal(names()[0], `${kept.picture}.jpg`);
  } finally {
    spawnSync("umount", ["-l", folder.path]);
  }
});

test("pictures and clips make room together: the oldest go, whichever they are", async () => {
  const day = (days: number, bytes = 100) => ({ id: `${days}`, bytes, wallAt: -days * DAY_MS });
  const [pictures, clips] = [
    [day(9), day(6), day(3), day(0)],
    [day(8), day(5), day(1)],
  ];
  const both = (lacking: number) => [shareOf(pictures, clips, lacking), shareOf(clips, pictures, lacking)];
  assert.deepEqual(both(-5), [0, 0]);
  assert.deepEqual(both(1), [100, 0]);
  assert.deepEqual(both(150), [100, 100]);
  assert.deepEqual(both(1e9), [300, 200], "the newest of each stays");

  using folder = new Folder();
  for (const days of [9, 6, 3]) leave(folder.path, `2026-${9 - days}`, days, 1_000);
  const journal = told();
  const clip = { id: "clip", bytes: 5_000, wallAt: wallMs() - 8 * DAY_MS };
  const { evidence } = trip(
    folder.path,
    journal,
    {},
    {
      ...{ freeBytes: async () => 0, keepFreeBytes: () => 3_000 },
      others: async () => [clip, { ...clip, wallAt: wallMs() }],
    },
  );
  await evidence[Symbol.asyncDispose]();
  assert.deepEqual(
    journal.rows.map(({ after }) => (after as TrimRow).pictures),
    [1],
    "the clip gives the rest",
  );
});

/** Every text of a PDF, as its fonts write it. */
function textOf(pdf: Buffer): string {
  const streams = [...pdf.toString("latin1").matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g)];
  return streams
    .map(([, body = ""]) => {
      try {
        return inflateSync(Buffer.from(body, "latin1")).toString("latin1");
      } catch {
        return ""; // a picture
      }
    })
    .join("\n")
    .replace(/\[([^\]]*)\] TJ/g, (_all, parts: string) =>
      [...parts.matchAll(/<([0-9a-f]*)>/g)]
        .map(([, hex = ""]) => Buffer.from(hex, "hex").toString("latin1"))
        .join(""),
    );
}

/** The box's routes over a store whose current shift has two stops, the first with a picture. */
async function shiftWithStops(folder: Folder, store: Store) {
  const journal = new Journal({ trail: store, onRecord: () => undefined, log });
  const row = async (wallAt: number, action: string, more: object = {}): Promise<void> => {
    const actor = { type: "system", id: "palisade" } as const;
    await store.appendAudit({ action, actor, monoMs: monotonicMs(), wallAt, ...more });
  };
  const config = configOf({ ...PROVISION, site: { ...PROVISION.site, name: "Press <4>" } });
  await store.publishConfig({
    ...{ config, demonstration: false, reason: "test" },
    author: { type: "system", id: "test" },
  });
  await row(wallMs() - 3_000, "cycle.begun", { object: { type: "cycle", id: "1" }, after: { by: "Sam" } });
  const { evidence, enter, put } = trip(folder.path, journal);
  journal.tell(...enter());
  put(1);
  const settled = async (): Promise<boolean> =>
    (await store.audit({ limit: 20 })).some(({ action }) => action === "alarm.pictured");
  await until({ what: "the picture's row", ms: 5_000, check: settled });
  await row(wallMs(), "cycle.begun", { object: { type: "cycle", id: "2" }, after: { by: "Sam" } });
  await row(wallMs(), "cycle.ended", { object: { type: "cycle", id: "2" }, reason: "The guardian is lost" });
  const record = new Recorder({
    shift: anyShift,
    ...{ dataFolder: folder.path, store, config: () => config.record, log },
    ...{ tell: () => undefined, setFault: () => undefined },
  });
  const box = {
    ...{
      version: "0.1.0",
      demonstration: false,
      faults: [],
      store,
      journal,
      evidence: { pictures: evidence },
      record,
    },
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    guard: { config, rules: { fullView: true, cameras: [], zones: [], outputs: [], boards: [] } },
  } as unknown as Box;
  const feed = new ViewFeed(box);
  const routes = app({ box, feed, kioskFolder: "kiosk/dist", log });
  return {
    config,
    evidence,
    ask: async (path: string) => await routes.request(path, { headers: { host: "127.0.0.1" } }),
    async [Symbol.asyncDispose]() {
      feed[Symbol.dispose]();
      await evidence[Symbol.asyncDispose]();
      await record[Symbol.asyncDispose]();
      await journal[Symbol.asyncDispose]();
    },
  };
}

test("page, PDF, table and history show the pictures of stops, and paper carries the anchor", async () => {
  using folder = new Folder();
  await using store = await folder.open();
  await using box = await shiftWithStops(folder, store);
  const { id } = shiftAt(DEFAULT_SHIFTS, box.config.site.timezone, wallMs());
  const report = (await (await box.ask(`/api/shifts/${id}`)).json()) as ToldShift;
  assert.ok(schemas.ToldShift.safeParse(report).success);
  const [first, second] = report.report.stops.list;
  const [kept] = first?.pictures ?? [];
  assert.ok(kept !== undefined && "picture" in kept);
  assert.ok(second !== undefined && !("pictures" in second), "a stop without one is as it always was");
  const name = kept.picture.picture;
  const picture = await box.ask(`/api/pictures/${name}`);
  assert.ok(schemas.StopPicture.safeParse(await picture.json()).success);
  const jpeg = await box.ask(`/api/pictures/${name}/jpeg`);
  assert.equal(jpeg.headers.get("content-type"), "image/jpeg");
  assert.deepEqual(Buffer.from(await jpeg.arrayBuffer()), JPEG);
  assert.equal((await box.ask("/api/pictures/none")).status, 404);
  const history = (await (await box.ask("/api/alarms/history?definition=zone.stop.occupied")).json()) as {
    readonly event: string;
    readonly picture?: string;
  }[];
  assert.deepEqual(
    history.filter(({ event }) => event === "pictured").map((each) => each.picture),
    [name],
  );

  const html = await (await box.ask(`/api/shifts/${id}?format=html`)).text();
  assert.ok(html.includes(`data:image/jpeg;base64,${JPEG.toString("base64")}`));
  assert.match(html, /<polygon class="stop" points="0.2,0.5 /);
  assert.match(html, /None was kept/, "of the second stop");
  const [, anchor = ""] = /<p>(\d+:[0-9a-f]{64})<\/p>/.exec(html) ?? [];
  const [seq] = anchor.split(":");
  const row = (await store.audit({ limit: 1, beforeSeq: Number(seq) + 1 }))[0];
  assert.equal(`${row?.seq}:${row?.hash}`, anchor, "a row that stands in the trail");
  assert.ok(html.includes(renderSVG(anchor, { ecc: "M", border: 4 })));
  assert.equal(encode(anchor, { ecc: "M" }).data.length, encode(anchor, { ecc: "M" }).size);

  const response = await box.ask(`/api/shifts/${id}?format=pdf`);
  assert.equal(response.headers.get("content-type"), "application/pdf");
  const pdf = Buffer.from(await response.arrayBuffer());
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const pages = Number(/\/Count (\d+)/.exec(pdf.toString("latin1"))?.[1]);
  const text = textOf(pdf);
  for (const part of ["Press <4>", "Pictures of stops", "Not a safety device", `Page 1 of ${pages}`])
    assert.ok(text.includes(part), part);
  assert.ok(text.includes(`Page ${pages} of ${pages}`));
  assert.ok(pdf.includes(JPEG), "as it was kept, not made anew");
  if (process.env.PALISADE_KEEP_PAPER !== undefined) {
    writeFileSync(join(process.env.PALISADE_KEEP_PAPER, "shift.pdf"), pdf);
    writeFileSync(join(process.env.PALISADE_KEEP_PAPER, "shift.html"), html);
  }
  const csv = await (await box.ask(`/api/shifts/${id}?format=csv`)).text();
  assert.match(csv, /^Pictures of stops,[^\r]*Front,/m);

  await box.evidence[Symbol.asyncDispose]();
  rmSync(join(folder.path, "pictures"), { recursive: true });
  assert.match(await (await box.ask(`/api/shifts/${id}?format=html`)).text(), /not kept any more/);
});
