/** A tile's picture: decoded in either way it is the same, and what is no picture is told and gone with the next one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { cameraView, EMPTY, startStub } from "./stub.ts";

const GARBAGE = Buffer.from("no picture at all");
/** Two ways from YUV to RGB may round differently. */
const ROUNDING = 6;

/** The canvas at 32 by 18 points, red, green and blue of each. */
async function colours(panel: Panel): Promise<readonly number[]> {
  await panel.page.locator(".tile .liveness svg").waitFor();
  return await panel.page.evaluate(() => {
    const copy = new OffscreenCanvas(32, 18).getContext("2d", { willReadFrequently: true });
    copy?.drawImage(document.querySelector("canvas") ?? new OffscreenCanvas(1, 1), 0, 0, 32, 18);
    return [...(copy?.getImageData(0, 0, 32, 18).data ?? [])].filter((_, i) => i % 4 !== 3);
  });
}

test("a picture looks the same in a browser that has no decoder for pages; a broken one is told until one can be drawn", {
  skip: missing.chromium(),
}, async () => {
  let picture = EMPTY;
  await using stub = await startStub({ tilesEveryMs: 50, jpeg: () => picture });
  stub.tell({ cameras: [cameraView("front", "Front")] });
  await using panel = await openPanel({ url: stub.url });
  const decoded = await colours(panel);
  assert.ok(Math.max(...decoded) - Math.min(...decoded) > 50, "there is something on the picture");

  for (const way of ["decoder", "blob"]) {
    picture = GARBAGE;
    await panel.page.getByText("cannot be drawn").first().waitFor();
    assert.equal(await panel.page.locator(".tile .liveness svg").count(), 0, "it does not look live");
    picture = EMPTY;
    const again = await colours(panel);
    const apart = Math.max(...decoded.map((value, i) => Math.abs(value - (again[i] ?? Number.NaN))));
    assert.ok(apart <= ROUNDING, `${way}: ${apart} of 255 apart`);
    await panel.page.addInitScript(() => Reflect.deleteProperty(globalThis, "ImageDecoder"));
    await panel.page.reload();
    await panel.page.locator(".tile .liveness svg").waitFor();
    assert.equal(await panel.page.evaluate(() => "ImageDecoder" in globalThis), false);
  }
  assert.deepEqual(panel.errors, []);
});
