/** The helper that starts boxes for other tests: what it leaves behind would disturb every one of them. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startBox } from "../support/box.ts";
import { processesWith } from "../support/processes.ts";

const TINY = "test/fakes/tiny-box.ts";

for (const runtime of ["node", "deno"] as const) {
  test(`startBox under ${runtime} tells the address, the views and the board, and stop gives the exit code`, async () => {
    await using box = await startBox({ file: TINY, runtime, provision: { site: { name: "Press 4" } } });
    assert.match(box.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(JSON.parse(readFileSync(join(box.data, "provision.json"), "utf8")).site.name, "Press 4");
    assert.deepEqual(box.board("sim")?.channels, [true, false]);
    assert.equal(box.board("other"), undefined);
    assert.equal((await box.view()).seq, 1);
    assert.equal((await box.waitFor((view) => view.state === "watching", 5000)).seq, 3);
    await assert.rejects(
      box.waitFor(() => false, 100),
      /Waited 100 ms in vain; last seen: (watching|tripped)/,
    );
    assert.deepEqual((await box.send("POST", "/api/reset", { a: 1 })).body, {
      method: "POST",
      path: "/api/reset",
    });
    assert.equal(await box.stop(), 0);
  });
}

test("startBox leaves no process and no folder behind, after kill -9 of the first process and without its variables", async () => {
  let data = "";
  let groups = new Set<number>();
  {
    await using box = await startBox({ file: TINY });
    data = box.data;
    const all = box.processes();
    groups = new Set(all.map((one) => one.group));
    assert.equal(groups.size, 2, "the box and its child lead a group each");
    await box.kill9();
    assert.ok(box.processes().length >= 2, "what it started goes on without it");
  }
  assert.deepEqual(processesWith(`PALISADE_DATA=${data}`, groups), []);
  assert.equal(existsSync(data), false);
});

test("startBox tells what the box wrote when it does not come up", async () => {
  await assert.rejects(
    startBox({ file: TINY, args: ["--broken"] }),
    /The box ended with 3 before it was ready: Cannot start: told to/,
  );
});
