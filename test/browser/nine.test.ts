/** Nine real cameras on one panel: every tile draws, over one connection, and the page can still ask for more. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { monotonicMs } from "../../server/base/clock.ts";
import { startBox } from "../support/box.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { layoutFaults } from "./geometry.ts";

const OUT = `${ROOT}test/.out`;
/** Nine decoders and nine looks a picture: as much as a small test machine does beside Chromium. */
const FPS = 2;
const COUNT = 9;
/** Six connections a host are Chromium's limit: a page that used them up would never be answered. */
const ANSWER_LIMIT_MS = 2_000;
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1024, height: 600 },
  { width: 800, height: 1280 },
] as const;

function nineCameras() {
  const cameras = Array.from({ length: COUNT }, (_, n) => ({
    id: `c${n + 1}`,
    name: `Camera ${n + 1}`,
    source: `file:${ROOT}models/demo/cell-${n % 2 === 0 ? "front" : "side"}.mp4`,
    fps: FPS,
  }));
  return { site: { name: "Hall 9", timezone: "Europe/Berlin" }, cameras };
}

/** What each tile says of its picture's age. */
async function ages(panel: Panel): Promise<readonly string[]> {
  return await panel.page
    .locator(".tile .liveness > span")
    .evaluateAll((texts) => texts.map((text) => text.textContent ?? ""));
}

/** How much light there is where each canvas is on the panel: what a person sees, not what the canvas holds. */
async function light(panel: Panel): Promise<readonly number[]> {
  const png = (await panel.page.screenshot()).toString("base64");
  return await panel.page.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    return [...document.querySelectorAll("canvas")].map((canvas) => {
      const { x, y, width, height } = canvas.getBoundingClientRect();
      const copy = new OffscreenCanvas(16, 9).getContext("2d", { willReadFrequently: true });
      if (copy === null || width === 0) return 0;
      copy.drawImage(bitmap, x, y, width, height, 0, 0, 16, 9);
      const { data } = copy.getImageData(0, 0, 16, 9);
      let sum = 0;
      for (let i = 0; i < data.length; i += 4)
        sum += (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0);
      return sum / (16 * 9 * 3);
    });
  }, png);
}

test("nine tiles draw over one WebSocket, on three panels, and other requests are answered", {
  skip: missing.chromium(),
}, async (t) => {
  await mkdir(OUT, { recursive: true });
  await using box = await startBox({ provision: nineCameras() });
  await box.waitFor((view) => view.cameras.every(({ state }) => state === "RUNNING"), 60_000);
  await using panel = await openPanel({ url: "about:blank" });
  let sockets = 0;
  panel.page.on("websocket", () => {
    sockets += 1;
  });
  await panel.page.goto(box.url);
  const faults: string[] = [];
  for (const { width, height } of SIZES) {
    await panel.page.setViewportSize({ width, height });
    await until({
      what: `nine live tiles at ${width}x${height}`,
      ms: 30_000,
      check: async () => (await panel.page.locator(".tile .liveness svg").count()) === COUNT,
    });
    const bright = await light(panel);
    assert.equal(bright.length, COUNT);
    assert.ok(
      bright.every((mean) => mean > 40),
      `each picture is to be seen at ${width}x${height}: ${bright.map(Math.round).join(" ")}`,
    );
    await panel.page.screenshot({ path: `${OUT}/nine-${width}x${height}.png` });
    for (const fault of await layoutFaults(panel.page, { mayScroll: true }))
      faults.push(`${width}x${height}: ${fault}`);
  }
  assert.deepEqual(faults, []);
  t.diagnostic(`ages shown: ${(await ages(panel)).join(", ")}`);

  const before = await drawn(panel);
  await until({
    what: "every one of the nine pictures changes",
    ms: 15_000,
    check: async () => {
      const after = await drawn(panel);
      return after.length === COUNT && after.every((picture, n) => picture !== before[n]);
    },
  });
  const askedAt = monotonicMs();
  const answers = await panel.page.evaluate(async () =>
    Promise.all(
      ["/healthz", "/status", "/api/people", "/api/alarms", "/readyz"].map(
        async (path) => (await fetch(path, { cache: "no-store" })).status,
      ),
    ),
  );
  const tookMs = monotonicMs() - askedAt;
  t.diagnostic(`five more requests answered in ${tookMs.toFixed(0)} ms`);
  assert.deepEqual(answers.slice(0, 4), [200, 200, 200, 200]);
  assert.ok(tookMs < ANSWER_LIMIT_MS, `answered within ${ANSWER_LIMIT_MS} ms, not ${tookMs.toFixed(0)}`);
  assert.equal(sockets, 1, "one connection carries every picture");
  assert.deepEqual(
    panel.errors.filter((error) => !/status of 503/.test(error)), // /readyz, where the machine is too slow for nine
    [],
  );
});

/** A fingerprint of each canvas. */
async function drawn(panel: Panel): Promise<readonly string[]> {
  return await panel.page.evaluate(() =>
    [...document.querySelectorAll("canvas")].map((canvas) => {
      const copy = new OffscreenCanvas(48, 27).getContext("2d", { willReadFrequently: true });
      copy?.drawImage(canvas, 0, 0, 48, 27);
      return copy?.getImageData(0, 0, 48, 27).data.join() ?? "";
    }),
  );
}
