/** The lines of drop.list: each board's order in the bytes that its own driver would send. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GuardianBoard } from "../../../server/domain/relay.ts";
import { dropLine } from "../../../server/relay/drop_list.ts";

const LINES: readonly (readonly [GuardianBoard, readonly string[]])[] = [
  [{ id: "a", driver: "simulated", channels: 2 }, ["file", "/data/simulated-board-a.json", "[false,false]"]],
  [
    { id: "a", driver: "dct-hid", channels: 2, address: "1-1.4" },
    ["hidraw", "1-1.4", "00fc00000000000000", "00fd01000000000000", "00fd02000000000000"],
  ],
  [
    { id: "a", driver: "dct-hid", channels: 1 },
    ["hidraw", "any", "00fc00000000000000", "00fd01000000000000"],
  ],
  [
    { id: "a", driver: "lcus", channels: 2, address: "/dev/ttyUSB0" },
    ["serial", "/dev/ttyUSB0", "9600", "a00100a1", "a00200a2"],
  ],
  [
    { id: "a", driver: "modbus-rtu", channels: 8, address: "/dev/ttyUSB1", baud: 19_200 },
    ["serial", "/dev/ttyUSB1", "19200", "010f000000080100fe95"],
  ],
  [
    { id: "a", driver: "modbus-tcp", channels: 12, unit: 3, firstCoil: 0x110, address: "192.0.2.7:1502" },
    ["tcp", "192.0.2.7", "1502", "000100000009030f0110000c020000"],
  ],
  [
    { id: "a", driver: "modbus-tcp", channels: 8, address: "[2001:db8::7]" },
    ["tcp", "2001:db8::7", "502", "000100000008010f000000080100"],
  ],
  [
    { id: "a", driver: "shelly", channels: 2, address: "http://192.0.2.8" },
    ["http", "192.0.2.8", "80", "/rpc/Switch.Set?id=0&on=false", "/rpc/Switch.Set?id=1&on=false"],
  ],
  [
    { id: "a", driver: "shelly", channels: 1, address: "http://admin:a%22b@192.0.2.8:81" },
    ["digest", 'admin:a\\"b', "192.0.2.8", "81", "/rpc/Switch.Set?id=0&on=false"],
  ],
  [
    { id: "a", driver: "tasmota", channels: 2, address: "http://:p%20w@192.0.2.9" },
    ["http", "192.0.2.9", "80", "/cm?user=admin&password=p%20w&cmnd=Backlog0%20Power1%200%3BPower2%200"],
  ],
  [{ id: "a", driver: "modbus-tcp", channels: 8, address: "no host" }, ["unreadable"]],
];

for (const [board, parts] of LINES)
  test(`${board.driver} ${board.address ?? "without an address"} is written down as it is dropped`, () => {
    assert.equal(dropLine(board, "/data"), ["a", ...parts].join("\t"));
  });

test("what could break a line is refused", () => {
  const board = { id: "a", driver: "simulated", channels: 1 } as const;
  for (const folder of ["/da\tta", "/da\nta"])
    assert.throws(() => dropLine(board, folder), /control character/);
  assert.throws(() => dropLine({ id: "a", driver: "lcus", channels: 1 }, "/data"), /address .* is empty/);
});
