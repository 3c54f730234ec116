/** Prints what a trail in a folder holds: `row <seq> <hash>` for each row, then `holds <count>` or `broken <why>`. */
import { join } from "node:path";
import { openLog } from "../../server/base/log.ts";
import { Store } from "../../server/store/store.ts";

const PAGE = 1_000;

const folder = process.argv[2];
if (folder === undefined) throw new Error("Cannot read: name the folder");
const opened = await Store.open({
  folder,
  migrationsFolder: join(import.meta.dirname, "../../migrations"),
  log: openLog("reader", { write: (text: string) => void process.stderr.write(text) }),
  appVersion: "0.1.0",
});
if (opened.kind === "failed") throw new Error(opened.why);
await using store = opened.store;
const report = await store.verifyAudit();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
for (let beforeSeq = (report.ok ? report.count : 0) + 1; beforeSeq > 1; beforeSeq -= PAGE)
  for (const { seq, hash } of await store.audit({ limit: PAGE, beforeSeq })) say(`row ${seq} ${hash}`);
say(report.ok ? `holds ${report.count}` : `broken ${report.why}`);
