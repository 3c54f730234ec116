/** The formats of the trail that a stranger can read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type AuditRow, type ChainPlace, GENESIS, hashRow } from "../../../server/store/chain.ts";
import { formats } from "../../../server/store/formats.ts";

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
  const row = rowAfter(GENESIS, 1, {
    ...{
      actor: '=HYPERLINK("http://evil.example")',
      reason: "-1+cmd",
      clockState: "synced",
      reasonCode: "audit",
    },
  });
  assert.deepEqual(formats.csv.head.trimEnd().split(",").toSorted(), Object.keys(row).toSorted());
  const line = formats.csv.line(row);
  assert.match(line, /"'=HYPERLINK/);
  assert.match(line, /,'-1\+cmd,/);
});
