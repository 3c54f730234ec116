import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../../server/camera/outbox.ts";
import type { EyeReport } from "../../../server/domain/eye.ts";

function report(camera: string, captured: number): EyeReport {
  return {
    kind: "counts",
    camera,
    counts: { captured, replaced: 0, unreadable: 0, runs: 1, fps30s: 0, checks: [] },
  };
}

function open(): { outbox: Outbox; sent: EyeReport[]; finish: (error?: Error) => void } {
  const sent: EyeReport[] = [];
  const callbacks: ((error: Error | null) => void)[] = [];
  const outbox = new Outbox((each, done) => {
    sent.push(each);
    callbacks.push(done);
  });
  return { outbox, sent, finish: (error) => callbacks.shift()?.(error ?? null) };
}

test("one report of a key is in flight, and the newest of the rest follows", () => {
  const { outbox, sent, finish } = open();
  for (let n = 1; n <= 4; n++) outbox.send("counts a", report("a", n));
  assert.deepEqual(sent, [report("a", 1)]);
  finish();
  assert.deepEqual(sent, [report("a", 1), report("a", 4)]);
  assert.equal(outbox.replaced, 2);
  finish();
  outbox.send("counts a", report("a", 5));
  assert.equal(sent.length, 3);
});

test("keys do not wait for each other", () => {
  const { outbox, sent } = open();
  outbox.send("counts a", report("a", 1));
  outbox.send("counts b", report("b", 1));
  assert.equal(sent.length, 2);
});

test("nothing is sent after a broken channel", () => {
  const { outbox, sent, finish } = open();
  outbox.send("counts a", report("a", 1));
  outbox.send("counts a", report("a", 2));
  finish(new Error("channel closed"));
  outbox.send("counts b", report("b", 1));
  assert.equal(sent.length, 1);
});
