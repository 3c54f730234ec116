/** A panel is told its size and theme by touch, and knows both when its page is loaded anew. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { become, PROFILES } from "./profiles.ts";
import { openLab } from "./rooms-lab.ts";
import { SCENES } from "./scenes.ts";
import { play, press, unlock } from "./stage.ts";
import { type Asked, type Stub, startStub } from "./stub.ts";
import { button } from "./touch.ts";

const told = async ({ page }: Panel): Promise<readonly [mm: string, theme: string]> => {
  await page.locator(".frame .top").waitFor();
  return await page.evaluate(
    () =>
      [
        Number.parseFloat(
          document.querySelector<HTMLElement>(".frame")?.style.getPropertyValue("--mm") ?? "",
        ).toFixed(2),
        document.documentElement.dataset.theme ?? "system",
      ] as const,
  );
};

const beats = (stub: Stub): readonly Asked[] =>
  stub.asked.filter(({ method, path }) => method === "PUT" && path.startsWith("/api/panels/"));

test("a panel keeps the size and the theme that it was told", { skip: missing.chromium() }, async () => {
  await using stub = await startStub();
  const lab = openLab(stub);
  stub.answer("PUT /api/panels/*", () => ({ body: {} }));
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  const stage = { panel, stub, lab };
  await unlock(stage);
  await press(stage, "Set its size");
  await wait(350); // what came to the place of the last touch takes none for 300 ms
  assert.deepEqual(await told(panel), ["4.63", "system"]);
  await button(panel, "Use this size").tap();
  await until({
    what: "a size that was right already is kept",
    ms: 5_000,
    check: async () => await button(panel, "Use this size").isDisabled(),
  });
  await button(panel, "7″").tap();
  assert.deepEqual(await told(panel), ["4.63", "system"], "nothing grows under the finger");
  await button(panel, "Use this size").tap();
  await button(panel, "In the dark").tap();
  assert.deepEqual(await told(panel), ["6.68", "dim"]);
  await panel.page.reload();
  assert.deepEqual(await told(panel), ["6.68", "dim"]);
  const before = beats(stub).length;
  await until({
    what: "a sign of life",
    ms: 10_000,
    check: () => Promise.resolve(beats(stub).length > before),
  });
  const all = beats(stub);
  assert.equal(new Set(all.map(({ path }) => path)).size, 1, "it is the same panel as before");
  const last = all.map(({ body }) => (body as { readonly settings: unknown }).settings).at(-1);
  assert.deepEqual(last, { language: "en", theme: "dim", layout: "auto", pxPerMm: 6.68 });
});

/** Where everything lies, but for what says another word every second. */
const places = async ({ page }: Panel): Promise<readonly string[]> =>
  await page.evaluate(() =>
    [
      ...document.querySelectorAll(".frame, .frame *:not(time, em, small, .liveness *, canvas, .facts *)"),
    ].map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      const at = [x, y, width, height].map(Math.round).join(" ");
      return `${one.tagName} ${one.getAttribute("class") ?? ""}: ${at}`;
    }),
  );

/** The pages that measure their own room, and one that only flows. */
const MEASURED = ["live", "maintenance-pin", "settings"];

test("a page that becomes another panel is the one that would have been opened there", {
  skip: missing.chromium(),
}, async () => {
  await using stub = await startStub();
  const lab = openLab(stub);
  await using panel = await openPanel({ url: stub.url });
  const stage = { panel, stub, lab };
  const [, , , portrait, seven] = PROFILES;
  for (const name of MEASURED)
    for (const profile of [portrait, seven]) {
      const scene = SCENES.find((one) => one.name === name);
      assert.ok(scene, name);
      await play(stage, scene.way, scene.setting, scene.besides, profile);
      await become(panel.page, profile, "day");
      const fresh = await places(panel);
      await play(stage, scene.way, scene.setting, scene.besides);
      await become(panel.page, profile, "day");
      assert.deepEqual(await places(panel), fresh, `${name} on ${profile.name}`);
    }
});
