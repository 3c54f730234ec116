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
import { button, shown, typePin } from "./touch.ts";

const EVERY_SIZE = process.env.PALISADE_SIZES === "all";
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

/** What the pages of cameras, zones and outputs send, which have tests of their own. */
async function setUp(box: Box): Promise<{ cookie: string }> {
  const { headers } = await box.send("POST", "/api/session", { name: "Max", pin: PIN });
  const session = { cookie: headers.get("set-cookie")?.split(";", 1)[0] ?? "" };
  const add = async (path: string, body: object): Promise<{ readonly id: string }> => {
    const answer = await box.send<{ id: string }>("POST", path, body, session);
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const film = `file:${ROOT}models/demo/cell-side.mp4`;
  const { id: camera } = await add("/api/cameras", { name: "Side", source: film, fps: 2 });
  const zone = { camera, name: "Cell", kind: "stop", polygon: SQUARE };
  const { id: cell } = await add("/api/zones", zone);
  await add("/api/boards", { id: "sim", driver: "simulated", channels: 4 });
  await add("/api/outputs", { board: "sim", channel: 1, role: "run-permit", zones: [cell] });
  return session;
}

test("a new box is set up step by step, and its settings and its draft are changed and brought back", {
  skip: missing.chromium(),
}, async () => {
  const faults: string[] = [];
  await using box = await startBox();
  await using panel = await openPanel({ url: box.url, ...MIDDLE });
  const see = async (state: string): Promise<void> => {
    for (const size of EVERY_SIZE ? SIZES : [MIDDLE]) {
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
  await shown(panel, "Every output drops, the watching starts anew, and a reset is needed.");
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

  const session = await setUp(box);
  await until({
    what: "the output's step",
    ms: PUBLISH_MS,
    check: async () => (await stateOf(panel, "First output")) === "done: 1 output",
  });
  assert.equal(await stateOf(panel, "First camera"), "done: 1 camera");
  await see("first-start-walk");
  assert.deepEqual(box.board("sim")?.channels, [false, false, false, false], "no step energises anything");
  await button(panel, "Walk test").tap();
  await button(panel, "Cell").waitFor();
  await button(panel, "Back").tap();
  await button(panel, "Later").tap();
  await shown(panel, "About");
  await see("workshop");

  const draft = await box.send<DraftView>("POST", "/api/draft", {}, session);
  const config = { ...draft.body.config, site: { ...draft.body.config.site, name: "Press 5" } };
  await box.send("PUT", "/api/draft", { revision: 1, config }, session);
  await button(panel, "Open versions").tap();
  await shown(panel, "It changes 1 thing");
  await see("versions-draft");
  await button(panel, "Draft").tap();
  await shown(panel, "Site: name Palisade → Press 5");
  await see("draft");
  await button(panel, "Publish").tap();
  await shown(panel, "Publish the draft?");
  await see("draft-ask");
  await wait(GUARD_MS);
  await button(panel, "Publish").tap();
  await shown(panel, "The draft is in force", PUBLISH_MS);
  assert.equal((await box.view()).site.name, "Press 5");
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
  assert.deepEqual(faults, []);
  assert.deepEqual(onlyRefusals(panel), []);
});
