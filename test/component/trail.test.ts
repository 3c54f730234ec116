/** A trail changed by hand: every way of it is found, the last one by the anchors. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { codeOf, toldAnchor } from "../../server/store/anchor.ts";
import { canonicalJson, GENESIS } from "../../server/store/chain.ts";
import { exportTrail } from "../../server/store/export.ts";
import type { Signed } from "../../server/store/record_key.ts";
import { BEGAN, draft, stranger, TrailFolder } from "../fakes/trail_folder.ts";
import * as missing from "../support/missing.ts";

/** A stranger checks with what every machine has. */
const skip = missing.programs("python3", "openssl", "sha256sum");
const ROWS = 40;
const COLUMNS =
  "id, wall_at, tz_offset_min, boot_id, mono_ms, actor_type, actor, role, origin, action, object_type, object_id, before, after, reason, result, correlation, app_version, config_version, prev_hash, hash, clock_state";

/** Each with the row that must be named first. */
const FORGERIES: Readonly<Record<string, readonly [statement: string, firstBad: number, says: RegExp]>> = {
  "an edited value": ["UPDATE audit SET actor = 'Eve' WHERE seq = 7", 7, /Row 7 is not what was written/],
  "an edited cause": [
    "UPDATE audit SET after = '{\"n\":1}' WHERE seq = 7",
    7,
    /Row 7 is not what was written/,
  ],
  "a clock said to be right": ["UPDATE audit SET clock_state = NULL WHERE seq = 7", 7, /Row 7 is not/],
  "no JSON any more": ["UPDATE audit SET after = 'nothing' WHERE seq = 7", 7, /Row 7 is not/],
  "a text for a number": ["UPDATE audit SET mono_ms = 'x' WHERE seq = 7", 7, /Row 7 is not/],
  "a deleted row": ["DELETE FROM audit WHERE seq = 7", 8, /Row 7 is missing before row 8/],
  "deleted rows": ["DELETE FROM audit WHERE seq BETWEEN 7 AND 9", 10, /Row 7 to 9 is missing before row 10/],
  "the first row deleted": ["DELETE FROM audit WHERE seq = 1", 2, /Row 1 is missing/],
  "two rows swapped": [
    "UPDATE audit SET seq = -7 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 8; UPDATE audit SET seq = 8 WHERE seq = -7",
    7,
    /Row 7 does not follow/,
  ],
  "a replaced row": [
    `REPLACE INTO audit (seq, ${COLUMNS}) SELECT 7, ${COLUMNS} FROM audit WHERE seq = 9`,
    7,
    /Row 7 does not follow/,
  ],
  "a row put in front": [
    `INSERT INTO audit (seq, ${COLUMNS}) SELECT 0, ${COLUMNS} FROM audit WHERE seq = 9`,
    0,
    /Row 0 stands after row 0/,
  ],
};

test("every change by hand is found and named, with the guards put up again as if nothing had been", {
  skip,
}, async (t) => {
  using whole = new TrailFolder();
  whole.write(ROWS);
  assert.equal((await whole.verify()).ok, true);
  for (const [what, [statement, firstBad, says]] of Object.entries(FORGERIES))
    await t.test(what, async () => {
      using folder = new TrailFolder();
      copyFileSync(whole.file, folder.file);
      folder.forge(statement);
      const report = await folder.verify();
      assert.equal(report.ok, false);
      assert.equal(report.firstBadSeq, firstBad);
      assert.match(report.why ?? "", says);
      const found = stranger(folder.file);
      // What stands before the first row is not for an export to know.
      assert.match(found, /wrong|missing|^holds from row 2 /, "a stranger finds it as well");
    });
});

test("the gaps are told with the rows around them", async () => {
  using folder = new TrailFolder();
  folder.write(ROWS);
  folder.forge("DELETE FROM audit WHERE seq IN (5, 20, 21)");
  const { gaps, faultCount } = await folder.verify();
  assert.deepEqual(gaps, [
    { after: 4, before: 6 },
    { after: 19, before: 22 },
  ]);
  assert.equal(faultCount, 2, "what follows a gap is not told again");
});

test("without dropping the guards nothing can be changed, whatever the statement", async () => {
  using folder = new TrailFolder();
  folder.write(3);
  await folder.anchor();
  for (const statement of [
    "UPDATE audit SET actor = 'Eve'",
    "UPDATE OR REPLACE audit SET seq = 2 WHERE seq = 3",
    "UPDATE OR IGNORE audit SET actor = 'Eve'",
    "DELETE FROM audit WHERE seq = 3",
    `INSERT OR REPLACE INTO audit (seq, ${COLUMNS}) SELECT 3, ${COLUMNS} FROM audit WHERE seq = 2`,
    `INSERT OR REPLACE INTO audit (seq, ${COLUMNS}) SELECT 1, ${COLUMNS} FROM audit WHERE seq = 2`,
    "UPDATE audit_anchor SET hash = 'x'",
    "DELETE FROM audit_anchor",
    "INSERT INTO audit_anchor SELECT 2, seq, 'x', wall_at, kind, sent FROM audit_anchor",
    "INSERT INTO audit_segment VALUES (1, 3, '', '', '', '', 'x', 'x', '')",
    `INSERT INTO audit_segment SELECT 1, 2, '${GENESIS.hash}', 'x', '', '', 'x', 'x', ''`,
    "INSERT INTO audit_segment SELECT 2, 2, prev_hash, hash, '', '', 'x', 'x', '' FROM audit WHERE seq = 2",
  ])
    assert.throws(() => folder.careless(statement), /never|only appended|sealed whole/, statement);
  assert.equal((await folder.verify()).ok, true);
});

test("guards that are gone, weakened or joined by a foreign one are found", async () => {
  for (const [statement, says] of [
    ["DROP TRIGGER audit_no_delete", /"audit_no_delete" of the audit trail is missing/],
    ["DROP TRIGGER audit_anchor_no_update", /"audit_anchor_no_update" .* missing/],
    [
      "DROP TRIGGER audit_no_update; CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT 1; END",
      /"audit_no_update" .* altered/,
    ],
    [
      "CREATE TRIGGER x AFTER INSERT ON audit BEGIN DELETE FROM audit_anchor; END",
      /trigger "x" .* none of ours/,
    ],
  ] as const) {
    using folder = new TrailFolder();
    folder.write(2);
    folder.careless(statement);
    const report = await folder.verify();
    assert.match(report.why ?? "", says);
    assert.equal(report.firstBadSeq, 0);
  }
});

test("a trail that was written anew holds by itself, and the anchors tell since when it is another one", {
  skip,
}, async () => {
  using folder = new TrailFolder();
  folder.write(10);
  await folder.anchor();
  folder.write(10);
  const kept = await folder.anchor();
  folder.write(5);
  const code = codeOf(kept.hash);
  folder.forge("UPDATE audit SET actor = 'Eve' WHERE seq = 15");
  folder.rechain(15);
  assert.match(stranger(folder.file), /^holds from row 1 to row 25/, "the chain alone cannot tell");
  const found = await folder.verify();
  assert.equal(found.firstBadSeq, 20);
  assert.match(found.why ?? "", /^The trail was rebuilt after row 10: row 20 had another hash on 2026-/);
  assert.match(found.why ?? "", /anchor 2 in the file of anchors/);

  // Whoever has the whole box forges the lists too; then only what was kept elsewhere tells.
  const now = folder.rows()[19]?.hash ?? "";
  folder.forge(`UPDATE audit_anchor SET hash = '${now}' WHERE id = 2`);
  assert.match((await folder.verify()).why ?? "", /rebuilt after row 10/, "the file still knows");
  const list = join(folder.path, "anchors.jsonl");
  writeFileSync(list, readFileSync(list, "utf8").replace(kept.hash, now));
  assert.equal((await folder.verify()).ok, true);
  for (const told of [`20:${code}`, `20:${kept.hash}`, `20 ${code.toLowerCase().replaceAll("-", " ")}`]) {
    const report = await folder.verify({ told: [toldAnchor(told)] });
    assert.match(report.why ?? "", /row 20 had another hash \(the anchor that was told\)/, told);
  }
  assert.equal((await folder.verify({ told: [toldAnchor(`20:${codeOf(now)}`)] })).ok, true);
  assert.throws(() => toldAnchor("20:what"), /An anchor is a row's number, a colon and its hash or code/);
});

test("rows cut off at the end are missed by the anchors, and an anchor taken out of a list by the other list", {
  skip,
}, async () => {
  using folder = new TrailFolder();
  folder.write(10);
  await folder.anchor();
  await folder.anchor("end");
  folder.forge("DELETE FROM audit WHERE seq > 8");
  assert.match(stranger(folder.file), /^holds from row 1 to row 8/, "the chain alone cannot tell");
  const report = await folder.verify();
  assert.match(
    report.why ?? "",
    /^Row 10 stood in the trail on 2026-.* and is gone; the trail ends at row 8$/,
  );

  folder.forge("DELETE FROM audit_anchor");
  assert.match((await folder.verify()).why ?? "", /^Row 10 stood in the trail/);
  rmSync(join(folder.path, "anchors.jsonl"));
  assert.equal((await folder.verify()).ok, true, "with both gone only what is kept elsewhere tells");

  using other = new TrailFolder();
  other.write(5);
  await other.anchor();
  await other.anchor();
  rmSync(join(other.path, "anchors.jsonl"));
  assert.match((await other.verify()).why ?? "", /^Anchor 1 is missing in the file of anchors$/);
});

test("a file of anchors that was cut in the middle of a line goes on after it", async () => {
  using folder = new TrailFolder();
  folder.write(3);
  await folder.anchor();
  const list = join(folder.path, "anchors.jsonl");
  assert.equal(statSync(list).mode & 0o777, 0o600);
  writeFileSync(list, `${readFileSync(list, "utf8")}{"id":2,"seq`);
  assert.equal((await folder.verify()).ok, true);
  folder.write(1);
  await folder.anchor();
  assert.match((await folder.verify()).why ?? "", /^Line 2 of the file of anchors cannot be read$/);
});

test("a set clock is told and is no fault", async () => {
  using folder = new TrailFolder();
  folder.write(3);
  {
    using book = folder.book();
    const set = (n: number) => ({
      ...draft(n),
      wallAt: new Date(BEGAN + n * 1_000 - 3_600_000).toISOString(),
    });
    book.append([set(4), set(5)]);
  }
  const { ok, clockSteps } = await folder.verify();
  assert.equal(ok, true);
  assert.deepEqual(clockSteps, [{ seq: 4, byMs: -3_600_000 }]);
});

test("old rows leave the database as sealed files, and the check goes over both", { skip }, async () => {
  using folder = new TrailFolder();
  folder.write(3_500);
  await folder.anchor();
  assert.equal(await folder.seal(1_000), 1);
  const names = readdirSync(join(folder.path, "record")).toSorted();
  assert.deepEqual(names, [
    "segment-0000000001-0000002499.jsonl.gz",
    "segment-0000000001-0000002499.jsonl.gz.sig",
  ]);
  assert.equal(folder.rows()[0]?.seq, 2_500);
  const report = await folder.verify();
  assert.deepEqual([report.ok, report.count, report.segments], [true, 3_501, 1]);
  folder.write(2);
  assert.equal((await folder.verify()).headSeq, 3_503, "and it is written on");

  const file = join(folder.path, "record", names[0] ?? "");
  const text = gunzipSync(readFileSync(file));
  const plain = join(folder.path, "segment.jsonl");
  writeFileSync(plain, text);
  assert.match(stranger(plain), /^holds from row 1 to row 2499, head /);

  const forged = gzipSync(text.toString().replace('"n":7,', '"n":8,'));
  const whole = readFileSync(file);
  writeFileSync(file, forged);
  const broken = await folder.verify();
  assert.equal(broken.firstBadSeq, 7);
  assert.match(broken.faults.at(-1)?.why ?? "", /cannot be believed: it is not the file that was sealed/);
  writeFileSync(file, whole);
  const signature = readFileSync(`${file}.sig`, "utf8");
  writeFileSync(`${file}.sig`, signature.replace('"site": "Palisade"', '"site": "Another"'));
  assert.match((await folder.verify()).why ?? "", /its signature is not that of this box/);
  writeFileSync(`${file}.sig`, signature);
  rmSync(file);
  assert.match(
    (await folder.verify()).why ?? "",
    /^Segment ".*" cannot be believed: it is missing, and no row tells that it was deleted$/,
  );
});

test("a cut between sealing and taking rows out changes nothing, and what was changed since is found", async () => {
  using folder = new TrailFolder();
  folder.write(2_500);
  assert.equal(await folder.seal(1_000, false), 1);
  assert.equal(folder.rows()[0]?.seq, 1, "the rows stand twice");
  const both = await folder.verify();
  assert.deepEqual([both.ok, both.count], [true, 2_501]);
  folder.careless("DELETE FROM audit WHERE seq <= 700");
  assert.equal((await folder.verify()).ok, true);
  folder.forge("UPDATE audit SET actor = 'Eve' WHERE seq = 900");
  assert.equal((await folder.verify()).firstBadSeq, 900);
  {
    using book = folder.book();
    while (book.archive.trim(1_000) > 0);
  }
  assert.equal((await folder.verify()).ok, true, "what left is what was sealed");
});

test("nothing is sealed where the rows do not follow each other", async () => {
  using folder = new TrailFolder();
  folder.write(3_000);
  folder.forge("DELETE FROM audit WHERE seq = 100");
  await assert.rejects(folder.seal(1_000), /Row 100 does not follow: check the audit trail/);
  assert.deepEqual(readdirSync(join(folder.path, "record")), []);
});

test("an export is what a stranger can check: the chain in 30 lines, the signature with openssl", {
  skip,
}, async () => {
  using folder = new TrailFolder();
  folder.write(1_500);
  await folder.seal(400);
  const file = join(folder.path, "out.jsonl");
  const order = { file, by: "Sam", reason: "inspection", wallAt: new Date(BEGAN).toISOString() } as const;
  const statement = await exportTrail(folder.path, { ...order, format: "jsonl" });
  const { headSeq, head } = await folder.verify();
  assert.equal(stranger(file), `holds from row 1 to row ${headSeq}, head ${head}`);
  assert.match(stranger(folder.file), new RegExp(`^holds from row 1100 to row ${headSeq}, head ${head}$`));
  assert.deepEqual([statement.rows, statement.trail.ok, statement.last?.hash], [headSeq, true, head]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder.path, "record-key")).mode & 0o777, 0o600);

  const openssl = (signed: Signed<unknown>): string => {
    const [text, signature] = ["statement.json", "statement.sig"].map((name) => join(folder.path, name)) as [
      string,
      string,
    ];
    writeFileSync(text, canonicalJson(signed.statement));
    writeFileSync(signature, Buffer.from(signed.signature, "base64"));
    const key = join(folder.path, "record-key.pub");
    const args = [
      "pkeyutl",
      "-verify",
      "-pubin",
      "-inkey",
      key,
      "-rawin",
      "-in",
      text,
      "-sigfile",
      signature,
    ];
    try {
      return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
    } catch (error) {
      return (error as { readonly stdout: string }).stdout.trim();
    }
  };
  const signed = JSON.parse(readFileSync(`${file}.sig`, "utf8")) as Signed<{ readonly sha256: string }>;
  assert.equal(openssl(signed), "Signature Verified Successfully");
  assert.match(
    openssl({ ...signed, statement: { ...signed.statement, sha256: "0" } }),
    /Signature Verification Failure/,
  );
  assert.equal(execFileSync("sha256sum", [file], { encoding: "utf8" }).slice(0, 64), signed.statement.sha256);

  const part = await exportTrail(folder.path, {
    ...{ ...order, format: "csv", file: join(folder.path, "out.csv") },
    ...{ from: new Date(BEGAN + 10_000).toISOString(), to: new Date(BEGAN + 20_000).toISOString() },
  });
  assert.deepEqual([part.rows, part.first?.seq, part.last?.seq], [10, 10, 19]);

  const pdf = join(folder.path, "out.pdf");
  await exportTrail(folder.path, { ...order, format: "pdf", file: pdf });
  const bytes = readFileSync(pdf);
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
  assert.match(bytes.subarray(-10).toString(), /%%EOF/);
  await assert.rejects(
    exportTrail(folder.path, { ...order, format: "csv", file: join(folder.path, "none", "out.csv") }),
    /ENOENT/,
  );
  assert.deepEqual(
    readdirSync(folder.path).filter((name) => name.endsWith(".part")),
    [],
  );
});
