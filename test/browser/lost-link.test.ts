/** The link to the box in a real page: nothing looks live that is not, and it comes back by itself. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { layoutFaults } from "./geometry.ts";
import { startStub } from "./stub.ts";
import { button, shown } from "./touch.ts";

const skip = missing.chromium();
/** Two views that did not come, and half a second to draw. */
const LOST_LIMIT_MS = 2_500;
/** Almost until it has failed. */
const NOT_YET_FAILED_MS = 25_000;

const OUT = `${ROOT}test/.out`;
const SIZES = [
  { width: 1280, height: 800 },
  { width: 800, height: 1280 },
  { width: 1024, height: 600 },
] as const;

/** What is wrong with the cover on each panel; the smallest one stays. */
async function look(panel: Panel, state: string): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const { width, height } of SIZES) {
    await panel.page.setViewportSize({ width, height });
    await panel.page.screenshot({ path: `${OUT}/${state}-${width}x${height}.png` });
    for (const fault of await layoutFaults(panel.page, { mayScroll: false }))
      faults.push(`${state} ${width}x${height}: ${fault}`);
  }
  return faults;
}

async function live(panel: Panel): Promise<void> {
  await button(panel, "Reset").waitFor({ timeout: 6_000 });
}

test("a box that holds its stream open and says nothing is NOT LIVE within 2.5 s, and live again with its next view", {
  skip,
}, async (t) => {
  await using stub = await startStub();
  await using panel = await openPanel({ url: stub.url });
  await live(panel);
  const mutedAt = monotonicMs();
  stub.mute("silent");
  await shown(panel, /NOT LIVE since/, LOST_LIMIT_MS + 500);
  t.diagnostic(`NOT LIVE ${(monotonicMs() - mutedAt).toFixed(0)} ms after the last view`);
  assert.equal(await panel.page.locator(".tile").count(), 0);
  stub.mute("speak");
  await live(panel);
  assert.equal(await panel.page.getByText("NOT LIVE").count(), 0);
});

test("a stream that ends and is back at once never covers the screen", { skip }, async () => {
  await using stub = await startStub();
  await using panel = await openPanel({ url: stub.url });
  await live(panel);
  await panel.page.evaluate(() => {
    const state = { covered: false };
    Object.assign(window, { linkSeen: state });
    new MutationObserver(() => {
      state.covered ||= document.querySelector(".lost") !== null;
    }).observe(document.body, { subtree: true, childList: true });
  });
  stub.mute("end");
  stub.mute("speak");
  await wait(2_500);
  assert.equal(
    await panel.page.evaluate(() => (window as never as { linkSeen: { covered: boolean } }).linkSeen.covered),
    false,
  );
});

test("after 30 s it has failed: it says what the health check found, goes on by itself, and Try again asks at once", {
  skip,
}, async () => {
  await mkdir(OUT, { recursive: true });
  await using stub = await startStub();
  await using panel = await openPanel({ url: "about:blank", width: 1024, height: 600 });
  // The page's own clock, which goes as ours does until it is moved on.
  await panel.page.clock.install();
  await panel.page.goto(stub.url);
  await live(panel);
  stub.mute("end");
  await shown(panel, "Connection to the box is lost", LOST_LIMIT_MS);
  assert.deepEqual(await look(panel, "link-reconnecting"), []);
  await panel.page.clock.runFor(NOT_YET_FAILED_MS);
  assert.equal(await panel.page.getByText("No connection to the box for").count(), 0);
  await shown(panel, /No connection to the box for \d+ s/);
  await shown(panel, "The box answers but sends nothing to show", 6_000);
  stub.hang(true);
  await shown(panel, "The box does not answer", 10_000);
  assert.deepEqual(await look(panel, "link-failed"), []);
  stub.hang(false);
  const again = await button(panel, "Try again").boundingBox();
  assert.ok((again?.height ?? 0) >= 20 * 4.63, `Try again is ${again?.height} px high`);
  stub.mute("speak");
  await button(panel, "Try again").tap();
  await button(panel, "Reset").waitFor({ timeout: 1_500 });
});
