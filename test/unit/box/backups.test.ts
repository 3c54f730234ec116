/** When a backup is due, and what is said then. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Backups } from "../../../server/backups.ts";
import { openLog } from "../../../server/base/log.ts";
import { type BackupConfig, record } from "../../../server/domain/record_config.ts";
import type { Store } from "../../../server/store/store.ts";

const DAY_MS = 24 * 60 * 60_000;
const FOLDER = { folder: "/media/backup" };

/** What is said where the newest backup is so old; undefined: there is none. */
async function said(ageDays: number | undefined, daily?: Partial<BackupConfig>): Promise<string | undefined> {
  const wallAt = new Date(Date.now() - (ageDays ?? 0) * DAY_MS - 1_000).toISOString();
  const last = { wallAt, file: "a.tar.gz", bytes: 1, secrets: false, folder: null };
  const kept = ageDays === undefined ? {} : { "last-backup": JSON.stringify(last) };
  const config = record.parse(daily === undefined ? {} : { backup: daily });
  await using backups = new Backups({
    ...{
      dataFolder: "/nowhere",
      store: { kept: async () => kept } as unknown as Store,
      config: () => config,
    },
    ...{ tell: () => undefined, setFault: () => undefined, log: openLog("test", { write: () => undefined }) },
  });
  assert.equal(backups.due(config), undefined, "nothing is known yet");
  await backups.state();
  return backups.due(config);
}

test("a backup is due where a folder is set and none was made for so many days", async () => {
  assert.equal(await said(undefined), undefined, "nobody wants any");
  assert.equal(await said(900), undefined);
  assert.equal(await said(undefined, FOLDER), "No backup was made yet");
  assert.equal(await said(2, FOLDER), undefined);
  assert.equal(await said(3, FOLDER), "No backup was made for 3 days");
  assert.equal(await said(3, { ...FOLDER, dueDays: 4 }), undefined);
});
