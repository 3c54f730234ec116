/** The wall of Live with every number of cameras, upright and across, and what it does by itself when a zone trips. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { View, ZoneView } from "../../server/domain/view.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { until } from "../support/until.ts";
import { layoutFaults } from "./geometry.ts";
import { OUTPUTS } from "./outputs-lab.ts";
import { become } from "./profiles.ts";
import { cameraView, quietView, type Stub, startStub } from "./stub.ts";
import { button, HOLD_MS, hold } from "./touch.ts";

const skip = missing.chromium();
const COUNTS = [1, 2, 3, 4, 6, 9, 12, 16];
/** Of the walls with a large picture: the roomiest, those in between, the fullest. */
const TRIPPED = [2, 6, 16];
/** Where a person wants to look at the walls. */
const PICTURES = process.env.PALISADE_PICTURES;
const PANELS = [
  { name: "compact", width: 1024, height: 600, mm: 4.63 },
  { name: "upright", width: 600, height: 1024, mm: 4.63 },
] as const;

/** A cell with so many cameras, each with a stop zone; in those named somebody stands. */
function cell(count: number, tripped: readonly string[] = []): Partial<View> {
  const ids = Array.from({ length: count }, (_, n) => `c${n + 1}`);
  const verdict = (id: string) => (tripped.includes(id) ? "stop" : "clear");
  return {
    ...quietView(),
    cameras: ids.map((id, n) => cameraView(id, `Gate ${n + 1}`, { verdict: verdict(id) })),
    zones: ids.map((id): ZoneView => {
      const polygon = [
        [0.2, 0.4],
        [0.8, 0.4],
        [0.8, 0.9],
        [0.2, 0.9],
      ] as const;
      const named = { id: `z${id}`, camera: id, name: "Cell", kind: "stop" } as const;
      return { ...named, polygon, verdict: verdict(id), sinceWallAt: Date.now() };
    }),
    outputs: OUTPUTS,
  };
}

/** One sentence for every tile that is not whole on its wall, apart from the others, or cannot be read. */
async function wallFaults({ page }: Panel, mm: number): Promise<readonly string[]> {
  return await page.evaluate((millimetre) => {
    const least = Math.max(12, 2.5 * millimetre) - 0.1;
    const wall = (document.querySelector(".wall") as HTMLElement).getBoundingClientRect();
    const tiles = [...document.querySelectorAll(".tile")];
    const rects = tiles.map((tile) => tile.getBoundingClientRect());
    return tiles.flatMap((tile, n) => {
      const name = tile.getAttribute("aria-label");
      const own = rects[n] as DOMRect;
      const faults: string[] = [];
      if (own.left < wall.left - 1 || own.right > wall.right + 1 || own.bottom > wall.bottom + 1)
        faults.push(`${name} is not whole on the wall`);
      for (const other of rects.slice(n + 1))
        if (
          own.left < other.right &&
          other.left < own.right &&
          own.top < other.bottom &&
          other.top < own.bottom
        )
          faults.push(`${name} lies over another`);
      const { width, height } = (tile.querySelector("canvas") as Element).getBoundingClientRect();
      if (Math.abs(width / height - 16 / 9) > 0.06) faults.push(`${name} is ${width} x ${height}`);
      for (const text of tile.querySelectorAll("h2, .liveness span, .verdict, .band *"))
        if (text.checkVisibility() && Number.parseFloat(getComputedStyle(text).fontSize) < least)
          faults.push(`${name}: "${text.textContent}" is too small`);
      if (!/Clear|Stop/.test(tile.textContent ?? "")) faults.push(`${name} says no verdict`);
      return faults;
    });
  }, mm);
}

/** The cameras whose pictures are wider than any other. */
async function largest({ page }: Panel): Promise<string> {
  return await page.evaluate(() => {
    const tiles = [...document.querySelectorAll(".tile")].map(
      (tile) => [tile.getAttribute("aria-label"), tile.querySelector("canvas")?.clientWidth ?? 0] as const,
    );
    const most = Math.max(...tiles.map(([, width]) => width));
    const large = tiles.filter(([, width]) => width === most);
    return large.length === tiles.length ? "" : large.map(([name]) => name).join(" ");
  });
}

async function becomesLarge(panel: Panel, names: string): Promise<void> {
  await until({ what: `large: ${names}`, ms: 12_000, check: async () => (await largest(panel)) === names });
}

async function shows(panel: Panel, stub: Stub, count: number, tripped: readonly string[] = []) {
  stub.tell(cell(count, tripped));
  await until({
    what: `${count} tiles with pictures`,
    ms: 20_000,
    check: async () => (await panel.page.locator(".tile .liveness svg").count()) === count,
  });
}

test("one to sixteen tiles lie whole and apart on the wall, can be read and keep the shape of their pictures", {
  skip,
}, async () => {
  await using stub = await startStub();
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  const faults: string[] = [];
  for (const isTripped of [false, true])
    for (const { name, width, height, mm } of PANELS) {
      await become(panel.page, { width, height, mm }, "day");
      for (const count of isTripped ? TRIPPED : COUNTS) {
        await shows(panel, stub, count, isTripped ? ["c2"] : []);
        const what = `wall-${count}${isTripped ? "-tripped" : ""}-${name}`;
        if (PICTURES) await panel.page.screenshot({ path: `${PICTURES}/${what}.png` });
        const found = [
          ...(await wallFaults(panel, mm)),
          ...(await layoutFaults(panel.page, { mayScroll: true })),
        ];
        faults.push(...found.map((fault) => `${what}: ${fault}`));
      }
    }
  assert.deepEqual(faults, []);
  assert.deepEqual(panel.errors, []);
});

test("what trips is large by itself, several share the room, and neither a finger nor a choice is overruled", {
  skip,
}, async () => {
  await using stub = await startStub();
  await using panel = await openPanel({ url: stub.url });
  await shows(panel, stub, 6);
  assert.equal(await largest(panel), "");
  const canvas = await panel.page.locator(".tile canvas").nth(1).elementHandle();
  const devtools = await panel.context.newCDPSession(panel.page);
  const touchPoints = [{ x: 300, y: 400 }];
  await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  stub.tell(cell(6, ["c2", "c5"]));
  await panel.page.locator(".tile.stop").first().waitFor();
  await panel.page.waitForTimeout(300); // three ticks of the screen's clock
  assert.equal(await largest(panel), "", "nothing moves under a finger");
  await devtools.send("Input.dispatchTouchEvent", { type: "touchCancel", touchPoints: [] });
  await becomesLarge(panel, "Gate 2 Gate 5");
  assert.equal(await panel.page.locator(".tile").count(), 6, "the others are still there");
  assert.equal(
    await panel.page
      .locator(".tile canvas")
      .nth(1)
      .evaluate((now, before) => now === before, canvas),
    true,
    "its picture went on",
  );
  stub.answer("GET /api/panels", () => ({ body: [] }));
  await panel.page.locator(".clock").tap();
  await button(panel, "All alike").tap();
  await button(panel, "Live").tap();
  await panel.page.locator(".tile.stop").first().waitFor();
  assert.equal(await largest(panel), "", "a choice comes first");
  await panel.page.reload();
  await panel.page.locator(".tile.stop").first().waitFor();
  assert.equal(await largest(panel), "", "and is kept");
});

test("the ring of Reset fills without a clock under 100 ms, and a hold acts when it is full and let go", {
  skip,
}, async () => {
  await using stub = await startStub();
  stub.tell({ reset: { possible: true, needed: true, pinNeeded: false, refusals: [] } });
  stub.answer("POST /api/reset", () => ({ body: {} }));
  await using panel = await openPanel({ url: stub.url });
  await button(panel, "Reset").waitFor();
  await panel.page.evaluate(() => {
    const short: number[] = [];
    const own = window.setInterval as (...all: unknown[]) => number;
    const setInterval = (what: unknown, ms = 0, ...more: unknown[]): number => {
      if (ms < 100) short.push(ms);
      return own(what, ms, ...more);
    };
    Object.assign(window, { short, setInterval });
  });
  const resets = (): number => stub.asked.filter(({ path }) => path === "/api/reset").length;
  await hold(panel, button(panel, "Reset"), 1_000);
  await panel.page.getByText("Reset: held too briefly").waitFor();
  assert.equal(resets(), 0);
  const held = hold(panel, button(panel, "Reset"), HOLD_MS + 1_500); // long enough to be seen
  await panel.page.locator(".fill.filling").waitFor();
  await panel.page.getByText("Let go", { exact: true }).waitFor();
  assert.equal(resets(), 0, "nothing before it is let go");
  await held;
  await until({ what: "one reset", ms: 5_000, check: () => Promise.resolve(resets() === 1) });
  assert.deepEqual(await panel.page.evaluate(() => (window as unknown as { short: number[] }).short), []);
});
