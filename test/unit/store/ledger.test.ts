/** Tests, operations and single values on a real file: what is added, what begins anew, what survives. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Book } from "../../../server/store/book.ts";
import { draftRow } from "../../../server/store/change.ts";
import type { AuditDraft, OutputTestRecord } from "../../../server/store/protocol.ts";

const migrationsFolder = join(import.meta.dirname, "../../../migrations");

class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-ledger-"));
  open(): Book {
    return new Book({ file: join(this.path, "palisade.db"), migrationsFolder });
  }
  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true });
  }
}

const row = (action: string): AuditDraft =>
  draftRow(
    { action, actor: { type: "system", id: "test" }, monoMs: 1, wallAt: 1_000 },
    { bootId: "boot", appVersion: "0.1.0" },
  );

const record = (note: string | null): OutputTestRecord => ({
  wallAt: "2026-11-21T10:00:00.000Z",
  testedBy: "Sam",
  role: "supervisor",
  test: "relay",
  wiring: "0123456789abcdef",
  passed: true,
  results: [{ output: "horn", passed: true, dropMs: 12.5 }],
  note,
});

test("tests come back as they were recorded, newest first, each with its row of the trail", () => {
  using folder = new Folder();
  {
    using book = folder.open();
    for (const note of ["first", null, "third"]) book.recordTest(record(note), row("output-test.recorded"));
  }
  using book = folder.open();
  assert.deepEqual(book.ledger.tests(2), [record("third"), record(null)]);
  assert.deepEqual(
    book.audit({ limit: 9 }).map(({ action }) => action),
    new Array(3).fill("output-test.recorded"),
  );
});

test("a test whose row cannot be chained is not recorded either", () => {
  using folder = new Folder();
  using book = folder.open();
  const broken = { ...row("output-test.recorded"), action: null as unknown as string };
  assert.throws(() => book.recordTest(record("lost"), broken));
  assert.deepEqual(book.ledger.tests(9), []);
});

test("operations add up over openings, and begin anew for one channel or a whole board", () => {
  using folder = new Folder();
  {
    using book = folder.open();
    book.addOperations([
      { board: "a", channel: 1, count: 5 },
      { board: "a", channel: 2, count: 1 },
      { board: "b", channel: 1, count: 9 },
    ]);
  }
  using book = folder.open();
  book.addOperations([{ board: "a", channel: 1, count: 3 }]);
  assert.deepEqual(book.ledger.operations()[0], { board: "a", channel: 1, count: 8 });
  book.forgetOperations({ board: "a", channel: 1, entry: row("board.counters-reset") });
  assert.deepEqual(
    book.ledger.operations().map(({ board, channel }) => `${board}/${channel}`),
    ["a/2", "b/1"],
  );
  book.forgetOperations({ board: "a", entry: row("board.counters-reset") });
  assert.deepEqual(book.ledger.operations(), [{ board: "b", channel: 1, count: 9 }]);
});

test("a single value is kept under its name, the newest one", () => {
  using folder = new Folder();
  {
    using book = folder.open();
    assert.deepEqual(book.ledger.kept(), {});
    book.ledger.keep("cycle", "1");
    book.ledger.keep("cycle", "2");
  }
  using book = folder.open();
  assert.deepEqual(book.ledger.kept(), { cycle: "2" });
});

test("the history of alarms is read by definition, source, time and page, over an index of its own", () => {
  using folder = new Folder();
  using book = folder.open();
  const told = (id: string, action: string, wallAt: number): AuditDraft =>
    draftRow(
      {
        ...{
          action,
          actor: { type: "system", id: "palisade" },
          object: { type: "alarm", id },
          monoMs: 1,
          wallAt,
        },
        ...{ after: { event: "raise" }, correlation: `${id}@1` },
      },
      { bootId: "boot", appVersion: "0.1.0" },
    );
  book.append([
    told("zone.stop.occupied:cell", "alarm.unacknowledged", 1_000),
    told("zone.stop.occupied:cell", "command.acknowledge", 2_000),
    told("prot.camera.lost:cell", "alarm.unacknowledged", 3_000),
    row("box.started"),
    told("out.comm.lost:guardian", "alarm.unacknowledged", 4_000),
  ]);
  const of = (query: object): readonly string[] =>
    book.ledger.alarmRows({ limit: 9, ...query }).map(({ alarm }) => alarm);
  assert.deepEqual(of({}), ["out.comm.lost:guardian", "prot.camera.lost:cell", "zone.stop.occupied:cell"]);
  assert.deepEqual(of({ source: "cell" }), ["prot.camera.lost:cell", "zone.stop.occupied:cell"]);
  assert.deepEqual(of({ definitions: ["zone.stop.occupied"] }), ["zone.stop.occupied:cell"]);
  assert.deepEqual(of({ definitions: [] }), []);
  assert.deepEqual(of({ from: 2_500, to: 4_000 }), ["prot.camera.lost:cell"]);
  assert.deepEqual(of({ limit: 1, beforeSeq: 5 }), ["prot.camera.lost:cell"]);
  const [first] = book.ledger.alarmRows({ limit: 1 });
  assert.deepEqual([first?.after, first?.correlation], [{ event: "raise" }, "out.comm.lost:guardian@1"]);
});
