/** The record's pages on three panels, by touch, over a box that says what each test needs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { AuditRow, ExportStatement, RecordState, TrailReport } from "../../server/http/audit.ts";
import { openPanel, type Panel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { look, SIZES } from "./look.ts";
import { furnish, lastly, onlyRefusals } from "./outputs-lab.ts";
import { type Stub, startStub } from "./stub.ts";
import { button, shown, typePin } from "./touch.ts";

const JPEG = readFileSync(join(ROOT, "models/demo/golden.jpg"));
const skip = missing.chromium();
const HASH = "7f3a".repeat(16);
const CODE = "FWX7-SKSV-KMZK-N7SV";

function row(seq: number, more: Partial<AuditRow>): AuditRow {
  return {
    ...{ seq, id: `id-${seq}`, wallAt: new Date(Date.UTC(2026, 10, 21, 8, 30, seq % 60)).toISOString() },
    ...{ tzOffsetMin: 60, bootId: "b", monoMs: seq, actorType: "user", actor: "Sam", role: "supervisor" },
    ...{ origin: "192.168.1.20", action: "command.reset", objectType: null, objectId: null, before: null },
    ...{ after: null, reason: null, result: "ok", correlation: null, appVersion: "0.1.0", configVersion: 3 },
    ...{ clockState: "synced", prevHash: HASH, hash: HASH },
    ...more,
  } as AuditRow;
}

const square = (from: number, to: number): number[][] => [
  [from, from],
  [to, from],
  [to, to],
  [from, to],
];

const SOME: readonly Partial<AuditRow>[] = [
  { action: "output.energised", actor: "palisade", role: null, objectType: "output", objectId: "permit" },
  { result: "denied", reason: "Zone Cell is occupied; Camera Front is lost" },
  {
    action: "access.denied",
    actor: "panel",
    role: null,
    objectType: "person",
    objectId: "Kim",
    result: "denied",
  },
  {
    action: "alarm.unack-active",
    actor: "palisade",
    objectType: "alarm",
    objectId: "zone.stop.occupied:cell",
  },
  { action: "config.published", reason: "Camera Front was changed", after: { version: 4 } },
  {
    action: "zone.pictured",
    actor: "palisade",
    role: null,
    objectType: "camera",
    objectId: "front",
    after: {
      ...{ camera: "front", picture: "drawn-1", size: { width: 640, height: 360 } },
      before: [{ id: "cell", name: "Cell", kind: "stop", polygon: square(0.2, 0.7) }],
      after: [{ id: "cell", name: "Cell", kind: "stop", polygon: square(0.3, 0.9) }],
    },
  },
];
const ROWS = Array.from({ length: 50 }, (_, i) => row(1_248 - i, SOME[i % SOME.length] ?? {}));

const REPORT: TrailReport = {
  ...{ ok: true, count: 1_248, head: HASH, headSeq: 1_248, code: CODE, faults: [], faultCount: 0, gaps: [] },
  ...{
    clockSteps: [{ seq: 1_001, byMs: -3_600_000 }],
    clockStepCount: 1,
    anchors: 12,
    segments: 2,
    tookMs: 90,
    deleted: { segments: 1, throughSeq: 400 },
  },
};
const WHY = "The trail was rebuilt after row 1100: row 1200 had another hash on 2026-11-21T08:00:00.000Z";
const BROKEN: TrailReport = {
  ...{ ...REPORT, ok: false, firstBadSeq: 1_200, why: WHY, clockSteps: [], clockStepCount: 0 },
  ...{ faults: [{ seq: 1_200, why: WHY }], faultCount: 7 },
  gaps: [{ after: 900, before: 903 }],
};
const STATE: RecordState = {
  head: { seq: 1_248, hash: HASH, code: CODE, wallAt: "2026-11-21T08:30:48.000Z" },
  anchors: [
    {
      ...{ id: 2, seq: 1_200, hash: HASH, code: CODE, wallAt: "2026-11-21T08:00:00.000Z", kind: "hour" },
      sent: "failed: syslog udp 10.0.0.9:514: no answer in 3 s",
    },
    {
      id: 1,
      seq: 1_100,
      hash: HASH,
      code: CODE,
      wallAt: "2026-11-21T07:00:00.000Z",
      kind: "hour",
      sent: null,
    },
  ],
  ...{ segments: [], exports: [], publicKey: "-----BEGIN PUBLIC KEY-----", fingerprint: "0011223344556677" },
};
const WRITTEN: ExportStatement = {
  ...{ kind: "export", site: "Press 4", file: "record-20261121-083048.pdf", format: "pdf", by: "Sam" },
  ...{ reason: "audit", wallAt: "2026-11-21T08:30:48.000Z", sha256: HASH, bytes: 41_000, rows: 1_248 },
  ...{ first: null, last: null, trail: { ok: true, count: 1_248, head: HASH, headSeq: 1_248, code: CODE } },
};

async function enter(panel: Panel): Promise<void> {
  await button(panel, "Maintenance").tap();
  await panel.page.getByRole("button", { name: "Sam" }).tap();
  await typePin(panel, "730146");
  await button(panel, "Unlock").tap();
  await button(panel, "Open record").tap();
}

function listOf(stub: Stub): { readonly asked: () => string } {
  let asked = "";
  stub.answer("GET /api/audit", ({ path }) => {
    asked = path;
    const before = Number(new URL(path, "http://stub").searchParams.get("before") ?? 0);
    const refused = path.includes("result=");
    const rows = before > 0 ? [row(1_198, { action: "box.started" })] : ROWS;
    return { body: refused ? rows.filter(({ result }) => result !== "ok") : rows };
  });
  return { asked: () => asked };
}

describe("the record's pages", { concurrency: 1 }, () => {
  for (const size of SIZES)
    test(`somebody reads, checks, notes and exports at ${size.width}x${size.height}`, { skip }, async () => {
      await using stub = await startStub();
      furnish(stub);
      stub.answer("GET /api/audit", () => ({ status: 503, body: { detail: "The database is gone" } }));
      stub.answer("GET /api/audit/state", () => ({ status: 503, body: { detail: "The database is gone" } }));
      await using panel = await openPanel({ url: stub.url, ...size });
      const faults: string[] = [];
      const see = async (state: string): Promise<void> =>
        void faults.push(...(await look(panel, state, size)));
      await enter(panel);
      await shown(panel, "The database is gone");
      await see("record-gone");
      await button(panel, "Back").tap();
      const list = listOf(stub);
      stub.answer("GET /api/audit/state", () => ({ body: STATE }));
      await button(panel, "Open record").tap();
      await shown(panel, "Row 1248");
      await see("record");
      await button(panel, "Earlier rows").scrollIntoViewIfNeeded();
      await button(panel, "Earlier rows").tap();
      await shown(panel, "The box started");

      stub.answer("GET /api/zone-pictures/drawn-1/jpeg", () => ({ body: JPEG }));
      await button(panel, "Row 1243").tap();
      await shown(panel, "front: the dashed outlines were before, the others came after");
      assert.deepEqual(
        await panel.page
          .locator(".drawnOn .zone")
          .evaluateAll((all) => all.map((each) => each.getAttribute("class"))),
        ["zone outline stop before", "zone outline stop drawn"],
      );
      await see("record-drawn");
      await button(panel, "Back").tap();
      await button(panel, "Change").tap();
      await button(panel, "refused or failed").tap();
      await button(panel, "orders of people").tap();
      await see("record-filter");
      await button(panel, "Back").tap();
      await until({
        what: "the box is asked for refused orders",
        ms: 5_000,
        check: () => /kind=commands&result=denied%2Cfailed/.test(list.asked()),
      });
      await shown(panel, "orders of people, refused or failed");
      await button(panel, "Row 1247").tap();
      await shown(panel, "Zone Cell is occupied; Camera Front is lost");
      await see("record-row");
      await button(panel, "Back").tap();

      stub.answer("GET /api/audit/verify", () => ({ body: BROKEN }));
      await button(panel, "Check the record").tap();
      await shown(panel, "It does not hold, first at row 1200");
      await shown(panel, "and 2 more");
      await shown(panel, "between row 900 and row 903: 2 rows");
      await see("record-broken");
      stub.answer("GET /api/audit/verify", () => ({ body: REPORT, afterMs: 700 }));
      await button(panel, "Check the record").tap();
      await shown(panel, /^Checking: /);
      await shown(panel, "It holds: 1,248 rows, none changed, none missing");
      await shown(panel, "12 anchors and 1 sealed file agrees with it.");
      await shown(panel, /^1 sealed file up to row 400 went after their time/);
      await shown(panel, "The clock was set back by 3600 s before row 1001.");

      stub.answer("POST /api/audit/anchors", () => ({ body: STATE }));
      await button(panel, "Note it now").tap();
      await shown(panel, "The newest row is noted");

      const network = { addresses: ["192.0.2.10"], host: "press-4", port: 8443, listening: false };
      stub.answer("GET /api/network", () => ({ body: network }));
      await button(panel, "Export").tap();
      await shown(panel, /^No other computer reaches this box yet/);
      await button(panel, "Back").tap();
      stub.answer("GET /api/network", () => ({ body: { ...network, listening: true } }));
      await button(panel, "Export").tap();
      await shown(panel, /^Sign in at https:\/\/192\.0\.2\.10:8443\/ from another computer/);
      assert.ok(await button(panel, "Write the file").isDisabled(), "it needs a reason");
      stub.answer("POST /api/audit/exports", () => ({ body: WRITTEN }));
      stub.answer("GET /api/audit/state", () => ({
        body: { ...STATE, exports: [{ name: WRITTEN.file, bytes: WRITTEN.bytes, wallAt: WRITTEN.wallAt }] },
      }));
      await button(panel, "Incident").tap();
      assert.ok(await button(panel, "Write the file").isEnabled(), "a code needs no typing");
      await button(panel, "the beginning").tap();
      await button(panel, "Write the file").tap();
      await shown(panel, "record-20261121-083048.pdf with 1,248 rows is written");
      assert.deepEqual(lastly(stub, "POST").body, { format: "pdf", reasonCode: "incident" });
      await see("record-export");
      assert.deepEqual(faults, []);
      assert.deepEqual(
        onlyRefusals(panel).filter((error) => !/status of 503/.test(error)),
        [],
      );
    });
});
