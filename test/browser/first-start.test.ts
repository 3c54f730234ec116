/** From a new box to the list of walk tests by touch, a setting changed and brought back, and a draft published. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { DraftView } from "../../server/draft.ts";
import { type Box, startBox } from "../support/box.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { look, MIDDLE, SIZES } from "./look.ts";
import { onlyRefusals, write } from "./outputs-lab.ts";
import { because, button, shown, typePin } from "./touch.ts";

const EVERY_SIZE = process.env.PALISADE_SIZES === "all";
/** What is looked at on one panel; every state on every panel with PALISADE_SIZES=all. */
const LOOKED_AT = ["first-start-walk", "first-start-sign-in", "settings-refused", "setting-shifts", "draft"];
const PIN = "918273";
/** A question takes a touch within 300 ms for a bounce, and an order within 500 ms of the last one too. */
const GUARD_MS = 550;
const PUBLISH_MS = 20_000;
const SQUARE = [
  [0.1, 0.3],
  [0.9, 0.3],
  [0.9, 0.9],
];

/** What a step says of itself. */
const stateOf = async (panel: Panel, step: string): Promise<string> =>
  (await button(panel, step).locator("em").innerText()).trim();

/** A draft of a cell with a camera, a stop zone and a run permit: their pages have tests of their own. */
async function draftCell(box: Box): Promise<{ cookie: string }> {
  const { headers } = await box.send("POST", "/api/session", { name: "Max", pin: PIN });
  const session = { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
  const draft = await box.send<DraftView>("POST", "/api/draft", {}, session);
  const film = `file:${ROOT}models/demo/cell-side.mp4`;
  const config = {
    ...draft.body.config,
    cameras: [{ id: "side", name: "Side", source: film, fps: 2 }],
    zones: [{ id: "cell", camera: "side", name: "Cell", kind: "stop", polygon: SQUARE }],
    boards: [{ id: "sim", driver: "simulated", channels: 4 }],
    outputs: [{ id: "permit", board: "sim", channel: 1, role: "run-permit", zones: ["cell"] }],
  };
  const put = await box.send("PUT", "/api/draft", { revision: 1, config }, session);
  assert.equal(put.status, 200, JSON.stringify(put.body));
  return session;
}

test("a new box is set up step by step, and its settings and its draft are changed and brought back", {
  skip: missing.chromium(),
}, async () => {
  const faults: string[] = [];
  await using box = await startBox();
  await using panel = await openPanel({ url: box.url, ...MIDDLE });
  const see = async (state: string): Promise<void> => {
    for (const size of EVERY_SIZE ? SIZES : LOOKED_AT.includes(state) ? [MIDDLE] : []) {
      await panel.page.setViewportSize(size);
      faults.push(...(await look(panel, state, size)));
    }
    await panel.page.setViewportSize(MIDDLE);
  };
  await button(panel, "End demonstration").tap();
  await wait(GUARD_MS);
  await button(panel, "End it").tap();
  await shown(panel, "Every step can be left and taken up again.", PUBLISH_MS);
  assert.equal(await stateOf(panel, "First camera"), "after: People and PINs");
  assert.ok(await button(panel, "First camera").isDisabled());
  await see("first-start-empty");

  // Left, and taken up again.
  await button(panel, "Later").tap();
  await shown(panel, "No cameras are set up");
  await see("first-start-offer");
  await button(panel, "Open first start").tap();
  assert.equal(await stateOf(panel, "Language"), "English");
  await button(panel, "Language").tap();
  await see("first-start-languages");
  await button(panel, "English").tap();
  await shown(panel, "Every step can be left and taken up again.");
  assert.equal(await stateOf(panel, "Language"), "done: English");
  await button(panel, "People and PINs").tap();
  await write(panel, "Name", "Max");
  await button(panel, "Choose a PIN").tap();
  await panel.page.setViewportSize(SIZES[0]);
  faults.push(...(await look(panel, "first-start-pin", SIZES[0])));
  await panel.page.setViewportSize(MIDDLE);
  for (const next of ["Next", "Save PIN"]) {
    await typePin(panel, PIN);
    await button(panel, next).tap();
  }
  await shown(panel, "Every step can be left and taken up again.");
  assert.equal(await stateOf(panel, "People and PINs"), "done");

  await button(panel, "Site and time zone").tap();
  await button(panel, "Change Name of the site").tap();
  await see("setting-text");
  await write(panel, "Name of the site", "Press 4");
  await button(panel, "Back").tap();
  await button(panel, "Change Time zone").tap();
  await write(panel, "Time zone", "Berlin");
  await button(panel, "Back").tap();
  await button(panel, "Change Age of the record in the database").tap();
  await write(panel, "Age of the record in the database", "9000");
  await shown(panel, "Must be a whole number from 1 to 4,000");
  await see("setting-wrong");
  await write(panel, "Age of the record in the database", "30");
  await button(panel, "Back").tap();
  await see("settings-entered");
  await button(panel, "Save 3 changes").tap();
  await shown(panel, "Every output drops, watching restarts, and a reset is needed.");
  await see("settings-ask");
  await wait(GUARD_MS);
  await button(panel, "Save").tap();
  await shown(panel, 'must be an IANA time zone such as "Europe/Berlin"');
  await see("settings-refused");
  assert.ok(await button(panel, "Save 3 changes").isDisabled(), "what is wrong is put right first");
  assert.equal((await box.view()).site.name, "Palisade", "nothing of it was saved");
  await button(panel, "Change Time zone").tap();
  await write(panel, "Time zone", "Europe/Berlin");
  await button(panel, "Back").tap();
  await button(panel, "Save 3 changes").tap();
  await wait(GUARD_MS);
  await button(panel, "Save").tap();
  await shown(panel, "Settings saved", PUBLISH_MS);
  await shown(panel, /^changed by Max, /);
  assert.deepEqual((await box.view()).site, { name: "Press 4", timezone: "Europe/Berlin" });
  await see("settings");

  await button(panel, "Change Shifts").tap();
  await see("setting-shifts");
  await button(panel, "Back").tap();
  await button(panel, "Undo").tap();
  await wait(GUARD_MS);
  await button(panel, "Save").tap();
  await until({
    what: "the site's old name",
    ms: PUBLISH_MS,
    check: async () => (await box.view()).site.name === "Palisade",
  });
  await shown(panel, "400 days");
  await button(panel, "Back").tap();
  await shown(panel, "Every step can be left and taken up again.");

  const session = await draftCell(box);
  await button(panel, "Later").tap();
  await see("workshop");
  await button(panel, "Open versions").tap();
  await shown(panel, "It changes 4 things");
  await see("versions-draft");
  await button(panel, "Draft").tap();
  await shown(panel, /^Zone Cell added: /);
  await see("draft");
  await button(panel, "Publish").tap();
  await shown(panel, "Publish the draft?");
  await see("draft-ask");
  await wait(GUARD_MS);
  await button(panel, "Publish").tap();
  await because(panel, "The site or the cell was changed");
  await shown(panel, "The draft is in force", PUBLISH_MS);
  await box.send("POST", "/api/draft", {}, session);
  await button(panel, "Back").tap();
  await button(panel, "Open versions").tap();
  await button(panel, "Draft").tap();
  await shown(panel, "Nothing: it says the same as what is in force");
  assert.ok(await button(panel, "Publish").isDisabled());
  await button(panel, "Throw away").tap();
  await wait(GUARD_MS);
  await button(panel, "Throw away").tap();
  await shown(panel, "The draft is thrown away");
  assert.equal((await box.get("/api/draft", session)).status, 404);
  await button(panel, "Back").tap();

  await button(panel, "Open first start").tap();
  await until({
    what: "the output's step",
    ms: PUBLISH_MS,
    check: async () => (await stateOf(panel, "First output")) === "done: 1 output",
  });
  assert.equal(await stateOf(panel, "First camera"), "done: 1 camera");
  await see("first-start-walk");
  assert.deepEqual(box.board("sim")?.channels, [false, false, false, false], "no step energises anything");
  // A session that is over ends no step: who signs in again goes on where they were going.
  await panel.page.evaluate(async () => await fetch("/api/session", { method: "DELETE" }));
  await button(panel, "Walk test").tap();
  await shown(panel, "Maintenance is locked");
  await panel.page.locator(".notice").tap(); // it would lie over the step
  await until({
    what: "the list without a session",
    ms: 5_000,
    check: async () => (await stateOf(panel, "Walk test")) === "sign in to see",
  });
  await button(panel, "Walk test").tap();
  await panel.page.getByRole("button", { name: "Max" }).waitFor();
  await see("first-start-sign-in");
  await button(panel, "Cancel").tap();
  await button(panel, "Walk test").tap();
  await panel.page.getByRole("button", { name: "Max" }).tap();
  await typePin(panel, PIN);
  await button(panel, "Unlock").tap();
  await button(panel, "Cell").waitFor();
  await button(panel, "Back").tap();
  await shown(panel, "Every step can be left and taken up again.");
  assert.deepEqual(faults, []);
  // The browser tells of the session that is over.
  assert.deepEqual(
    onlyRefusals(panel).filter((error) => !/status of 401/.test(error)),
    [],
  );
});
