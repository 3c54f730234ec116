/** How long a drop took: from the order to its proof, and nothing where there is no proof. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { DropTimes } from "../../../server/relay/drop_time.ts";

test("a drop's time goes from its order to its proof, and stays until the next one is proven", () => {
  const times = new DropTimes();
  times.ordered("permit", "dropped", 1);
  assert.equal(times.pendingSince("permit"), undefined, "it was never energised");
  times.ordered("permit", "energised", 10);
  times.ordered("permit", "dropped", 20);
  times.ordered("permit", "dropped", 25);
  assert.equal(times.pendingSince("permit"), 20);
  times.proven("permit", 32);
  times.proven("permit", 99);
  assert.equal(times.lastMs("permit"), 12);
  times.ordered("permit", "energised", 100);
  times.ordered("permit", "dropped", 200);
  assert.equal(times.lastMs("permit"), 12);
  times.ordered("permit", "energised", 210);
  times.proven("permit", 220);
  assert.equal(times.lastMs("permit"), 12, "it was energised again before anything proved it dropped");
  assert.equal(times.lastMs("horn"), undefined);
});

test("a drop whose board is lost before it is proven has no time, however long the board is away", () => {
  const times = new DropTimes();
  times.ordered("lamp", "energised", 10);
  times.ordered("lamp", "dropped", 20);
  times.lost("lamp");
  assert.equal(times.pendingSince("lamp"), undefined);
  times.proven("lamp", 600_000);
  assert.equal(times.lastMs("lamp"), undefined);
  times.ordered("lamp", "energised", 700_000);
  times.ordered("lamp", "dropped", 700_010);
  times.proven("lamp", 700_022);
  assert.equal(times.lastMs("lamp"), 12);
});
