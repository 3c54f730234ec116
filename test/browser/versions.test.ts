/** The versions' pages on three panels, by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { ListedVersion, VersionAnswer, VersionList } from "../../server/http/versions.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { look, SIZES } from "./look.ts";
import { furnish, lastly, onlyRefusals } from "./outputs-lab.ts";
import { startStub } from "./stub.ts";
import { because, button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
const NOW = Date.UTC(2026, 10, 21, 8, 30);
const HOUR = 60 * 60_000;

const listed = (version: number, reason: string, by = "Sam"): ListedVersion => ({
  ...{ version, reason, by, wallAt: NOW - (60 - version) * HOUR, inForce: version === 60 },
});
const NEWEST: VersionList = {
  versions: [
    listed(60, "Camera Front was changed"),
    listed(59, "Zone Cell was changed"),
    listed(58, "The detector was changed from palisade-person-256x416 to yolox-tiny-416"),
    ...Array.from({ length: 8 }, (_, i) => listed(57 - i, "Output Horn was changed", "Kim")),
  ],
  next: 50,
};
const OLDEST: VersionList = {
  versions: [listed(1, "Provisioning file /etc/palisade/press-4.json", "provisioning file")],
  next: null,
};

const MADE = [
  "Zone Cell: shape: corners 1 and 3 moved",
  "Zone Cell: may stay 0 ms → 1.5 s",
  "Camera Front: address rtsp://***@192.0.2.7/stream1 → rtsp://***@192.0.2.7/stream2?subtype=1&profile=main",
  "Output Horn added: board signals, channel 2, role acts while active, zones Cell, Door, pulse 500 ms",
];
const details = (version: number, more: Partial<VersionAnswer> = {}): VersionAnswer => ({
  ...(NEWEST.versions.find((one) => one.version === version) ?? listed(version, "A change")),
  made: { ok: true, changes: MADE },
  wouldMake: { ok: true, changes: MADE.slice(0, 2) },
  refusal: null,
  ...more,
});
const GONE =
  'The weights of "yolox-tiny-416" are missing: bring them, and install them with npm run palisade -- model add';

/** A question takes a touch within 300 ms for a bounce, and an order within 500 ms of the last one too. */
const GUARD_MS = 550;

async function ask(panel: Panel): Promise<void> {
  await button(panel, "Put in force").tap();
  await shown(panel, "Put version 59 in force?");
  await wait(GUARD_MS);
}

describe("the versions' pages", { concurrency: 2 }, () => {
  for (const size of SIZES)
    test(`a person reads what changed and goes back at ${size.width}x${size.height}`, { skip }, async () => {
      await using stub = await startStub();
      furnish(stub);
      stub.answer("GET /api/versions", ({ path }) => ({ body: path.includes("before=") ? OLDEST : NEWEST }));
      stub.answer("GET /api/versions/*", ({ path }) => ({ body: details(Number(path.split("/").at(-1))) }));
      stub.answer("GET /api/versions/60", () => ({
        body: details(60, {
          wouldMake: { ok: true, changes: [] },
          refusal: "Version 60 is in force already",
        }),
      }));
      stub.answer("GET /api/versions/58", () => ({
        body: details(58, {
          refusal: GONE,
          made: { ok: false, why: "Cannot use configuration 57: it is damaged" },
        }),
      }));
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, state, size)));
      await button(panel, "Maintenance").tap();
      await panel.page.getByRole("button", { name: "Sam" }).tap();
      await typePin(panel, "730146");
      await button(panel, "Unlock").tap();
      await see("workshop-versions");
      await button(panel, "Open versions").tap();
      await shown(panel, "Zone Cell was changed");
      await see("versions");
      await button(panel, "Show older versions").tap();
      await shown(panel, "Provisioning file /etc/palisade/press-4.json");
      assert.equal(await button(panel, "Show older versions").count(), 0, "there are no older ones");

      await button(panel, "Version 60").tap();
      await shown(panel, "This is what the box goes by now.");
      assert.ok(await button(panel, "Put in force").isDisabled());
      await see("version-in-force");
      await button(panel, "Back").tap();
      await button(panel, "Version 58").tap();
      await shown(panel, GONE);
      await shown(panel, "Cannot use configuration 57: it is damaged");
      assert.ok(await button(panel, "Put in force").isDisabled());
      await see("version-refused");
      await button(panel, "Back").tap();

      await button(panel, "Version 59").tap();
      await panel.page.getByRole("region", { name: "What putting it in force changes" }).waitFor();
      await see("version");
      await button(panel, "Put in force").tap();
      await shown(panel, "Every output drops, watching restarts, and a reset is needed.");
      await see("version-ask");
      await wait(GUARD_MS);
      await button(panel, "Cancel").tap();
      await shown(panel, "What it changed");
      assert.equal(
        stub.asked.filter(({ path }) => path.endsWith("/revert")).length,
        0,
        "a question is no order",
      );
      await ask(panel);
      stub.answer("POST /api/versions/59/revert", () => ({ status: 409, body: { detail: GONE } }));
      await button(panel, "Put in force").tap();
      await because(panel, "The cell was changed back");
      await shown(panel, GONE);
      await see("version-not-put");
      assert.equal(stub.asked.findLast(({ method }) => method === "POST")?.why, "changed-back");
      stub.answer("POST /api/versions/59/revert", () => ({ body: { ok: true } }));
      await ask(panel);
      await button(panel, "Put in force").tap();
      await because(panel, "A change was a mistake");
      await shown(panel, "Version 59 is in force again");
      await shown(panel, "Zone Cell was changed");
      assert.equal(lastly(stub, "POST").path, "/api/versions/59/revert");

      await button(panel, "Back").tap();
      stub.answer("GET /api/versions", () => ({ body: { versions: [], next: null } }));
      await button(panel, "Open versions").tap();
      await shown(panel, "Nothing was set up yet");
      await see("versions-none");
      await button(panel, "Back").tap();
      stub.answer("GET /api/versions", () => ({ status: 503, body: { detail: "The database is gone" } }));
      await button(panel, "Open versions").tap();
      await shown(panel, "The database is gone");
      assert.deepEqual(faults, []);
      assert.deepEqual(
        onlyRefusals(panel).filter((error) => !/status of 503/.test(error)),
        [],
      );
    });
});
