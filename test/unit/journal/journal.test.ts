/** The journal: every row in order, and a disk that fails is known, tried again and bounded. */
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Journal, type JournalEntry, stamp, type Trail } from "../../../server/journal.ts";
import { logbook } from "./logbook.ts";

function row(n: number): JournalEntry {
  return { action: `row.${n}`, actor: { type: "system", id: "palisade" }, monoMs: n, wallAt: n };
}
const rows = (from: number, to: number): JournalEntry[] =>
  Array.from({ length: to - from }, (_, i) => row(from + i));

/** A disk that can fail or hold back its answer. */
class Disk implements Trail {
  readonly written: string[] = [];
  attempts = 0;
  fault: string | undefined;
  held: PromiseWithResolvers<void> | undefined;

  async appendAudit(entry: JournalEntry): Promise<void> {
    this.attempts++;
    await this.held?.promise;
    if (this.fault !== undefined) throw new Error(this.fault);
    this.written.push(entry.action);
  }
}

interface Desk {
  readonly journal: Journal;
  readonly disk: Disk;
  readonly records: readonly (readonly [boolean, string | undefined])[];
  readonly lines: () => readonly Record<string, unknown>[];
}

/** Journals that a failed test has left open: one that tries again for ever would keep the process. */
const opened: Desk[] = [];
afterEach(async () => {
  for (const { journal, disk } of opened.splice(0)) {
    disk.held?.resolve();
    await journal[Symbol.asyncDispose]();
  }
});

function open(retryMs?: number): Desk {
  const disk = new Disk();
  const records: (readonly [boolean, string | undefined])[] = [];
  const { log, lines } = logbook();
  const journal = new Journal({
    trail: disk,
    onRecord: (writable, why) => void records.push([writable, why]),
    log,
    ...(retryMs === undefined ? {} : { retryMs }),
  });
  const desk = { journal, disk, records, lines };
  opened.push(desk);
  return desk;
}

/** Lets everything that waits for nothing but its turn happen. */
const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 5_000 && !what(); i++) await settle();
  assert.ok(what(), what.toString());
}

/* ---- writing ---- */

test("rows are written in the order they were told", async () => {
  const { journal, disk } = open();
  journal.tell(row(0), row(1));
  journal.tell();
  journal.tell(row(2));
  await settle();
  journal.tell(row(3));
  await journal[Symbol.asyncDispose]();
  assert.deepEqual(disk.written, ["row.0", "row.1", "row.2", "row.3"]);
  assert.equal(disk.attempts, 4);
});

test("telling does not touch the disk before its caller is done", async () => {
  const { journal, disk } = open();
  journal.tell(row(0));
  assert.equal(disk.attempts, 0);
  await settle();
  assert.equal(disk.attempts, 1);
});

test("a row told at any moment around the end of a writing is written without another one", async () => {
  for (let turns = 0; turns < 12; turns++) {
    const { journal, disk } = open();
    disk.held = Promise.withResolvers();
    journal.tell(row(0));
    await settle();
    disk.held.resolve();
    disk.held = undefined;
    for (let i = 0; i < turns; i++) await undefined;
    journal.tell(row(1));
    await settle();
    assert.deepEqual(disk.written, ["row.0", "row.1"], `told ${turns} turns after the answer`);
  }
});

test("the first row that is written says that the record can be written, the next ones are silent", async () => {
  const { journal, records } = open();
  journal.tell(...rows(0, 5));
  await settle();
  assert.deepEqual(records, [[true, undefined]]);
});

test("a disk that fails is told of once, tried again, and told of when it works", async () => {
  const { journal, disk, records, lines } = open(1);
  disk.fault = "The disk is full";
  journal.tell(...rows(0, 3));
  await until(() => disk.attempts >= 3);
  assert.deepEqual(records, [[false, "The disk is full"]]);
  assert.deepEqual(
    lines().map(({ msg, why }) => [msg, why]),
    [["record cannot be written", "The disk is full"]],
  );
  journal.tell(row(3));
  disk.fault = undefined;
  await until(() => disk.written.length === 4);
  assert.deepEqual(disk.written, ["row.0", "row.1", "row.2", "row.3"]);
  assert.deepEqual(records.slice(1), [[true, undefined]]);
  assert.equal(journal.lost, 0);
});

test("without a word about it a failed row is tried again after two seconds, and at the end at once", async () => {
  const { journal, disk, records } = open();
  disk.fault = "The disk is full";
  journal.tell(...rows(0, 3));
  await settle();
  await settle();
  assert.equal(disk.attempts, 1, "it waits");
  disk.fault = undefined;
  await journal[Symbol.asyncDispose]();
  assert.deepEqual(disk.written, ["row.0", "row.1", "row.2"]);
  assert.deepEqual(
    records.map(([writable]) => writable),
    [false, true],
  );
});

test("a disk that never works again does not hold up the end, and what is lost is counted in the log", async () => {
  const { journal, disk, lines } = open();
  disk.fault = "The disk is gone";
  journal.tell(...rows(0, 3));
  await settle();
  await journal[Symbol.asyncDispose]();
  assert.deepEqual(disk.written, []);
  const last = lines().at(-1);
  assert.equal(last?.msg, "rows of the record are lost");
  assert.equal(last?.rows, 3);
});

test("an end with nothing left is silent", async () => {
  const { journal, lines } = open();
  journal.tell(row(0));
  await journal[Symbol.asyncDispose]();
  assert.deepEqual(lines(), []);
});

test("a thousand rows wait, the oldest go and are counted, the order stays", async () => {
  const { journal, disk } = open(1);
  disk.fault = "The disk is full";
  for (let i = 0; i < 1_200; i += 100) {
    journal.tell(...rows(i, i + 100));
    await settle();
  }
  assert.equal(journal.lost, 200);
  disk.fault = undefined;
  await until(() => disk.written.length === 1_001);
  await settle();
  assert.deepEqual(disk.written, [...rows(200, 1_200).map(({ action }) => action), "record.rows-lost"]);
  assert.equal(journal.lost, 200);
});

test("a row that was given up while it was being written, and arrived, is not counted as lost", async () => {
  const { journal, disk } = open();
  disk.held = Promise.withResolvers();
  journal.tell(row(0));
  await settle();
  journal.tell(...rows(1, 1_101));
  assert.equal(journal.lost, 101);
  disk.held.resolve();
  disk.held = undefined;
  await until(() => disk.written.length === 1_002);
  assert.equal(journal.lost, 100);
  assert.deepEqual(disk.written.slice(0, 2), ["row.0", "row.101"]);
});

test("more rows at once than may wait are cut to the newest", async () => {
  const { journal, disk } = open();
  journal.tell(...rows(0, 1_003));
  assert.equal(journal.lost, 3);
  await until(() => disk.written.length === 1_001);
  assert.deepEqual([disk.written[0], disk.written.at(-1)], ["row.3", "record.rows-lost"]);
});

/* ---- commit ---- */

test("commit resolves when the row is on the disk, and says that the record can be written", async () => {
  const { journal, disk, records } = open();
  disk.held = Promise.withResolvers();
  let done = false;
  const committed = journal.commit(row(0)).then(() => {
    done = true;
  });
  await settle();
  assert.equal(done, false);
  disk.held.resolve();
  await committed;
  assert.deepEqual(disk.written, ["row.0"]);
  assert.deepEqual(records, [[true, undefined]]);
});

test("commit rejects where the row cannot be written, says so, and keeps nothing for later", async () => {
  const { journal, disk, records } = open();
  disk.fault = "The disk is full";
  await assert.rejects(journal.commit(row(0)), /^Error: The disk is full$/);
  assert.deepEqual(records, [[false, "The disk is full"]]);
  disk.fault = undefined;
  await journal.commit(row(1));
  await journal[Symbol.asyncDispose]();
  assert.deepEqual(disk.written, ["row.1"], "a refused reset is not written as one that happened");
  assert.deepEqual(
    records.map(([writable]) => writable),
    [false, true],
  );
});

test("commit tells a fault that is no Error in words too", async () => {
  const { log } = logbook();
  const whys: (string | undefined)[] = [];
  const journal = new Journal({
    trail: { appendAudit: () => Promise.reject("out of paper") },
    onRecord: (_writable, why) => void whys.push(why),
    log,
  });
  await assert.rejects(journal.commit(row(0)));
  assert.deepEqual(whys, ["out of paper"]);
});

test("without a database nothing waits, and commit rejects with the reason", async () => {
  const { log, lines } = logbook();
  const journal = new Journal({ trail: undefined, onRecord: () => assert.fail("nothing is known"), log });
  journal.tell(...rows(0, 2_000));
  assert.equal(journal.lost, 0);
  await assert.rejects(journal.commit(row(0)), /There is no database to write the record to/);
  await journal[Symbol.asyncDispose]();
  assert.deepEqual(lines(), []);
});

test("a disk that fails before it answers at all is a disk that fails", async () => {
  const { log } = logbook();
  const records: boolean[] = [];
  let told = 0;
  const journal = new Journal({
    trail: {
      appendAudit: () => {
        told++;
        throw new Error("closed");
      },
    },
    // What the box does: the fault is a fact, and the fact is told to the journal again.
    onRecord: (writable) => {
      records.push(writable);
      journal.tell(row(9));
    },
    log,
  });
  journal.tell(row(0));
  await settle();
  assert.deepEqual(records, [false]);
  assert.equal(told, 1, "one writer at a time");
  await journal[Symbol.asyncDispose]();
});

test("stamp() is now on both clocks", () => {
  const before = Date.now();
  const { monoMs, wallAt } = stamp();
  assert.ok(wallAt >= before && wallAt <= Date.now());
  assert.ok(stamp().monoMs >= monoMs && monoMs > 0);
});
