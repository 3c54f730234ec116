import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { JpegSplitter, jpegSize } from "../../../server/camera/jpeg.ts";

const golden = readFileSync(join(import.meta.dirname, "../../../models/demo/golden.jpg"));

function segment(marker: number, body: readonly number[]): number[] {
  const length = body.length + 2;
  return [0xff, marker, length >> 8, length & 0xff, ...body];
}

function sof(marker: number, width: number, height: number): number[] {
  return segment(marker, [8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0]);
}

test("the size of a real picture is read", () => {
  assert.deepEqual(jpegSize(golden), { width: 640, height: 360 });
});

test("the size is found behind other segments, fill bytes and tables, in every kind of frame", () => {
  for (const marker of [0xc0, 0xc1, 0xc2, 0xc3, 0xcf]) {
    const bytes = [
      ...[0xff, 0xd8],
      ...segment(0xe0, [1, 2, 3]),
      // A comment that looks like a frame header must not be taken for one.
      ...segment(0xfe, sof(0xc0, 1, 1)),
      ...segment(0xc4, [0, 0, 0]),
      0xff,
      ...sof(marker, 1920, 1080),
      ...[0xff, 0xd9],
    ];
    assert.deepEqual(jpegSize(Uint8Array.from(bytes)), { width: 1920, height: 1080 });
  }
});

test("what is no JPEG, or ends before its header, has no size", () => {
  const whole = Uint8Array.from([0xff, 0xd8, ...sof(0xc0, 64, 48)]);
  for (let end = 0; end < 11; end++)
    assert.equal(jpegSize(whole.subarray(0, end)), undefined, `${end} bytes`);
  assert.equal(jpegSize(Buffer.from("<html>not a picture</html>")), undefined);
  assert.equal(jpegSize(Uint8Array.from([0xff, 0xd8, 0x00, 0x00, ...sof(0xc0, 64, 48)])), undefined);
  assert.equal(
    jpegSize(Uint8Array.from([0xff, 0xd8, ...segment(0xda, [0]), ...sof(0xc0, 64, 48)])),
    undefined,
  );
  assert.equal(jpegSize(Uint8Array.from([0xff, 0xd8, ...sof(0xc0, 0, 48)])), undefined);
});

test("reading a size ends on any bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const size = jpegSize(Uint8Array.from([0xff, 0xd8, ...bytes]));
      return size === undefined || (size.width > 0 && size.height > 0);
    }),
  );
});

function split(
  chunks: readonly Uint8Array[],
  cap?: number,
): { pictures: number[][]; overflows: number; at: number[] } {
  const pictures: number[][] = [];
  const at: number[] = [];
  const splitter = new JpegSplitter((jpeg, firstByteAt) => {
    pictures.push([...jpeg]);
    at.push(firstByteAt);
  }, cap);
  for (const [i, chunk] of chunks.entries()) splitter.push(chunk, i);
  return { pictures, overflows: splitter.overflows, at };
}

test("pictures are whole for a chunk boundary at every byte", () => {
  const one = [0xff, 0xd8, 1, 0xff, 0x00, 2, 0xff, 0xd9];
  const two = [0xff, 0xd8, 9, 9, 0xff, 0xd9];
  const bytes = Uint8Array.from([...one, ...two]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { pictures, at } = split([bytes.subarray(0, cut), bytes.subarray(cut)]);
    assert.deepEqual(pictures, [one, two], `cut at ${cut}`);
    assert.equal(at[0], cut === 0 ? 1 : 0);
  }
});

test("bytes before a picture are left out", () => {
  const { pictures } = split([Uint8Array.from([5, 6, 0xff, 0xd8, 1, 0xff, 0xd9, 7])]);
  assert.deepEqual(pictures, [[0xff, 0xd8, 1, 0xff, 0xd9]]);
});

test("a stream without an end mark is bounded, counted, and heals with the next picture", () => {
  const junk = new Uint8Array(700).fill(7);
  const picture = Uint8Array.from([0xff, 0xd8, 1, 0xff, 0xd9]);
  const { pictures, overflows } = split([junk, junk, junk, junk, picture, picture], 1000);
  assert.ok(overflows >= 2, `${overflows} overflows`);
  assert.deepEqual(pictures, [[...picture], [...picture]]);
});
