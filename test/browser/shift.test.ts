/** The shift report's pages on three panels, by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { wait } from "../../server/base/clock.ts";
import type { ToldShift } from "../../server/domain/shift_sheet.ts";
import type { PictureRow, StopPicture } from "../../server/domain/stop_picture.ts";
import type { ShiftList } from "../../server/http/shifts.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { alarm, BEGIN, END, reportOf, rowsOf, SHIFT } from "../unit/domain/shift_rows.ts";
import { look, SIZES, type Size } from "./look.ts";
import { furnish, lastly, onlyRefusals } from "./outputs-lab.ts";
import { type Stub, startStub } from "./stub.ts";
import { button, shown, typePin } from "./touch.ts";

const skip = missing.chromium();
/** A dialog takes no touch for the 300 ms after it opened. */
const GUARD_MS = 400;
const JPEG = readFileSync(join(ROOT, "models/demo/golden.jpg"));
const HASH = "5f".repeat(32);
const STOP = "zone.stop.occupied:cell";

const PICTURE_ROW: PictureRow = {
  ...{ picture: "stop-1", camera: "front", cycle: 7, takenWallAt: 0, offMs: 80 },
  ...{ sha256: "ab".repeat(32), linesSha256: "cd".repeat(32) },
};
const PICTURE: StopPicture = {
  ...{ id: "stop-1", alarm: STOP, camera: "front", cameraName: "Front", cycle: 7 },
  ...{ takenWallAt: 0, offMs: 80, size: { width: 640, height: 360 } },
  boxes: [{ label: "person", score: 0.9, box: { x0: 0.45, y0: 0.3, x1: 0.55, y1: 0.7 } }],
  zones: [
    {
      ...{ id: "cell", name: "Cell", kind: "stop" },
      polygon: [
        [0.2, 0.5],
        [0.8, 0.5],
        [0.8, 0.9],
        [0.2, 0.9],
      ],
    },
  ],
};

const REPORT = reportOf(
  rowsOf([
    BEGIN(-600, 7),
    alarm(3_600, STOP, "normal", "unacknowledged"),
    END(3_600, 7, "Person in Cell"),
    [3_600.12, "output.dropped", { objectType: "output", objectId: "permit", after: { cycle: 7 } }],
    [3_600.3, "alarm.pictured", { objectType: "alarm", objectId: STOP, after: PICTURE_ROW }],
    alarm(3_612, STOP, "unacknowledged", "acknowledged"),
    [3_612, "command.acknowledge", { actor: "panel", objectType: "alarm", objectId: STOP }],
    alarm(3_620, STOP, "acknowledged", "latched-acknowledged"),
    alarm(3_630, STOP, "latched-acknowledged", "normal"),
    BEGIN(3_630, 8),
    alarm(5_000, "prot.camera.dark:side", "normal", "unacknowledged"),
    [6_000, "bypass.begun", { objectId: "cell", after: { by: "Sam", reason: "setup", forMs: 600_000 } }],
    [6_600, "bypass.ended", { objectId: "cell", reason: "time" }],
    [
      7_000,
      "config.published",
      { actor: "Max", objectId: "4", reason: "Zone Cell was made larger at the press" },
    ],
    [7_100, "access.denied", { objectId: "Sam", result: "denied" }],
  ]),
);
const { shift } = REPORT;
const TOLD: ToldShift = { report: REPORT, hash: HASH, running: false, notes: [], signatures: [] };
const written = { by: "Kim", role: "operator", wallAt: shift.untilWallAt - 300_000 };
const NOTE = { ...written, version: 1, text: "Lens of Side cleaned; oil under the press" };
const SIGNED = {
  ...{ by: "Sam", role: "supervisor", wallAt: shift.untilWallAt + 60_000, hash: HASH, noteVersion: 1 },
  ...{ comment: null, holds: "yes" as const },
};
const RUNNING: ToldShift = { ...TOLD, running: true };
const LIST: ShiftList = {
  timezone: "Europe/Berlin",
  shifts: [
    { ...shift, id: "20261121T130000Z", name: "Late shift", running: true, noteVersion: 0, signedBy: [] },
    { ...SHIFT, running: false, noteVersion: 0, signedBy: [] },
    {
      ...shift,
      id: "20261120T210000Z",
      name: "Night shift",
      running: false,
      noteVersion: 2,
      signedBy: ["Sam", "Max"],
    },
  ],
  more: true,
};

async function readAndSign(stub: Stub, panel: Panel, see: (state: string) => Promise<void>): Promise<void> {
  const path = `/api/shifts/${shift.id}`;
  await button(panel, "Earlier shifts").tap();
  await shown(panel, "signed by Sam, Max, with a hand-over note");
  await see("shift-list");
  await panel.page.getByRole("button", { name: /^Early shift/ }).tap();
  await shown(panel, "Not signed.");
  await button(panel, "Write hand-over").tap();
  await panel.page.locator(".line input:focus").waitFor();
  await panel.page.keyboard.type(NOTE.text);
  await see("shift-note");
  await panel.page.keyboard.press("Enter");
  await shown(panel, "Who writes this?");
  await wait(GUARD_MS);
  await panel.page.getByRole("button", { name: "Kim" }).tap();
  await typePin(panel, "2580");
  stub.answer(`POST ${path}/note`, () => ({ body: { ok: true } }));
  stub.answer(`GET ${path}`, () => ({ body: { ...TOLD, notes: [NOTE] } }));
  await button(panel, "Save note").tap();
  await shown(panel, NOTE.text);
  assert.deepEqual(lastly(stub, "POST").body, { text: NOTE.text, version: 0, name: "Kim", pin: "2580" });
  await button(panel, "Sign").tap();
  await shown(panel, "Who signs this report?");
  assert.equal(await panel.page.getByRole("button", { name: "Kim" }).count(), 0, "an operator does not sign");
  await wait(GUARD_MS);
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await see("shift-sign");
  stub.answer(`POST ${path}/sign`, () => ({ status: 409, body: { detail: "The report has changed" } }));
  await button(panel, "Sign report").tap();
  await shown(panel, "The report has changed");
  stub.answer(`POST ${path}/sign`, () => ({ body: { ok: true } }));
  stub.answer(`GET ${path}`, () => ({ body: { ...TOLD, notes: [NOTE], signatures: [SIGNED] } }));
  await typePin(panel, "730146");
  await button(panel, "Sign report").tap();
  await shown(panel, "as it was signed");
  assert.deepEqual(lastly(stub, "POST").body, { hash: HASH, name: "Sam", pin: "730146" });
  await panel.page.getByText("as it was signed").scrollIntoViewIfNeeded();
  await see("shift-signed");
  await panel.page.getByText("Relay operations").scrollIntoViewIfNeeded();
  await see("shift-middle");
}

describe("the shift report's pages", { concurrency: 2 }, () => {
  for (const size of SIZES)
    test(`anybody reads a shift, an operator hands it over and a supervisor signs it at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using stub = await startStub();
      furnish(stub);
      stub.answer("GET /api/shifts/current", () => ({ body: RUNNING }));
      stub.answer("GET /api/shifts", () => ({ body: LIST }));
      stub.answer(`GET /api/shifts/${shift.id}`, () => ({ body: TOLD }));
      stub.answer("GET /api/pictures/stop-1", () => ({ body: PICTURE }));
      stub.answer("GET /api/pictures/stop-1/jpeg", () => ({ body: JPEG }));
      stub.answer("GET /api/people", () => ({
        body: [
          { name: "Sam", role: "supervisor" },
          { name: "Kim", role: "operator" },
        ],
      }));
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, state, size as Size)));
      await button(panel, "Alarms").tap();
      await see("alarms-shift");
      await button(panel, "Shift report").tap();
      await shown(panel, "It can be signed when the shift is over.");
      await see("shift-running");
      const picture = panel.page.locator(".stopPicture");
      await picture.scrollIntoViewIfNeeded();
      await picture.locator("rect.seen").waitFor({ state: "attached" });
      await see("shift-picture");
      assert.ok(await button(panel, "Sign").isDisabled());
      await readAndSign(stub, panel, see);
      stub.answer("GET /api/shifts/*", () => ({ status: 503, body: { detail: "The database is gone" } }));
      await button(panel, "Read again").tap();
      await shown(panel, "The database is gone");
      await button(panel, "Try again").waitFor();
      await button(panel, "Alarms").first().tap();
      await until({
        what: "the alarms are back",
        ms: 5_000,
        check: async () => (await panel.page.locator(".sheet").count()) === 0,
      });
      assert.deepEqual(faults, []);
      assert.deepEqual(
        onlyRefusals(panel).filter((error) => !/status of 503/.test(error)),
        [],
      );
    });
});
