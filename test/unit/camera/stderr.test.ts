import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { LastLines } from "../../../server/camera/stderr.ts";

test("the last twenty lines stay, whatever the chunks", () => {
  const last = new LastLines(new PassThrough());
  const text = Array.from({ length: 50 }, (_, i) => `line ${i}\n`).join("");
  for (let at = 0; at < text.length; at += 7) last.push(text.slice(at, at + 7));
  assert.deepEqual(
    last.lines,
    Array.from({ length: 20 }, (_, i) => `line ${i + 30}`),
  );
});

test("a line without an end is cut, not kept growing", () => {
  const last = new LastLines(new PassThrough());
  for (let i = 0; i < 100; i++) last.push("x".repeat(500));
  assert.deepEqual(last.lines, ["x".repeat(1000)]);
});
