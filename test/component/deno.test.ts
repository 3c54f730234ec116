/** The whole box under Deno: the second runtime keeps us honest about what we use of the first. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { watchBoard } from "../support/board-watch.ts";
import { startBox } from "../support/box.ts";
import { energise } from "../support/operator.ts";

test("the box under Deno runs its demonstration, trips, is reset and ends in order", async (t) => {
  await using box = await startBox({ runtime: "deno" });
  using board = watchBoard(box);
  const commands = box.processes().map(({ command }) => command);
  assert.ok(commands.filter((command) => /deno/.test(command)).length >= 3, commands.join("; "));
  const view = await box.waitFor(
    ({ cameras }) => cameras.length === 2 && cameras.every(({ state }) => state === "RUNNING"),
    20_000,
  );
  assert.equal(view.demonstration, true);
  assert.equal(view.model.state, "ready");
  await energise(box, board, 30_000);
  await board.permit(false, 60_000);
  const tripped = await box.waitFor(
    ({ alarms }) => alarms.some(({ definition }) => definition === "zone.stop.occupied"),
    2_000,
  );
  t.diagnostic(`under Deno: ${JSON.stringify(tripped.reaction)}`);
  await wait(1_000);
  assert.equal(board.permitNow(), false, "stays dropped");
  await energise(box, board, 40_000);
  assert.equal(await box.stop(), 0);
  assert.equal(box.board("sim")?.channels.includes(true), false, "everything is dropped at the end");
  assert.deepEqual(box.processes(), [], "no process is left");
});
