/**
 * What every relay driver must do, over every entry of the driver table: one rig a driver, the same tests. The rigs are
 * emulated boards behind the real protocol, on 127.0.0.1 or a pseudo terminal. The DCT board needs a kernel that
 * takes it for real, so its own test (test/component/relay-vm.test.ts) does the same in a virtual machine.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { signalChild } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { BOARD_DRIVERS, type BoardDriver, boardKind } from "../../server/domain/board.ts";
import type { GuardianBoard } from "../../server/domain/relay.ts";
import { allDropped, type BoardPlace } from "../../server/relay/driver.ts";
import { dropAll } from "../../server/relay/drop.ts";
import { drivers, openBoard } from "../../server/relay/registry.ts";
import { type SimulatedFile, simulatedFile } from "../../server/relay/simulated.ts";
import { ModbusRtuRig, ModbusTcpRig } from "../rigs/modbus.ts";
import type { BoardFault, BoardRig } from "../rigs/relays.ts";
import { ShellyRig, TasmotaRig } from "../rigs/relays_http.ts";
import { LcusRig, serialMissing } from "../rigs/relays_serial.ts";
import { program } from "../support/runtime.ts";
import { until } from "../support/until.ts";

/** A board that a test can open again and again, switch behind the driver's back, and break. */
interface Rig {
  readonly place: BoardPlace;
  relays(): Promise<readonly boolean[]>;
  switchTo(states: readonly boolean[]): Promise<void>;
  unplug(): Promise<void>;
  plugIn(): Promise<void>;
  /** Only where something at the other end can misbehave. */
  readonly fault?: (fault: BoardFault) => void;
}

interface Kind {
  readonly rig: (t: TestContext, more?: Partial<GuardianBoard>) => Promise<Rig>;
  readonly missing: string | false;
}

const HOLDER = fileURLToPath(new URL("../rigs/modbus_holder.ts", import.meta.url));
const CHANNELS = 4;
const PASSWORD = "geheim:1@2/3";
const mixed = [true, false, true, true];
const other = [false, true, true, false];
const none = allDropped(CHANNELS);
/** A call's own 200 ms, and some for a machine that is busy with other tests. A board hangs for 6 s, or for ever. */
const BOUND_MS = 600;
/** How late a timer may be on a machine that is busy with other tests. */
const LATE_MS = 400;

async function simulatedRig(t: TestContext): Promise<Rig> {
  const dataFolder = await mkdtemp(join(tmpdir(), "palisade-board-"));
  t.after(() => rm(dataFolder, { recursive: true }));
  const file = simulatedFile(dataFolder, "a");
  const fileOf = (channels: readonly boolean[]) =>
    JSON.stringify({ channels, writes: 1, wallAt: "", monotonicNs: "0" });
  await writeFile(file, fileOf(none));
  let states: readonly boolean[] = none;
  const look = async (): Promise<readonly boolean[]> =>
    (JSON.parse(await readFile(file, "utf8")) as SimulatedFile).channels;
  return {
    place: { dataFolder, board: { id: "a", driver: "simulated", channels: CHANNELS } },
    relays: look,
    switchTo: (next) => writeFile(file, fileOf(next)),
    // Permissions stop nobody who is root; a folder in the file's place stops everybody.
    unplug: async () => {
      states = await look();
      await rm(file);
      await mkdir(file);
    },
    plugIn: async () => {
      await rm(file, { recursive: true });
      await writeFile(file, fileOf(states));
    },
  };
}

async function emulated(
  t: TestContext,
  rig: BoardRig,
  board: (rig: BoardRig) => Omit<GuardianBoard, "id" | "channels">,
  more: Partial<GuardianBoard> = {},
): Promise<Rig> {
  t.after(() => rig[Symbol.asyncDispose]());
  await rig.plugIn();
  return {
    place: { dataFolder: "", board: { id: "a", channels: CHANNELS, ...board(rig), ...more } },
    relays: async () => rig.relays.states,
    switchTo: async (states) => rig.relays.setAll(states),
    unplug: () => rig.unplug(),
    plugIn: () => rig.plugIn(),
    fault: (fault) => {
      rig.fault = fault;
    },
  };
}

const kinds: Record<Exclude<BoardDriver, "dct-hid">, Kind> = {
  simulated: { rig: simulatedRig, missing: false },
  "modbus-tcp": {
    missing: false,
    rig: (t, more) => {
      const rig = new ModbusTcpRig({ channels: CHANNELS, inputs: 3 });
      return emulated(t, rig, () => ({ driver: "modbus-tcp", address: rig.address, inputs: 3 }), more);
    },
  },
  "modbus-rtu": {
    missing: serialMissing(),
    rig: (t, more) => {
      const rig = new ModbusRtuRig({ channels: CHANNELS, inputs: 3, unit: 17 });
      const board = { driver: "modbus-rtu", address: rig.adapter.path, unit: 17, inputs: 3 } as const;
      return emulated(t, rig, () => board, more);
    },
  },
  lcus: {
    missing: serialMissing(),
    rig: (t, more) => {
      const rig = new LcusRig(CHANNELS);
      return emulated(t, rig, () => ({ driver: "lcus", address: rig.adapter.path }), more);
    },
  },
  shelly: {
    missing: false,
    rig: (t, more) => {
      const rig = new ShellyRig({ channels: CHANNELS });
      return emulated(t, rig, () => ({ driver: "shelly", address: rig.address(PASSWORD) }), more);
    },
  },
  tasmota: {
    missing: false,
    rig: (t, more) => {
      const rig = new TasmotaRig({ channels: CHANNELS });
      return emulated(t, rig, () => ({ driver: "tasmota", address: rig.address(PASSWORD) }), more);
    },
  },
};

/** In this process, whatever the kind. */
const openHere = (place: BoardPlace) => openBoard(place, "here");

/** A line carries an order to the relays a moment after it was written. */
async function become(rig: Rig, states: readonly boolean[]): Promise<void> {
  let now: readonly boolean[] = [];
  await until({
    what: `the relays become ${states}`,
    ms: LATE_MS,
    everyMs: 2,
    check: async () => {
      now = await rig.relays();
      return now.every((energised, i) => energised === states[i]);
    },
  }).catch(() => assert.deepEqual(now, states));
}

/** The call is rejected in time, with a sentence that says what and which board, and gives no password away. */
async function refused(what: "open" | "write" | "read", call: () => Promise<unknown>): Promise<void> {
  const startedAt = monotonicMs();
  await assert.rejects(call, (error: Error) => {
    assert.match(error.message, new RegExp(`^Cannot ${what} board "a": .{20,}`));
    const shown = `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${String(error.cause)}`;
    assert.ok(!shown.includes(PASSWORD) && !shown.includes(encodeURIComponent(PASSWORD)), shown);
    return true;
  });
  const tookMs = monotonicMs() - startedAt;
  assert.ok(tookMs < BOUND_MS, `${what} took ${tookMs} ms`);
}

for (const [name, { rig: rigFor, missing }] of Object.entries(kinds)) {
  const kind = boardKind(name as BoardDriver);
  const tells = kind.readBack !== "none";

  test(`${name}: every pattern that is written stands at the relays and is read back`, {
    skip: missing,
  }, async (t) => {
    const rig = await rigFor(t);
    await using driver = await openHere(rig.place);
    assert.equal(driver.channels, CHANNELS);
    for (let bits = 0; bits < 2 ** CHANNELS; bits++) {
      const states = none.map((_, i) => ((bits >> i) & 1) === 1);
      await driver.write(states);
      assert.deepEqual(await driver.read(), states);
      await become(rig, states);
    }
  });

  test(`${name}: opening and closing leave the relays as they are`, { skip: missing }, async (t) => {
    const rig = await rigFor(t);
    await rig.switchTo(mixed);
    {
      await using driver = await openHere(rig.place);
      if (tells) assert.deepEqual(await driver.read(), mixed);
      else await refused("read", () => driver.read());
    }
    await wait(20);
    assert.deepEqual(await rig.relays(), mixed);
  });

  test(`${name}: read() tells what the relays do, not what they were told`, { skip: missing }, async (t) => {
    const rig = await rigFor(t);
    await using driver = await openHere(rig.place);
    await driver.write(mixed);
    await become(rig, mixed);
    await rig.switchTo(other);
    // A board that tells nothing cannot show a foreign change: it repeats the order, and carries signals only.
    assert.deepEqual(await driver.read(), tells ? other : mixed);
    if (!tells) assert.equal(kind.carries, "signals");
    if (rig.fault === undefined) return;
    rig.fault("stuck");
    await driver.write(none);
    assert.deepEqual(await driver.read(), tells ? other : none);
  });

  test(`${name}: a wrong number of channels is refused, changes nothing and costs nothing`, {
    skip: missing,
  }, async (t) => {
    const rig = await rigFor(t);
    await using driver = await openHere(rig.place);
    await driver.write(mixed);
    await assert.rejects(driver.write([true]), /^Error: Cannot write board "a": .*1 channels.*4/);
    assert.deepEqual(await driver.read(), mixed);
    await become(rig, mixed);
  });

  test(`${name}: pulled out before the n-th write, every call says so; plugged in it works, for n = 1 to 4`, {
    skip: missing,
  }, async (t) => {
    const rig = await rigFor(t);
    for (let n = 1; n <= 4; n++) {
      {
        await using driver = await openHere(rig.place);
        for (let i = 1; i < n; i++) await driver.write(mixed);
        await rig.unplug();
        await refused("write", () => driver.write(other));
        await refused("read", () => driver.read());
        await refused("write", () => driver.write(none));
      }
      // A board over HTTP is reached for the first time by the first call.
      await refused(kind.address === "url" ? "write" : "open", async () => {
        await using driver = await openHere(rig.place);
        await driver.write(none);
      }).catch((error: unknown) => {
        if (name !== "simulated") throw error;
      });
      await rig.plugIn();
      await using driver = await openHere(rig.place);
      await driver.write(none);
      await become(rig, none);
    }
  });

  if (name === "simulated") continue;

  test(`${name}: a board that hangs fails each call in time; a drop is tried all the same`, {
    skip: missing,
  }, async (t) => {
    const rig = await rigFor(t);
    await using driver = await openHere(rig.place);
    await driver.write(mixed);
    await become(rig, mixed);
    rig.fault?.("hang");
    if (tells) {
      await refused("write", () => driver.write(other));
      await refused("read", () => driver.read());
      await refused("write", () => driver.write(none));
    } else await driver.write(other);
    assert.deepEqual(await rig.relays(), mixed);
    rig.fault?.("none");
    await driver.write(none);
    await become(rig, none);
    // What failed once is opened anew before it may energise again.
    if (tells) await refused("write", () => driver.write(mixed));
    await wait(50);
    assert.deepEqual(await rig.relays(), none);
  });

  if (tells)
    test(`${name}: an answer that cannot be understood is an error, not a state`, {
      skip: missing,
    }, async (t) => {
      const rig = await rigFor(t);
      for (const call of ["read", "write"] as const) {
        rig.fault?.("none");
        await using driver = await openHere(rig.place);
        await driver.write(mixed);
        rig.fault?.("garbage");
        await refused(call, () => (call === "read" ? driver.read() : driver.write(other)));
        assert.deepEqual(await rig.relays(), mixed);
      }
    });

  test(`${name}: closed, it takes no calls and can be closed again`, { skip: missing }, async (t) => {
    const rig = await rigFor(t);
    const driver = await openHere(rig.place);
    await driver.write(mixed);
    await driver[Symbol.asyncDispose]();
    await driver[Symbol.asyncDispose]();
    await refused("read", () => driver.read());
    await refused("write", () => driver.write(other));
    await become(rig, mixed);
  });

  const { selfTimed } = kind;
  if (selfTimed !== undefined)
    test(`${name}: energised, it drops by its own timer, and stays while it is renewed`, {
      skip: missing,
    }, async (t) => {
      const selfTimedMs = Math.max(selfTimed.minMs, 600);
      const rig = await rigFor(t, { selfTimedMs });
      await using driver = await openHere(rig.place);
      const { renewEveryMs = Number.NaN } = driver;
      assert.equal(renewEveryMs, selfTimedMs / 3);
      let lastAt = 0;
      for (let renewals = 0; renewals < 6; renewals++) {
        lastAt = monotonicMs();
        await driver.write(mixed);
        assert.deepEqual(await driver.read(), mixed, `after ${renewals} renewals`);
        await wait(renewEveryMs - (monotonicMs() - lastAt));
      }
      // Looking at it must not keep it energised.
      await until({
        what: "it drops by itself",
        ms: selfTimedMs + LATE_MS,
        everyMs: 10,
        check: async () => !(await driver.read()).includes(true),
      });
      const heldMs = monotonicMs() - lastAt;
      assert.ok(heldMs > selfTimedMs - 50, `held for ${heldMs} ms`);
      assert.deepEqual(await rig.relays(), none);
      // By an order it drops at once, whatever time it had left.
      await driver.write(mixed);
      await driver.write(none);
      assert.deepEqual(await rig.relays(), none);
    });

  if (kind.maxInputs > 0)
    test(`${name}: no inputs, nothing to read`, { skip: missing }, async (t) => {
      await using driver = await openHere((await rigFor(t, { inputs: 0 })).place);
      assert.equal(driver.readInputs, undefined);
    });

  if (kind.ownProcess)
    test(`${name}: from a process of its own it is driven alike, and closing that drops it`, {
      skip: missing,
    }, async (t) => {
      const rig = await rigFor(t);
      {
        await using driver = await openBoard(rig.place);
        await driver.write(mixed);
        await become(rig, mixed);
        assert.deepEqual(await driver.read(), mixed);
      }
      await become(rig, none);
    });
}

for (const [name, { rig: rigFor, missing }] of Object.entries(kinds)) {
  test(`${name}: dropAll() drops the board, and names it where it cannot`, { skip: missing }, async (t) => {
    const rig = await rigFor(t);
    const { board, dataFolder } = rig.place;
    const config = { dataFolder, boards: [board], outputs: [], leaseMs: 500 };
    await rig.switchTo(mixed);
    await dropAll(config);
    await become(rig, none);
    await rig.unplug();
    await assert.rejects(dropAll(config), /^AggregateError: Cannot \w+ board "a": /);
  });
}

const allDrop = ({ relays }: BoardRig): boolean => !relays.states.includes(true);

/** A process that holds every channel of a board energised. */
async function heldModbus(t: TestContext, watchdogMs?: number) {
  const rig = new ModbusTcpRig({ channels: CHANNELS, ...(watchdogMs === undefined ? {} : { watchdogMs }) });
  t.after(() => rig[Symbol.asyncDispose]());
  await rig.plugIn();
  const board = { id: "a", driver: "modbus-tcp", channels: CHANNELS, address: rig.address };
  const { command, args } = program(HOLDER);
  const holder = spawn(command, [...args, JSON.stringify({ dataFolder: "", board })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => signalChild(holder, "SIGKILL"));
  await once(holder.stdout, "data");
  assert.deepEqual(rig.relays.states, [true, true, true, true]);
  return { rig, holder };
}

test("dropAll() drops the boards that it can when another one fails", async (t) => {
  const good = await simulatedRig(t);
  await good.switchTo(mixed);
  const { dataFolder } = good.place;
  const boards = [{ id: "other", driver: "toaster" as BoardDriver, channels: 1 }, good.place.board];
  await assert.rejects(
    dropAll({ dataFolder, boards, outputs: [], leaseMs: 500 }),
    /no driver is named "toaster"; use one of simulated/,
  );
  assert.deepEqual(await good.relays(), none);
});

test("modbus-tcp: killed, its owner leaves the board to its host watchdog, and that drops it", async (t) => {
  const WATCHDOG_MS = 600;
  const { rig, holder } = await heldModbus(t, WATCHDOG_MS);
  await wait(3 * WATCHDOG_MS);
  assert.deepEqual(rig.relays.states, [true, true, true, true], "polling keeps the watchdog quiet");
  const killedAt = monotonicMs();
  signalChild(holder, "SIGKILL");
  await until({ what: "the watchdog drops all", ms: 5000, everyMs: 5, check: () => allDrop(rig) });
  const heldMs = monotonicMs() - killedAt;
  t.diagnostic(`dropped ${heldMs.toFixed(0)} ms after the kill, by a watchdog of ${WATCHDOG_MS} ms`);
  assert.ok(heldMs > WATCHDOG_MS - 150 && heldMs < WATCHDOG_MS + LATE_MS, `${heldMs} ms`);
});

test("modbus-tcp: dropNow() reaches the board from a process that ends right after it", async (t) => {
  const { rig, holder } = await heldModbus(t);
  signalChild(holder, "SIGTERM");
  await until({ what: "the last order drops all", ms: 5000, everyMs: 5, check: () => allDrop(rig) });
});

test("every driver of the table has a rig here but the one that needs a kernel, and the configuration offers all", () => {
  assert.deepEqual([...Object.keys(kinds), "dct-hid"].sort(), Object.keys(drivers).sort());
  assert.deepEqual([...BOARD_DRIVERS].sort(), Object.keys(drivers).sort());
});

test("simulated: the file is as the contract says, counts on over restarts, and leaves no other file", async (t) => {
  const { place } = await simulatedRig(t);
  const file = simulatedFile(place.dataFolder, "a");
  const before = Number(process.hrtime.bigint() / 1_000_000n);
  for (let i = 0; i < 3; i++) {
    await using driver = await openBoard(place);
    await driver.write(mixed);
  }
  const value = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
  assert.deepEqual(Object.keys(value), ["channels", "writes", "wallAt", "monotonicNs"]);
  assert.deepEqual(value.channels, mixed);
  assert.equal(value.writes, 4, "one that the file came with, one for each write");
  assert.equal(new Date(value.wallAt as string).toISOString(), value.wallAt);
  assert.match(value.monotonicNs as string, /^\d+$/);
  assert.ok(Number(value.monotonicNs) / 1e6 >= before - 20);
  assert.deepEqual(await readdir(place.dataFolder), ["simulated-board-a.json"]);
});

test("simulated: no file, one that cannot be understood, or one of other channels is dropped by opening", async (t) => {
  const { place } = await simulatedRig(t);
  const file = simulatedFile(place.dataFolder, "a");
  for (const text of [undefined, '{"channels":[tru', '{"channels":[true,true],"writes":6}']) {
    if (text === undefined) await rm(file);
    else await writeFile(file, text);
    await using driver = await openBoard(place);
    assert.deepEqual(await driver.read(), none);
    await writeFile(file, "[]");
    await assert.rejects(driver.read(), /^Error: Cannot read board "a": .+ does not hold 4 channels/);
  }
});

test("simulated: dropNow() has dropped every channel when it returns", async (t) => {
  const { place } = await simulatedRig(t);
  await using driver = await openBoard(place);
  await driver.write(mixed);
  driver.dropNow?.();
  const { channels, writes } = JSON.parse(
    await readFile(simulatedFile(place.dataFolder, "a"), "utf8"),
  ) as SimulatedFile;
  assert.deepEqual([channels, writes], [none, 3]);
});

test("simulated: a data folder that does not exist is made, and one that cannot be is told", async (t) => {
  const { place } = await simulatedRig(t);
  await using driver = await openBoard({ ...place, dataFolder: join(place.dataFolder, "new", "one") });
  assert.deepEqual(await driver.read(), none);
  const blocked = join(place.dataFolder, "file");
  await writeFile(blocked, "");
  await assert.rejects(
    openBoard({ ...place, dataFolder: blocked }),
    /^Error: Cannot open board "a": make the folder .+ writable: /,
  );
});
