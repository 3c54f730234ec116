/** Boards, outputs and the signal tower are set up on three panels, by touch, over a box that says what is wrong. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as missing from "../support/missing.ts";
import { SIZES } from "./look.ts";
import { lastly, onlyRefusals, openBench, TOWER, write } from "./outputs-lab.ts";
import { because, button, shown } from "./touch.ts";

const skip = missing.chromium();
/** They mostly wait for a finger: two at a time take a small machine no longer than one. */
const TOGETHER = { concurrency: 2 } as const;

describe("setting up outputs", TOGETHER, () => {
  for (const size of SIZES)
    test(`boards and outputs are added and changed, errors at their fields, at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using bench = await openBench(size);
      const { stub, panel, see } = bench;
      await button(panel, "Add board").tap();
      await see("add-board");
      await button(panel, "DCT USBRelay (USB HID)").tap();
      await shown(panel, "in use as board press2");
      await see("find-boards");
      await button(panel, "USBRelay4 HURTM").tap();
      await shown(panel, "1-1.2");
      await see("board-form-hid");
      const deadMan = 'is "USBRelay4", which would keep the run permit energised when the whole box dies';
      stub.answer("POST /api/boards", () => ({
        status: 400,
        body: {
          detail: "wrong",
          errors: [{ path: "address", message: 'is already used by board "press2"' }],
        },
      }));
      await button(panel, "Save").tap();
      await because(panel, "To correct something");
      await shown(panel, 'Is already used by board "press2"');
      await see("board-form-error");
      await button(panel, "Cancel").tap();
      await button(panel, "Modbus TCP").tap();
      await write(panel, "Name", "io");
      await write(panel, "Host, or HOST:PORT", "192.0.2.9");
      await button(panel, "More inputs").tap();
      await write(panel, "Watchdog set at the board, ms", "1000");
      await see("board-form-modbus");
      const io = { id: "io", driver: "modbus-tcp", channels: 8, title: "Modbus TCP", state: "ok" };
      stub.answer("POST /api/boards", () => ({
        status: 201,
        body: { ...io, operations: [], ratedOperations: 100_000, changed: true },
      }));
      await button(panel, "Save").tap();
      await because(panel, "To correct something");
      await shown(panel, "io saved");
      assert.deepEqual(lastly(stub, "POST").body, {
        id: "io",
        driver: "modbus-tcp",
        channels: 8,
        address: "192.0.2.9",
        inputs: 1,
        watchdogMs: 1_000,
        ...{ unit: null, firstCoil: null, firstInput: null, baud: null, selfTimedMs: null },
        ...{ acceptNoDeadMan: null, ratedOperations: null },
      });
      await button(panel, "Back").tap();

      await button(panel, "Add output").tap();
      await write(panel, "Name", "Permit 2");
      await button(panel, "Cell").tap();
      await panel.page.getByRole("group", { name: "Board", exact: true }).getByText("press2").tap();
      await button(panel, "Higher channel").tap();
      await panel.page.getByRole("group", { name: "Feedback contact" }).getByText("press").tap();
      await button(panel, "Higher input").tap();
      await see("output-form");
      stub.answer("POST /api/outputs", () => ({
        status: 400,
        body: {
          detail: "wrong",
          errors: [
            { path: "board", message: deadMan },
            { path: "feedback.input", message: 'is already used by output "Run permit"' },
          ],
        },
      }));
      await button(panel, "Save").tap();
      await because(panel, "To correct something");
      await shown(panel, /^Is "USBRelay4", which would keep/);
      await see("output-form-errors");
      await panel.page
        .getByRole("group", { name: "Board", exact: true })
        .getByText("press", { exact: true })
        .tap();
      assert.equal(await panel.page.getByText(/which would keep/).count(), 0, "entered anew");
      const saved = { id: "permit-2", name: "Permit 2", role: "run-permit", board: "press", channel: 2 };
      stub.answer("POST /api/outputs", () => ({ status: 201, body: { ...saved, zones: [], changed: true } }));
      await button(panel, "Save").tap();
      await because(panel, "To correct something");
      await shown(panel, "Permit 2 saved");
      assert.deepEqual(lastly(stub, "POST").body, {
        ...{ name: "Permit 2", role: "run-permit", board: "press", channel: 2, zones: ["cell"] },
        ...{ pulseMs: null, horn: null, second: null },
        feedback: { board: "press", input: 2, closed: "dropped" },
      });
      await button(panel, "Back").tap();
      await button(panel, "Horn").tap();
      await button(panel, "Edit Horn").tap();
      await shown(panel, "Edit Horn");
      await see("output-form-horn");
      assert.equal(await button(panel, "Yes").getAttribute("aria-pressed"), "true", "a horn by its name");
      assert.deepEqual(bench.faults, []);
      assert.deepEqual(onlyRefusals(panel), []);
    });

  for (const size of SIZES)
    test(`the lamps of the signal tower are chosen, and printed, at ${size.width}x${size.height}`, {
      skip,
    }, async () => {
      await using bench = await openBench(size);
      const { stub, panel, see } = bench;
      await button(panel, "Signal tower").tap();
      await button(panel, "Run permit dropped").waitFor();
      await see("tower");
      await button(panel, "White").tap();
      await button(panel, "Output being tested").tap();
      await button(panel, "Zone bypassed").tap();
      stub.answer("PUT /api/tower", ({ body }) => ({ body }));
      await button(panel, "Save").tap();
      await panel.page.locator(".why").waitFor();
      await see("why");
      await because(panel, "To correct something");
      await shown(panel, "Signal tower saved");
      assert.deepEqual(lastly(stub, "PUT"), {
        path: "/api/tower",
        body: { ...TOWER, white: ["bypassed", "testing"] },
      });
      await button(panel, "Signal tower").tap();
      await button(panel, "Table to print").tap();
      await shown(panel, "Run permit dropped; Critical alarm");
      await see("tower-table");
      await panel.page.emulateMedia({ media: "print" });
      assert.equal(await button(panel, "Request stop").isVisible(), false, "paper has no buttons");
      assert.ok(await panel.page.getByText("Run permit dropped; Critical alarm").isVisible());
      assert.deepEqual(bench.faults, []);
      assert.deepEqual(panel.errors, []);
    });
});
