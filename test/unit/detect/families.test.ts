import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { boxes5 } from "../../../server/detect/families/boxes5.ts";
import { yolox } from "../../../server/detect/families/yolox.ts";
import { preparePlanes } from "../../../server/detect/family.ts";
import { toPicture } from "../../../server/detect/session.ts";
import { manifest } from "./models.ts";

function close(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-4, `${actual} is not ${expected}`);
}

test("planes come in the model's colour order, as they are or normalised", () => {
  const pixels = 64 * 32;
  const planes = new Uint8Array(3 * pixels);
  planes
    .fill(10, 0, pixels)
    .fill(20, pixels, 2 * pixels)
    .fill(30, 2 * pixels);
  const into = new Float32Array(3 * pixels);
  const channels = (): number[] => [0, pixels, 2 * pixels].map((at) => into[at + 7] ?? Number.NaN);
  preparePlanes(planes, into, manifest());
  assert.deepEqual(channels(), [30, 10, 20], "G, B, R becomes R, G, B");
  const input = { width: 64, height: 32, colour: "bgr", pad: 0 };
  preparePlanes(planes, into, manifest({ input }));
  assert.deepEqual(channels(), [20, 10, 30], "G, B, R becomes B, G, R");
  preparePlanes(planes, into, manifest({ input: { ...input, mean: [10, 0, 20], std: [5, 1, 10] } }));
  const [blue, green, red] = channels() as [number, number, number];
  close(blue, 2);
  close(green, 10);
  close(red, 1);
  assert.throws(() => preparePlanes(planes.subarray(1), into, manifest()), RangeError);
});

const rows5 = [
  [4, 5, 14, 25, 0.9],
  [5, 5, 15, 25, 0.8], // the same person: overlap 0.82
  [40, 5, 50, 25, 0.5],
  [20, 5, 30, 25, 0.39],
  [-3, -2, 70, 40, 0.45],
];

test("boxes5 keeps the rows above the threshold, best first, one per person", () => {
  const data = Float32Array.from(rows5.flat());
  const found = boxes5.decode([{ dims: [1, 5, 5], data }], manifest(), 0.4);
  assert.deepEqual(
    found.map(({ score, box }) => [Number(score.toFixed(2)), box.x0, box.y0, box.x1, box.y1]),
    [
      [0.9, 4, 5, 14, 25],
      [0.5, 40, 5, 50, 25],
      [0.45, -3, -2, 70, 40],
    ],
  );
  assert.ok(found.every(({ label }) => label === "person"));
});

/** A YOLOX answer for 64x32: 8x4 + 4x2 + 2x1 rows of 5 + 2 numbers; sure of nothing. */
function yoloxAnswer(classes = 2): {
  dims: number[];
  data: Float32Array;
  set: (row: number, values: number[]) => void;
} {
  const length = 5 + classes;
  const data = new Float32Array(42 * length);
  return { dims: [1, 42, length], data, set: (row, values) => data.set(values, row * length) };
}

const yoloxManifest = manifest({
  family: "yolox",
  output: { classes: 2 },
  classes: [{ index: 1, label: "person" }],
});

test("yolox decodes a row of each grid to hand-computed boxes", () => {
  const answer = yoloxAnswer();
  // Stride 8, column 3, row 2 of 8x4: row 19. Centre (3.5, 2.25) cells = 28, 18; size e^0 and e^ln 2 cells = 8 x 16.
  answer.set(19, [0.5, 0.25, 0, Math.LN2, 0.9, 0.1, 0.8]);
  // Stride 16, column 1, row 1 of 4x2: row 32 + 5. Centre (1, 1) cells = 16, 16; size 16 x 16.
  answer.set(37, [0, 0, 0, 0, 1, 0, 0.5]);
  // Stride 32, column 1 of 2x1: row 41. Sure, but of the other class.
  answer.set(41, [0, 0, 0, 0, 1, 1, 0]);
  const found = yolox.decode([answer], yoloxManifest, 0.4);
  assert.equal(found.length, 2);
  const [first, second] = found as [(typeof found)[0], (typeof found)[0]];
  close(first.score, 0.72);
  for (const [side, value] of Object.entries({ x0: 24, y0: 10, x1: 32, y1: 26 })) {
    close(first.box[side as keyof typeof first.box], value);
  }
  close(second.score, 0.5);
  assert.deepEqual(second.box, { x0: 8, y0: 8, x1: 24, y1: 24 });
});

test("numbers that are none are an error in both families, not an empty picture", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, -0.5, 1.5]) {
    const data = Float32Array.from([0, 0, 9, 9, bad]);
    assert.throws(
      () => boxes5.decode([{ dims: [1, 1, 5], data }], manifest(), 0.4),
      /score .* in row 0; install/,
    );
    const answer = yoloxAnswer();
    answer.set(7, [0, 0, 0, 0, 0.9, 0, bad]);
    assert.throws(() => yolox.decode([answer], yoloxManifest, 0.4), /score .* in row 7; install/);
  }
  const data = Float32Array.from([0, Number.NaN, 9, 9, 0.9]);
  assert.throws(
    () => boxes5.decode([{ dims: [1, 1, 5], data }], manifest(), 0.4),
    /box without numbers in row 0/,
  );
  const answer = yoloxAnswer();
  answer.set(3, [0, 0, 1000, 0, 1, 0, 1]);
  assert.throws(() => yolox.decode([answer], yoloxManifest, 0.4), /box without numbers in row 3/);
});

test("boxes come back to the picture's 0..1, cut at its edges", () => {
  const at = (x0: number, y0: number, x1: number, y1: number) => ({
    label: "person",
    score: 0.9,
    box: { x0, y0, x1, y1 },
  });
  // 1280x720 in 64x32: scale 32/720, so the picture is 56.89 x 32 pixels of the input.
  const picture = { width: 1280, height: 720 };
  const width = 1280 * (32 / 720);
  const found = toPicture(
    [at(0, 0, width / 2, 16), at(-5, 8, 80, 40), at(60, 0, 64, 32)],
    manifest(),
    picture,
  );
  assert.deepEqual(
    found.map(({ box }) => box),
    [
      { x0: 0, y0: 0, x1: 0.5, y1: 0.5 },
      { x0: 0, y0: 0.25, x1: 1, y1: 1 },
    ],
    "a box that lies in the filling is none",
  );
});

test("every box that is told lies in the picture and has an area", () => {
  const side = fc.double({ min: -500, max: 500, noNaN: true });
  fc.assert(
    fc.property(
      side,
      side,
      side,
      side,
      fc.integer({ min: 2, max: 4000 }),
      fc.integer({ min: 2, max: 4000 }),
      (a, b, c, d, w, h) => {
        const box = { x0: Math.min(a, c), y0: Math.min(b, d), x1: Math.max(a, c), y1: Math.max(b, d) };
        const told = toPicture([{ label: "person", score: 1, box }], manifest(), { width: w, height: h });
        return told.every(
          ({ box: { x0, y0, x1, y1 } }) => x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1 && x0 < x1 && y0 < y1,
        );
      },
    ),
  );
});
