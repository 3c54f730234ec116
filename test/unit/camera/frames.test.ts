import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Frame, FrameAssembler, FramePool } from "../../../server/camera/frames.ts";

const BYTES = 24;
const FRAMES = 4;
const stream = Uint8Array.from({ length: BYTES * FRAMES }, (_, i) => (i * 7 + 3) % 251);

/** Pushes the chunks, one per millisecond, and copies what comes out. */
function assemble(chunks: readonly Uint8Array[]): {
  frames: (Frame & { copy: number[] })[];
  pool: FramePool;
} {
  const pool = new FramePool(BYTES);
  const frames: (Frame & { copy: number[] })[] = [];
  const assembler = new FrameAssembler(pool, (frame) => {
    frames.push({ ...frame, copy: [...frame.planes] });
    pool.release(frame.planes);
  });
  for (const [at, chunk] of chunks.entries()) assembler.push(chunk, at);
  assembler.close();
  return { frames, pool };
}

for (let cut = 0; cut <= BYTES * 2; cut++) {
  test(`frames are whole when a chunk ends after ${cut} bytes`, () => {
    const { frames, pool } = assemble([stream.subarray(0, cut), stream.subarray(cut)]);
    assert.deepEqual(
      frames.flatMap((frame) => frame.copy),
      [...stream],
    );
    assert.deepEqual(
      frames.map((frame) => frame.seq),
      [0, 1, 2, 3],
    );
    // The instant of the chunk that held the frame's first byte.
    assert.deepEqual(
      frames.map((frame) => frame.capturedAt),
      [0, 1, 2, 3].map((n) => (n * BYTES < cut ? 0 : 1)),
    );
    assert.equal(pool.free, 4);
  });
}

test("frames are whole for any cutting of the stream", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 30 }), (cuts) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), stream.length];
      const chunks = edges.slice(1).map((end, i) => stream.subarray(edges[i], end));
      assert.deepEqual(
        assemble(chunks).frames.flatMap((frame) => frame.copy),
        [...stream],
      );
    }),
  );
});

test("a half frame at the end is no frame and gives its buffer back", () => {
  const { frames, pool } = assemble([stream.subarray(0, BYTES + 5)]);
  assert.equal(frames.length, 1);
  assert.equal(pool.free, 4);
});

test("the pool hands out the same buffers again and refuses a double release and a fifth taking", () => {
  const pool = new FramePool(BYTES);
  const [a, b, c, d] = [pool.take(), pool.take(), pool.take(), pool.take()];
  assert.equal(new Set([a, b, c, d]).size, 4);
  assert.throws(() => pool.take(), RangeError);
  pool.release(b);
  assert.throws(() => pool.release(b), RangeError);
  assert.equal(pool.take(), b);
});

test("views that lie below each other come out one after the other, for any cutting of the stream", () => {
  // Two views of three planes of two bytes: a plane of both before the next plane.
  const [whole, part] = [
    [1, 2, 3, 4, 5, 6],
    [11, 12, 13, 14, 15, 16],
  ];
  const below = Uint8Array.from([1, 2, 11, 12, 3, 4, 13, 14, 5, 6, 15, 16]);
  for (let cut = 0; cut <= below.length; cut++) {
    const pool = new FramePool(below.length);
    const frames: number[][] = [];
    const assembler = new FrameAssembler(pool, ({ planes }) => frames.push([...planes]), 2);
    assembler.push(below.subarray(0, cut), 0);
    assembler.push(below.subarray(cut), 1);
    assert.deepEqual(frames, [[...whole, ...part]], `cut at ${cut}`);
  }
});
