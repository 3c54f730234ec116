/** The code of a reason in a row: where it comes from, how it is hashed, and that older rows are what they were. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { entriesOf } from "../../../server/journal.ts";
import { hashRow } from "../../../server/store/chain.ts";
import { draftRow } from "../../../server/store/change.ts";
import { formats } from "../../../server/store/formats.ts";
import type { AuditEntry } from "../../../server/store/protocol.ts";
import { BEGAN, draft, stranger, TrailFolder } from "../../fakes/trail_folder.ts";

const codeOf = (more: Partial<AuditEntry>): string | undefined =>
  draftRow(
    { action: "test.row", actor: { type: "system", id: "test" }, monoMs: 1, wallAt: BEGAN, ...more },
    { bootId: "boot", appVersion: "0.1.0", clock: () => "synced" },
  ).reasonCode;

test("a reason that was chosen from a list is its own code, a text has none, and one told beside a text counts", () => {
  assert.equal(codeOf({ reason: "spare-part" }), "spare-part");
  assert.equal(codeOf({ reason: "The lens was cleaned" }), undefined);
  assert.equal(codeOf({}), undefined);
  assert.equal(codeOf({ reason: "For the insurance", reasonCode: "incident" }), "incident");
  const bypass = { by: "Sam", reason: "cleaning", untilAt: 60_000 } as const;
  const [row] = entriesOf([{ kind: "bypass-changed", at: 0, zone: "cell", bypass }]);
  assert.equal(row?.reasonCode, "cleaning");
});

test("the code is hashed and exported, and a row without one is hashed as ever", () => {
  using place = new TrailFolder();
  place.write(2);
  {
    using book = place.book();
    book.append([{ ...draft(3), reason: "For the insurance", reasonCode: "incident" }]);
  }
  const [first, , third] = place.rows();
  assert.ok(first !== undefined && third !== undefined);
  assert.ok(!("reasonCode" in first));
  assert.equal(third.reasonCode, "incident");
  const { hash, prevHash, ...fields } = third;
  assert.equal(hash, hashRow(prevHash, fields));
  assert.notEqual(hash, hashRow(prevHash, { ...fields, reasonCode: "audit" }));
  const { head, line } = formats.csv;
  const column = head.trim().split(",").indexOf("reasonCode");
  assert.equal(line({ ...third, before: null, after: null }).split(",")[column], "incident");
  assert.match(formats.jsonl.line(third), /"reasonCode":"incident"/);
  assert.match(stranger(place.file), /^holds from row 1 to row 3/);
});
