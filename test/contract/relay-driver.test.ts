/** What every relay driver must do, over every entry of the driver table: one rig a driver, the same tests. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { BOARD_DRIVERS } from "../../server/domain/config.ts";
import type { BoardPlace, RelayDriver } from "../../server/relay/driver.ts";
import { dropAll } from "../../server/relay/drop.ts";
import { type DriverName, drivers, openBoard } from "../../server/relay/registry.ts";
import { simulatedFile } from "../../server/relay/simulated.ts";

/** A board that a test can open again and again, and break. */
interface Rig {
  readonly place: BoardPlace;
  /** From now on every call fails, until it is mended. */
  break(): Promise<void>;
  mend(): Promise<void>;
  /** Leaves the board holding nothing that can be understood. */
  garble(): Promise<void>;
}

const CHANNELS = 5;

async function simulatedRig(t: TestContext): Promise<Rig> {
  const dataFolder = await mkdtemp(join(tmpdir(), "palisade-board-"));
  t.after(() => rm(dataFolder, { recursive: true }));
  const file = simulatedFile(dataFolder, "a");
  return {
    place: { dataFolder, board: { id: "a", driver: "simulated", channels: CHANNELS } },
    // Permissions stop nobody who is root; a folder in the file's place stops everybody.
    break: async () => {
      await rm(file, { force: true });
      await mkdir(file);
    },
    mend: () => rm(file, { recursive: true }),
    garble: () => writeFile(file, '{"channels":[tru'),
  };
}

const rigs: Record<DriverName, (t: TestContext) => Promise<Rig>> = { simulated: simulatedRig };

const mixed = [true, false, true, true, false];
const none = [false, false, false, false, false];

for (const [name, rigFor] of Object.entries(rigs)) {
  test(`${name}: a board that was never used opens with every channel dropped`, async (t) => {
    await using driver = await openBoard((await rigFor(t)).place);
    assert.equal(driver.channels, CHANNELS);
    assert.deepEqual(await driver.read(), none);
  });

  test(`${name}: read() answers what was written, for every pattern`, async (t) => {
    await using driver = await openBoard((await rigFor(t)).place);
    for (let bits = 0; bits < 2 ** CHANNELS; bits++) {
      const states = none.map((_, i) => ((bits >> i) & 1) === 1);
      await driver.write(states);
      assert.deepEqual(await driver.read(), states);
    }
  });

  test(`${name}: the channels outlive the driver, and opening leaves them as they are`, async (t) => {
    const { place } = await rigFor(t);
    {
      await using driver = await openBoard(place);
      await driver.write(mixed);
    }
    await using driver = await openBoard(place);
    assert.deepEqual(await driver.read(), mixed);
  });

  test(`${name}: read() sees what somebody else has written`, async (t) => {
    const { place } = await rigFor(t);
    await using driver = await openBoard(place);
    await using other = await openBoard(place);
    await other.write(mixed);
    assert.deepEqual(await driver.read(), mixed);
  });

  test(`${name}: a wrong number of channels is refused and changes nothing`, async (t) => {
    await using driver = await openBoard((await rigFor(t)).place);
    await driver.write(mixed);
    await assert.rejects(driver.write([true]), /^Error: Cannot write board "a": .*1 channels.*5/);
    assert.deepEqual(await driver.read(), mixed);
  });

  test(`${name}: dropNow() has dropped every channel when it returns`, async (t) => {
    const driver: RelayDriver = await openBoard((await rigFor(t)).place);
    await using _ = driver;
    await driver.write(mixed);
    driver.dropNow?.();
    assert.deepEqual(await driver.read(), driver.dropNow === undefined ? mixed : none);
  });

  test(`${name}: the n-th write fails with a sentence and works again when mended, for n = 1 to 4`, async (t) => {
    for (let n = 1; n <= 4; n++) {
      const rig = await rigFor(t);
      await using driver = await openBoard(rig.place);
      for (let i = 1; i < n; i++) await driver.write(mixed);
      await rig.break();
      await assert.rejects(driver.write(mixed), /^Error: Cannot write board "a": make .+: /);
      await assert.rejects(driver.read(), /^Error: Cannot read board "a": make .+: /);
      await assert.rejects(openBoard(rig.place), /^Error: Cannot write board "a": make .+: /);
      await rig.mend();
      await driver.write(none);
      assert.deepEqual(await driver.read(), none);
    }
  });

  test(`${name}: a board that cannot be understood is an error while open, and dropped by opening`, async (t) => {
    const rig = await rigFor(t);
    await using driver = await openBoard(rig.place);
    await driver.write(mixed);
    await rig.garble();
    await assert.rejects(driver.read(), /^Error: Cannot read board "a": /);
    await using again = await openBoard(rig.place);
    assert.deepEqual(await again.read(), none);
  });

  test(`${name}: dropAll() drops the board, and names it where it cannot`, async (t) => {
    const rig = await rigFor(t);
    const { board, dataFolder } = rig.place;
    const config = { dataFolder, boards: [board], outputs: [], leaseMs: 500 };
    await using driver = await openBoard(rig.place);
    await driver.write(mixed);
    await dropAll(config);
    assert.deepEqual(await driver.read(), none);
    await rig.break();
    await assert.rejects(dropAll(config), /^AggregateError: Cannot write board "a": /);
  });
}

test("dropAll() drops the boards that it can when another one fails", async (t) => {
  const [good, broken] = [await simulatedRig(t), await simulatedRig(t)];
  await using driver = await openBoard(good.place);
  await driver.write(mixed);
  await broken.break();
  const { dataFolder } = good.place;
  const boards = [{ id: "other", driver: "toaster", channels: 1 }, good.place.board];
  await assert.rejects(
    dropAll({ dataFolder, boards, outputs: [], leaseMs: 500 }),
    /no driver is named "toaster"; use one of simulated/,
  );
  assert.deepEqual(await driver.read(), none);
});

test("every driver of the table has a rig here, and the configuration offers it", () => {
  assert.deepEqual(Object.keys(rigs).sort(), Object.keys(drivers).sort());
  assert.deepEqual(
    [...BOARD_DRIVERS].sort(),
    Object.keys(drivers).sort(),
    "the configuration offers the table",
  );
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
  assert.equal(value.writes, 4, "one when the file was made, one for each write");
  assert.equal(new Date(value.wallAt as string).toISOString(), value.wallAt);
  assert.match(value.monotonicNs as string, /^\d+$/);
  assert.ok(Number(value.monotonicNs) / 1e6 >= before - 20);
  assert.deepEqual(await readdir(place.dataFolder), ["simulated-board-a.json"]);
});

test("simulated: a file of another number of channels is dropped by opening, and its count goes on", async (t) => {
  const { place } = await simulatedRig(t);
  const file = simulatedFile(place.dataFolder, "a");
  await writeFile(file, JSON.stringify({ channels: [true, true], writes: 6, wallAt: "", monotonicNs: "0" }));
  await using driver = await openBoard(place);
  assert.deepEqual(await driver.read(), none);
  assert.equal((JSON.parse(await readFile(file, "utf8")) as { writes: number }).writes, 7);
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
