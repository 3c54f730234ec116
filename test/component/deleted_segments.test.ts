/** Sealed files go after their time, told in the trail; what went otherwise is found. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openLog } from "../../server/base/log.ts";
import { record } from "../../server/domain/record_config.ts";
import { Recorder } from "../../server/record.ts";
import { Store } from "../../server/store/store.ts";
import { anyShift } from "../fakes/shift.ts";
import { migrationsFolder } from "../fakes/store_folder.ts";
import { BEGAN, TrailFolder } from "../fakes/trail_folder.ts";

const log = openLog("test", { write: () => undefined });
const DAY_MS = 24 * 60 * 60_000;
const FOLDER = "record";
const sealedIn = ({ path }: TrailFolder): string[] =>
  readdirSync(join(path, FOLDER))
    .filter((name) => name.endsWith(".gz"))
    .toSorted();

/** Sealed files of a thousand rows each, with an anchor in the first, and what deletes them. */
async function deleteOnce(place: TrailFolder, keepSealedDays: number | undefined): Promise<void> {
  const opened = await Store.open({ folder: place.path, migrationsFolder, log, appVersion: "0.1.0" });
  assert.ok(opened.kind === "open");
  await using store = opened.store;
  const config = record.parse(keepSealedDays === undefined ? {} : { keepSealedDays });
  await using recorder = new Recorder({
    shift: anyShift,
    ...{ dataFolder: place.path, store, log, config: () => config },
    ...{ tell: () => undefined, setFault: () => undefined },
  });
  await recorder.deleteSealed();
}

async function sealedTrail(place: TrailFolder): Promise<readonly string[]> {
  place.write(500);
  await place.anchor();
  place.write(1_600);
  await place.seal(1_000);
  place.write(1_300);
  await place.seal(1_000);
  const files = sealedIn(place);
  assert.equal(files.length, 2);
  return files;
}

test("sealed files go after their time and the check names them so; without a setting none ever goes", async () => {
  using place = new TrailFolder();
  const [first = "", second = ""] = await sealedTrail(place);
  const before = await place.verify();
  assert.ok(before.ok && before.deleted === undefined);
  await deleteOnce(place, undefined);
  await deleteOnce(place, Math.ceil((Date.now() - BEGAN) / DAY_MS) + 1);
  assert.deepEqual(sealedIn(place), [first, second], "none is old enough");
  await deleteOnce(place, 1);
  assert.deepEqual(sealedIn(place), []);
  assert.ok(existsSync(join(place.path, FOLDER, `${first}.sig`)), "what it was stays signed");
  const report = await place.verify();
  assert.deepEqual(report.faults, []);
  const lastSeq = Number(/(\d+)\.jsonl\.gz$/.exec(second)?.[1]);
  assert.deepEqual(report.deleted, { segments: 2, throughSeq: lastSeq });
  assert.equal(report.headSeq, before.headSeq + 1, "a single row tells of both");
  const told = place.rows().at(-1);
  assert.deepEqual(
    [told?.action, told?.reason],
    ["record.segments-deleted", "Sealed files are kept for 1 days"],
  );
  const [known] = place.rows();
  assert.equal(known?.seq, lastSeq + 1, "what was never sealed stays");
  place.forge(`UPDATE audit SET prev_hash = '${"0".repeat(64)}' WHERE seq = ${lastSeq + 1}`);
  assert.ok(
    (await place.verify()).faults.some(({ seq }) => seq === lastSeq + 1),
    "the first row left must follow the last that went",
  );
});

test("a sealed file that is gone without a row, or with another end, is found", async () => {
  using place = new TrailFolder();
  const [first = "", second = ""] = await sealedTrail(place);
  rmSync(join(place.path, FOLDER, first));
  const report = await place.verify();
  assert.match(report.why ?? "", /is missing, and no row tells that it was deleted/);
  assert.equal(report.firstBadSeq, 1);
  assert.equal(report.faultCount, 1, "what follows it still stands");

  await deleteOnce(place, 1);
  assert.match(
    (await place.verify()).why ?? "",
    /no row tells/,
    "a row about the second does not speak for the first",
  );
  rmSync(join(place.path, FOLDER, `${second}.sig`));
  assert.match((await place.verify()).faults.map(({ why }) => why).join("\n"), /it is missing/);
});
