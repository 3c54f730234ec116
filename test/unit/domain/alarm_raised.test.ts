/** Every alarm of the catalogue has something that raises it: what the box would never say is not listed as if it could. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALARMS, type AlarmDefinition, type AlarmDefinitionId } from "../../../server/domain/alarm.ts";
import { bypassRefusals } from "../../../server/domain/bypass.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import { SELF_TEST_LIMIT_MS } from "../../../server/domain/self_test.ts";
import type { TrustFault } from "../../../server/domain/trust.ts";
import { IN_CELL, Play, person } from "./scenario.ts";
import {
  acknowledge,
  aislePerson,
  full,
  fullConfig,
  fullDisk,
  lose,
  lost,
  mismatched,
  stop,
} from "./situations.ts";

const MAINTENANCE = { kind: "maintenance", overdue: [], worn: [] } as const;
const overdue = (play: Play, long: boolean): unknown =>
  play.feed({ ...MAINTENANCE, overdue: [{ test: "relay", message: "It was due yesterday", long }] });
const distrusted =
  (why: TrustFault): ((play: Play) => unknown) =>
  (play) =>
    play.trust("front", why);
const DWELL = fullConfig((file) => {
  const [, aisle] = file.zones;
  if (aisle) Object.assign(aisle, { kind: "dwell", dwellMs: 1_000 });
});

/** What brings each about, from a box that guards. The compiler asks for every alarm of the catalogue. */
const RAISED: Readonly<
  Record<AlarmDefinitionId, { readonly source: string; readonly by: (play: Play) => unknown }>
> = {
  "zone.stop.occupied": { source: "cell", by: (play) => play.watch(500, person(IN_CELL)) },
  "zone.warn.occupied": { source: "aisle", by: aislePerson },
  "zone.dwell": {
    source: "aisle",
    by: (play) => {
      for (let i = 0; i < 8; i++) aislePerson(play);
    },
  },
  "prot.camera.lost": { source: "front", by: (play) => lose(play, "front") },
  "prot.camera.refused": { source: "front", by: (play) => lose(play, "front", "refused") },
  "prot.camera.mismatch": { source: "front", by: distrusted("mismatch") },
  "prot.camera.clock": { source: "front", by: distrusted("clock") },
  "prot.camera.late": { source: "front", by: distrusted("late") },
  "prot.camera.dark": { source: "front", by: distrusted("dark") },
  "prot.camera.glare": { source: "front", by: distrusted("glare") },
  "prot.camera.blind": { source: "front", by: distrusted("blind") },
  "prot.camera.frozen": { source: "front", by: distrusted("frozen") },
  "prot.camera.moved": { source: "front", by: distrusted("moved") },
  "prot.camera.defocus": { source: "front", by: distrusted("defocus") },
  "prot.detector.stalled": { source: "detector", by: (play) => play.wait(1_500) },
  "prot.detector.selftest": { source: "detector", by: (play) => play.feed(WRONG) },
  "prot.latency.high": {
    source: "detector",
    by: (play) => play.feed({ kind: "overload", camera: "front", why: "looked at twice a second" }),
  },
  "out.comm.lost": { source: "guardian", by: lost },
  "out.mismatch": { source: "permit", by: mismatched },
  "out.feedback": {
    source: "permit",
    by: (play) =>
      play.relay({
        outputs: {
          permit: { demand: "energised", readback: "energised", mismatch: false, feedbackMismatch: true },
        },
      }),
  },
  "out.worn": {
    source: "horn",
    by: (play) => play.feed({ ...MAINTENANCE, worn: [{ output: "horn", message: "Half is used" }] }),
  },
  "test.overdue": { source: "relay", by: (play) => overdue(play, false) },
  "test.overdue.long": { source: "relay", by: (play) => overdue(play, true) },
  "bypass.active": { source: "aisle", by: (play) => play.bypass("aisle") },
  "op.stop.requested": { source: "panel", by: stop },
  "sec.pin.guessing": {
    source: "panel",
    by: (play) => play.feed({ kind: "guessing", why: "20 wrong PINs" }),
  },
  "sys.audit.fail": { source: "record", by: fullDisk },
  "ui.panel.offline": {
    source: "Press 4",
    by: (play) => play.feed({ ...MAINTENANCE, offline: [{ name: "Press 4", message: "It shows nothing" }] }),
  },
  "sys.disk.low": {
    source: "data",
    by: (play) => play.feed({ ...MAINTENANCE, diskLow: "612 MiB are free" }),
  },
  "sys.config.fallback": {
    source: "settings",
    by: (play) => play.feed({ ...MAINTENANCE, fellBack: "Version 1 is in force instead of version 2" }),
  },
  "sys.backup.due": {
    source: "backup",
    by: (play) => play.feed({ ...MAINTENANCE, backupDue: "No backup was made for 4 days" }),
  },
  "sys.certificate.due": {
    source: "network",
    by: (play) => play.feed({ ...MAINTENANCE, certificateDue: "It ends on 2026-12-01" }),
  },
  "sys.time.unsynced": {
    source: "clock",
    by: (play) => play.feed({ kind: "clock", wallAt: 1_700_000_000_000, trusted: false }),
  },
};
const WRONG = {
  kind: "detector",
  state: { kind: "failed", why: "It found nobody; install its weights again", selfTest: true },
} as const;

for (const [definition, { source, by }] of Object.entries(RAISED)) {
  test(`${definition} is raised, not before its time, and stands in the catalogue with what to do`, () => {
    const play = (definition === "zone.dwell" ? new Play(DWELL) : full()).guarding();
    const id = `${definition}:${source}`;
    assert.equal(play.alarm(id), "normal");
    by(play);
    const { onDelayMs, text, response }: AlarmDefinition = ALARMS[definition as AlarmDefinitionId];
    if (onDelayMs > 0) {
      play.watch(onDelayMs - 200);
      assert.equal(play.alarm(id), "normal", "its condition has not lasted yet");
      play.watch(400);
    }
    assert.equal(play.alarm(id), "unacknowledged");
    assert.ok(text.length > 5 && response.length > 10);
  });
}

test("a model that is wrong on its golden picture drops, is told as that alone, and no bypass lies over it", () => {
  const play = full().guarding();
  play.feed(WRONG);
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.demand("horn"), "energised");
  play.wait(2_000);
  assert.equal(play.alarm("prot.detector.stalled:detector"), "normal");
  assert.equal(play.alarm("prot.camera.lost:front"), "normal");
  const request = { zone: "cell", reason: "cleaning", untilAt: play.at + 600_000 };
  assert.ok(bypassRefusals(play.state, play.rules, request).join().includes("golden picture"));
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
  play.watch(4_000);
  assert.equal(play.alarm("prot.detector.selftest:detector"), "latched-unacknowledged", "the next good run");
  assert.match(
    refusals(play.state, play.rules).join(),
    /^Acknowledge first: The detector has not proven itself/,
  );
  acknowledge(play, "prot.detector.selftest:detector").feed({ kind: "reset", by: "panel" });
  assert.equal(play.alarm("prot.detector.selftest:detector"), "normal");
  assert.equal(play.demand("permit"), "energised");
});

test("a bypassed zone is back in the rules while the model is not proven", () => {
  const play = full().guarding().bypass("cell").watch(500, person(IN_CELL));
  assert.equal(play.demand("permit"), "energised");
  play.feed(WRONG);
  assert.equal(play.demand("permit"), "dropped");
});

test("a model whose test is overdue blinds every zone it looks at, and is told as that alone", () => {
  const late = full().guarding();
  const from = late.at;
  const see = (tested: number): void => {
    late.at += 100;
    for (const camera of ["front", "side"])
      late.feed({
        kind: "observed",
        observation: {
          camera,
          seq: late.at,
          capturedAt: late.at,
          detections: [],
          inferenceMs: 1,
          testedAt: tested,
        },
      });
  };
  see(from + 100 - SELF_TEST_LIMIT_MS);
  assert.equal(late.demand("permit"), "energised", "to the millisecond not overdue");
  see(from + 100 - SELF_TEST_LIMIT_MS);
  assert.equal(late.demand("permit"), "dropped");
  assert.equal(late.alarm("prot.detector.selftest:detector"), "unacknowledged");
  for (let i = 0; i < 30; i++) see(from - SELF_TEST_LIMIT_MS);
  for (const id of ["prot.detector.stalled:detector", "prot.camera.lost:front"])
    assert.equal(late.alarm(id), "normal", id);
  see(late.at);
  assert.equal(late.alarm("prot.detector.selftest:detector"), "latched-unacknowledged");
  assert.equal(late.demand("permit"), "dropped", "it is a person who gives it back");
});

test("a full disk and earlier settings stop nothing and keep no reset away", () => {
  const play = full().guarding();
  play.feed({ ...MAINTENANCE, diskLow: "1 MiB is free", fellBack: "Version 1 is in force" });
  play.watch(62_000);
  assert.equal(play.demand("permit"), "energised");
  stop(play);
  acknowledge(play, "op.stop.requested:panel").watch(4_000);
  assert.deepEqual(refusals(play.state, play.rules), []);
  play.feed(MAINTENANCE);
  play.watch(500);
  assert.equal(play.alarm("sys.config.fallback:settings"), "returned-unacknowledged");
  play.watch(61_000);
  assert.equal(play.alarm("sys.disk.low:data"), "normal");
});
