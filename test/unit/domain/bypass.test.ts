/** A zone taken out of the rules for a while: what it covers, what it does not, and how it ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BypassRequest, bypassRefusals } from "../../../server/domain/bypass.ts";
import { factsBetween } from "../../../server/domain/fact.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";
import type { Told } from "../../../server/pipeline.ts";
import { IN_CELL, Play, person } from "./scenario.ts";
import {
  acknowledge,
  aislePerson,
  CELL,
  failed,
  full,
  fullConfig,
  fullDisk,
  lose,
  mismatched,
} from "./situations.ts";

const MINUTE = 60_000;
const BYPASS = "bypass.active:cell";

/** Why a bypass of the cell is refused. */
function refused(play: Play, change: Partial<BypassRequest> & { readonly lasts?: number } = {}): string[] {
  const { lasts = 10 * MINUTE, ...over } = change;
  const request = { zone: "cell", reason: "cleaning", untilAt: play.at + lasts, ...over };
  return bypassRefusals(play.state, play.rules, request);
}

function facts(play: Play, step: Told): unknown[] {
  const before = play.state;
  play.feed(step);
  return factsBetween(before, play.state, play.rules).filter(({ kind }) => kind === "bypass-changed");
}

test("a bypassed zone neither trips nor sounds nor acts, and its person is no alarm", () => {
  const play = full().guarding().bypass("cell").watch(2_000, person(IN_CELL));
  assert.equal(play.state.verdicts.get("cell")?.verdict, "stop", "it is still seen");
  assert.equal(play.demand("permit"), "energised");
  for (const id of ["horn", "pulse", "beacon", "red"]) assert.equal(play.demand(id), "dropped", id);
  assert.equal(play.alarm(CELL), "normal");
  assert.equal(play.demand("amber"), "energised");
  assert.equal(play.demand("white"), "energised");
  assert.equal(play.demand("green"), "dropped", "nobody watches the zone");
  assert.equal(play.demand("beat"), "energised");
  assert.equal(play.alarm(BYPASS), "unacknowledged");
  assert.deepEqual(play.state.alarms.get(BYPASS)?.alarm.detail, "By Sam: cleaning");
});

test("a bypass lies over one zone alone", () => {
  const play = aislePerson(full().guarding().bypass("cell"));
  assert.equal(play.demand("siren"), "energised");
  const other = full().guarding().bypass("aisle").watch(200, person(IN_CELL));
  assert.equal(other.demand("permit"), "dropped");
  assert.equal(other.demand("horn"), "energised");
});

test("a bypassed zone does not keep Reset away: neither its person, nor its blindness, nor its alarms", () => {
  const occupied = full().guarding().watch(300, person(IN_CELL)).bypass("cell").watch(100, person(IN_CELL));
  assert.equal(occupied.alarm(CELL), "latched-unacknowledged");
  assert.equal(occupied.demand("horn"), "dropped");
  assert.deepEqual(refusals(occupied.state, occupied.rules), []);
  occupied.feed({ kind: "reset", by: "panel" });
  assert.equal(occupied.demand("permit"), "energised");
  assert.equal(occupied.alarm(CELL), "latched-unacknowledged", "a reset acknowledges nothing");
  const lost = lose(full().ready(), "front").bypass("cell");
  assert.deepEqual(refusals(lost.state, lost.rules), []);
});

test("a lost camera does not trip a permit all of whose zones on it are bypassed, and trips any other", () => {
  const config = fullConfig((file) => {
    const zone = file.zones[0];
    if (zone) file.zones.push({ ...structuredClone(zone), id: "gate", name: "Gate" });
    const permit = { board: "sim", role: "run-permit" };
    file.outputs.push(
      { ...permit, id: "permit2", channel: 12, zones: ["cell", "gate"] },
      { ...permit, id: "permit3", channel: 13, zones: ["aisle"] },
    );
  });
  const play = lose(new Play(config).guarding().bypass("cell"), "front");
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.demand("permit2"), "dropped");
  assert.equal(play.demand("permit3"), "energised");
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged", "the camera is lost all the same");
  assert.equal(play.demand("horn"), "dropped", "the horn of the bypassed zone alone");
});

test("a detector that does not work brings a bypassed zone back at once", () => {
  const play = full().guarding().bypass("cell").watch(500);
  play.feed({ kind: "detector", state: { kind: "failed", why: "w" } });
  assert.equal(play.demand("permit"), "dropped");
  const silent = full().guarding().bypass("cell").watch(500).wait(1_100);
  assert.equal(silent.alarm("prot.detector.stalled:detector"), "unacknowledged");
  assert.equal(silent.demand("permit"), "dropped");
  assert.equal(silent.state.bypasses.size, 1, "it goes on until its time is over");
});

test("a bypass ends after its time, to the millisecond, and a clear zone then needs no reset", () => {
  const play = full().guarding().bypass("cell", 1).watch(59_900);
  assert.equal(play.state.bypasses.size, 1);
  const last = facts(play, { kind: "tick" });
  assert.deepEqual(last, []);
  play.at += 100;
  assert.deepEqual(facts(play, { kind: "tick" }), [
    { kind: "bypass-changed", at: play.at, zone: "cell", ended: "time" },
  ]);
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.alarm(BYPASS), "normal");
  assert.equal(play.demand("green"), "energised");
});

test("a bypass that ends over a person trips, sounds and pulses in the same step, and needs a reset", () => {
  const play = full().guarding().bypass("cell").watch(1_000, person(IN_CELL));
  assert.deepEqual(facts(play, { kind: "bypass-end", zone: "cell", by: "panel" }), [
    { kind: "bypass-changed", at: play.at, zone: "cell", ended: "person" },
  ]);
  for (const id of ["horn", "pulse", "red"]) assert.equal(play.demand(id), "energised", id);
  assert.equal(play.demand("permit"), "dropped");
  assert.equal(play.alarm(CELL), "unacknowledged");
  play.watch(5_000);
  assert.equal(play.demand("permit"), "dropped");
  acknowledge(play, CELL).feed({ kind: "reset", by: "panel" });
  assert.equal(play.demand("permit"), "energised");
});

test("a bypass that ends over a zone nobody sees trips", () => {
  const play = lose(full().guarding().bypass("cell"), "front");
  assert.equal(play.demand("permit"), "energised");
  assert.equal(play.demand("beat"), "energised", "an outside watchdog goes by it as well");
  play.feed({ kind: "bypass-end", zone: "cell", by: "panel" });
  assert.equal(play.demand("permit"), "dropped");
  assert.deepEqual(play.state.permits.get("permit"), {
    kind: "dropped",
    since: play.at,
    why: "Cell is not seen: camera Front gives no picture",
  });
});

test("a bypass ends with its shift, which is told, and its zone trips again", () => {
  const play = full().guarding();
  const shiftEndsAt = play.at + 2_000;
  const order = { kind: "bypass", zone: "cell", by: "Sam", reason: "cleaning", shiftEndsAt } as const;
  play.feed({ ...order, untilAt: play.at + 10 * MINUTE });
  assert.equal(play.state.bypasses.get("cell")?.untilAt, shiftEndsAt);
  play.watch(1_900, person(IN_CELL));
  assert.equal(play.demand("permit"), "energised");
  play.at = shiftEndsAt;
  assert.deepEqual(facts(play, { kind: "tick" }), [
    { kind: "bypass-changed", at: shiftEndsAt, zone: "cell", ended: "shift" },
  ]);
  assert.equal(play.demand("permit"), "dropped");
  // One that ends by itself before that has had its own time.
  play.feed({ ...order, shiftEndsAt: play.at + MINUTE, untilAt: play.at + MINUTE });
  assert.equal(play.state.bypasses.get("cell")?.endsWithShift, undefined);
});

test("the end of the box ends every bypass", () => {
  const play = full().guarding().bypass("cell").bypass("aisle");
  assert.deepEqual(facts(play, { kind: "shutdown" }), [
    { kind: "bypass-changed", at: play.at, zone: "cell", ended: "shutdown" },
    { kind: "bypass-changed", at: play.at, zone: "aisle", ended: "shutdown" },
  ]);
  assert.equal(play.state.bypasses.size, 0);
});

test("no acknowledge, silence or reset ends a bypass", () => {
  const play = full().guarding().bypass("cell");
  acknowledge(play.watch(100), BYPASS, CELL).feed({ kind: "silence", by: "panel" });
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.state.bypasses.size, 1);
  assert.equal(play.alarm(BYPASS), "acknowledged");
});

test("a bypass is entered anew with its own time, and told so", () => {
  const play = full().guarding().bypass("cell", 2).watch(60_000);
  const untilAt = play.at + 5 * MINUTE;
  const bypass = { by: "Kim", reason: "set-up", untilAt } as const;
  assert.deepEqual(facts(play, { kind: "bypass", zone: "cell", ...bypass }), [
    { kind: "bypass-changed", at: play.at, zone: "cell", bypass },
  ]);
  play.watch(61_000);
  assert.equal(play.state.bypasses.get("cell")?.untilAt, untilAt);
});

test("a bypass is refused for another time, reason or zone, and changes nothing then", () => {
  const play = full().guarding();
  assert.deepEqual(refused(play), []);
  for (const lasts of [0, -1, 54_000, 31 * MINUTE, Number.NaN, Number.POSITIVE_INFINITY])
    assert.deepEqual(refused(play, { lasts }), ["A bypass must last 1 to 30 minutes"], `${lasts}`);
  for (const lasts of [MINUTE, 30 * MINUTE]) assert.deepEqual(refused(play, { lasts }), [], `${lasts}`);
  assert.deepEqual(refused(play, { reason: "boredom" }), [
    "The reason must be one of maintenance, cleaning, set-up, fault-finding, other",
  ]);
  assert.deepEqual(refused(play, { zone: "hall" }), ["Zone hall is not known"]);
  play.bypass("cell", 31).bypass("hall");
  play.feed({ kind: "bypass", zone: "cell", by: "Sam", reason: "boredom", untilAt: play.at + MINUTE });
  assert.equal(play.state.bypasses.size, 0);
});

test("a bypass is refused while an output contradicts, the detector fails or nothing can be recorded", () => {
  const dead = "Still present: Nobody is watching: the detector does not work";
  const contradicting = mismatched(full().guarding());
  for (const [play, sentence] of [
    [contradicting, "Still present: Output permit is not what it should be"],
    [failed(full().guarding()), dead],
    [full().guarding().wait(1_100), dead],
    [fullDisk(full().guarding()), "The record cannot be written"],
  ] as const) {
    assert.deepEqual(refused(play), [sentence]);
    play.bypass("cell");
    assert.equal(play.state.bypasses.size, 0, sentence);
  }
  const feedback = full().guarding();
  const outputs = {
    permit: { demand: "dropped", readback: "dropped", mismatch: false, feedbackMismatch: true },
  } as const;
  feedback.relay({ outputs });
  assert.deepEqual(refused(feedback), ["Still present: The feedback contact of permit contradicts it"]);
  assert.deepEqual(refused(full()), ["The detector is not ready yet"]);
  const ended = full().guarding();
  ended.feed({ kind: "shutdown" });
  assert.deepEqual(refused(ended), ["The box is shutting down"]);
});

test("after three bypasses within eight hours a supervisor needs maintenance", () => {
  const play = full().guarding();
  for (let i = 0; i < 3; i++) play.bypass("cell", 1).watch(61_000);
  const first = play.at - 3 * 61_000;
  const many = "There were 3 bypasses within 8 hours; a further one needs maintenance";
  assert.deepEqual(refused(play), [many]);
  assert.deepEqual(refused(play, { role: "supervisor" }), [many]);
  assert.deepEqual(refused(play, { role: "maintenance" }), []);
  play.bypass("cell");
  assert.equal(play.state.bypasses.size, 0);
  play.bypass("cell", 1, "maintenance");
  assert.equal(play.state.bypasses.size, 1);
  play.at = first + 8 * 60 * MINUTE + 30_000;
  play.watch(5_000);
  assert.deepEqual(refused(play), [many], "maintenance's counts as well");
  play.at = first + 8 * 60 * MINUTE + 4 * MINUTE;
  play.watch(5_000);
  assert.deepEqual(refused(play), []);
});

test("bypasses of before a start or a publication count as well, as long as they are young enough", () => {
  const play = full();
  const [old, young] = [play.at - 9 * 60 * MINUTE, play.at - 60 * MINUTE];
  const after = (...bypassedAt: number[]): Play => {
    const other = full();
    other.state = initialSupervision(other.rules, other.at, { bypassedAt });
    return other.ready();
  };
  assert.deepEqual(refused(after(old, young, young)), []);
  assert.deepEqual(refused(after(young, young, young)), [
    "There were 3 bypasses within 8 hours; a further one needs maintenance",
  ]);
  const third = after(young, young);
  third.bypass("cell", 1).watch(61_000);
  assert.equal(refused(third).length, 1);
});
