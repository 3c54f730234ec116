/** Backups of a box that runs: taken along, written into a folder, refused in words, and brought back by PIN and reason. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { AuditRow, TrailReport } from "../../server/http/audit.ts";
import type { BackupAnswer, InspectionView } from "../../server/http/backup.ts";
import { schemas } from "../../server/http/schemas.ts";
import { verifyTrail } from "../../server/store/verify.ts";
import { finish } from "../fakes/backup_folder.ts";
import { type Box, startBox } from "../support/box.ts";
import type { Problem } from "../support/operator.ts";
import { until } from "../support/until.ts";

const PIN = "730146";
const PASSPHRASE = "a long winter in Hallein";
const PROVISION = {
  site: { name: "Press 4" },
  boards: [{ id: "sim", driver: "simulated", channels: 2 }],
  outputs: [{ id: "red", board: "sim", channel: 1, role: "lamp-red" }],
  users: [{ name: "Max", role: "maintenance", pin: PIN }],
};

async function signIn(box: Box): Promise<Record<string, string>> {
  const { status, headers } = await box.send("POST", "/api/session", { name: "Max", pin: PIN });
  assert.equal(status, 200);
  return { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
}

async function upload(box: Box, session: Record<string, string>, body: Uint8Array<ArrayBuffer>) {
  const headers = { ...session, "content-type": "application/octet-stream" };
  const answer = await fetch(`${box.url}/api/restore`, { method: "POST", headers, body });
  return { status: answer.status, body: (await answer.json()) as InspectionView & Problem };
}

test("a box makes a backup while it runs, tells what one would change, and begins anew with it by PIN and reason", async () => {
  const stick = mkdtempSync(join(tmpdir(), "palisade-stick-"));
  try {
    await using box = await startBox({ provision: PROVISION });
    const session = await signIn(box);
    const taken = await fetch(`${box.url}/api/backup`, {
      ...{ method: "POST", body: JSON.stringify({ passphrase: PASSPHRASE }) },
      headers: { ...session, "content-type": "application/json" },
    });
    assert.equal(taken.status, 200);
    assert.match(
      taken.headers.get("content-disposition") ?? "",
      /palisade-[0-9a-f]{16}-\d{8}-\d{6}\.tar\.gz/,
    );
    const file = new Uint8Array(await taken.arrayBuffer());
    assert.ok(!gunzipSync(file).includes("BEGIN PRIVATE KEY"), "no key lies open in it");
    assert.equal(readdirSync(box.data).filter((name) => /tar\.gz|backup-stage/.test(name)).length, 0);

    const target = { folder: join(stick, "gone"), keep: 1, dueDays: 1 };
    assert.equal((await box.send("PUT", "/api/backup/target", target, session)).status, 200);
    const missing = await box.send<Problem>("POST", "/api/backup", { to: "folder" }, session);
    assert.match(missing.body.detail ?? "", /is not there; plug its disk in/);
    await box.send("PUT", "/api/backup/target", { ...target, folder: stick }, session);
    const own = /palisade-([0-9a-f]{16})/.exec(taken.headers.get("content-disposition") ?? "")?.[1];
    const [old, others] = [
      `palisade-${own}-20250101-000000.tar.gz`,
      `palisade-${"f".repeat(16)}-20250101-000000.tar.gz`,
    ];
    for (const name of [old, others]) writeFileSync(join(stick, name), "");
    const { status, body } = await box.send<BackupAnswer>("POST", "/api/backup", { to: "folder" }, session);
    assert.deepEqual([status, body.last?.folder], [200, stick], JSON.stringify(body));
    assert.ok(schemas.Backup.safeParse(body).success);
    assert.deepEqual(
      readdirSync(stick).toSorted(),
      [body.last?.file, others].toSorted(),
      "one of ours stays",
    );

    await box.send("PUT", "/api/settings", { tests: { relayDays: 14 } }, session);
    const seen = await upload(box, session, file);
    assert.equal(seen.status, 200, JSON.stringify(seen.body));
    assert.deepEqual([seen.body.mode, seen.body.own, seen.body.secrets], ["continues", true, true]);
    assert.ok(
      seen.body.changes.some((change) => change.includes("14")),
      seen.body.changes.join("; "),
    );
    const order = { id: seen.body.id, name: "Max", pin: PIN, reason: "Back to what was tested" };
    const apply = async (more: object) =>
      await box.send<Problem>("POST", "/api/restore/apply", { ...order, ...more });
    assert.equal((await apply({ pin: "918273" })).status, 401);
    assert.match((await apply({ passphrase: "quite another one" })).body.detail ?? "", /not the passphrase/);
    const { boot } = await box.view();
    assert.equal((await apply({ passphrase: PASSPHRASE })).status, 202);
    await until({
      what: "the box begins anew",
      ms: 30_000,
      check: async () =>
        await box.view().then(
          (view) => view.boot !== boot,
          () => false,
        ),
    });

    const after = await signIn(box);
    const settings = await box.get<{ tests: { relayDays: number } }>("/api/settings", after);
    assert.notEqual(settings.body.tests.relayDays, 14);
    const report = (await box.get<TrailReport>("/api/audit/verify")).body;
    assert.deepEqual([report.ok, report.restored?.length], [true, 1], JSON.stringify(report));
    const rows = (await box.get<readonly AuditRow[]>("/api/audit")).body
      .toReversed()
      .map(({ action }) => action);
    const places = ["backup.restore-ordered", "box.stopping", "backup.restored", "box.starting"].map(
      (action) => rows.lastIndexOf(action),
    );
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      rows.join(" "),
    );

    const again = await upload(box, after, file);
    const killed = await box.send("POST", "/api/restore/apply", { ...order, id: again.body.id });
    assert.equal(killed.status, 202);
    await box.kill9();
    // As the next start does it, before it opens the database.
    assert.ok((await finish(box.data))?.ok);
    const last = await verifyTrail(box.data);
    assert.deepEqual([last.faults, last.restored?.length], [[], 2]);
  } finally {
    rmSync(stick, { recursive: true, force: true });
  }
});
