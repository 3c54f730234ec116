import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { wait } from "../../../server/base/clock.ts";
import { Feeder } from "../../../server/camera/feed.ts";

/** What came down the pipe: the times and bytes of the pictures in it. */
async function read(stream: PassThrough): Promise<{ pts: number; text: string }[]> {
  await wait(5);
  const chunks: Buffer[] = [];
  for (let chunk = stream.read(); chunk !== null; chunk = stream.read()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const pictures = [];
  let at = bytes.toString("latin1", 0, 4) === "DKIF" ? 32 : 0;
  while (at < bytes.length) {
    const length = bytes.readUInt32LE(at);
    const pts = Number(bytes.readBigUInt64LE(at + 4));
    pictures.push({ pts, text: bytes.toString("latin1", at + 12, at + 12 + length) });
    at += 12 + length;
  }
  return pictures;
}

const picture = (text: string, firstByteAt: number) => ({
  jpeg: Buffer.from(text, "latin1"),
  firstByteAt,
  timing: { lateMs: 3 },
});

test("one picture is on its way at a time, the newest goes next, and each keeps its time", async () => {
  const stdin = new PassThrough();
  using feeder = new Feeder(stdin, () => assert.fail("nothing was undecoded"));
  feeder.put(picture("a", 7_000));
  feeder.put(picture("b", 7_040));
  feeder.put(picture("c", 7_100));
  assert.deepEqual(await read(stdin), [{ pts: 0, text: "a" }]);
  feeder.passed(0);
  assert.deepEqual(await read(stdin), [{ pts: 100, text: "c" }]);
  assert.deepEqual(feeder.timesOf(100), { firstByteAt: 7_100, timing: { lateMs: 3 } });
  feeder.passed(0); // of the picture before: this one is still on its way
  feeder.put(picture("d", 7_100));
  assert.deepEqual(await read(stdin), []);
  feeder.passed(100);
  assert.deepEqual(await read(stdin), [{ pts: 101, text: "d" }], "times always grow");
});

test("a picture of which no frame is made is told, and the next one goes", async () => {
  const stdin = new PassThrough();
  let undecoded = 0;
  using feeder = new Feeder(stdin, () => undecoded++);
  feeder.put(picture("no picture", 0));
  feeder.put(picture("b", 100));
  assert.equal((await read(stdin)).length, 1);
  for (let i = 0; i < 100 && undecoded === 0; i++) await wait(20);
  assert.equal(undecoded, 1);
  assert.deepEqual(await read(stdin), [{ pts: 100, text: "b" }]);
});

test("a reader that takes nothing is not filled up", () => {
  const stdin = new PassThrough({ highWaterMark: 1_000 });
  using feeder = new Feeder(stdin, () => undefined);
  for (let i = 0; i < 50; i++) {
    feeder.put(picture("x".repeat(5_000), i * 100));
    feeder.passed(i * 100);
  }
  assert.ok(stdin.readableLength + stdin.writableLength < 15_000);
});
