/** A backup of a real database with its sealed files, and its way back: on the same box, on another one, and undone. */
import assert from "node:assert/strict";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { keyOf } from "../../server/store/backup_secrets.ts";
import type { Store } from "../../server/store/store.ts";
import { verifyTrail } from "../../server/store/verify.ts";
import { finish, inspect, order, REASON, Stick } from "../fakes/backup_folder.ts";
import { CONFIG, configOf, Folder, person } from "../fakes/store_folder.ts";
import { TrailFolder } from "../fakes/trail_folder.ts";

const PASSPHRASE = "a long winter in Hallein";
const PIN = "730146";
const SAM = { type: "user", id: "Sam", role: "maintenance" } as const;

async function publish(store: Store, config = CONFIG, people = [person("Sam", PIN)]): Promise<void> {
  await store.publishConfig({ config, people, demonstration: false, author: SAM, reason: "test" });
}

/** A box with settings, a person, and a trail of which a part is sealed; made once, and only copied. */
const box = new TrailFolder();
const stick = new Stick();
let withKeys = "";
let without = "";

before(async () => {
  {
    await using store = await open(box.path);
    await publish(store);
  }
  box.write(1_100);
  await box.anchor();
  box.write(100);
  await box.seal(100);
  withKeys = await stick.backup(box.path, { key: await keyOf(PASSPHRASE) });
  without = await stick.backup(box.path);
});
after(() => {
  box[Symbol.dispose]();
  stick[Symbol.dispose]();
});

function copied(): TrailFolder {
  const place = new TrailFolder();
  cpSync(box.path, place.path, { recursive: true });
  return place;
}

async function open(path: string): Promise<Store> {
  const folder = new Folder();
  rmSync(folder.path, { recursive: true });
  return await folder.open({ folder: path });
}

async function verifies(place: TrailFolder): Promise<ReturnType<TrailFolder["verify"]>> {
  const report = await place.verify();
  assert.deepEqual(report.faults, []);
  return report;
}

test("on the same box settings and people come back, the record goes on, and the way back is open once", async () => {
  using place = copied();
  const file = without;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  {
    await using store = await open(place.path);
    await publish(store, configOf([{ id: "other", source: "rtsp://root:other@host/stream" }]), [
      person("Sam", "918273"),
      person("Kim", "640912", "operator"),
    ]);
  }
  place.write(300);
  const before = await verifies(place);
  const { mode, own, config, people, here, pinsFit, passwordsFit } = await inspect(place.path, file);
  assert.deepEqual([mode, own, here?.seq], ["continues", true, before.headSeq]);
  assert.deepEqual([config?.cameras[0]?.source, people], [CONFIG.cameras[0]?.source, ["Sam"]]);
  assert.deepEqual([pinsFit, passwordsFit], [true, true]);
  await order(place.path, file);
  const done = await finish(place.path);
  assert.ok(done?.ok);
  const after = await verifies(place);
  assert.equal(after.headSeq, before.headSeq + 1, "every row stays, and one tells of it");
  const row = place.rows().at(-1);
  assert.deepEqual(
    [row?.action, row?.actor, row?.reason, row?.prevHash],
    ["backup.restored", "Max", REASON, before.head],
  );
  assert.equal(after.restored?.length, 1);
  assert.equal(await finish(place.path), undefined, "it is done once");
  {
    await using store = await open(place.path);
    const now = await store.currentConfig();
    assert.deepEqual([now?.version, now?.config.cameras], [3, CONFIG.cameras]);
    assert.ok((await store.checkPin("Sam", PIN)).ok);
    const known = await store.people();
    assert.deepEqual(
      known.map(({ name, active }) => [name, active]),
      [
        ["Kim", false],
        ["Sam", true],
      ],
    );
  }
  await order(place.path, undefined);
  assert.ok((await finish(place.path))?.ok);
  await verifies(place);
  await using store = await open(place.path);
  assert.equal((await store.currentConfig())?.config.cameras[0]?.id, "other");
  assert.ok((await store.checkPin("Kim", "640912")).ok);
  assert.equal(readdirSync(join(place.path, "replaced")).length, 1);
});

test("on another box the backup's record goes on, and the one that ended there is kept and checked", async () => {
  using fresh = new TrailFolder();
  const file = withKeys;
  fresh.write(40);
  const ended = await verifies(fresh);
  const seen = await inspect(fresh.path, file);
  assert.deepEqual(
    [seen.mode, seen.own, seen.manifest.secrets, seen.passwordsFit],
    ["replaces", false, true, false],
  );
  await assert.rejects(order(fresh.path, file, "quite another one"), /not the passphrase/);
  await order(fresh.path, file, PASSPHRASE);
  assert.ok((await finish(fresh.path))?.ok);
  const report = await verifies(fresh);
  const [told] = report.restored ?? [];
  assert.deepEqual(
    [told?.replaced?.seq, told?.replaced?.hash, told?.kept],
    [ended.headSeq, ended.head, "holds"],
  );
  {
    await using store = await open(fresh.path);
    assert.equal((await store.currentConfig())?.config.cameras[0]?.source, CONFIG.cameras[0]?.source);
    assert.ok((await store.checkPin("Sam", PIN)).ok, "the pepper came with it");
  }
  const folder = join(fresh.path, "replaced", told?.replaced?.folder ?? "");
  const kept = join(folder, "palisade.db");
  const whole = readFileSync(kept);
  rmSync(kept);
  assert.match((await fresh.verify()).why ?? "", /is missing/);
  writeFileSync(kept, whole);
  await verifies(fresh);
  await order(fresh.path, undefined);
  assert.ok((await finish(fresh.path))?.ok);
  const back = await verifies(fresh);
  assert.equal(back.headSeq, ended.headSeq + 1);
  assert.equal(back.restored?.[0]?.replaced?.seq, report.headSeq);
});

test("without its keys a backup comes to another box with settings and sealed files, but without PINs and passwords", async () => {
  using fresh = new TrailFolder();
  const file = without;
  const seen = await inspect(fresh.path, file);
  assert.deepEqual([seen.here, seen.pinsFit, seen.passwordsFit], [null, false, false]);
  await order(fresh.path, file);
  assert.ok((await finish(fresh.path))?.ok);
  await verifies(fresh);
  await using store = await open(fresh.path);
  const now = await store.currentConfig();
  assert.equal(now?.config.cameras[0]?.id, "front");
  assert.ok(now?.locked?.has("camera:front"));
  assert.equal((await store.checkPin("Sam", PIN)).ok, false);
});

test("killed at every step, a box has either what was before or all that is new, and its record holds", async () => {
  using place = new TrailFolder();
  place.write(40);
  const own = await stick.backup(place.path);
  const another = withKeys;
  place.write(10);
  const copies = mkdtempSync(join(tmpdir(), "palisade-cuts-"));
  try {
    for (const [name, file] of [
      ["own", own],
      ["another", another],
    ] as const) {
      const start = join(copies, name);
      cpSync(place.path, start, { recursive: true });
      await order(start, file, name === "another" ? PASSPHRASE : undefined);
      const cuts: string[] = [];
      await finish(start, (step) => {
        const at = join(copies, `${name}-${cuts.length}`);
        cpSync(start, at, { recursive: true });
        cuts.push(step);
      });
      assert.ok(cuts.length >= 10, cuts.join(", "));
      for (const [n, step] of cuts.entries()) {
        const at = join(copies, `${name}-${n}`);
        await finish(at);
        const report = await verifyTrail(at);
        assert.deepEqual(report.faults, [], `${name}, killed before "${step}"`);
        assert.equal(report.restored?.length, 1, step);
        assert.ok(!existsSync(join(at, "restore")), step);
        rmSync(at, { recursive: true });
      }
    }
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
});
