import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "../../../server/base/log.ts";
import { type JournalEntry, watchClock } from "../../../server/journal.ts";

test("a step of the wall clock is a row and a line; time that passes is none", (t) => {
  const now = Date.now;
  let ahead = 0;
  t.mock.method(Date, "now", () => now() + ahead);
  t.mock.timers.enable({ apis: ["setInterval"] });
  const rows: JournalEntry[] = [];
  const lines: string[] = [];
  const log = openLog("test", { write: (line) => void lines.push(line) });
  const clock = watchClock({ tell: (...entries) => void rows.push(...entries) }, log);
  t.mock.timers.tick(3_000);
  assert.equal(rows.length, 0);
  ahead = -3_600_000;
  t.mock.timers.tick(2_000);
  assert.deepEqual(
    rows.map(({ action }) => action),
    ["clock.stepped"],
  );
  const { byMs, wallAt } = (rows[0]?.after ?? {}) as { byMs: number; wallAt: string };
  assert.ok(Math.abs(byMs + 3_600_000) < 100, `${byMs}`);
  assert.ok(Math.abs(Date.parse(wallAt) - Date.now()) < 5_000);
  assert.match(lines.join(), /"wall clock was set"/);
  clock[Symbol.dispose]();
  ahead = 0;
  t.mock.timers.tick(5_000);
  assert.equal(rows.length, 1);
});
