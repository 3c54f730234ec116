/** What the screen says when something is gone: the server, a camera, the demonstration. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { startBox } from "../support/box.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { button, shown } from "./touch.ts";

const skip = missing.chromium();
/** The box speaks every second; two missing words and half a second to draw. */
const LOST_LIMIT_MS = 2_500;

test("the whole screen says NOT LIVE within 2.5 s of the server's death, and comes back by itself with it", {
  skip,
}, async (t) => {
  const data = await mkdtemp(join(tmpdir(), "palisade-lost-"));
  try {
    let port = "";
    await using panel = await (async () => {
      await using box = await startBox({ data });
      port = new URL(box.url).port;
      const opened = await openPanel({ url: box.url });
      await button(opened, "Reset").waitFor();
      await box.waitFor((view) => view.cameras.every((camera) => camera.state === "RUNNING"), 15_000);
      await opened.page.waitForFunction(() => document.querySelectorAll(".tile .liveness svg").length === 2);
      const killedAt = monotonicMs();
      await box.kill9();
      await shown(opened, /NOT LIVE since \d\d:\d\d:\d\d/, LOST_LIMIT_MS);
      const tookMs = monotonicMs() - killedAt;
      t.diagnostic(`NOT LIVE ${tookMs.toFixed(0)} ms after kill -9`);
      assert.ok(tookMs <= LOST_LIMIT_MS);
      return opened;
    })();
    for (const gone of ["canvas", ".tile", ".banner", ".strip", ".bar", ".notice"])
      assert.equal(await panel.page.locator(gone).count(), 0, `${gone} is gone`);
    const cover = await panel.page.getByRole("alertdialog").boundingBox();
    assert.deepEqual([cover?.x, cover?.y, cover?.width, cover?.height], [0, 0, 1280, 800]);
    await shown(panel, "Look at the machine itself.");
    await shown(panel, /Tries again by itself in \d+ s|Trying now/);
    const again = await button(panel, "Try again").boundingBox();
    assert.ok((again?.height ?? 0) >= 118, `Try again is ${again?.height} px high`);

    await using _box = await startBox({ data, env: { PALISADE_PORT: port } });
    const upAt = monotonicMs();
    await button(panel, "Reset").waitFor({ timeout: 10_000 });
    t.diagnostic(`back ${(monotonicMs() - upAt).toFixed(0)} ms after the box was ready`);
    assert.equal(await panel.page.getByText(/NOT LIVE/).count(), 0);
    await panel.page.waitForFunction(
      () =>
        document.querySelectorAll(".tile canvas").length === 2 && document.querySelector(".veil") === null,
      undefined,
      { timeout: 20_000 },
    );
  } finally {
    await rm(data, { recursive: true, force: true });
  }
});

test("a stopped camera's tile is dead to see and says why, while the other lives on", { skip }, async () => {
  await using box = await startBox();
  await using panel = await openPanel({ url: box.url });
  await box.waitFor((view) => view.cameras.every((camera) => camera.state === "RUNNING"), 15_000);
  await panel.page.waitForFunction(() => document.querySelector(".veil") === null);
  assert.equal((await box.send("POST", "/stop", { camera: "front" })).status, 200);
  const front = panel.page.getByRole("region", { name: "Front", exact: true });
  const side = panel.page.getByRole("region", { name: "Side", exact: true });
  await front.getByText("NO LIVE PICTURE").waitFor({ timeout: 3_000 });
  await front.getByText("The camera is stopped").waitFor();
  await front.getByText("Not watching").waitFor();
  assert.equal(await front.locator(".liveness").innerText(), "–", "what is not seen has no age");
  assert.equal(await side.getByText("NO LIVE PICTURE").count(), 0);

  const veil = await front.locator(".veil").boundingBox();
  const picture = await front.locator(".picture").boundingBox();
  assert.deepEqual(veil, picture, "the veil covers the whole picture");
  const seen = await panel.page.evaluate(
    ([x, y]) => document.elementsFromPoint(x ?? 0, y ?? 0).findIndex((one) => one.classList.contains("veil")),
    [(veil?.x ?? 0) + 5, (veil?.y ?? 0) + 5],
  );
  assert.equal(seen, 0, "nothing lies over the veil");
  await shown(panel, "Camera Front gives no picture");
});

test("ending the demonstration asks once, ends it, and says that nothing is set up and what to do", {
  skip,
}, async () => {
  await using box = await startBox();
  await using panel = await openPanel({ url: box.url });
  await shown(panel, "DEMONSTRATION");
  await button(panel, "End demonstration").tap();
  const dialog = panel.page.getByRole("dialog", { name: "End the demonstration?" });
  await dialog.waitFor();
  await wait(350); // for 300 ms after opening a dialog takes a touch for a bounce
  await button(panel, "Keep it").tap();
  await dialog.waitFor({ state: "detached" });
  assert.equal((await box.view()).demonstration, true);

  await button(panel, "End demonstration").tap();
  await dialog.waitFor();
  await wait(350);
  await button(panel, "End it").tap();
  await box.waitFor((view) => !view.demonstration, 10_000);
  // A box that nobody may set up yet offers its first start by itself.
  await shown(panel, "Every step can be left and taken up again.");
  await button(panel, "Later").tap();
  await shown(panel, "No cameras are set up");
  await shown(panel, "Add them under Maintenance, or name them in a provisioning file.");
  await shown(panel, "Nothing is watched");
  assert.equal(await panel.page.getByText("DEMONSTRATION", { exact: true }).count(), 0);
  assert.equal(await panel.page.locator(".tile").count(), 0);
});
