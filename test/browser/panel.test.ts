/** How a panel behaves under hands, cloths and nobody: by touch, on one size. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { planOf } from "../../server/domain/planning.ts";
import type { AlarmView, ZoneView } from "../../server/domain/view.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { type Stub, startStub } from "./stub.ts";
import { button } from "./touch.ts";

const skip = missing.chromium();

const ALARM: AlarmView = {
  ...{ id: "zone.stop.occupied:cell", definition: "zone.stop.occupied", source: "cell", priority: 1 },
  ...{ state: "unacknowledged", raisedAt: Date.now(), text: "Person in Cell", response: "Clear it." },
  ...{ version: 1, returns: 0 },
};

/** Its edge is too near to the hazard. */
const PLANNED: ZoneView = {
  ...{ id: "cell", camera: "front", name: "Cell", kind: "stop", verdict: "clear", sinceWallAt: Date.now() },
  polygon: [
    [0.2, 0.4],
    [0.8, 0.4],
    [0.5, 0.9],
  ],
  plan: planOf({ reactionMs: 140, confirmMs: 200, dwellMs: 0, stopTimeMs: 350, edgeMm: 1_800 }),
};

async function open(stub: Stub): Promise<Panel> {
  const panel = await openPanel({ url: stub.url });
  await button(panel, "Show Front alone").waitFor();
  return panel;
}

const paths = (stub: Stub): readonly string[] => stub.asked.map(({ method, path }) => `${method} ${path}`);

/** Fingers that come down together, and are lifted together. */
async function lay(panel: Panel, points: readonly { x: number; y: number; radiusX?: number }[]) {
  const devtools = await panel.context.newCDPSession(panel.page);
  await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [...points] });
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await devtools.detach();
}

async function middle(panel: Panel, name: string): Promise<{ readonly x: number; readonly y: number }> {
  const box = await button(panel, name).boundingBox();
  if (box === null) throw new Error(`${name} is not drawn`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test("a touch shows one camera alone, the others still say what they see, and a chosen layout is kept", {
  skip,
}, async () => {
  await using stub = await startStub();
  await using panel = await open(stub);
  const { page } = panel;
  stub.tell({ zones: [PLANNED] });
  const front = { p50Ms: 84.2, p95Ms: 121.9, p99Ms: 143, maxMs: 211 };
  stub.answer("GET /system-resources", () => ({ body: { reaction: { front } } }));
  await button(panel, "Show Front alone").tap();
  await page.locator(".measured dl").waitFor();
  const others = page.getByRole("navigation", { name: "Other cameras" });
  await others.getByText("No zones").waitFor();
  assert.equal(await page.locator(".tile").count(), 1);
  const measured = (await page.locator(".measured").innerText()).replaceAll(/\s+/g, " ");
  assert.match(measured, /84 p50 122 p95 143 p99 211 max/);
  assert.match(measured, /Cell TOO NEAR: .* only 1\.80 m from the hazard; .* make 2\.30 m/);
  stub.tell({ alarms: [ALARM] });
  await page.getByText("Person in Cell").waitFor();
  assert.equal(await button(panel, "Request stop").isVisible(), true);
  await button(panel, "Keep it large").tap();
  await page.locator(".cell.aside").waitFor();
  assert.equal(await page.locator(".tile").count(), 2);
  await page.reload();
  await page.locator(".cell.aside").waitFor();
  assert.equal(await page.locator(".cell.aside .tile").getAttribute("aria-label"), "Side");
});

test("while somebody cleans no touch does anything, and an alarm ends it at once", { skip }, async () => {
  await using stub = await startStub();
  await using panel = await open(stub);
  const { page } = panel;
  const stop = await middle(panel, "Request stop");
  await button(panel, "This panel").tap();
  await button(panel, "Clean the screen").tap();
  await page.getByText("30 s", { exact: true }).waitFor();
  await page.touchscreen.tap(stop.x, stop.y);
  await lay(panel, [stop, { x: 200, y: 300 }, { x: 300, y: 300 }, { x: 400, y: 300 }]);
  await page.getByText("28 s", { exact: true }).waitFor();
  assert.deepEqual(
    paths(stub).filter((path) => path.startsWith("POST")),
    [],
  );
  stub.tell({ alarms: [ALARM] });
  await page.getByText("Cleaning was ended by an alarm").waitFor();
  assert.equal(await page.locator(".cleaning").count(), 0);
  await button(panel, "This panel").tap();
  await button(panel, "Clean the screen").tap();
  await page.getByText("Acknowledge first: Person in Cell").waitFor();
});

test("a hand presses nothing but Request stop, and a bounce nothing that came under it", {
  skip,
}, async () => {
  await using stub = await startStub();
  stub.answer("POST /api/stop-request", () => ({ body: { ok: true } }));
  stub.answer("POST /api/silence", () => ({ body: { ok: true } }));
  await using panel = await open(stub);
  const { page } = panel;
  const silence = await middle(panel, "Silence");
  await lay(panel, [silence, { x: 200, y: 300 }, { x: 300, y: 300 }]);
  await page.getByText("Touch ignored").waitFor();
  await lay(panel, [{ ...silence, radiusX: 120 }]);
  assert.deepEqual(paths(stub), []);
  const stop = await middle(panel, "Request stop");
  await lay(panel, [{ x: stop.x - 90, y: stop.y - 200 }, stop, { x: stop.x + 90, y: stop.y - 200 }]);
  await until({
    what: "a stop is asked for",
    ms: 5_000,
    check: async () => paths(stub).includes("POST /api/stop-request"),
  });
  assert.equal(paths(stub).includes("POST /api/silence"), false);
  await button(panel, "Silence").tap();
  await until({
    what: "one finger is heard again",
    ms: 5_000,
    check: async () => paths(stub).includes("POST /api/silence"),
  });
  await button(panel, "This panel").tap();
  const back = await middle(panel, "Back");
  await page.touchscreen.tap(back.x, back.y);
  await page.touchscreen.tap(back.x, back.y);
  await button(panel, "Show Front alone").waitFor();
  assert.equal(await page.locator(".alone").count(), 0, "the tile that came under the finger");
});

test("what a finger is on looks so while it is on it, whatever the button; not under a hand", {
  skip,
}, async () => {
  await using stub = await startStub();
  await using panel = await open(stub);
  const devtools = await panel.context.newCDPSession(panel.page);
  const finger = async (
    type: "touchStart" | "touchMove" | "touchEnd",
    ...points: { x: number; y: number }[]
  ) => await devtools.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  const looks = async (name: string): Promise<boolean> =>
    await button(panel, name).evaluate(
      (element) =>
        element.hasAttribute("data-pressed") && getComputedStyle(element).boxShadow.includes("inset"),
    );
  for (const name of ["Live", "Alarms", "Silence", "Acknowledge", "Request stop", "Reset"]) {
    const at = await middle(panel, name);
    await finger("touchStart", at);
    assert.equal(await looks(name), true, `${name} under a finger`);
    await finger("touchMove", { x: at.x, y: at.y - 200 });
    assert.equal(await looks(name), false, `${name} once the finger has left it`);
    await finger("touchEnd");
  }
  const silence = await middle(panel, "Silence");
  await finger("touchStart", silence, { x: 200, y: 300 }, { x: 300, y: 300 });
  assert.equal(await looks("Silence"), false, "Silence under a hand");
  await finger("touchEnd");
  assert.deepEqual(panel.errors, []);
});

test("a swipe to the side is none to the browser, which would leave the page by it, and lists still scroll", {
  skip,
}, async () => {
  await using stub = await startStub();
  stub.answer("GET /api/panels", () => ({ body: [] }));
  await using panel = await open(stub);
  const { page } = panel;
  await page.goto(`${stub.url}/?second`);
  await button(panel, "Show Front alone").waitFor();
  const devtools = await panel.context.newCDPSession(page);
  const swipe = async (dx: number, dy: number): Promise<void> => {
    const at = (n: number) => [{ x: 400 + (dx * n) / 10, y: 300 + (dy * n) / 10 }];
    await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
    for (let n = 1; n <= 10; n++)
      await devtools.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(n) });
    // A finger that leaves in motion would be a fling, and swallow the next touch.
    await page.waitForTimeout(150);
    await devtools.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(10) });
    await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
  await swipe(300, 0);
  await swipe(-300, 0);
  await page.waitForTimeout(500); // the way back takes a moment
  assert.equal(page.url(), `${stub.url}/?second`, "it is still the page");
  await page.locator(".clock").tap();
  await button(panel, "Deutsch").waitFor();
  await page.setViewportSize({ width: 1280, height: 560 });
  await swipe(0, -200);
  await until({
    what: "the page of this panel has scrolled",
    ms: 5_000,
    check: async () =>
      await page.evaluate(() =>
        [...document.querySelectorAll(".setup, .scrolls")].some(({ scrollTop }) => scrollTop > 50),
      ),
  });
});

test("it tells the box that it lives; nobody there dims it until something is wrong; a newer page waits", {
  skip,
}, async () => {
  await using stub = await startStub();
  const beats: unknown[] = [];
  stub.answer("PUT /api/panels/*", ({ body }) => {
    beats.push(body);
    return { status: 204 };
  });
  await using panel = await openPanel({ url: "about:blank" });
  const { page } = panel;
  await page.clock.install();
  await page.goto(stub.url);
  await button(panel, "Show Front alone").waitFor();
  await until({
    what: "it tells what it shows",
    ms: 10_000,
    check: async () => JSON.stringify(beats.at(-1))?.includes('"shows":"live"') ?? false,
  });
  await page.clock.fastForward(11 * 60_000);
  await page.locator(".dimmed").waitFor({ state: "attached" });
  stub.tell({ alarms: [ALARM] });
  await page.locator(".dimmed").waitFor({ state: "detached" });

  await page.evaluate(() => Object.assign(window, { old: true }));
  const isOld = async (): Promise<boolean> => await page.evaluate(() => "old" in window);
  stub.answer("GET /", () => ({ body: "assets/index-another.js" }));
  stub.tell({ boot: "another" });
  await page.getByText("A newer screen is ready").waitFor();
  assert.equal(await isOld(), true, "an alarm is on the list");
  stub.answer("GET /", () => ({ body: "assets/index-another.js" }));
  await Promise.all([page.waitForEvent("load"), stub.tell({ alarms: [] })]);
});
