/** The rules as a whole, by example: what drops, what stays, and what brings a permit back. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusals } from "../../../server/domain/interlock.ts";
import { configOf, IN_AISLE, IN_CELL, OUTSIDE, Play, PROVISION, person } from "./scenario.ts";

test("supervise() keeps the permit dropped after the start until a person resets", () => {
  const play = new Play().ready().watch(20_000);
  assert.equal(play.demand("permit"), "dropped");
  assert.deepEqual(refusals(play.state, play.rules), []);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
});

test("supervise() refuses the reset before every bound zone is proven clear", () => {
  const play = new Play();
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
  play.relay();
  play.running("front", "side").watch(2_500);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  assert.deepEqual(refusals(play.state, play.rules), ["Cell is not yet proven clear"]);
});

test("supervise() drops the permit on the second frame of three that shows a person in the stop zone", () => {
  const play = new Play().guarding();
  play.at += 100;
  play.see("front", person(IN_CELL));
  assert.equal(play.demand("permit"), "energised");
  play.at += 100;
  play.see("front", person(IN_CELL));
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.demand("horn"), "energised");
  assert.equal(play.demand("pulse"), "energised");
  assert.equal(play.demand("red"), "energised");
  assert.equal(play.alarm("zone.stop.occupied:cell"), "unacknowledged");
});

test("supervise() takes a person outside the zone, an unlikely one and another class for nobody", () => {
  const play = new Play().guarding();
  play.watch(2_000, person(OUTSIDE), person(IN_CELL, 0.44), { ...person(IN_CELL), label: "forklift" });
  assert.equal(play.demand("permit"), "energised");
});

test("supervise() recovers from a trip only by acknowledge and reset, in that order", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL)).watch(20_000);
  assert.equal(play.alarm("zone.stop.occupied:cell"), "latched-unacknowledged");
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  assert.deepEqual(refusals(play.state, play.rules), ["Acknowledge first: Person in Cell"]);
  play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.alarm("zone.stop.occupied:cell"), "latched-acknowledged");
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.alarm("zone.stop.occupied:cell"), "normal");
  assert.equal(play.demand("red"), "dropped");
});

test("supervise() refuses the reset while the person is still inside, acknowledged or not", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL));
  play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
  play.watch(500, person(IN_CELL)).feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  assert.deepEqual(refusals(play.state, play.rules), [
    "A person is in Cell",
    "Still present: Person in Cell",
  ]);
});

test("supervise() turns silence of a camera into blindness within a second and drops", () => {
  const play = new Play().guarding();
  play.wait(800);
  assert.equal(play.demand("permit"), "energised");
  play.wait(200);
  assert.equal(play.state.verdicts.get("cell")?.verdict, "blind");
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.alarm("prot.detector.stalled:detector"), "unacknowledged");
  assert.equal(play.demand("horn"), "energised");
});

test("supervise() blames a camera whose frames fail, not the detector, and leaves the other's machine alone", () => {
  const play = new Play().guarding();
  for (let i = 0; i < 26; i++) {
    play.at += 100;
    play.see("front");
  }
  assert.equal(play.state.verdicts.get("aisle")?.verdict, "blind");
  assert.equal(play.alarm("prot.camera.lost:side"), "unacknowledged");
  assert.equal(play.alarm("prot.detector.stalled:detector"), "normal");
  assert.equal(play.demand("permit"), "energised");
  const stalled = new Play().guarding();
  stalled.at += 90;
  stalled.see("front").wait(3_000);
  assert.equal(stalled.alarm("prot.detector.stalled:detector"), "unacknowledged");
  assert.equal(stalled.alarm("prot.camera.lost:side"), "normal", "silence about all is the detector's");
});

test("supervise() drops at once when a camera is told to be lost", () => {
  const play = new Play().guarding();
  play.feed({
    kind: "camera",
    camera: "front",
    state: {
      kind: "error",
      why: "lost",
      message: "Camera lost",
      attempt: 1,
      since: play.at,
      retryAt: play.at + 500,
    },
  });
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged");
});

test("supervise() takes punctual answers about old frames for blindness", () => {
  const play = new Play().guarding();
  for (let i = 0; i < 20; i++) {
    play.at += 100;
    const observation = {
      camera: "front",
      seq: i,
      capturedAt: play.at - 1_500,
      detections: [],
      inferenceMs: 7,
    };
    play.feed({ kind: "observed", observation });
  }
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.state.cameras.get("front")?.late, 20);
});

test("supervise() keeps the alarm of an occupied zone when the camera goes away in the middle", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL)).wait(10_000);
  assert.equal(play.alarm("zone.stop.occupied:cell"), "unacknowledged");
  play.watch(2_900);
  assert.equal(play.alarm("zone.stop.occupied:cell"), "unacknowledged");
  play.watch(300);
  assert.equal(play.alarm("zone.stop.occupied:cell"), "latched-unacknowledged");
});

test("supervise() lets a warn zone light the beacon and leave the permit of another zone alone", () => {
  const play = new Play().guarding();
  for (let i = 0; i < 5; i++) {
    play.at += 100;
    play.see("front").see("side", person(IN_AISLE));
  }
  assert.equal(play.state.verdicts.get("aisle")?.verdict, "warn");
  assert.equal(play.demand("beacon"), "energised");
  assert.equal(play.demand("amber"), "energised");
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.demand("horn"), "dropped");
  play.watch(2_000);
  assert.equal(play.demand("beacon"), "dropped");
  assert.equal(play.alarm("zone.warn.occupied:aisle"), "normal");
});

test("supervise() silences the horn and nothing else, until the next violation", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL));
  const before = play.state;
  play.feed({ kind: "silence", by: "panel" });
  assert.equal(play.demand("horn"), "dropped");
  assert.equal(play.demand("beacon"), "energised");
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.state.alarms, before.alarms);
  play.watch(4_000).watch(300, person(IN_CELL));
  assert.equal(play.demand("horn"), "energised");
});

test("supervise() ends the horn after 180 s and on acknowledge, and leaves the lamps", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL)).watch(179_000, person(IN_CELL));
  assert.equal(play.demand("horn"), "energised");
  play.watch(2_000, person(IN_CELL));
  assert.equal(play.demand("horn"), "dropped");
  assert.equal(play.demand("red"), "energised");
  const other = new Play().guarding().watch(300, person(IN_CELL));
  other.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
  assert.equal(other.demand("horn"), "dropped");
});

test("supervise() ends a pulse after its time and lets a new violation extend it", () => {
  const play = new Play().guarding().watch(200, person(IN_CELL));
  play.wait(400);
  assert.equal(play.demand("pulse"), "energised");
  play.wait(100);
  assert.equal(play.demand("pulse"), "dropped");
  play.watch(3_500).watch(200, person(IN_CELL));
  assert.equal(play.demand("pulse"), "energised");
});

test("supervise() drops on a stop request, which latches like any other", () => {
  const play = new Play().guarding();
  play.feed({ kind: "stop-request", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  play.watch(1_000);
  assert.equal(play.alarm("op.stop.requested:panel"), "latched-unacknowledged");
  play.feed({ kind: "acknowledge", alarm: "op.stop.requested:panel", by: "panel" });
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
});

test("supervise() drops when the guardian is lost, has dropped by itself, or the board contradicts", () => {
  const lost = new Play().guarding();
  lost.feed({ kind: "relay", state: { kind: "lost", why: "The guardian ended", since: lost.at } });
  assert.equal(lost.demand("permit"), "dropped");
  assert.equal(lost.alarm("out.comm.lost:guardian"), "unacknowledged");

  const lease = new Play().guarding();
  lease.epoch++;
  lease.relay({ lastDrop: { cause: "lease", at: lease.at } });
  assert.equal(lease.demand("permit"), "dropped");
  assert.equal(lease.alarm("out.comm.lost:guardian"), "unacknowledged");

  const mismatch = new Play().guarding();
  const outputs = { permit: { demand: "energised", readback: "dropped", mismatch: true } } as const;
  mismatch.relay({ outputs });
  assert.equal(mismatch.demand("permit"), "dropped");
  assert.equal(mismatch.alarm("out.mismatch:permit"), "unacknowledged");

  const board = new Play().guarding();
  board.relay({ boards: { sim: { kind: "lost", why: "The board was unplugged" } } });
  assert.equal(board.demand("permit"), "dropped");
  assert.equal(board.alarm("out.comm.lost:sim"), "unacknowledged");
});

test("supervise() drops a permit that the guardian does not energise within a second of the reset", () => {
  const play = new Play().ready();
  play.feed({ kind: "reset", by: "panel" });
  const outputs = { permit: { demand: "dropped", readback: "dropped", mismatch: false } } as const;
  play.watch(900);
  play.relay({ outputs });
  assert.equal(play.demand("permit"), "energised");
  play.watch(200);
  play.relay({ outputs });
  assert.equal(play.demand("permit"), "dropped");
});

test("supervise() refuses to energise while the record cannot be written, and still drops", () => {
  const play = new Play().ready();
  play.feed({ kind: "record", writable: false, why: "The disk is full" });
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  const guarding = new Play().guarding();
  guarding.feed({ kind: "record", writable: false });
  assert.equal(guarding.demand("permit"), "energised", "a full disk alone stops no machine");
  guarding.watch(200, person(IN_CELL));
  assert.equal(guarding.demand("permit"), "dropped");
});

test("supervise() lets one machine run while the other's zone is occupied", () => {
  const file = structuredClone(PROVISION);
  file.outputs.push({ id: "permit2", board: "sim", channel: 9, role: "run-permit", zones: ["aisle"] });
  const board = file.boards[0];
  if (board) board.channels = 16;
  const play = new Play(configOf(file)).guarding().watch(300, person(IN_CELL));
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.demand("permit2"), "energised");
});

test("supervise() acknowledges only the version that was seen", () => {
  const play = new Play().guarding().watch(300, person(IN_CELL));
  const seen = play.state.alarms.get("zone.stop.occupied:cell")?.alarm.version ?? 0;
  play.watch(4_000);
  play.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", version: seen, by: "panel" });
  assert.equal(play.alarm("zone.stop.occupied:cell"), "latched-unacknowledged");
});

test("supervise() raises no alarm while cameras and boards are coming up, and does after the grace", () => {
  const play = new Play().wait(9_900);
  assert.deepEqual([...play.state.alarms.keys()], []);
  play.wait(300);
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged");
  assert.equal(play.alarm("out.comm.lost:guardian"), "unacknowledged");
});

test("supervise() drops everything at the end of the box and brings nothing back", () => {
  const play = new Play().guarding();
  play.feed({ kind: "shutdown" });
  play.watch(5_000).feed({ kind: "reset", by: "panel" });
  assert.deepEqual(new Set(Object.values(play.state.demand)), new Set(["dropped"]));
});
