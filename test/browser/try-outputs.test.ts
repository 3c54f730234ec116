/** On a real box, by touch: outputs tried out, tested and recorded, a board and an output added, a zone bypassed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { watchBoard } from "../support/board-watch.ts";
import { startBox } from "../support/box.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { energise } from "../support/operator.ts";
import { until } from "../support/until.ts";
import { because, button, hold, provisionedCell, shown, typePin } from "./touch.ts";

/** After opening a dialog takes a touch for a bounce. */
const GUARD_MS = 350;
const SAVE_LIMIT_MS = 20_000;
/** Longer than the 2 s of the ring. */
const HOLD_MS = 2_300;

async function touch(panel: Panel, name: string): Promise<void> {
  await button(panel, name).waitFor({ timeout: 10_000 });
  await wait(GUARD_MS);
  await button(panel, name).tap();
}

async function openOutputs(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await touch(panel, "Test and set up outputs");
  await button(panel, "Run relay test").waitFor();
}

test("every output is tried out, tested one after the other and recorded, and a zone is bypassed", {
  skip: missing.chromium(),
}, async () => {
  const cell = provisionedCell({ fullView: true });
  await using box = await startBox({ provision: cell });
  const names = cell.outputs.map((output) => output.name ?? output.id);
  await using board = watchBoard(box);
  await using panel = await openPanel({ url: box.url });
  await box.waitFor((view) => view.cameras.every(({ state }) => state === "RUNNING"), 30_000);

  await openOutputs(panel);
  await touch(panel, "Red lamp");
  await button(panel, "Test Red lamp").tap();
  await shown(panel, /^Red lamp will be (lit|dark) for 3 s\.$/);
  await touch(panel, "Start test");
  await shown(panel, /^Being tested: /);
  await button(panel, "Stop test of Red lamp").tap();
  await box.waitFor((view) => view.tests.length === 0, 2_000);
  await button(panel, "Back").tap();

  // The relay test asks about each; the permit comes last, and must be energised to be seen to drop.
  await button(panel, "Run relay test").tap();
  for (let at = 1; at <= names.length; at++) {
    await shown(panel, `Relay test: ${at} of ${names.length}`);
    await until({
      what: "the test of an output begins, before the film's person trips the permit again",
      ms: 90_000,
      check: async () => {
        if (at === names.length) await energise(box, board, 60_000);
        await button(panel, "Start").tap();
        return await shown(panel, /^(Is|Does|Did|Has) .*\?$/, 1_000).then(
          () => true,
          () => false,
        );
      },
    });
    await panel.page.locator(".decide button:enabled").first().waitFor({ timeout: 6_000 });
    await button(panel, "Yes").tap();
  }
  await shown(panel, "Everything passed");
  assert.equal((await box.view()).outputs.find(({ role }) => role === "run-permit")?.readback, "dropped");
  await button(panel, "Save record").tap();
  await shown(panel, "The test is recorded", SAVE_LIMIT_MS);
  await button(panel, "Records").tap();
  await shown(panel, `All ${names.length} outputs passed`);
  await button(panel, "Back").tap();

  // A board and an output on it; what the rules refuse stands at its field, with names.
  await button(panel, "Add board").tap();
  await button(panel, "Simulated board").tap();
  await button(panel, "Save").tap();
  await because(panel, "To correct something");
  await shown(panel, "simulated saved", SAVE_LIMIT_MS);
  await button(panel, "Back").tap();
  await button(panel, "Add output").tap();
  await button(panel, "White lamp").tap();
  await button(panel, "Save").tap();
  await because(panel, "To correct something");
  await shown(panel, /^Is already used by /, SAVE_LIMIT_MS);
  await panel.page.getByRole("group", { name: "Board", exact: true }).getByText("simulated").tap();
  await button(panel, "Save").tap();
  await because(panel, "To correct something");
  await shown(panel, /lamp-white saved/, SAVE_LIMIT_MS);
  await box.waitFor((view) => view.outputs.some(({ role }) => role === "lamp-white"), 20_000);
  await touch(panel, "Remove lamp-white");
  await touch(panel, "Remove");
  await because(panel, "To correct something");
  await shown(panel, "lamp-white removed", SAVE_LIMIT_MS);

  await button(panel, "Maintenance").tap();
  await touch(panel, "Bypass a zone");
  const zone = (await box.view()).zones.find(({ kind }) => kind === "stop");
  assert.ok(zone);
  await touch(panel, zone.name);
  await touch(panel, "Cleaning");
  await touch(panel, "Next");
  await wait(GUARD_MS);
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "999999");
  await hold(panel, button(panel, "Hold to bypass"), HOLD_MS);
  await shown(panel, "This name and PIN do not belong together");
  await box.waitFor((view) => view.model.state === "ready", 30_000);
  await typePin(panel, "730146");
  await hold(panel, button(panel, "Hold to bypass"), HOLD_MS);
  await button(panel, `End bypass: ${zone.name}`).waitFor({ timeout: 10_000 });
  const view = await box.waitFor((seen) => seen.bypasses.length === 1, 2_000);
  assert.deepEqual([view.bypasses[0]?.by, view.bypasses[0]?.reason], ["Sam", "cleaning"]);
  await button(panel, "Live").tap();
  const camera = view.cameras.find(({ id }) => id === zone.camera);
  const tile = panel.page.getByRole("region", { name: camera?.name ?? "", exact: true });
  await tile.locator(".zone.bypassed").waitFor();
  await button(panel, `End bypass: ${zone.name}`).tap();
  await box.waitFor((seen) => seen.bypasses.length === 0, 2_000);
  await tile.locator(".zone.bypassed").waitFor({ state: "detached" });
  assert.deepEqual(
    panel.errors.filter((error) => !/status of (400|401|409)/.test(error)),
    [],
  );
});
