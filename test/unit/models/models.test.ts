/** Which model a rollback brings back: over changes, starts, and times in which nothing was in force. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openLog } from "../../../server/base/log.ts";
import type { Box } from "../../../server/box.ts";
import { Models } from "../../../server/models.ts";

/** A box with what is kept of it, over starts. */
function boxes(kept: Record<string, string> = {}) {
  const log = openLog("test", { write: () => undefined });
  return async (model: string, more: { demonstration?: boolean; unreadable?: boolean } = {}) => {
    const { demonstration = false, unreadable = false } = more;
    const box = {
      demonstration,
      cameras: { follow: () => undefined },
      store: {
        kept: async () => {
          if (unreadable) throw new Error("the disk is gone");
          return kept;
        },
      },
      upkeep: {
        keep: (name: string, value: string) => {
          kept[name] = value;
        },
      },
    } as unknown as Box;
    const models = new Models(box, log);
    models.note({ model });
    await models.load();
    return models;
  };
}

test("the one before is the last one with another name, and outlasts a start", async () => {
  const start = boxes();
  const models = await start("a");
  assert.equal(models.previous, undefined);
  models.note({ model: "a", threshold: 0.5 });
  assert.equal(models.previous, undefined, "another score is no other model");
  models.note({ model: "b" });
  assert.equal(models.previous, "a");
  assert.equal((await start("b")).previous, "a");
  models.note({ model: "a", threshold: 0.5 });
  assert.equal(models.previous, "b", "a rollback can be taken back");
});

test("a model that came with a start, by a file, leaves the one before it known", async () => {
  const start = boxes();
  await start("a");
  assert.equal((await start("c")).previous, "a");
});

test("what is shown, or stands where settings cannot be read, was never in force", async () => {
  const start = boxes();
  await start("a");
  await start("demonstrated", { demonstration: true });
  await start("default");
  const models = await start("b");
  assert.equal(models.previous, "a");
});

test("what cannot be read, or is not what was written, costs the way back and nothing else", async () => {
  assert.equal((await boxes({ detector: "{" })("a")).previous, undefined);
  assert.equal((await boxes({ detector: '{"now":7}' })("a")).previous, undefined);
  assert.equal((await boxes({})("a", { unreadable: true })).previous, undefined);
});
