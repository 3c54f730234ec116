/** Whether the clock is believed, asked of a real program that answers as timedatectl does. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { TimeSync } from "../../../server/base/time_sync.ts";
import { until } from "../../support/until.ts";

test("the clock is believed while the machine says that it follows a time server, and never across a step", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-time-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const answer = join(folder, "answer");
  await writeFile(answer, "yes\n");
  using sync = new TimeSync(["cat", answer]);
  assert.equal(sync.trusts(1_000_000, 0), false, "nothing is known yet");
  const trusted = (wall: number, mono: number) =>
    until({ what: "the answer counts", ms: 3_000, everyMs: 10, check: () => sync.trusts(wall, mono) });
  await trusted(1_000_000, 0);
  await writeFile(answer, "no\n");
  assert.equal(sync.trusts(1_005_000, 1_000), false, "somebody has set the clock");
  await writeFile(answer, "yes\n");
  assert.equal(sync.trusts(1_000_000, 1_100), false);
  await trusted(1_000_000, 1_100);
});

for (const [what, command] of [
  ["is not there", ["/nowhere/timedatectl"]],
  ["fails", ["false"]],
  ["answers otherwise", ["echo", "no"]],
] as const) {
  test(`the clock is not believed where the program ${what}`, async () => {
    using sync = new TimeSync(command);
    for (let i = 0; i < 20; i++) {
      assert.equal(sync.trusts(i * 10, i * 10), false);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
}
