/** A camera from its address to its tile and away again, by touch on a real box: test, save, teach, remove. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { startBox } from "../support/box.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { because, button, provisionedCell, shown, typePin } from "./touch.ts";

const FILM = `file:${ROOT}models/demo/cell-side.mp4`;
/** A trial has twelve seconds. */
const TEST_LIMIT_MS = 20_000;
const SAVE_LIMIT_MS = 20_000;

/** Opens a field, writes with a plugged-in keyboard, and takes it. */
async function write(panel: Panel, field: string, text: string): Promise<void> {
  await button(panel, field).tap();
  await panel.page.locator(".line input:focus").waitFor();
  await panel.page.keyboard.press("Control+A");
  await panel.page.keyboard.type(text);
  await panel.page.keyboard.press("Enter");
}

test("a camera is tried, saved, seen, taught and removed at the panel, and what it would take along is named", {
  skip: missing.chromium(),
}, async (t) => {
  await using box = await startBox({ provision: provisionedCell({ fullView: true }) });
  await using panel = await openPanel({ url: box.url });
  await box.waitFor((view) => view.cameras.every(({ state }) => state === "RUNNING"), 30_000);
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Set up cameras").tap();
  await button(panel, "Add camera").tap();
  await button(panel, "Network address").tap();

  // What is wrong stands at its field, before and after.
  await button(panel, "Name").tap();
  for (const key of ["Capital letter", "G", "a", "t", "e", "Done"]) await button(panel, key).tap();
  await write(panel, "Address", "ftp://10.0.0.9/a");
  await button(panel, "Save without test").tap();
  await because(panel, "Set up for the first time");
  await shown(panel, /^Must be an rtsp:\/\//, SAVE_LIMIT_MS);
  await write(panel, "Address", "file:/nowhere/film.mp4");
  await button(panel, "Test").tap();
  await shown(panel, "No picture came", TEST_LIMIT_MS);
  await shown(panel, "Save all the same");
  await write(panel, "Address", FILM);
  await button(panel, "Test").tap();
  await shown(panel, "The camera answers", TEST_LIMIT_MS);
  t.diagnostic((await panel.page.locator(".result").innerText()).replaceAll("\n", "; "));
  await panel.page.waitForFunction(
    () => (document.querySelector<HTMLImageElement>(".result img")?.naturalWidth ?? 0) > 0,
  );

  await button(panel, "Save").tap();
  await because(panel, "The site or the cell was changed");
  await shown(panel, "Gate saved", SAVE_LIMIT_MS);
  const view = await box.waitFor(
    (seen) => seen.cameras.some(({ name, state }) => name === "Gate" && state === "RUNNING"),
    30_000,
  );
  const gate = view.cameras.find(({ name }) => name === "Gate");
  await shown(panel, FILM);
  await until({
    what: "every check of the new camera with its figure",
    ms: 30_000,
    check: async () => (await panel.page.locator(".reading").count()) === 9,
  });

  await button(panel, "Take new reference picture").tap();
  await wait(350); // for 300 ms after opening a dialog takes a touch for a bounce
  await button(panel, "Take it").tap();
  await shown(panel, "Reference picture taken", 12_000);
  await shown(panel, /^Taken .* by Sam$/);
  await panel.page.waitForFunction(
    () => (document.querySelector<HTMLImageElement>(".reference img")?.naturalWidth ?? 0) > 0,
  );

  await button(panel, "Live").tap();
  const tile = panel.page.getByRole("region", { name: "Gate", exact: true });
  await tile.locator(".liveness svg").waitFor({ state: "attached", timeout: 10_000 });
  assert.equal(await tile.locator(".veil").count(), 0, "its tile is live");
  await button(panel, "Maintenance").tap();
  await button(panel, "Set up cameras").tap();
  await button(panel, "Remove Gate").tap();
  await shown(panel, "No zone is drawn on it.");
  await wait(350);
  await button(panel, "Remove").tap();
  await because(panel, "To try something out");
  await shown(panel, "Gate removed", SAVE_LIMIT_MS);
  await box.waitFor((seen) => !seen.cameras.some(({ id }) => id === gate?.id), 20_000);

  await button(panel, "Side").tap();
  await button(panel, "Remove Side").tap();
  await wait(350);
  await button(panel, "Remove").tap();
  await shown(panel, /With camera Side its zones would go: .*Cell.*; these outputs /, SAVE_LIMIT_MS);
  await wait(350);
  await button(panel, "Cancel").tap();
  assert.ok(
    (await box.view()).cameras.some(({ id }) => id === "side"),
    "named only, nothing removed",
  );
  assert.deepEqual(
    panel.errors.filter((error) => !/status of (400|409)/.test(error)),
    [],
  );
});
