import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readStill } from "../../../server/camera/still.ts";
import { DEMONSTRATION_FOLDER } from "../../../server/demonstration.ts";

const MODEL = { width: 64, height: 64, pad: 114 };

test("a still becomes the model's planes, the picture at the top left", async () => {
  const planes = await readStill(join(DEMONSTRATION_FOLDER, "golden.jpg"), MODEL);
  assert.equal(planes.length, 3 * 64 * 64);
  // 640 x 360 in 64 x 64: 36 rows of picture, the rest is filled.
  const rows = (plane: number, from: number, to: number) =>
    planes.subarray((plane * 64 + from) * 64, (plane * 64 + to) * 64);
  for (const plane of [0, 1, 2]) {
    assert.ok(rows(plane, 36, 64).every((value) => value === 114));
    assert.ok(new Set(rows(plane, 0, 36)).size > 20);
  }
});

test("a picture that is missing, cut short, none at all or not as large as it says is told with its cure", async () => {
  const folder = mkdtempSync(join(tmpdir(), "palisade-still-"));
  try {
    const golden = readFileSync(join(DEMONSTRATION_FOLDER, "golden.jpg"));
    const at = golden.indexOf(Buffer.of(0xff, 0xc0));
    const vast = Buffer.from(golden);
    vast.set([0x38, 0, 0x38, 0], at + 5); // says that it has 14336 x 14336 pixels
    const files = {
      "missing.jpg": undefined,
      "short.jpg": golden.subarray(0, 300),
      "none.jpg": "no picture",
    };
    for (const [name, bytes] of Object.entries({ ...files, "vast.jpg": vast })) {
      const path = join(folder, name);
      if (bytes !== undefined) writeFileSync(path, bytes);
      await assert.rejects(
        readStill(path, MODEL),
        new RegExp(`^Error: Cannot read the picture .*${name}: install it again$`),
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
