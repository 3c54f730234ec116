/** The owner of one board: newest demand, read-back, retries and reopening, against a board made of memory. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import type { RelayDriver } from "../../../server/relay/driver.ts";
import { BoardKeeper, POLL_CLOSELY_MS, POLL_INPUTS_MS, POLL_MS } from "../../../server/relay/keeper.ts";

interface Bench {
  readonly keeper: BoardKeeper;
  /** The clock. It goes only when a test moves it. */
  now: number;
  /** Wanted for ever, unless a test says until when. */
  want(states: readonly boolean[], until?: number): void;
  /** Every write, as text: `#` is energised. */
  readonly writes: string[];
  readonly told: string[];
  /** The coils as they are. A test may change them. */
  coils: boolean[];
  /** Channels, from 1, that take no order. */
  stuck: number[];
  /** Thrown by the next calls while it is there. */
  failure: Error | undefined;
  /** Holds every write up. */
  gate: Promise<void> | undefined;
  /** Lets every wait of this length end. */
  pass(ms: number): Promise<void>;
  /** The waits that are open. */
  waits(): readonly number[];
}

const text = (states: readonly boolean[]): string => states.map((state) => (state ? "#" : "-")).join("");

interface Kind {
  readonly feedback?: boolean;
  readonly signalsOnly?: boolean;
  readonly ownProcess?: boolean;
  readonly renewEveryMs?: number;
  /** Holds the opening up. */
  readonly opening?: Promise<void>;
}

function bench(kind: Kind = {}): Bench {
  const { feedback = false, signalsOnly = false, ownProcess = false, renewEveryMs, opening } = kind;
  const open: { ms: number; end: () => void }[] = [];
  const driver: RelayDriver = {
    channels: 3,
    identity: "HW554",
    ...(renewEveryMs === undefined ? {} : { renewEveryMs }),
    readInputs: async () => self.coils.map((energised) => !energised),
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
    now: 42,
    want: (states, until = Number.POSITIVE_INFINITY) => self.keeper.want(states, until),
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
    feedback,
    signalsOnly,
    ownProcess,
    open: async () => {
      await opening;
      if (self.failure !== undefined) throw self.failure;
      return driver;
    },
    now: () => self.now,
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
      board: (state) => self.told.push(state.kind === "ok" ? `ok ${state.identity}` : `lost: ${state.why}`),
      compared: (disagreeing) => self.told.push(`compared ${disagreeing.join(" ")}`.trim()),
      inputs: (closed, from) => self.told.push(`inputs ${text(closed)} from ${from}`),
      settled: () => self.told.push("settled"),
      hung: (why) => self.told.push(why),
    },
  });
  return Object.assign(self, { keeper });
}

async function opened(kind?: Kind): Promise<Bench> {
  const self = bench(kind);
  await turn();
  self.told.length = 0;
  self.writes.length = 0;
  return self;
}

/** Deno leaves them to the next test. */
function mockTimers(t: TestContext): TestContext["mock"]["timers"] {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => t.mock.timers.reset());
  return t.mock.timers;
}

test("a keeper drops its board before it does anything else", async () => {
  const self = bench();
  await turn();
  assert.deepEqual(self.writes, ["---"]);
  assert.deepEqual(self.told, ["compared", "ok HW554", "settled"]);
  assert.deepEqual(self.keeper.readback, [false, false, false]);
  assert.equal(self.keeper.readAt, 42);
  assert.equal(self.keeper.settled, true);
});

test("a demand is written, read back and told as settled; the same demand again writes nothing", async () => {
  const self = await opened();
  self.want([true, false, true]);
  assert.equal(self.keeper.settled, false);
  await turn();
  self.want([true, false, true]);
  await turn();
  assert.deepEqual(self.writes, ["#-#"]);
  assert.deepEqual(self.told, ["compared", "settled"]);
  assert.deepEqual(self.keeper.readback, [true, false, true]);
});

test("while a write is in flight the newest demand waits, and those between are never written", async () => {
  const self = await opened();
  const gate = Promise.withResolvers<void>();
  self.gate = gate.promise;
  self.want([true, false, false]);
  await turn();
  self.want([true, true, false]);
  self.want([true, false, true]);
  gate.resolve();
  await turn();
  assert.deepEqual(self.writes, ["#--", "#-#"]);
});

test("a drop between two energising demands is carried out, even when both came during one write", async () => {
  const self = await opened();
  const gate = Promise.withResolvers<void>();
  self.gate = gate.promise;
  self.want([true, true, false]);
  await turn();
  self.want([false, true, false]);
  self.want([true, true, false]);
  gate.resolve();
  await turn();
  assert.deepEqual(self.writes, ["##-", "-#-", "##-"]);
});

test("a coil that does not follow is tried three more times, then told", async () => {
  const self = await opened();
  self.stuck = [2];
  self.want([true, true, false]);
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
  self.want([true, true, false]);
  await turn();
  self.want([false, false, false]);
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
  self.want([true, false, false]);
  await turn();
  self.told.length = 0;
  self.writes.length = 0;
  self.failure = new Error("unplugged");
  await self.pass(POLL_MS);
  assert.deepEqual(self.told, ["lost: unplugged", "settled", "closed"]);
  assert.equal(self.keeper.readback, undefined);
  self.want([false, false, false]);
  for (const ms of [50, 100, 200, 400, 800, 1600, 2000, 2000]) {
    assert.deepEqual(self.waits(), [ms]);
    await self.pass(ms);
  }
  self.failure = undefined;
  self.coils = [true, false, false];
  self.told.length = 0;
  await self.pass(2000);
  assert.deepEqual(self.told, ["compared", "ok HW554", "settled"]);
  assert.deepEqual(self.writes, ["---"]);
});

test("a lost board that no permit needs is tried every ten seconds in the end", async () => {
  const self = await opened({ signalsOnly: true });
  self.failure = new Error("unplugged");
  await self.pass(POLL_MS);
  for (const ms of [50, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]) {
    assert.deepEqual(self.waits(), [ms]);
    await self.pass(ms);
  }
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

test("nothing is energised after the time that it is wanted for, and what is energised then is dropped", async () => {
  const self = await opened();
  self.want([true, false, false], 42);
  await turn();
  assert.deepEqual(self.writes, []);
  self.want([true, false, false], 100);
  await turn();
  self.now = 100;
  await self.pass(POLL_MS);
  assert.deepEqual(self.writes, ["#--", "---"]);
  assert.equal(self.keeper.settled, true, "and it does not write again and again");
});

test("a retry after the time that it is wanted for drops: the process may have stood still meanwhile", async () => {
  const self = await opened();
  self.stuck = [1];
  self.want([true, true, false], 400);
  await turn();
  self.now = 5000;
  await self.pass(20);
  assert.deepEqual(self.writes, ["##-", "---"]);
});

test("a board that drops by itself is written again before it does, for as long as anything is energised", async () => {
  const self = await opened({ renewEveryMs: 100 });
  self.want([true, false, false]);
  await turn();
  for (let i = 0; i < 5; i++) {
    assert.deepEqual(self.waits(), [100]);
    self.now += 100;
    await self.pass(100);
  }
  assert.deepEqual(self.writes, ["#--", "#--", "#--", "#--", "#--", "#--"]);
  self.want([false, false, false]);
  await turn();
  assert.deepEqual(self.waits(), [POLL_MS]);
});

test("a poll that takes long does not put the renewal off", async () => {
  const self = await opened({ renewEveryMs: 300 });
  self.want([true, false, false]);
  await turn();
  self.now += POLL_MS;
  await self.pass(POLL_MS);
  assert.deepEqual(self.waits(), [50]);
  self.now += 50;
  await self.pass(50);
  assert.deepEqual(self.writes, ["#--", "#--"]);
});

test("a renewal that comes too late is a lost board, and is not written: its channels may have dropped", async () => {
  const self = await opened({ renewEveryMs: 100 });
  self.want([true, false, false]);
  await turn();
  self.told.length = 0;
  self.now += 200;
  await self.pass(100);
  assert.deepEqual(self.writes, ["#--"]);
  assert.match(
    self.told[0] ?? "",
    /^lost: Board "a" was not renewed before its channels dropped by themselves/,
  );
});

test("a renewal that arrives too late is a lost board too", async () => {
  const self = await opened({ renewEveryMs: 100 });
  self.want([true, false, false]);
  await turn();
  const gate = Promise.withResolvers<void>();
  self.gate = gate.promise;
  self.now += 100;
  await self.pass(100);
  self.told.length = 0;
  self.now += 200;
  gate.resolve();
  await turn();
  assert.match(self.told[0] ?? "", /^lost: Board "a" was not renewed/);
});

test("a late write that drops, or that energises nothing which was energised before, is no late renewal", async () => {
  const self = await opened({ renewEveryMs: 100 });
  self.want([true, false, false]);
  await turn();
  self.now += 1000;
  self.want([false, true, false]);
  await turn();
  assert.deepEqual(self.writes, ["#--", "-#-"]);
  assert.ok(!self.told.join().includes("lost"));
});

test("inputs are read with every poll, often after lookClosely(), and only where a feedback contact hangs on them", async () => {
  const self = await opened({ feedback: true });
  assert.deepEqual(self.waits(), [POLL_INPUTS_MS]);
  self.keeper.lookClosely(60);
  await turn();
  assert.deepEqual(self.told, ["compared", "inputs ### from 42"]);
  assert.deepEqual(self.waits(), [POLL_CLOSELY_MS]);
  self.now = 60;
  await self.pass(POLL_CLOSELY_MS);
  assert.deepEqual(self.waits(), [POLL_INPUTS_MS]);
  const without = await opened();
  without.keeper.lookClosely(1000);
  await without.pass(POLL_MS);
  assert.deepEqual(without.told, ["compared"]);
  assert.deepEqual(without.waits(), [POLL_MS]);
});

test("a call that does not come back is told after its deadline", { timeout: 2000 }, async (t) => {
  const timers = mockTimers(t);
  const self = await opened();
  self.gate = new Promise(() => undefined);
  self.want([true, false, false]);
  await turn();
  timers.tick(299);
  assert.deepEqual(self.told, []);
  timers.tick(1);
  assert.deepEqual(self.told, ['Board "a" did not answer to write within 300 ms']);
});

test("a call in a process of its own that does not come back costs its board alone", {
  timeout: 2000,
}, async (t) => {
  const timers = mockTimers(t);
  const [self, other] = [await opened({ ownProcess: true }), await opened()];
  self.gate = new Promise(() => undefined);
  for (const each of [self, other]) each.want([true, false, false]);
  await turn();
  for (const each of [self, other]) each.want([false, false, false]);
  await turn();
  assert.deepEqual(other.writes, ["#--", "---"], "another board does not wait for it");
  timers.tick(300);
  await turn();
  assert.deepEqual(self.told, [
    'lost: Board "a" did not answer to write within 300 ms; check its cable',
    "settled",
    "closed",
  ]);
});

test("a board that opens after its deadline is closed again", { timeout: 2000 }, async (t) => {
  const timers = mockTimers(t);
  const gate = Promise.withResolvers<void>();
  const self = bench({ ownProcess: true, opening: gate.promise });
  await turn();
  timers.tick(9000);
  await turn();
  assert.match(self.told.join("; "), /^lost: Board "a" did not answer to open within 9000 ms/);
  self.told.length = 0;
  gate.resolve();
  await turn();
  assert.deepEqual(self.told, ["closed"]);
  assert.deepEqual(self.writes, []);
});
