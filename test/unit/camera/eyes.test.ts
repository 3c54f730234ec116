import assert from "node:assert/strict";
import { test } from "node:test";
import { eyeCount } from "../../../server/camera/eyes.ts";

test("eyes leave cores for ffmpeg and are never more than the cameras", () => {
  const rows = [
    [1, 4, 1],
    [2, 4, 1],
    [3, 4, 1],
    [4, 4, 2],
    [16, 4, 4],
    [16, 16, 8],
    [16, 0, 1],
  ] as const;
  for (const [cores, cameras, expected] of rows)
    assert.equal(eyeCount(cores, cameras), expected, `${cores}/${cameras}`);
});
