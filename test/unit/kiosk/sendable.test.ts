/** What the forms of boards and outputs send passes the box's own rules, and leaves out what has no place there. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BoardDraft, OutputDraft } from "../../../kiosk/outputs/place.ts";
import { boardBody, outputBody } from "../../../kiosk/outputs/sendable.ts";
import { BOARD_DRIVERS } from "../../../server/domain/board.ts";
import { EMPTY_CONFIG } from "../../../server/domain/config.ts";
import { addBoard, addOutput, changeBoard } from "../../../server/domain/edit.ts";

const BOARD: BoardDraft = {
  id: "",
  driver: "simulated",
  address: "",
  channels: 4,
  inputs: 0,
  unit: "",
  firstCoil: "",
  firstInput: "",
  baud: "",
  selfTimedMs: "",
  watchdogMs: "",
  acceptNoDeadMan: false,
  ratedOperations: "",
  errors: [],
};
const ADDRESSES: Readonly<Record<string, string>> = {
  "dct-hid": "1-1.4",
  "modbus-tcp": "192.0.2.7",
  "modbus-rtu": "/dev/ttyUSB0",
  lcus: "/dev/ttyUSB1",
  shelly: "http://192.0.2.8",
  tasmota: "http://192.0.2.9",
};
const OUTPUT: OutputDraft = {
  name: " Amber ",
  role: "lamp-amber",
  board: "simulated",
  channel: 2,
  zones: [],
  pulseMs: "9",
  horn: true,
  second: { board: "other", channel: 1 },
  feedback: undefined,
  errors: [],
};

test("a board of every kind is taken with everything its form has, whatever was entered for another kind", () => {
  for (const driver of BOARD_DRIVERS) {
    const full: BoardDraft = {
      ...BOARD,
      driver,
      address: ADDRESSES[driver] ?? "left over",
      inputs: 2,
      unit: "3",
      firstCoil: "16",
      firstInput: "32",
      baud: "19200",
      selfTimedMs: "2000",
      watchdogMs: "1000",
      acceptNoDeadMan: true,
      ratedOperations: "50000",
    };
    const added = addBoard(EMPTY_CONFIG, boardBody(full));
    assert.ok(added.ok, `${driver}: ${JSON.stringify(added)}`);
    assert.equal(added.item.ratedOperations, 50_000);
    const least = addBoard(EMPTY_CONFIG, boardBody({ ...BOARD, driver, address: ADDRESSES[driver] ?? "" }));
    assert.ok(least.ok, `${driver}: ${JSON.stringify(least)}`);
    assert.equal(least.item.ratedOperations, 100_000, "what is not entered is as usual");
  }
});

test("emptying a field of a board takes the member out", () => {
  const draft: BoardDraft = { ...BOARD, driver: "modbus-tcp", address: "192.0.2.7", watchdogMs: "900" };
  const added = addBoard(EMPTY_CONFIG, boardBody(draft));
  assert.ok(added.ok);
  assert.equal(added.item.watchdogMs, 900);
  const { id } = added.item;
  const changed = changeBoard(added.config, id, boardBody({ ...draft, of: id, id, watchdogMs: "" }));
  assert.ok(changed.ok);
  assert.equal(changed.item.watchdogMs, undefined);
});

test("what is no number goes as it was written, so that the box says what is wrong with it", () => {
  const added = addBoard(EMPTY_CONFIG, boardBody({ ...BOARD, ratedOperations: "many" }));
  assert.ok(!added.ok);
  assert.deepEqual(
    added.errors.map(({ path }) => path),
    ["ratedOperations"],
  );
});

test("an output sends only what its role has", () => {
  const board = addBoard(EMPTY_CONFIG, boardBody(BOARD));
  assert.ok(board.ok);
  const added = addOutput(board.config, outputBody(OUTPUT));
  assert.ok(added.ok, JSON.stringify(added));
  const { name, horn, second, pulseMs } = added.item;
  assert.deepEqual(
    { name, horn, second, pulseMs },
    {
      ...{ name: "Amber", horn: undefined, second: undefined },
      pulseMs: 500,
    },
  );
});
