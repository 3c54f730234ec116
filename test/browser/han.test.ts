/** Chinese and Japanese are drawn with letters that the box brings, on panels that have none; no other page loads any. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { cameraView, startStub } from "./stub.ts";
import { button } from "./touch.ts";

const skip = missing.chromium();
const LIMIT_MS = 20_000;

/** What the page has asked the box for to write with. */
async function asked(panel: Panel): Promise<readonly string[]> {
  const all = await panel.page.evaluate(() =>
    performance.getEntriesByType("resource").map(({ name }) => name),
  );
  return all.filter((name) => /noto|wght/.test(name)).map((name) => new URL(name).pathname);
}

/** The fonts that the letters of an element were really drawn with; those that did not come from the box stand in brackets. */
async function drawnWith(panel: Panel, selector: string): Promise<string> {
  const wire = await panel.context.newCDPSession(panel.page);
  await wire.send("DOM.enable");
  await wire.send("CSS.enable");
  const { root } = await wire.send("DOM.getDocument");
  const { nodeId } = await wire.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  const { fonts } = await wire.send("CSS.getPlatformFontsForNode", { nodeId });
  await wire.detach();
  return fonts
    .map(({ familyName, isCustomFont }) => (isCustomFont ? familyName : `(${familyName})`))
    .join(", ");
}

/** Every letter, and so none as a box. */
async function written(panel: Panel, selector: string, family: string): Promise<void> {
  await panel.page.locator(selector).first().waitFor();
  const wanted = `${family} Thin`; // as the fonts call themselves in all weights
  await until({
    what: `${selector} drawn with ${family}`,
    ms: LIMIT_MS,
    check: async () => (await drawnWith(panel, selector)) === wanted,
  });
}

test("English loads no letters; a name in Chinese brings its own", { skip }, async () => {
  await using stub = await startStub();
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  for (const page of ["Alarms", "Maintenance", "Live"]) await button(panel, page).tap();
  await panel.page.locator(".tile .liveness svg").first().waitFor();
  await panel.page.evaluate(() => document.fonts.ready);
  assert.deepEqual(await asked(panel), []);
  stub.tell({ cameras: [cameraView("front", "压机前")] });
  await written(panel, ".tile h2", "Noto Sans SC");
});

/** The last stands in an alarm about welded contacts, and on no page of a quiet box. */
for (const [language, family, live, seldom] of [
  ["zh", "Noto Sans SC", "实时", "熔焊"],
  ["ja", "Noto Sans JP", "ライブ", "溶着"],
] as const)
  test(`${language}: letters come from ${family}, also once the box is gone`, { skip }, async () => {
    await using stub = await startStub();
    await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
    await panel.page.evaluate((tag) => localStorage.setItem("language", tag), language);
    await panel.page.reload();
    await button(panel, live).waitFor();
    for (const n of [1, 2, 3]) await written(panel, `.commands button:nth-child(${n}) .word`, family);
    if (language === "ja") {
      stub.tell({ cameras: [cameraView("front", "压")] });
      await written(panel, ".tile h2", "Noto Sans SC");
    }
    await until({
      what: "letters for what may yet be said",
      ms: LIMIT_MS,
      check: async () =>
        await panel.page.evaluate(([font, text]) => document.fonts.check(`1em "${font} Variable"`, text), [
          family,
          seldom,
        ] as const),
    });
    stub.hang(true);
    stub.mute("end");
    await written(panel, ".lost button", family);
    if (language === "zh") assert.ok((await asked(panel)).every((path) => !path.includes("jp")));
  });
