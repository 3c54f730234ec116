/** The owner of one board: newest demand, read-back, retries and reopening, against a board made of memory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { RelayDriver } from "../../../server/relay/driver.ts";
import { BoardKeeper, POLL_MS } from "../../../server/relay/keeper.ts";

interface Bench {
  readonly keeper: BoardKeeper;
  /** Every write, as text: `#` is energised. */
  readonly writes: string[];
  readonly told: string[];
  /** The coils as they are. A test may change them. */
  coils: boolean[];
  /** Channels, from 1, that take no order. */
  stuck: number[];
  /** Thrown by the next calls while it is there. */
  failure: Error | undefined;
  /** Holds the next write until it is called. */
  gate: Promise<void> | undefined;
  /** Lets every wait of this length end. */
  pass(ms: number): Promise<void>;
  /** The waits that are open. */
  waits(): readonly number[];
}

const text = (states: readonly boolean[]): string => states.map((state) => (state ? "#" : "-")).join("");

function bench(): Bench {
  const open: { ms: number; end: () => void }[] = [];
  const driver: RelayDriver = {
    channels: 3,
    capabilities: { readBack: "register" },
    write: async (states) => {
      if (self.failure !== undefined) throw self.failure;
      self.writes.push(text(states));
      await self.gate;
      self.coils = states.map((state, i) => (self.stuck.includes(i + 1) ? (self.coils[i] ?? false) : state));
    },
    read: async () => {
      if (self.failure !== undefined) throw self.failure;
      return [...self.coils];
    },
    dropNow: () => {
      self.coils = [false, false, false];
    },
    [Symbol.asyncDispose]: async () => void self.told.push("closed"),
  };
  const self: Bench = {
    keeper: undefined as never,
    writes: [],
    told: [],
    coils: [true, true, false],
    stuck: [],
    failure: undefined,
    gate: undefined,
    waits: () => open.map(({ ms }) => ms),
    pass: async (ms) => {
      for (const item of open.splice(0)) {
        if (item.ms === ms) item.end();
        else open.push(item);
      }
      await turn();
    },
  };
  const keeper = new BoardKeeper({
    id: "a",
    channels: 3,
    open: async () => {
      if (self.failure !== undefined) throw self.failure;
      return driver;
    },
    now: () => 42,
    pause: (ms, signal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) return resolve();
        const item = { ms, end: resolve };
        open.push(item);
        signal?.addEventListener("abort", () => {
          open.splice(open.indexOf(item), 1);
          resolve();
        });
      }),
    events: {
      board: (state) => self.told.push(state.kind === "ok" ? "ok" : `lost: ${state.why}`),
      compared: (disagreeing) => self.told.push(`compared ${disagreeing.join(" ")}`.trim()),
      settled: () => self.told.push("settled"),
      hung: (why) => self.told.push(why),
    },
  });
  return Object.assign(self, { keeper });
}

async function opened(): Promise<Bench> {
  const self = bench();
  await turn();
  self.told.length = 0;
  self.writes.length = 0;
  return self;
}

test("a keeper drops its board before it does anything else", async () => {
  const self = bench();
  await turn();
  assert.deepEqual(self.writes, ["---"]);
  assert.deepEqual(self.told, ["compared", "ok", "settled"]);
  assert.deepEqual(self.keeper.readback, [false, false, false]);
  assert.equal(self.keeper.readAt, 42);
  assert.equal(self.keeper.settled, true);
});

test("a demand is written, read back and told as settled; the same demand again writes nothing", async () => {
  const self = await opened();
  self.keeper.want([true, false, true]);
  assert.equal(self.keeper.settled, false);
  await turn();
  self.keeper.want([true, false, true]);
  await turn();
  assert.deepEqual(self.writes, ["#-#"]);
  assert.deepEqual(self.told, ["compared", "settled"]);
  assert.deepEqual(self.keeper.readback, [true, false, true]);
});

test("while a write is in flight the newest demand waits, and those between are never written", async () => {
  const self = await opened();
  const gate = Promise.withResolvers<void>();
  self.gate = gate.promise;
  self.keeper.want([true, false, false]);
  await turn();
  self.keeper.want([true, true, false]);
  self.keeper.want([true, false, true]);
  gate.resolve();
  await turn();
  assert.deepEqual(self.writes, ["#--", "#-#"]);
});

test("a drop between two energising demands is carried out, even when both came during one write", async () => {
  const self = await opened();
  const gate = Promise.withResolvers<void>();
  self.gate = gate.promise;
  self.keeper.want([true, true, false]);
  await turn();
  self.keeper.want([false, true, false]);
  self.keeper.want([true, true, false]);
  gate.resolve();
  await turn();
  assert.deepEqual(self.writes, ["##-", "-#-", "##-"]);
});

test("a coil that does not follow is tried three more times, then told", async () => {
  const self = await opened();
  self.stuck = [2];
  self.keeper.want([true, true, false]);
  for (let i = 0; i < 5; i++) {
    await turn();
    await self.pass(20);
  }
  assert.deepEqual(self.writes, ["##-", "##-", "##-", "##-"]);
  assert.deepEqual(self.told, ["compared 2", "settled"]);
});

test("a retry carries the newest demand", async () => {
  const self = await opened();
  self.stuck = [2];
  self.keeper.want([true, true, false]);
  await turn();
  self.keeper.want([false, false, false]);
  await self.pass(20);
  assert.deepEqual(self.writes, ["##-", "---"]);
  assert.deepEqual(self.told, ["compared", "settled"]);
});

test("a foreign change is told at the next poll and written back at once", async () => {
  const self = await opened();
  self.coils = [false, false, true];
  assert.deepEqual(self.waits(), [POLL_MS]);
  await self.pass(POLL_MS);
  assert.deepEqual(self.told, ["compared 3", "compared", "settled"]);
  assert.deepEqual(self.writes, ["---"]);
  assert.deepEqual(self.coils, [false, false, false]);
});

test("a lost board is told, opened again after growing waits, and dropped", async () => {
  const self = await opened();
  self.keeper.want([true, false, false]);
  await turn();
  self.told.length = 0;
  self.writes.length = 0;
  self.failure = new Error("unplugged");
  await self.pass(POLL_MS);
  assert.deepEqual(self.told, ["lost: unplugged", "settled", "closed"]);
  assert.equal(self.keeper.readback, undefined);
  self.keeper.want([false, false, false]);
  for (const ms of [50, 100, 200, 400, 800, 1600, 2000, 2000]) {
    assert.deepEqual(self.waits(), [ms]);
    await self.pass(ms);
  }
  self.failure = undefined;
  self.coils = [true, false, false];
  self.told.length = 0;
  await self.pass(2000);
  assert.deepEqual(self.told, ["compared", "ok", "settled"]);
  assert.deepEqual(self.writes, ["---"]);
});

test("a board that is lost again soon after it came back is waited for from the beginning", async () => {
  const self = await opened();
  for (let i = 0; i < 3; i++) {
    self.failure = new Error("unplugged");
    await self.pass(POLL_MS);
    self.failure = undefined;
    assert.deepEqual(self.waits(), [50]);
    await self.pass(50);
    assert.deepEqual(self.waits(), [POLL_MS]);
  }
});

test("writeAgain() writes and reads back although nothing changed", async () => {
  const self = await opened();
  self.coils = [true, false, false];
  self.keeper.writeAgain();
  assert.equal(self.keeper.settled, false);
  await turn();
  assert.deepEqual(self.writes, ["---"]);
  assert.deepEqual(self.keeper.readback, [false, false, false]);
});

test("dropNow() drops before it returns", async () => {
  const self = await opened();
  self.coils = [true, true, true];
  self.keeper.dropNow();
  assert.deepEqual(self.coils, [false, false, false]);
});

test("a call that does not come back is told after its deadline", { timeout: 2000 }, async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const self = await opened();
  self.gate = new Promise(() => undefined);
  self.keeper.want([true, false, false]);
  await turn();
  t.mock.timers.tick(299);
  assert.deepEqual(self.told, []);
  t.mock.timers.tick(1);
  assert.deepEqual(self.told, ['Board "a" did not answer to write within 300 ms']);
});
