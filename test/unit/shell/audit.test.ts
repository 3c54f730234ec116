/** The export of the trail: every row once, oldest first, in formats a stranger can read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formats, oldestFirst } from "../../../server/shell/audit.ts";
import {
  type AuditRow,
  type ChainPlace,
  GENESIS,
  hashRow,
  verifyChain,
} from "../../../server/store/chain.ts";

function rowAfter(place: ChainPlace, seq: number, change: Partial<AuditRow> = {}): AuditRow {
  const fields = {
    ...{
      seq,
      id: `id-${seq}`,
      wallAt: "2026-11-21T04:00:00.000Z",
      tzOffsetMin: -300,
      bootId: "b",
      monoMs: 7,
    },
    ...{ actorType: "panel" as const, actor: "panel", role: null, origin: "::1", action: "command.reset" },
    ...{ objectType: null, objectId: null, before: null, after: { b: [1, null], a: "é" }, reason: null },
    ...{ result: "ok" as const, correlation: null, appVersion: "1", configVersion: 1, ...change },
  };
  return { ...fields, prevHash: place.hash, hash: hashRow(place.hash, fields) };
}

function chain(length: number): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let seq = 1; seq <= length; seq++) rows.push(rowAfter(rows.at(-1) ?? GENESIS, seq));
  return rows;
}

/** Answers as the box does: newest first, at most 1000. */
function trailOf(rows: readonly Pick<AuditRow, "seq">[]) {
  const asked: number[] = [];
  return {
    asked,
    rows: async (limit: number, before = Number.POSITIVE_INFINITY) => {
      assert.ok(Number.isInteger(limit) && limit >= 1 && limit <= 1000, `limit ${limit}`);
      asked.push(limit);
      const fitting = rows.filter(({ seq }) => seq < before).toSorted((a, b) => b.seq - a.seq);
      return fitting.slice(0, limit) as AuditRow[];
    },
  };
}

test("a trail of several pages comes whole and in order, and its chain can be checked", async () => {
  const rows = chain(2_345);
  const trail = trailOf(rows);
  const lines: string[] = [];
  for await (const row of oldestFirst(trail)) lines.push(formats.jsonl.line(row));
  assert.equal(lines.length, 2_345);
  assert.ok(lines.every((line) => line.endsWith("}\n")));
  const report = verifyChain(lines.map((line) => JSON.parse(line) as AuditRow));
  assert.deepEqual(report, { ok: true, count: 2_345, head: rows.at(-1)?.hash });
  assert.equal(trail.asked.length, 4, "the newest, and three pages");
});

test("every row of a trail with gaps comes once, in order", async () => {
  const gappy = fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(gappy, async (numbers) => {
      const told: number[] = [];
      for await (const { seq } of oldestFirst(trailOf(numbers.map((seq) => ({ seq }))))) told.push(seq);
      assert.deepEqual(
        told,
        numbers.toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 60 },
  );
});

/** A reader of RFC 4180 that knows nothing of the writer. */
function readCsv(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    records.at(-1)?.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === "\r\n") records.push([]);
    if (end === "") break;
  }
  return records.slice(0, -1);
}

test("CSV gives back every text, with quotes, commas and line breaks in it", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string({ unit: fc.constantFrom('"', ",", "\r", "\n", "a") }),
      (actor, reason) => {
        const row = rowAfter(GENESIS, 1, { actor: `x${actor}`, reason: `x${reason}` });
        const [head = [], cells = [], ...more] = readCsv(formats.csv.head + formats.csv.line(row));
        assert.deepEqual(more, []);
        assert.equal(cells.length, head.length);
        const told = Object.fromEntries(head.map((name, i) => [name, cells[i]]));
        assert.equal(told.actor, `x${actor}`);
        assert.equal(told.reason, `x${reason}`);
        assert.deepEqual(JSON.parse(told.after ?? ""), row.after);
        assert.equal(told.tzOffsetMin, "-300");
        assert.equal(told.role, "");
      },
    ),
  );
});

test("CSV holds every member of a row, and no text that a spreadsheet would run", () => {
  const row = rowAfter(GENESIS, 1, { actor: '=HYPERLINK("http://evil.example")', reason: "-1+cmd" });
  assert.deepEqual(formats.csv.head.trimEnd().split(",").toSorted(), Object.keys(row).toSorted());
  const line = formats.csv.line(row);
  assert.match(line, /"'=HYPERLINK/);
  assert.match(line, /,'-1\+cmd,/);
});
