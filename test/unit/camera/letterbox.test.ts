import assert from "node:assert/strict";
import { test } from "node:test";
import { contentSize, fits } from "../../../server/camera/letterbox.ts";
import type { Size } from "../../../server/domain/units.ts";

const model = { width: 416, height: 256, pad: 114 };

/** A frame with a picture of this shape: noise at the top left, filling elsewhere. */
function frame(picture: Size): Uint8Array {
  const content = contentSize(picture, model);
  const { width, height } = model;
  const pixels = new Uint8Array(width * height * 3).fill(model.pad);
  for (let row = 0; row < height * 3; row++) {
    if (row % height >= content.height) continue;
    for (let x = 0; x < content.width; x++) pixels[row * width + x] = (row * width + x) * 31;
  }
  return pixels;
}

test("the picture's part of the input follows its shape", () => {
  assert.deepEqual(contentSize({ width: 640, height: 360 }, model), { width: 416, height: 234 });
  assert.deepEqual(contentSize({ width: 640, height: 480 }, model), { width: 341, height: 256 });
  assert.deepEqual(contentSize({ width: 360, height: 640 }, model), { width: 144, height: 256 });
});

const shapes = [
  { width: 640, height: 360 },
  { width: 640, height: 480 },
  { width: 640, height: 394 },
  { width: 640, height: 320 },
  { width: 360, height: 640 },
];

for (const was of shapes) {
  for (const is of shapes) {
    const same = was === is;
    test(`a frame of ${is.width}x${is.height} ${same ? "fits" : "does not fit"} a camera of ${was.width}x${was.height}`, () => {
      assert.equal(fits(frame(is), was, model), same);
    });
  }
}
