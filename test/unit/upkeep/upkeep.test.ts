/** What comes due and what wears, by a store that is a list and by clocks that the test sets. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicMs } from "../../../server/base/clock.ts";
import { openLog } from "../../../server/base/log.ts";
import { normalAlarm } from "../../../server/domain/alarm.ts";
import { type Config, parseProvision } from "../../../server/domain/config.ts";
import type { Fact } from "../../../server/domain/fact.ts";
import { compileRules } from "../../../server/domain/rules.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";
import type { OutputTestRecord, RelayOperations } from "../../../server/store/protocol.ts";
import type { Store } from "../../../server/store/store.ts";
import { Upkeep, wiringOf } from "../../../server/upkeep.ts";

const DAY = 24 * 60 * 60_000;
const START = Date.parse("2026-11-21T10:00:00Z");
const SAM = { type: "user", id: "Sam", role: "supervisor" } as const;

function config(
  over: { readonly tests?: object; readonly channel?: number; readonly site?: object } = {},
): Config {
  const parsed = parseProvision({
    site: { timezone: "Europe/Berlin", ...over.site },
    cameras: [{ id: "front", name: "Front", source: "rtsp://h/s" }],
    zones: [
      {
        id: "cell",
        camera: "front",
        name: "Cell",
        kind: "stop",
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ],
    boards: [
      { id: "a", driver: "simulated", channels: 8, ratedOperations: 1_000 },
      { id: "b", driver: "simulated", channels: 8, ratedOperations: 1_000 },
    ],
    outputs: [
      {
        ...{ id: "permit", board: "a", channel: over.channel ?? 1, role: "run-permit", zones: ["cell"] },
        second: { board: "b", channel: 2 },
      },
      { id: "horn", board: "a", channel: 3, role: "while-active", zones: ["cell"] },
    ],
    ...(over.tests === undefined ? {} : { tests: over.tests }),
  });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const { users: _, ...rest } = parsed.value;
  return rest;
}

/** A store that keeps everything in lists, and can be full. */
class FakeStore {
  bootId = "boot-1";
  readonly values: Record<string, string> = {};
  readonly written: (readonly RelayOperations[])[] = [];
  readonly forgotten: string[] = [];
  records: readonly OutputTestRecord[] = [];
  counted: readonly RelayOperations[] = [];
  full = false;

  #check(): void {
    if (this.full) throw new Error("Cannot write: the disk is full; make room on it");
  }
  kept = async () => this.values;
  operations = async () => this.counted;
  tests = async () => this.records;
  keep = async (name: string, value: string) => {
    this.#check();
    this.values[name] = value;
  };
  addOperations = async (more: readonly RelayOperations[]) => {
    this.#check();
    this.written.push(more);
  };
  recordTest = async (record: OutputTestRecord) => {
    this.#check();
    this.records = [record, ...this.records];
  };
  forgetOperations = async ({ board }: { readonly board: string }) => {
    this.#check();
    this.forgotten.push(board);
  };
}

async function upkeepOf(
  store = new FakeStore(),
): Promise<{ upkeep: Upkeep; store: FakeStore; logged: string[] }> {
  const logged: string[] = [];
  const log = openLog("test", { write: (line) => void logged.push(line) });
  return { upkeep: await Upkeep.open(store as unknown as Store, log), store, logged };
}

const record = (wallAt: number, of: Config, over: Partial<OutputTestRecord> = {}): OutputTestRecord => ({
  wallAt: new Date(wallAt).toISOString(),
  testedBy: "Sam",
  role: "supervisor",
  test: "relay",
  wiring: wiringOf(of),
  passed: true,
  results: [],
  note: null,
  ...over,
});

const switched = (output: string, from = "dropped", to = "energised"): Fact => ({
  ...{ at: 1, kind: "output-changed", output, demand: "energised", why: "w", cycle: 1 },
  from: from as "dropped",
  to: to as "energised",
});

test("tests come due by the day from the first wiring on, then from the last pass, and are long overdue after two periods", async () => {
  const { upkeep } = await upkeepOf();
  const of = config({ tests: { relayDays: 7, proofDays: 30 } });
  upkeep.wire(of, START);
  assert.deepEqual(upkeep.due("relay", of, START), {
    lastWallAt: null,
    dueWallAt: START + 7 * DAY,
    overdue: false,
  });
  assert.deepEqual(upkeep.maintenance(of, START + 7 * DAY - 1).overdue, []);
  const [first, ...others] = upkeep.maintenance(of, START + 7 * DAY).overdue;
  assert.deepEqual(others, []);
  assert.deepEqual([first?.test, first?.long], ["relay", undefined]);
  assert.equal(
    first?.message,
    "The relay test was due on 2026-11-28; none has passed since the outputs were wired so on 2026-11-21",
  );
  assert.equal(upkeep.maintenance(of, START + 14 * DAY).overdue[0]?.long, true);

  await upkeep.record(record(START + 8 * DAY, of), SAM);
  assert.deepEqual(upkeep.maintenance(of, START + 14 * DAY).overdue, []);
  assert.match(
    upkeep.maintenance(of, START + 15 * DAY).overdue[0]?.message ?? "",
    /last one passed on 2026-11-29/,
  );
  await upkeep.record(record(START + 16 * DAY, of, { passed: false }), SAM);
  assert.equal(upkeep.maintenance(of, START + 16 * DAY).overdue.length, 1, "one that failed is none");
  await upkeep.record(record(START + 31 * DAY, of, { test: "proof" }), SAM);
  assert.deepEqual(
    upkeep.maintenance(of, START + 31 * DAY).overdue.map(({ test }) => test),
    ["relay"],
  );
});

test("another wiring begins the time anew, and a test of the old one counts no more", async () => {
  const { upkeep, store } = await upkeepOf();
  const before = config({ tests: { withholdPermit: true } });
  upkeep.wire(before, START);
  await upkeep.record(record(START, before), SAM);
  assert.equal(upkeep.maintenance(before, START).withheld, undefined);
  const after = config({ tests: { withholdPermit: true }, channel: 4 });
  upkeep.wire(after, START + DAY);
  assert.match(upkeep.maintenance(after, START + DAY).withheld ?? "", /relay test/);
  assert.equal(upkeep.due("relay", after, START + DAY).dueWallAt, START + 8 * DAY);
  // A name, a tower or times of tests wire nothing.
  assert.equal(wiringOf(config({ tests: { relayDays: 3 }, site: { name: "Other" } })), wiringOf(before));

  await upkeep.flush();
  const again = (await upkeepOf(store)).upkeep;
  again.wire(after, START + 5 * DAY);
  assert.equal(
    again.due("relay", after, START).dueWallAt,
    START + 8 * DAY,
    "a restart does not begin it anew",
  );
});

test("a permit is withheld until the relay test of the site's own day has passed", async () => {
  const { upkeep } = await upkeepOf();
  const of = config({ tests: { withholdPermit: true } });
  upkeep.wire(of, START);
  assert.match(
    upkeep.maintenance(of, START).withheld ?? "",
    /^Run permits are withheld until today's relay test/,
  );
  const evening = Date.parse("2026-11-21T22:30:00Z"); // half past eleven in Berlin
  await upkeep.record(record(evening, of, { test: "proof" }), SAM);
  assert.notEqual(upkeep.maintenance(of, evening).withheld, undefined, "a proof test is no relay test");
  await upkeep.record(record(evening, of), SAM);
  assert.equal(upkeep.maintenance(of, evening).withheld, undefined);
  assert.equal(upkeep.maintenance(of, evening + 29 * 60_000).withheld, undefined);
  assert.notEqual(upkeep.maintenance(of, evening + 31 * 60_000).withheld, undefined, "another day");
  assert.equal(upkeep.maintenance(config(), START).withheld, undefined, "nobody asked for it");
});

test("operations are counted for both channels, told as worn from half the rated ones on, and begin anew", async () => {
  const { upkeep, store } = await upkeepOf();
  const of = config();
  upkeep.wire(of, START);
  for (let i = 0; i < 499; i++)
    upkeep.take([switched("permit"), switched("permit", "energised", "dropped")], of);
  // A read-back that comes back is no switching.
  upkeep.take([switched("permit", "unknown"), switched("nobody")], of);
  assert.equal(upkeep.operations({ board: "a", channel: 1 }), 499);
  assert.equal(upkeep.operations({ board: "b", channel: 2 }), 499);
  assert.deepEqual(upkeep.maintenance(of, START).worn, []);
  upkeep.take([switched("permit")], of);
  assert.deepEqual(upkeep.maintenance(of, START).worn, [
    { output: "permit", message: "Channel 1 of board a has used 50 % of its rated 1000 operations" },
  ]);
  await upkeep.replaced("a", SAM);
  assert.equal(upkeep.operations({ board: "a", channel: 1 }), 0);
  assert.match(upkeep.maintenance(of, START).worn[0]?.message ?? "", /board b/);
  assert.deepEqual(store.forgotten, ["a"]);
  assert.deepEqual(store.written.flat(), [
    { board: "a", channel: 1, count: 500 },
    { board: "b", channel: 2, count: 500 },
  ]);
});

test("what the disk does not take is written later, once, and the cycle comes back after a restart", async () => {
  const { upkeep, store, logged } = await upkeepOf();
  const of = config();
  store.full = true;
  upkeep.wire(of, START);
  upkeep.take([switched("horn"), { at: 1, kind: "cycle-begun", cycle: 12, by: "Sam" }], of);
  await upkeep.flush();
  await upkeep.flush();
  assert.equal(logged.length, 1, "told once");
  assert.deepEqual([store.values, store.written], [{}, []]);
  await assert.rejects(upkeep.record(record(START, of), SAM), /the disk is full/);
  assert.deepEqual(upkeep.records, []);
  store.full = false;
  upkeep.take([switched("horn")], of);
  await upkeep.flush();
  assert.deepEqual(store.written, [[{ board: "a", channel: 3, count: 2 }]]);
  assert.equal(store.values.cycle, "12");
  assert.equal((await upkeepOf(store)).upkeep.past.cycle, 12);
});

test("operations are written together every ten seconds, not one by one", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { upkeep, store } = await upkeepOf();
  const of = config();
  for (let i = 0; i < 5; i++) {
    upkeep.take([switched("horn")], of);
    t.mock.timers.tick(1_900);
  }
  await upkeep.record(record(START, of), SAM); // everything that could have been written is
  assert.deepEqual(store.written, []);
  t.mock.timers.tick(500);
  for (let i = 0; i < 5; i++) await Promise.resolve();
  assert.deepEqual(store.written, [[{ board: "a", channel: 3, count: 5 }]]);
  t.mock.timers.tick(60_000);
  for (let i = 0; i < 5; i++) await Promise.resolve();
  assert.equal(store.written.length, 1, "nothing more to write");
});

test("a board that went takes its count along, and settings that cannot be read take nothing", async () => {
  const store = new FakeStore();
  store.counted = [
    { board: "a", channel: 1, count: 7 },
    { board: "old", channel: 1, count: 9 },
  ];
  const { upkeep } = await upkeepOf(store);
  upkeep.wire({ ...config(), boards: [], outputs: [] }, START);
  assert.equal(upkeep.operations({ board: "old", channel: 1 }), 9);
  upkeep.wire(config(), START);
  await upkeep.flush();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(store.forgotten, ["old"]);
  assert.equal(upkeep.operations({ board: "a", channel: 1 }), 7);
  assert.equal(upkeep.operations({ board: "old", channel: 1 }), 0);
});

test("bypasses are remembered over restarts, and by the box itself where the disk takes nothing", async () => {
  const { upkeep, store } = await upkeepOf();
  const at = monotonicMs();
  const bypass = { by: "Sam", reason: "cleaning", untilAt: at + 60_000 } as const;
  const begun = (later: number): Fact => ({
    ...{ at: at + later, kind: "bypass-changed", zone: "cell", bypass },
  });
  upkeep.take([begun(1), { at: at + 2, kind: "bypass-changed", zone: "cell", ended: "time" }], config());
  upkeep.take([begun(3)], config());
  await upkeep.flush();
  const again = (await upkeepOf(store)).upkeep;
  assert.deepEqual(again.past.bypassedAt, [at + 1, at + 3]);
  store.full = true;
  again.take([begun(4), begun(5)], config());
  await again.flush();
  assert.deepEqual(again.past.bypassedAt, [at + 3, at + 4, at + 5]);
});

test("alarms are kept the moment they change, for the next start and the next configuration, but not a box's end", async () => {
  const { upkeep, store } = await upkeepOf();
  const alarm = { ...normalAlarm("sys.audit.fail", "record", 4), state: "unacknowledged" } as const;
  const track = { alarm, presentSince: 1, goneSince: undefined, raises: [1] };
  const none = initialSupervision(compileRules(config(), 0.5), monotonicMs());
  const state = { ...none, alarms: new Map([[alarm.id, track]]) };
  const fact: Fact = { at: 1, kind: "alarm-changed", alarm, from: "normal", event: "raise", firstOut: false };
  upkeep.takeAlarms([switched("horn")], state);
  assert.deepEqual(upkeep.past.alarms.alarms, []);
  upkeep.takeAlarms([fact], state);
  assert.deepEqual(upkeep.past.alarms.alarms, [alarm]);
  await new Promise(setImmediate);
  await upkeep.flush();
  upkeep.takeAlarms([fact], { ...none, ended: true });
  const again = (await upkeepOf(store)).upkeep;
  const [kept] = again.past.alarms.alarms;
  assert.deepEqual([kept?.id, kept?.state, kept?.version], [alarm.id, "unacknowledged", 4]);
  assert.ok(again.past.alarms.versions > 4);

  // Who asks whether it is kept waits for the disk.
  const later = { ...alarm, version: 5 };
  upkeep.takeAlarms([{ ...fact, alarm: later }], {
    ...state,
    alarms: new Map([[alarm.id, { ...track, alarm: later }]]),
  });
  assert.equal(await upkeep.kept(), true);
  assert.match(store.values.alarms ?? "", /"version":5/);
  store.full = true;
  upkeep.takeAlarms([fact], state);
  assert.equal(await upkeep.kept(), false);
});
