/** Modbus boards: the bytes that are sent, the addresses that are used, and what each refusal says. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { GuardianBoard } from "../../../server/domain/relay.ts";
import type { RelayDriver } from "../../../server/relay/driver.ts";
import { dropFrame, droppedRuns, openModbusTcp } from "../../../server/relay/modbus.ts";
import { parseHost } from "../../../server/relay/network.ts";
import { openBoard } from "../../../server/relay/registry.ts";
import { type ModbusRigOptions, ModbusRtuRig, ModbusTcpRig } from "../../rigs/modbus.ts";
import { serialMissing } from "../../rigs/relays_serial.ts";
import { until } from "../../support/until.ts";

async function tcpBoard(
  t: TestContext,
  options: ModbusRigOptions,
  board: Partial<GuardianBoard> = {},
): Promise<{ rig: ModbusTcpRig; driver: RelayDriver }> {
  const rig = new ModbusTcpRig(options);
  await rig.plugIn();
  const driver = await openModbusTcp({
    dataFolder: "",
    board: { id: "a", driver: "modbus-tcp", channels: options.channels, address: rig.address, ...board },
  });
  t.after(async () => {
    await driver[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
  });
  return { rig, driver };
}

test("a host is a name or an IP address, with or without a port", () => {
  assert.deepEqual(parseHost("192.0.2.7", 502), { host: "192.0.2.7", port: 502 });
  assert.deepEqual(parseHost("relay.local:1502", 502), { host: "relay.local", port: 1502 });
  assert.deepEqual(parseHost("[2001:db8::7]:99", 502), { host: "2001:db8::7", port: 99 });
  for (const wrong of [
    "",
    "a:b",
    "a:0",
    "a:65536",
    "2001:db8::7",
    "http://a",
    "a/b",
    "a b",
    "user@a",
    "[]:1",
  ])
    assert.equal(parseHost(wrong, 502), undefined, wrong);
});

test("neighbours that are dropped make one run", () => {
  const [on, off] = [true, false];
  assert.deepEqual(droppedRuns([off, off, on, off, on, on, off, off]), [
    { start: 0, length: 2 },
    { start: 3, length: 1 },
    { start: 6, length: 2 },
  ]);
  assert.deepEqual(droppedRuns([off, off, off]), [{ start: 0, length: 3 }]);
  assert.deepEqual(droppedRuns([on, on]), []);
});

test("the last frame drops all coils in the bytes of Modbus TCP", () => {
  // Transaction, protocol, length, unit, function 15, first coil, quantity, byte count, values.
  assert.equal(dropFrame(17, 0x13, 10).toString("hex"), "ffff00000009110f0013000a020000");
});

test("twelve channels and nine inputs from other first addresses", async (t) => {
  const { rig, driver } = await tcpBoard(
    t,
    { channels: 16, inputs: 16 },
    { channels: 12, firstCoil: 3, inputs: 9, firstInput: 5 },
  );
  const states = Array.from({ length: 12 }, (_, i) => i % 3 === 0);
  await driver.write(states);
  assert.deepEqual(await driver.read(), states);
  assert.deepEqual(rig.relays.states, [false, false, false, ...states, false]);
  rig.inputs.writeUInt16LE(0b10_0000_0010_0000, 0);
  const inputs = await driver.readInputs?.();
  assert.deepEqual(inputs, [true, false, false, false, false, false, false, false, true]);
});

test("a board that drops when nobody talks to it is talked to three times in that time", async (t) => {
  assert.equal((await tcpBoard(t, { channels: 1 })).driver.renewEveryMs, undefined);
  assert.equal((await tcpBoard(t, { channels: 1 }, { watchdogMs: 900 })).driver.renewEveryMs, 300);
  const both = await tcpBoard(t, { channels: 1 }, { watchdogMs: 900, selfTimedMs: 600 });
  assert.equal(both.driver.renewEveryMs, 200);
});

test("channels beyond the board, and a board behind a gateway that is not there, say what to correct", async (t) => {
  const beyond = await tcpBoard(t, { channels: 4 }, { channels: 5 });
  await assert.rejects(
    beyond.driver.write([false, false, false, false, false]),
    /^Error: Cannot write board "a": the board has no coil or input at this address; correct channels/,
  );
  const inputs = await tcpBoard(t, { channels: 4, inputs: 2 }, { inputs: 3 });
  await assert.rejects(
    async () => await inputs.driver.readInputs?.(),
    /^Error: Cannot read board "a": .+correct channels, inputs/,
  );
  const behind = await tcpBoard(t, { channels: 4, unit: 7 });
  await assert.rejects(
    behind.driver.read(),
    /^Error: Cannot read board "a": the gateway does not reach .+ unit$/,
  );
});

test("closing leaves no connection behind", async (t) => {
  const { rig, driver } = await tcpBoard(t, { channels: 4 });
  await driver.read();
  assert.equal(rig.connections, 1);
  await driver[Symbol.asyncDispose]();
  await until({ what: "the connection ends", ms: 1000, check: () => rig.connections === 0 });
});

test("nobody at the address, and no address, say so", async () => {
  const board = { id: "a", driver: "modbus-tcp", channels: 4 } as const;
  const rig = new ModbusTcpRig({ channels: 4 });
  await rig.plugIn();
  await rig.unplug();
  await assert.rejects(
    openModbusTcp({ dataFolder: "", board: { ...board, address: rig.address } }),
    /^Error: Cannot open board "a": 127\.0\.0\.1:\d+ refuses the connection; check its address/,
  );
  await assert.rejects(
    openModbusTcp({ dataFolder: "", board }),
    /^Error: Cannot open board "a": its address/,
  );
});

test("on a line: another unit keeps quiet, a second board on one adapter is refused", {
  skip: serialMissing(),
}, async () => {
  await using rig = new ModbusRtuRig({ channels: 4, unit: 17 });
  await rig.plugIn();
  const address = rig.adapter.path;
  const place = (unit: number) => ({
    dataFolder: "",
    board: { id: "a", driver: "modbus-rtu", channels: 4, address, unit } as const,
  });
  {
    await using driver = await openBoard(place(18), "here");
    await assert.rejects(
      driver.read(),
      /did not answer within 200 ms; check its power, its line, unit and baud/,
    );
  }
  await using driver = await openBoard(place(17), "here");
  assert.equal((await driver.read()).length, 4);
  await assert.rejects(openBoard(place(17), "here"), /is open elsewhere; one adapter carries one board/);
  await assert.rejects(
    openBoard(
      { dataFolder: "", board: { ...place(17).board, channels: 5, address: `${address}-2` } },
      "here",
    ),
    /^Error: Cannot open board "a": there is no .+-2; plug its adapter in, or correct its address$/,
  );
});

test("on a line: channels beyond the board say what to correct", { skip: serialMissing() }, async () => {
  await using rig = new ModbusRtuRig({ channels: 4 });
  await rig.plugIn();
  const board = { id: "a", driver: "modbus-rtu", channels: 5, address: rig.adapter.path } as const;
  await using driver = await openBoard({ dataFolder: "", board }, "here");
  await assert.rejects(driver.read(), /^Error: Cannot read board "a": the board has no coil or input/);
});
