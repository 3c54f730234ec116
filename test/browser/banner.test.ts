/** Every alarm of the table in the banner of every panel: a sentence that is cut is a sentence not read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALARMS, type AlarmDefinition, type AlarmStateName } from "../../server/domain/alarm.ts";
import type { AlarmView, View } from "../../server/domain/view.ts";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { layoutFaults } from "./geometry.ts";
import { quietView, startStub } from "./stub.ts";
import { button } from "./touch.ts";

/** As long as people name their zones and cameras. */
const NAME = "Press left";
const SIZES = [
  { width: 1024, height: 600 },
  { width: 1280, height: 800 },
  { width: 800, height: 1280 },
] as const;

function alarmOf(definition: string, entry: AlarmDefinition, wallAt: number): AlarmView {
  const state: AlarmStateName = entry.latching ? "latched-unacknowledged" : "unacknowledged";
  return {
    id: `${definition}:x`,
    definition,
    source: "x",
    priority: entry.priority,
    state,
    raisedAt: wallAt - 754_000,
    text: entry.text.replace("{source}", NAME),
    response: entry.response,
    version: 1,
    returns: 0,
    sound: "lost",
  };
}

for (const { width, height } of SIZES) {
  test(`every alarm's text and response stand whole in the banner at ${width}x${height}`, {
    skip: missing.chromium(),
  }, async () => {
    await using stub = await startStub();
    const until = { untilWallAt: Date.now() + 840_000, leftMs: 840_000 };
    const aside: AlarmView = {
      ...alarmOf("out.worn", ALARMS["out.worn"], Date.now()),
      ...{ state: "shelved", hidden: { by: "Sam", reason: "known", present: true, ...until } },
    };
    // Some are set aside besides, and the mark of a demonstration leaves the least room.
    const view: View = { ...quietView(), hidden: [aside], demonstration: true };
    stub.tell(view);
    await using panel = await openPanel({ url: stub.url, width, height });
    await button(panel, "Reset").waitFor();
    const faults: string[] = [];
    const texts = panel.page.locator(".banner [role=alert] strong");
    const look = async (what: string, wanted: string, next: View): Promise<void> => {
      stub.tell(next);
      await texts.filter({ hasText: wanted }).waitFor({ timeout: 10_000 });
      for (const fault of await layoutFaults(panel.page, { mayScroll: true }))
        faults.push(`${what}: ${fault}`);
    };
    for (const [definition, entry] of Object.entries(ALARMS)) {
      const alarm = alarmOf(definition, entry, view.wallAt);
      const reset = { ...view.reset, possible: false };
      await look(definition, alarm.text, { ...view, alarms: [alarm, alarm, alarm], reset });
      // What the banner says instead of the response once only a reset is wanting.
      const seen: AlarmView = { ...alarm, state: "latched-acknowledged" };
      const possible = { ...view.reset, possible: true, needed: true, refusals: [] };
      await look(`${definition} resettable`, alarm.text, { ...view, alarms: [seen], reset: possible });
    }
    assert.deepEqual([...new Set(faults)], []);
  });
}
