/** Zones of every kind on three panels: what is out of the rules is never called clear, and what is masked stays hatched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator } from "playwright-core";
import type { Box } from "../../server/domain/units.ts";
import type { View, ZoneView } from "../../server/domain/view.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { look, SIZES } from "./look.ts";
import { AT_DOOR, cameraView, IN_CELL, startStub } from "./stub.ts";
import { shown } from "./touch.ts";

const NOW = Date.now();
const box = (x0: number, y0: number, x1: number, y1: number) =>
  [
    [x0, y0],
    [x1, y0],
    [x1, y1],
    [x0, y1],
  ] as const;
const zone = (id: string, name: string, more: Partial<ZoneView>): ZoneView => ({
  ...{ id, camera: "front", name, kind: "stop", polygon: box(0.3, 0.5, 0.65, 0.95) },
  ...{ verdict: "clear", sinceWallAt: NOW - 60_000 },
  ...more,
});
const ZONES: Partial<View> = {
  cameras: [
    cameraView("front", "Front", { verdict: "stop", people: [IN_CELL, AT_DOOR] }),
    cameraView("side", "Side"),
  ],
  zones: [
    zone("cell", "Cell", {
      verdict: "stop",
      activity: {
        ...{ active: false, why: "Out of the rules by its schedule" },
        untilWallAt: NOW + 3 * 24 * 60 * 60_000,
      },
    }),
    zone("bay", "Bay", { kind: "dwell", polygon: box(0.7, 0.45, 0.95, 0.95) }),
    zone("gate", "Gate", {
      ...{ camera: "side", activity: { active: false, why: "Out of the rules: Set-up" } },
    }),
  ],
  counts: [{ id: "door", camera: "front", name: "Door", polygon: box(0.02, 0.02, 0.4, 0.4), people: 3 }],
  masks: [
    {
      ...{ id: "poster", camera: "front", name: "Poster", polygon: box(0.5, 0.05, 0.75, 0.35) },
      ...{ reason: "A mannequin", warnings: ["Nobody is seen in part of Cell: A mannequin"] },
    },
  ],
};

/** Whatever is drawn of a person is where the person is: a frame or its outline that goes on tells a lie. */
async function drawnAs(person: Locator, { x0, y0, x1, y1 }: Box): Promise<void> {
  const drawn = await person.locator("rect").evaluateAll((rects) =>
    rects.map((rect) => {
      const { x, y, width, height } = (rect as SVGGraphicsElement).getBBox();
      const whole = (rect.closest("svg") as SVGSVGElement).viewBox.baseVal;
      return [x / whole.width, y / whole.height, (x + width) / whole.width, (y + height) / whole.height];
    }),
  );
  const wanted = [x0, y0, x1, y1];
  assert.equal(drawn.length, 2, "a frame and its outline");
  for (const each of drawn)
    for (const [n, edge] of each.entries()) assert.ok(Math.abs(edge - (wanted[n] ?? 2)) < 0.002, `${each}`);
}

for (const size of SIZES) {
  test(`inactive zones, masks and counts on ${size.width}x${size.height}`, {
    skip: missing.chromium(),
  }, async () => {
    await using stub = await startStub();
    stub.tell(ZONES);
    await using panel = await openPanel({ url: stub.url, width: size.width, height: size.height });
    const front = panel.page.getByRole("region", { name: "Front" });
    await front.locator(".zone.mask").waitFor({ state: "attached" });
    await shown(panel, "Inactive");
    // Names on a picture stand in several lines.
    const names = (await front.locator("text tspan").allTextContents()).join(" ");
    assert.match(names, /Cell: inactive until \w{3} \d\d:\d\d/);
    assert.match(names, /Door: 3/);
    assert.match(names, /Poster: not looked at/);
    const side = panel.page.getByRole("region", { name: "Side" });
    assert.match((await side.locator(".band, .verdict").first().textContent()) ?? "", /^Inactive/);
    const fill = await front.locator(".zone.mask .line").evaluate((line) => (line as SVGElement).style.fill);
    assert.match(fill, /^url/, "the mask is hatched");
    for (const [n, { box }] of [IN_CELL, AT_DOOR].entries())
      await drawnAs(front.locator(".person").nth(n), box);
    assert.deepEqual(await look(panel, "zones", size), []);
  });
}
