/** Zones of every kind on three panels: what is out of the rules is never called clear, and what is masked stays hatched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { View, ZoneView } from "../../server/domain/view.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { look, SIZES } from "./look.ts";
import { cameraView, startStub } from "./stub.ts";
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
  cameras: [cameraView("front", "Front", { verdict: "stop" }), cameraView("side", "Side")],
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
    assert.deepEqual(await look(panel, "zones", size), []);
  });
}
