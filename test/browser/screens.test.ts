/** The same states on three panels: nothing cut off, nothing outside, no text over its button. Pictures to look at. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import { watchBoard } from "../support/board-watch.ts";
import { type Box, startBox } from "../support/box.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { energise } from "../support/operator.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { layoutFaults } from "./geometry.ts";
import { button, provisionedCell, resettable, shown, typePin } from "./touch.ts";

const OUT = `${ROOT}test/.out`;
/** The narrow and the tall panel: what fits both fits between them. */
const SIZES = [
  { width: 1024, height: 600 },
  { width: 800, height: 1280 },
] as const;

interface Sized {
  readonly size: string;
  readonly panel: Panel;
}

/** Takes the picture of every panel and collects what is wrong with its layout. */
async function look(panels: readonly Sized[], state: string, mayScroll = false): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { size, panel } of panels) {
    await panel.page.screenshot({ path: `${OUT}/${state}-${size}.png` });
    for (const fault of await layoutFaults(panel.page, { mayScroll }))
      faults.push(`${state} ${size}: ${fault}`);
  }
  return faults;
}

const everywhere = async (panels: readonly Sized[], act: (panel: Panel) => Promise<void>): Promise<void> => {
  for (const { panel } of panels) await act(panel);
};

/** Touches Reset until it asks: the film's person may enter between looking and touching. */
async function askWhoResets(panel: Panel, box: Box): Promise<void> {
  await until({
    what: "Reset asks who resets",
    ms: 60_000,
    check: async () => {
      await resettable(box);
      if ((await panel.page.locator(".bar .hold.possible").count()) === 0) return false;
      await button(panel, "Reset").tap();
      return await shown(panel, "Who resets?", 1_000).then(
        () => true,
        () => false,
      );
    },
  });
  await panel.page.locator(".notice").waitFor({ state: "detached", timeout: 10_000 });
}

test("nothing is cut off on two panels while watching, tripped, lost and in Maintenance", {
  skip: missing.chromium(),
}, async () => {
  await mkdir(OUT, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const box = stack.use(await startBox());
  const board = stack.use(watchBoard(box));
  const open = async (url: string): Promise<readonly Sized[]> => {
    const panels: Sized[] = [];
    for (const { width, height } of SIZES)
      panels.push({ size: `${width}x${height}`, panel: stack.use(await openPanel({ url, width, height })) });
    return panels;
  };
  const panels = await open(box.url);
  const faults: string[] = [];

  await resettable(box);
  await everywhere(panels, async (panel) => await panel.page.locator(".bar .hold.possible").waitFor());
  faults.push(...(await look(panels, "resettable")));
  await until({
    what: "every panel shows that the box watches, before the next person enters",
    ms: 90_000,
    check: async () => {
      await energise(box, board, 60_000);
      const all = panels.map(({ panel }) =>
        panel.page.locator(".state.watching").waitFor({ timeout: 2_000 }),
      );
      return (await Promise.allSettled(all)).every(({ status }) => status === "fulfilled");
    },
  });
  faults.push(...(await look(panels, "watching")));

  await board.permit(false, 60_000);
  await box.waitFor((view) => view.zones.every((zone) => zone.verdict !== "clear"), 20_000);
  await everywhere(panels, async (panel) => await shown(panel, "Person in Cell"));
  faults.push(...(await look(panels, "tripped")));
  await everywhere(panels, async (panel) => {
    await button(panel, "Reset").tap();
    await shown(panel, "Reset is not possible now");
  });
  faults.push(...(await look(panels, "refused")));
  await everywhere(panels, async (panel) => {
    // It lies over the page until it is touched, or goes by itself.
    await panel.page.locator(".notice").tap();
    await button(panel, "Alarms").tap();
  });
  faults.push(...(await look(panels, "alarms", true)));
  await everywhere(panels, async (panel) => {
    await button(panel, "Maintenance").tap();
    await shown(panel, "Nobody is set up");
  });
  faults.push(...(await look(panels, "nobody")));

  await box.kill9();
  await everywhere(panels, async (panel) => await shown(panel, /NOT LIVE since/));
  faults.push(...(await look(panels, "lost")));

  const site = stack.use(await startBox({ provision: provisionedCell({ fullView: false }) }));
  const others = await open(site.url);
  await everywhere(others, async (panel) => await askWhoResets(panel, site));
  faults.push(...(await look(others, "reset-names")));
  await wait(350); // for 300 ms after opening a dialog takes a touch for a bounce
  await everywhere(others, async (panel) => {
    await panel.page.getByRole("button", { name: "Sam" }).tap();
    await typePin(panel, "730146");
  });
  faults.push(...(await look(others, "reset-pin")));
  await everywhere(others, async (panel) => {
    await button(panel, "Maintenance").tap();
    await panel.page.getByRole("button", { name: "Sam" }).tap();
    await typePin(panel, "730146");
  });
  faults.push(...(await look(others, "pin")));
  await everywhere(others, async (panel) => {
    await button(panel, "Unlock").tap();
    await shown(panel, "Sam, Maintenance", 10_000);
  });
  faults.push(...(await look(others, "maintenance", true)));
  assert.deepEqual(faults, []);
});
