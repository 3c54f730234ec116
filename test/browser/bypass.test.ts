/** A zone is bypassed by touch and PIN, is told of on every page, and is given back at one touch. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { BypassView } from "../../server/domain/view.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { look, SIZES } from "./look.ts";
import { furnish, ZONES } from "./outputs-lab.ts";
import { cameraView, startStub } from "./stub.ts";
import { button, hold, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
/** Longer than the 2 s of the ring. */
const HOLD_MS = 2_300;
/** After opening a dialog takes a touch for a bounce. */
const GUARD_MS = 350;

function bypass(zone: string, name: string, minutes: number): BypassView {
  const leftMs = minutes * 60_000;
  return { zone, name, by: "Alex", reason: "fault-finding", untilWallAt: Date.now() + leftMs, leftMs };
}

/** One step of the dialog after the other, each of its own. */
async function touch(panel: Panel, name: string): Promise<void> {
  await button(panel, name).waitFor();
  await wait(GUARD_MS);
  await button(panel, name).tap();
}

/** They mostly wait for a finger: two at a time take a small machine no longer than one. */
describe("a bypass", { concurrency: 2 }, () => {
  for (const size of SIZES)
    test(`a zone is bypassed by a supervisor without a session, and shown so, at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> => {
        faults.push(...(await look(panel, state, size)));
      };
      await shown(panel, "Cycle 42, running 3 min");
      await see("live");
      await button(panel, "Maintenance").tap();
      await button(panel, "Bypass a zone").waitFor();
      await see("gate");
      await button(panel, "Bypass a zone").tap();
      await button(panel, "Cell").waitFor();
      await see("bypass-zones");
      await touch(panel, "Cell");
      await shown(panel, "Why is Cell bypassed?");
      await see("bypass-reasons");
      assert.equal(await panel.page.locator(".reasons button").count(), 5);
      await touch(panel, "Cleaning");
      await button(panel, "More minutes").waitFor();
      await wait(GUARD_MS);
      await button(panel, "More minutes").tap();
      await button(panel, "More minutes").tap();
      await see("bypass-minutes");
      assert.ok(await button(panel, "Request stop").isVisible());
      await button(panel, "Next").tap();
      await panel.page.getByRole("button", { name: "Alex" }).waitFor();
      assert.equal(await panel.page.getByRole("button", { name: "Kim" }).count(), 0, "an operator may not");
      await see("bypass-who");
      await wait(GUARD_MS);
      await panel.page.getByRole("button", { name: "Alex" }).tap();
      await typePin(panel, "481516");
      const refusals = ["Still present: Output Horn is not what it should be"];
      stub.answer("POST /api/zones/*/bypass", () => ({
        status: 409,
        body: { detail: "The bypass is not possible now", refusals },
      }));
      await hold(panel, button(panel, "Hold to bypass"), HOLD_MS);
      await shown(panel, /Still present: Output Horn/);
      await see("bypass-refused");
      await typePin(panel, "481516");
      stub.answer("POST /api/zones/*/bypass", () => ({ body: { ok: true } }));
      // Not long enough for anything that is taken away.
      await hold(panel, button(panel, "Hold to bypass"), 1_700);
      await shown(panel, "Bypass: held too briefly");
      await hold(panel, button(panel, "Hold to bypass"), HOLD_MS);
      await shown(panel, "Cell is bypassed for at most 12 min");
      assert.deepEqual(
        stub.asked.findLast(({ method }) => method === "POST"),
        {
          method: "POST",
          path: "/api/zones/cell/bypass",
          body: { name: "Alex", pin: "481516", reason: "cleaning", minutes: 12 },
        },
      );

      stub.tell({ bypasses: [bypass("cell", "Cell", 12)] });
      await button(panel, "End bypass: Cell").waitFor();
      await shown(panel, /^1[12] min \d+ s left$/);
      await see("bypassed-maintenance");
      await button(panel, "Live").tap();
      const tile = panel.page.getByRole("region", { name: "Front", exact: true });
      await tile.getByText("Bypassed", { exact: true }).first().waitFor();
      assert.equal(await tile.getByText("Clear", { exact: true }).count(), 0, "never called clear");
      assert.equal(await tile.locator(".zone.bypassed").count(), 1);
      await see("bypassed");
      // A person in the zone: nothing there is a stop now.
      const box = { x0: 0.3, y0: 0.3, x1: 0.4, y1: 0.8 };
      const people = [{ box, score: 0.9, zones: ["cell"] }];
      stub.tell({ cameras: [cameraView("front", "Front", { verdict: "stop", people })] });
      stub.tell({ zones: ZONES.map((zone) => (zone.id === "cell" ? { ...zone, verdict: "stop" } : zone)) });
      await panel.page.locator(".tile.bypassed .person.none").waitFor();
      await see("bypassed-person");
      const three = ["Cell", "Door", "Loading bay at the far end of hall 2"];
      stub.tell({ bypasses: three.map((name, n) => bypass(`${["cell", "door"][n] ?? n}`, name, 3 + n)) });
      await button(panel, "End bypass: Door").waitFor();
      await see("bypassed-three");
      // The keys keep their size beside the strip.
      await button(panel, "Maintenance").tap();
      await panel.page.getByRole("button", { name: "Sam" }).waitFor();
      await see("bypassed-gate");
      await panel.page.getByRole("button", { name: "Sam" }).tap();
      const key = await button(panel, "5").boundingBox();
      assert.ok(Math.min(key?.width ?? 0, key?.height ?? 0) >= 20 * size.mm - 0.5);
      await see("bypassed-pin");
      // One bypass more, beside those that run.
      await button(panel, "Live").tap();
      await button(panel, "Maintenance").tap();
      await button(panel, "Bypass a zone").tap();
      await shown(panel, /^Bypassed, [23] min \d+ s left$/);
      await see("bypassed-zones");
      await touch(panel, "Cell");
      await shown(panel, "Why is Cell bypassed?");
      await see("bypassed-reasons");
      await touch(panel, "Cleaning");
      await button(panel, "Next").waitFor();
      await see("bypassed-minutes");
      await touch(panel, "Next");
      await panel.page.getByRole("button", { name: "Alex" }).waitFor();
      await wait(GUARD_MS);
      await panel.page.getByRole("button", { name: "Alex" }).tap();
      await typePin(panel, "4815");
      await see("bypassed-who");
      await button(panel, "Live").tap();
      stub.answer("DELETE /api/zones/*/bypass", () => ({ status: 204 }));
      await button(panel, "End bypass: Cell").tap();
      await shown(panel, "Cell is watched again");
      assert.equal(stub.asked.at(-1)?.path, "/api/zones/cell/bypass");
      assert.deepEqual(faults, []);
      assert.deepEqual(
        panel.errors.filter((error) => !/status of 409/.test(error)),
        [],
      );
    });
});
