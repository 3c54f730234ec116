/**
 * Appends rows to the trail in a folder as fast as it can, 50 at a time, and prints each one that was
 * acknowledged: `row <seq> <hash>`. At a refusal it prints `refused <why>`; a line on its input makes it
 * append once more, print the result and end.
 */
import { once } from "node:events";
import { join } from "node:path";
import { monotonicMs, wallMs } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { Store } from "../../server/store/store.ts";

const folder = process.argv[2];
if (folder === undefined) throw new Error("Cannot append: name the folder");
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const opened = await Store.open({
  folder,
  migrationsFolder: join(import.meta.dirname, "../../migrations"),
  log: openLog("appender", { write: (text: string) => void process.stderr.write(text) }),
  appVersion: "0.1.0",
});
if (opened.kind === "failed") throw new Error(opened.why);
await using store = opened.store;

const append = async (n: number): Promise<boolean> => {
  try {
    const row = await store.appendAudit({
      action: "test.appended",
      actor: { type: "system", id: "appender" },
      after: { n, padding: "x".repeat(500) },
      monoMs: monotonicMs(),
      wallAt: wallMs(),
    });
    say(`row ${row.seq} ${row.hash}`);
    return true;
  } catch (error) {
    say(`refused ${(error as Error).message}`);
    return false;
  }
};

let going = true;
const appendOn = async (lane: number): Promise<void> => {
  for (let n = lane; going; n += 50) going = (await append(n)) && going;
};
await Promise.all(Array.from({ length: 50 }, (_, lane) => appendOn(lane)));

const newest = await store.audit({ limit: 1 });
say(`readable ${newest[0]?.seq ?? 0}`);
await once(process.stdin, "data");
await append(-1);
const report = await store.verifyAudit();
say(report.ok ? `holds ${report.count}` : `broken ${report.why}`);
