/**
 * A zone drawn by touch on a real box: the trial sees the film's person, and once published the zone trips.
 * The person is there for 10 s of each minute, so it runs only where PALISADE_ZONES is set.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicMs } from "../../server/base/clock.ts";
import type { ZoneConfig } from "../../server/domain/config.ts";
import { startBox } from "../support/box.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { write } from "./outputs-lab.ts";
import { because, button, provisionedCell, typePin } from "./touch.ts";

/** The film's person comes within one of its loops. */
const LIMIT_MS = 60_000;
const LONG =
  process.env.PALISADE_ZONES === undefined && "takes up to a minute: set PALISADE_ZONES=1 to run it";

interface Row {
  readonly action: string;
  readonly before: { readonly config: { readonly zones: readonly ZoneConfig[] } };
  readonly after: { readonly config: { readonly zones: readonly ZoneConfig[] } };
}

test("a zone that was drawn, tried and published at the panel trips", {
  skip: missing.chromium() || LONG,
}, async (t) => {
  const startedAt = monotonicMs();
  await using box = await startBox({ provision: provisionedCell({ fullView: true }) });
  await using panel = await openPanel({ url: box.url });
  panel.page.setDefaultTimeout(LIMIT_MS);
  await box.waitFor((view) => view.cameras.every(({ state }) => state === "RUNNING"), LIMIT_MS);
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Draw zones").tap();
  await button(panel, "Add zone to Front").tap();
  await button(panel, "Stop zone").tap();
  await button(panel, "Shapes").tap();
  await button(panel, "Whole floor").tap();
  await panel.page.locator(".drawing").waitFor();
  await button(panel, "Next").tap();
  await write(panel, "Name", "Hall");
  await button(panel, "Next").tap();
  await panel.page.getByRole("region", { name: "As drawn" }).getByText("WOULD TRIP").waitFor();
  t.diagnostic(`would trip after ${Math.round(monotonicMs() - startedAt)} ms`);
  await button(panel, "Next").tap();
  await button(panel, "Publish").tap();
  await because(panel, "Set up for the first time");
  const view = await box.waitFor(
    ({ zones }) => zones.some(({ name, verdict }) => name === "Hall" && verdict === "stop"),
    LIMIT_MS,
  );
  t.diagnostic(`trips after ${Math.round(monotonicMs() - startedAt)} ms`);
  assert.equal(view.zones.find(({ name }) => name === "Hall")?.polygon.length, 4);
  const { body } = await box.get<readonly Row[]>("/api/audit");
  const row = body.find(({ action }) => action === "config.published");
  const names = (side: Row["before"] | undefined) => side?.config.zones.map(({ name }) => name);
  assert.deepEqual(
    [names(row?.before), names(row?.after)],
    [
      ["Cell", "Approach"],
      ["Cell", "Approach", "Hall"],
    ],
  );
  assert.deepEqual(panel.errors, []);
});
