/** The chain's rule, and that every way to falsify a trail is seen. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { type AuditRow, canonicalJson, GENESIS, hashRow, verifyChain } from "../../../server/store/chain.ts";

function chainOf(count: number): AuditRow[] {
  const rows: AuditRow[] = [];
  for (let seq = 1; seq <= count; seq++) {
    const prevHash = rows.at(-1)?.hash ?? GENESIS.hash;
    const fields = {
      seq,
      id: `id-${seq}`,
      wallAt: "2026-11-21T04:00:00.000Z",
      tzOffsetMin: 60,
      bootId: "boot",
      monoMs: seq * 10,
      actorType: "user" as const,
      actor: "Sam",
      role: "supervisor",
      origin: null,
      action: "zone.changed",
      objectType: "zone",
      objectId: "cell",
      before: { dwellMs: 0, name: "Zelle ä €" },
      after: { name: "Zelle ö 😀", dwellMs: seq },
      reason: null,
      result: "ok" as const,
      correlation: null,
      appVersion: "0.1.0",
      configVersion: 1,
    };
    rows.push({ ...fields, prevHash, hash: hashRow(prevHash, fields) });
  }
  return rows;
}

test("canonical JSON sorts members by UTF-16 code units at every depth and writes no white space", () => {
  assert.equal(
    canonicalJson({ b: [1, { z: null, a: true }], a: "é\n", "\u{1f600}": 1, "\ufb33": 2, c: undefined }),
    '{"a":"é\\n","b":[1,{"a":true,"z":null}],"\u{1f600}":1,"\ufb33":2}',
  );
});

test("canonical JSON writes the numbers of RFC 8785 appendix B", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0"],
    [-0, "0"],
    [5e-324, "5e-324"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [9007199254740992, "9007199254740992"],
    [295147905179352830000, "295147905179352830000"],
    [1e23, "1e+23"],
    [333333333.3333332, "333333333.3333332"],
  ];
  for (const [number, text] of cases) assert.equal(canonicalJson(number), text);
});

test("canonical JSON does not depend on the order in which members were set, and means the same", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const turned = Object.fromEntries(Object.entries(object).reverse());
      assert.equal(canonicalJson(turned), canonicalJson(object));
      assert.equal(canonicalJson(JSON.parse(canonicalJson(object))), canonicalJson(object));
    }),
    { numRuns: 200 },
  );
});

test("canonical JSON refuses what JSON cannot carry", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1n, () => 1, [undefined], Symbol("x")])
    assert.throws(() => canonicalJson({ value }), TypeError);
});

test("the chain can be computed again from the documented rule alone", () => {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (typeof value !== "object" || value === null) return value;
    const members = value as Record<string, unknown>;
    return Object.fromEntries(
      Object.keys(members)
        .sort()
        .map((key) => [key, sorted(members[key])]),
    );
  };
  let last = "0".repeat(64);
  for (const row of JSON.parse(JSON.stringify(chainOf(5))) as AuditRow[]) {
    const { hash, prevHash, ...rest } = row;
    assert.equal(prevHash, last);
    const bytes = Buffer.from(`${prevHash}${JSON.stringify(sorted(rest))}`, "utf8");
    assert.equal(hash, createHash("sha256").update(bytes).digest("hex"));
    last = hash;
  }
  assert.deepEqual(verifyChain(chainOf(5)), { ok: true, count: 5, head: last });
});

test("an empty trail holds and its head is the genesis", () => {
  assert.deepEqual(verifyChain([]), { ok: true, count: 0, head: GENESIS.hash });
});

test("a slice is checked from the place before it, and not from another", () => {
  const rows = chainOf(6);
  const place = { seq: 3, hash: rows[2]?.hash ?? "" };
  assert.deepEqual(verifyChain(rows.slice(3), place), { ok: true, count: 3, head: rows[5]?.hash });
  assert.deepEqual(verifyChain(rows.slice(3), { ...place, hash: GENESIS.hash }), {
    ok: false,
    firstBadSeq: 4,
    why: "Row 4 does not follow the row before it",
  });
});

test("any single changed field of any row is found at that row", () => {
  const rows = chainOf(4);
  const fields = Object.keys(rows[0] ?? {}) as (keyof AuditRow)[];
  assert.equal(fields.length, 22);
  for (const [i, row] of rows.entries()) {
    for (const field of fields) {
      const forged = rows.with(i, { ...row, [field]: field === "seq" ? row.seq + 100 : "forged" });
      const report = verifyChain(forged);
      assert.equal(report.ok, false, `${field} of row ${row.seq} went unseen`);
      if (!report.ok) assert.equal(report.firstBadSeq, field === "seq" ? row.seq + 100 : row.seq);
    }
  }
});

test("a number that became text is found, for the types are hashed too", () => {
  const rows = chainOf(2);
  const forged = rows.map((row) => ({ ...row, monoMs: String(row.monoMs) as unknown as number }));
  assert.equal(verifyChain(forged).ok, false);
});

test("removed, doubled, exchanged and replaced rows are found", () => {
  const rows = chainOf(5);
  const [a, b, c, d, e] = rows as [AuditRow, AuditRow, AuditRow, AuditRow, AuditRow];
  const { hash: _, prevHash, ...fields } = c;
  const honest = { ...fields, actor: "Eve" };
  const replaced = { ...honest, prevHash, hash: hashRow(prevHash, honest) };
  const cases: readonly (readonly [string, AuditRow[], number])[] = [
    ["first removed", [b, c, d, e], 2],
    ["middle removed", [a, b, d, e], 4],
    ["doubled", [a, b, b, c, d, e], 2],
    ["exchanged", [a, c, b, d, e], 3],
    ["replaced with a fresh hash", [a, b, replaced, d, e], 4],
  ];
  for (const [what, forged, firstBadSeq] of cases) {
    const report = verifyChain(forged);
    assert.equal(report.ok, false, what);
    if (!report.ok) assert.equal(report.firstBadSeq, firstBadSeq, what);
  }
});

test("rows missing at the end show only to who knows the head", () => {
  const rows = chainOf(5);
  const report = verifyChain(rows.slice(0, 3));
  assert.equal(report.ok, true);
  if (report.ok) assert.notEqual(report.head, rows[4]?.hash);
});
