import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Mailbox } from "../../../server/base/mailbox.ts";

const never = new AbortController().signal;

test("Mailbox keeps only the newest and counts what it replaced", async () => {
  const box = new Mailbox<number>();
  assert.equal(box.put(1), undefined);
  assert.equal(box.put(2), 1);
  assert.equal(box.put(3), 2);
  assert.equal(box.replaced, 2);
  assert.equal(await box.take(never), 3);
  assert.equal(box.poll(), undefined);
});

test("Mailbox hands an item straight to who waits, and does not count it as replaced", async () => {
  const box = new Mailbox<string>();
  const waiting = box.take(never);
  assert.equal(box.put("a"), undefined);
  assert.equal(await waiting, "a");
  assert.equal(box.replaced, 0);
  assert.equal(box.poll(), undefined);
});

test("Mailbox gives undefined to who waits when the signal aborts, and the next item to the next", async () => {
  const box = new Mailbox<string>();
  const stop = new AbortController();
  const waiting = box.take(stop.signal);
  stop.abort();
  assert.equal(await waiting, undefined);
  box.put("later");
  assert.equal(await box.take(never), "later");
});

test("Mailbox gives what is there even to an aborted taker: nothing is lost", async () => {
  const box = new Mailbox<string>();
  box.put("kept");
  assert.equal(await box.take(AbortSignal.abort()), "kept");
  assert.equal(await box.take(AbortSignal.abort()), undefined);
});

test("Mailbox hands over every item once or counts it as replaced, in any order of puts and takes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom("put", "poll", "take")), async (steps) => {
      const box = new Mailbox<number>();
      const stop = new AbortController();
      const got: number[] = [];
      let waiting: Promise<void> | undefined;
      let puts = 0;
      for (const step of steps) {
        if (step === "put") box.put(puts++);
        if (step === "poll") got.push(...[box.poll()].filter((item) => item !== undefined));
        if (step === "take" && waiting === undefined) {
          waiting = box.take(stop.signal).then((item) => {
            if (item !== undefined) got.push(item);
            waiting = undefined;
          });
        }
        await Promise.resolve();
        await Promise.resolve();
        await Promise.resolve();
      }
      stop.abort();
      await waiting;
      const left = box.poll();
      assert.equal(got.length + box.replaced + (left === undefined ? 0 : 1), puts);
      assert.equal(new Set(got).size, got.length);
    }),
  );
});
