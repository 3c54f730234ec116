/** Boards and outputs added, changed and removed one by one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addBoard,
  addCamera,
  addOutput,
  changeBoard,
  changeOutput,
  type Draft,
  removeBoard,
  removeOutput,
  shownBoard,
} from "../../../server/domain/edit.ts";
import { configOf, PROVISION } from "./scenario.ts";

const CONFIG = configOf(PROVISION);
const PERMIT = { role: "run-permit", zones: ["cell"], channel: 1 };

/** The small box with a Modbus board. */
const withModbus = (over: Draft = {}) => {
  const added = addBoard(CONFIG, { driver: "modbus-tcp", address: "192.0.2.7", inputs: 4, ...over });
  assert.ok(added.ok, JSON.stringify(added));
  return added;
};

function errorsOf(edited: { readonly ok: boolean }): unknown {
  return "errors" in edited ? edited.errors : edited;
}

test("a new board is held against every rule, and errors are named by its own members", () => {
  const { item: board, config } = withModbus();
  assert.deepEqual(board, {
    ...{ id: "modbus-tcp", driver: "modbus-tcp", address: "192.0.2.7", channels: 8, inputs: 4 },
    ratedOperations: 100_000,
  });
  assert.deepEqual(config.boards, [...CONFIG.boards, board]);
  assert.deepEqual({ ...config, boards: CONFIG.boards }, CONFIG);
  const wrong = addBoard(CONFIG, { id: "sim", driver: "dct-hid", address: "here", unit: 1, channels: 9 });
  assert.deepEqual(!wrong.ok && wrong.errors.map(({ path }) => path), ["address", "channels", "id", "unit"]);
  const second = addBoard(config, { driver: "modbus-tcp", address: "192.0.2.9" });
  assert.equal(second.ok && second.item.id, "modbus-tcp-2");
});

test("a changed board keeps what the draft leaves out, loses what is null, and never its id", () => {
  const { config } = withModbus({ selfTimedMs: 1_000 });
  const changed = changeBoard(config, "modbus-tcp", { unit: 3, selfTimedMs: null, channels: 4 });
  assert.deepEqual(changed.ok && changed.item, {
    ...{ id: "modbus-tcp", driver: "modbus-tcp", address: "192.0.2.7", channels: 4, inputs: 4 },
    ...{ ratedOperations: 100_000, unit: 3 },
  });
  const same = changeBoard(config, "modbus-tcp", {});
  assert.deepEqual(same.ok && same.config, config);
  for (const [id, draft] of [
    ["ghost", {}],
    ["modbus-tcp", { id: "other" }],
  ] as const)
    assert.deepEqual((errorsOf(changeBoard(config, id, draft)) as { path: string }[])[0]?.path, "id");
});

test("a change of a board that takes an output its place names the output", () => {
  assert.deepEqual(errorsOf(changeBoard(CONFIG, "sim", { channels: 7 })), [
    { path: 'channel of output "amber"', message: 'is 8, but board "sim" has 7 channels' },
  ]);
  const { config } = withModbus({ selfTimedMs: 1_000 });
  const added = addOutput(config, { ...PERMIT, id: "permit2", board: "modbus-tcp" });
  assert.ok(added.ok);
  const refused = changeBoard(added.config, "modbus-tcp", { selfTimedMs: null });
  assert.equal(!refused.ok && refused.errors[0]?.path, 'board of output "permit2"');
});

test("other things that an edit meets are named as people know them, and no file is spoken of", () => {
  const { config } = withModbus();
  const named = addOutput(config, { name: "Gate lamp", role: "lamp-red", board: "modbus-tcp", channel: 2 });
  assert.ok(named.ok);
  const errors = (draft: Draft): unknown => errorsOf(addOutput(named.config, { role: "lamp-red", ...draft }));
  assert.deepEqual(errors({ board: "modbus-tcp", channel: 2 }), [
    { path: "channel", message: 'is already used by output "Gate lamp"; one channel carries one output' },
  ]);
  assert.deepEqual(errors({ board: "sim", channel: 1, id: "horn" }), [
    { path: "channel", message: 'is already used by output "permit"; one channel carries one output' },
    { path: "id", message: '"horn" is already used by output "horn"; choose another' },
  ]);
  assert.deepEqual(errors({ board: "none", channel: 1, zones: ["cell", "hall"] }), [
    { path: "board", message: 'names no board: "none"' },
    { path: "zones[1]", message: 'names no zone: "hall"' },
  ]);
  const twice = addBoard(config, { driver: "modbus-tcp", address: "192.0.2.7:502" });
  assert.deepEqual(errorsOf(twice), [
    { path: "address", message: 'is already used by board "modbus-tcp"; one place carries one board' },
  ]);
  const own = changeOutput(config, "permit", { second: { board: "sim", channel: 1 } });
  assert.deepEqual(errorsOf(own), [
    { path: "second.board", message: "must be another board: one that fails would take both channels along" },
    { path: "second.channel", message: "is already used by this output; one channel carries one output" },
  ]);
  const camera = addCamera(CONFIG, { id: "side", name: "Back", source: "rtsp://h/s" });
  assert.deepEqual(errorsOf(camera), [
    { path: "id", message: '"side" is already used by camera "Side"; choose another' },
  ]);
});

test("a board goes only when no output needs it any more, for a channel, a second one or a contact", () => {
  assert.deepEqual(errorsOf(removeBoard(CONFIG, "sim")), [
    {
      path: "id",
      message:
        "still has outputs on it: permit, horn, pulse, red, green, beacon, blue, amber; move or remove them first",
    },
  ]);
  for (const draft of [
    { second: { board: "modbus-tcp", channel: 1 } },
    { feedback: { board: "modbus-tcp", input: 1 } },
  ]) {
    const changed = changeOutput(withModbus({ watchdogMs: 1_000 }).config, "permit", draft);
    assert.ok(changed.ok, JSON.stringify(changed));
    const refused = removeBoard(changed.config, "modbus-tcp");
    assert.equal(
      !refused.ok && refused.errors[0]?.message,
      "still has outputs on it: permit; move or remove them first",
    );
    const freed = changeOutput(changed.config, "permit", { second: null, feedback: null });
    assert.ok(freed.ok);
    const gone = removeBoard(freed.config, "modbus-tcp");
    assert.deepEqual(gone.ok && gone.config, CONFIG);
  }
  assert.deepEqual(errorsOf(removeBoard(CONFIG, "ghost")), [
    { path: "id", message: 'names no board: "ghost"' },
  ]);
});

test("a password in a board's address is shown as *** and comes back as the stored one, at its host only", () => {
  const stored = "http://admin:s3cret@192.0.2.8";
  const added = addBoard(CONFIG, { driver: "tasmota", address: stored, channels: 4 });
  assert.ok(added.ok);
  const shown = shownBoard(added.item);
  assert.equal(shown.address, "http://***@192.0.2.8");
  const same = changeBoard(added.config, "tasmota", { ...shown, channels: 2 });
  assert.equal(same.ok && same.item.address, stored);
  const moved = changeBoard(added.config, "tasmota", { address: "http://***@192.0.2.9" });
  assert.deepEqual(errorsOf(moved), [
    { path: "address", message: "names another host: enter the user and the password for it" },
  ]);
  const fresh = addBoard(CONFIG, { driver: "tasmota", address: "http://***@192.0.2.8", channels: 4 });
  assert.equal(!fresh.ok && fresh.errors[0]?.path, "address");
  for (const address of ["192.0.2.7:502", "/dev/ttyUSB0", "1-1.4"])
    assert.equal(shownBoard({ ...added.item, address }).address, address);
});

test("outputs are added, changed and removed by the same rules", () => {
  const { config } = withModbus();
  const refused = addOutput(config, { ...PERMIT, board: "modbus-tcp" });
  assert.equal(!refused.ok && refused.errors[0]?.path, "board");
  const added = addOutput(config, { name: "Gate lamp", role: "lamp-red", board: "modbus-tcp", channel: 2 });
  assert.ok(added.ok);
  assert.deepEqual(added.item, {
    ...{ id: "gate-lamp", name: "Gate lamp", role: "lamp-red", board: "modbus-tcp", channel: 2 },
    ...{ zones: [], pulseMs: 500 },
  });
  const changed = changeOutput(added.config, "gate-lamp", { channel: 9, name: null });
  assert.deepEqual(errorsOf(changed), [
    { path: "channel", message: 'is 9, but board "modbus-tcp" has 8 channels' },
  ]);
  const renamed = changeOutput(added.config, "gate-lamp", { name: null, zones: ["cell"] });
  assert.ok(renamed.ok && !("name" in renamed.item) && renamed.item.zones[0] === "cell");
  const gone = removeOutput(renamed.config, "gate-lamp");
  assert.deepEqual(gone.ok && gone.config, config);
  for (const edited of [
    changeOutput(config, "ghost", {}),
    removeOutput(config, "ghost"),
    changeOutput(config, "permit", { id: "other" }),
  ])
    assert.equal((errorsOf(edited) as { path: string }[])[0]?.path, "id");
  const unnamed = addOutput(config, { role: "lamp-blue", board: "modbus-tcp", channel: 3 });
  assert.equal(unnamed.ok && unnamed.item.id, "lamp-blue");
});
