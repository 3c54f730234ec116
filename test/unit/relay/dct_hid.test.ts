/** The DCT driver over a board whose firmware, system and cable have every quirk that is known of them. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { listHidBoards, openDctHid } from "../../../server/relay/dct_hid.ts";
import { channelsOf, dropBytes, parseStatus } from "../../../server/relay/dct_report.ts";
import type { RelayDriver } from "../../../server/relay/driver.ts";
import { type FakeDct, type FakeUsb, fakeUsb } from "../../fakes/dct_board.ts";

const [OFF, SOME, ALL] = [
  [false, false, false, false],
  [true, false, true, false],
  [true, true, true, true],
];

function open(usb: FakeUsb, address?: string, channels = 4): Promise<RelayDriver> {
  const board = {
    id: "a",
    driver: "dct-hid",
    channels,
    ...(address === undefined ? {} : { address }),
  } as const;
  return openDctHid({ board, dataFolder: "/nowhere" }, usb);
}

async function one(t: TestContext): Promise<{ usb: FakeUsb; board: FakeDct; driver: RelayDriver }> {
  const usb = fakeUsb(t);
  usb.plug("1-1.4", 0);
  const driver = await open(usb);
  const board = usb.boards.get("/dev/hidraw0");
  assert.ok(board !== undefined);
  return { usb, board, driver };
}

// --- the bytes -----------------------------------------------------------------------------------------

const ID = [..."HURTM"].map((character) => character.charCodeAt(0));

for (const [what, answer, status] of [
  ["behind the report's number", [0, ...ID, 0, 0, 5], { identity: "HURTM", coils: 5 }],
  ["without it, eight bytes", [...ID, 0, 0, 5], { identity: "HURTM", coils: 5 }],
  ["without it, in nine bytes", [...ID, 0, 0, 5, 0], { identity: "HURTM", coils: 5 }],
  ["with an id that cannot be read", [0, 1, 255, 2, 254, 3, 0, 0, 255], { coils: 255 }],
  ["with an id that does not end", [0, ...ID, 88, 0, 1], { coils: 1 }],
  ["with an id that is lost", [0, 0, 0, 0, 0, 0, 0, 0, 0], { coils: 0 }],
] as const) {
  test(`a status is read ${what}`, () => {
    assert.deepEqual(parseStatus(answer), status);
    assert.deepEqual(parseStatus(Buffer.from(answer)), status);
  });
}

test("a status too short for its coils is refused, whatever its length", () => {
  for (let length = 0; length < 8; length++) {
    assert.throws(() => parseStatus([...ID, 0, 0, 5].slice(0, length)), /has \d bytes instead of 8/);
  }
});

test("only USBRelay1 to USBRelay8 are boards", () => {
  assert.deepEqual(["USBRelay1", "USBRelay8"].map(channelsOf), [1, 8]);
  for (const other of ["USBRelay", "USBRelay0", "USBRelay9", "USBRelay16", "HIDRelay2", "MyUSBRelay2", ""]) {
    assert.equal(channelsOf(other), undefined, other);
  }
});

test("the bytes for a drop without a read-back are the order for all, then one for each channel", () => {
  assert.deepEqual(
    dropBytes(2).map((bytes) => Buffer.from(bytes).toString("hex")),
    ["00fc00000000000000", "00fd01000000000000", "00fd02000000000000"],
  );
});

// --- the board -----------------------------------------------------------------------------------------

test("opening leaves the coils as they are, and tells the id", async (t) => {
  const usb = fakeUsb(t);
  usb.plug("1-1.4", 0);
  const board = usb.boards.get("/dev/hidraw0");
  assert.ok(board !== undefined);
  board.coils = 0b0101;
  const driver = await open(usb);
  assert.equal(driver.identity, "HURTM");
  assert.deepEqual(await driver.read(), SOME);
  assert.deepEqual(board.orders, []);
});

test("every pattern is written after every other, with orders for what changes alone and drops first", async (t) => {
  const { board, driver } = await one(t);
  const pattern = (bits: number) => OFF.map((_, i) => ((bits >> i) & 1) === 1);
  for (let from = 0; from < 16; from++) {
    for (let to = 0; to < 16; to++) {
      await driver.write(pattern(from));
      await driver.read();
      board.orders.length = 0;
      await driver.write(pattern(to));
      assert.equal(board.coils, to);
      const commands = board.orders.map(([command]) => command);
      if (to === 0) assert.deepEqual(commands, [0xfc]);
      else {
        assert.equal(commands.length, pattern(from ^ to).filter(Boolean).length);
        assert.deepEqual(commands, [...commands].sort(), "FD comes before FF");
      }
      assert.deepEqual(await driver.read(), pattern(to));
    }
  }
});

test("a board that does not know the order for all is dropped channel by channel", async (t) => {
  const { board, driver } = await one(t);
  board.knowsAll = false;
  await driver.write(ALL);
  await driver.write(OFF);
  assert.equal(board.coils, 0);
  await driver.write(SOME);
  driver.dropNow?.();
  assert.equal(board.coils, 0);
});

test("a foreign change is read, and put right by the next write", async (t) => {
  const { board, driver } = await one(t);
  await driver.write(SOME);
  board.coils = 0b1000;
  assert.deepEqual(await driver.read(), [false, false, false, true]);
  await driver.write(SOME);
  assert.equal(board.coils, 0b0101);
});

test("a stuck board reads as it is, and every further write orders it again", async (t) => {
  const { board, driver } = await one(t);
  board.stuck = true;
  for (let i = 0; i < 3; i++) {
    board.orders.length = 0;
    await driver.write(SOME);
    assert.equal(board.orders.length, 2);
    assert.deepEqual(await driver.read(), OFF);
  }
});

for (const answering of ["behind its number", "bare", "bare, in nine bytes", "only as report 1"] as const) {
  test(`a system that answers ${answering} is understood`, async (t) => {
    const { board, driver } = await one(t);
    board.answering = answering;
    await driver.write(SOME);
    assert.deepEqual(await driver.read(), SOME);
  });
}

test("a call that fails once is made again; one that goes on failing is told, for the n-th call whichever it is", async (t) => {
  for (let n = 0; n < 8; n++) {
    const { board, driver } = await one(t);
    for (let i = 0; i < n; i++) await driver.write(i % 2 === 0 ? SOME : ALL);
    board.failNext = 1;
    await driver.write(n % 2 === 0 ? SOME : ALL);
    board.failNext = 1;
    assert.deepEqual(await driver.read(), n % 2 === 0 ? SOME : ALL);
    board.failNext = Number.POSITIVE_INFINITY;
    await assert.rejects(
      driver.write(n % 2 === 0 ? ALL : SOME),
      /^Error: Cannot write board "a": the board at USB port 1-1\.4 fails \(.*Protocol error\); check its cable$/,
    );
    await assert.rejects(driver.read(), /^Error: Cannot read board "a": .*; check its cable$/);
    assert.throws(() => driver.dropNow?.(), /^Error: Cannot drop board "a": .*; check its cable$/);
    board.failNext = 0;
    await driver.write(OFF);
    assert.deepEqual(await driver.read(), OFF);
  }
});

test("a board that answers nothing is still dropped", async (t) => {
  const { usb, board, driver } = await one(t);
  await driver.write(ALL);
  board.mute = true;
  driver.dropNow?.();
  assert.equal(board.coils, 0);
  board.coils = 0b1111;
  await assert.rejects(driver.write(OFF), /^Error: Cannot write board "a"/);
  assert.equal(board.coils, 0);
  const again = await open(usb);
  assert.equal(again.identity, undefined);
});

test("the order that writes the id is never sent, nor the one that energises all", async (t) => {
  const { board, driver } = await one(t);
  for (const states of [ALL, OFF, SOME, ALL, SOME, OFF]) await driver.write(states);
  driver.dropNow?.();
  assert.deepEqual([...new Set(board.orders.map(([command]) => command))].sort(), [0xfc, 0xfd, 0xff]);
});

test("a wrong number of channels is refused and changes nothing", async (t) => {
  const { board, driver } = await one(t);
  await driver.write(SOME);
  await assert.rejects(driver.write([true]), /^Error: Cannot write board "a": got 1 channels, it has 4$/);
  assert.equal(board.coils, 0b0101);
});

// --- which board ---------------------------------------------------------------------------------------

test("two boards with one id are told apart by their ports", async (t) => {
  const usb = fakeUsb(t);
  usb.plug("1-1.2", 0);
  usb.plug("1-1.4", 1);
  await using first = await open(usb, "1-1.2");
  await using second = await open(usb, "1-1.4");
  assert.equal(first.identity, second.identity);
  await first.write(SOME);
  assert.deepEqual(
    [...usb.boards.values()].map(({ coils }) => coils),
    [0b0101, 0],
  );
});

test("a board is found again at its port under whatever number, and what comes to another port is not it", async (t) => {
  const usb = fakeUsb(t);
  usb.plug("1-1.4", 0);
  usb.unplug(0);
  await assert.rejects(
    open(usb, "1-1.4"),
    /^Error: Cannot open board "a": no USBRelay board is at USB port 1-1\.4; check its cable$/,
  );
  usb.plug("1-2", 3);
  await assert.rejects(open(usb, "1-1.4"), /no USBRelay board is at USB port 1-1\.4, but at 1-2; check/);
  usb.plug("1-1.4", 7);
  await using driver = await open(usb, "1-1.4");
  await driver.write(SOME);
  assert.equal(usb.boards.get("/dev/hidraw7")?.coils, 0b0101);
  assert.equal(usb.boards.get("/dev/hidraw3")?.coils, 0);
});

test("without an address exactly one board may be plugged in", async (t) => {
  const usb = fakeUsb(t);
  usb.plug("1-3", 0, { product: "A keyboard of somebody" });
  usb.plug("1-4", 1, { idVendor: "046d" });
  await assert.rejects(open(usb), /^Error: Cannot open board "a": no USBRelay board is plugged in; check/);
  usb.plug("1-1.2", 2);
  await using driver = await open(usb);
  assert.equal(driver.channels, 4);
  usb.plug("1-1.4", 3);
  await assert.rejects(
    open(usb),
    /^Error: Cannot open board "a": USBRelay boards are plugged in at USB ports 1-1\.2 and 1-1\.4; set its address/,
  );
});

test("a board with other channels than configured is refused, with its number", async (t) => {
  const usb = fakeUsb(t);
  usb.plug("1-1", 0, { product: "USBRelay2" });
  await assert.rejects(open(usb), /is a USBRelay2, but 4 channels are configured; set its channels to 2$/);
  await using driver = await open(usb, undefined, 2);
  assert.deepEqual(await driver.read(), [false, false]);
});

test("the list tells each board's port, product and id, or what is wrong with it", async (t) => {
  const usb = fakeUsb(t);
  usb.plug("1-1.2", 0, { product: "USBRelay2" });
  usb.plug("1-2", 1, { product: "Something else" });
  usb.plug("1-1.4", 2);
  const silent = usb.boards.get("/dev/hidraw2");
  assert.ok(silent !== undefined);
  silent.mute = true;
  assert.deepEqual(listHidBoards(usb), [
    { address: "1-1.2", product: "USBRelay2", channels: 2, identity: "HURTM" },
    {
      address: "1-1.4",
      product: "USBRelay4",
      channels: 4,
      problem: "The board at USB port 1-1.4 does not answer: ioctl (GFEATURE): Protocol error",
    },
  ]);
  const all = [...usb.boards.values()];
  assert.deepEqual(
    all.map(({ closed, orders }) => [closed, orders.length]),
    [
      [true, 0],
      [false, 0],
      [true, 0],
    ],
    "each of ours was closed again, nothing was ordered, and the other gadget was left alone",
  );
});
