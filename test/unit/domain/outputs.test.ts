/** Pulses, horns, heartbeat and beacons in time, what counts as coming up, and the alarms' words. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmText } from "../../../server/domain/alarm.ts";
import { START_GRACE_MS } from "../../../server/domain/annunciate.ts";
import { IN_CELL, Play, person } from "./scenario.ts";
import { aislePerson, CELL, failed, full, fullConfig, lose, stop } from "./situations.ts";

/* ---- pulse, horn, heartbeat ---- */

test("a pulse is extended by another zone that becomes occupied, and by nobody who stays", () => {
  const play = new Play(
    fullConfig((file) => {
      const pulse = file.outputs.find(({ id }) => id === "pulse");
      if (pulse) Object.assign(pulse, { zones: ["cell", "aisle"] });
    }),
  ).guarding();
  play.watch(200, person(IN_CELL));
  const first = play.state.pulses.get("pulse");
  assert.equal(first, play.at + 500);
  play.watch(200, person(IN_CELL));
  assert.equal(play.state.pulses.get("pulse"), first);
  aislePerson(play);
  assert.equal(play.state.pulses.get("pulse"), play.at + 500);
});

test("a pulse ends on time while its zone is blind, bypassed or still occupied, and at once with the box", () => {
  const meanwhile: readonly (readonly [string, (play: Play) => unknown])[] = [
    ["occupied", (play) => play.watch(400, person(IN_CELL))],
    ["blind", (play) => lose(play, "front").wait(400)],
    ["bypassed", (play) => play.bypass("cell").watch(400, person(IN_CELL))],
    [
      "without a guardian",
      (play) => play.feed({ kind: "relay", state: { kind: "lost", why: "w", since: 0 } }),
    ],
  ];
  for (const [what, happens] of meanwhile) {
    const play = full().guarding().watch(200, person(IN_CELL));
    const end = play.at + 500;
    happens(play);
    assert.equal(play.demand("pulse"), "energised", what);
    play.at = end;
    play.feed({ kind: "tick" });
    assert.equal(play.demand("pulse"), "dropped", what);
    assert.equal(play.state.pulses.size, 0, what);
  }
  const ended = full().guarding().watch(200, person(IN_CELL));
  ended.feed({ kind: "shutdown" });
  assert.equal(ended.state.pulses.size, 0, "no timer is left behind");
  assert.equal(ended.demand("pulse"), "dropped");
});

test("a zone found occupied after blindness gives a new pulse", () => {
  const play = full().guarding().watch(200, person(IN_CELL)).wait(1_500);
  assert.equal(play.demand("pulse"), "dropped");
  play.watch(100, person(IN_CELL));
  assert.equal(play.demand("pulse"), "energised");
});

test("each horn sounds for its own zones and cameras, and all of them for the detector", () => {
  const sounding = (play: Play): string => `${play.demand("horn")} ${play.demand("siren")}`;
  assert.equal(sounding(full().guarding().watch(200, person(IN_CELL))), "energised dropped");
  assert.equal(sounding(aislePerson(full().guarding())), "dropped energised");
  assert.equal(sounding(lose(full().guarding(), "front")), "energised dropped");
  assert.equal(sounding(lose(full().guarding(), "side")), "dropped energised");
  assert.equal(sounding(failed(full().guarding())), "energised energised");
  assert.equal(sounding(stop(full().guarding())), "dropped dropped");
});

test("silence holds for the alarms that are there and not for those that come", () => {
  const play = lose(full().guarding(), "front");
  play.feed({ kind: "silence", by: "panel" });
  assert.equal(play.demand("horn"), "dropped");
  play.at += 1;
  failed(play);
  assert.equal(play.demand("horn"), "energised");
});

test("the horn gives up 180 s after its alarm, to the millisecond", () => {
  const play = full().guarding().watch(200, person(IN_CELL));
  const raised = play.at;
  play.at = raised + 180_000;
  play.feed({ kind: "tick" });
  assert.equal(play.state.alarms.get(CELL)?.alarm.state, "unacknowledged");
  const { raisedAt } = play.state.alarms.get(CELL)?.alarm ?? { raisedAt: 0 };
  assert.equal(raisedAt, raised);
  play.feed({ kind: "acknowledge", alarm: "prot.detector.stalled:detector", by: "panel" });
  assert.equal(play.demand("horn"), "energised");
  play.at += 1;
  play.feed({ kind: "tick" });
  assert.equal(play.demand("horn"), "dropped");
});

test("the heartbeat toggles every 30 s while all zones are seen, and rests while one is blind", () => {
  const play = full().guarding();
  const changes: number[] = [];
  let last = play.demand("beat");
  const end = play.at + 300_000;
  while (play.at < end) {
    play.watch(100);
    if (play.demand("beat") === last) continue;
    last = play.demand("beat");
    changes.push(play.at);
  }
  assert.equal(changes.length, 10);
  changes.slice(1).forEach((at, i) => {
    assert.ok(at - (changes[i] ?? 0) >= 30_000, `after ${at - (changes[i] ?? 0)} ms`);
  });
  play.wait(1_100);
  for (let i = 0; i < 700; i++) {
    play.wait(100);
    assert.equal(play.demand("beat"), "dropped");
  }
});

test("a box that guards nothing lights no green lamp and keeps its heart", () => {
  const play = new Play(
    fullConfig((file) => {
      file.zones = [];
      file.outputs = file.outputs.filter(({ role }) => /lamp|heartbeat/.test(role));
    }),
  );
  play.feed({ kind: "tick" });
  const lit = Object.keys(play.state.demand).filter((id) => play.demand(id) === "energised");
  assert.deepEqual(lit, ["beat"]);
});

/* ---- coming up ---- */

test("a beacon is quiet while the box comes up, and no longer than its grace", () => {
  const play = full().wait(START_GRACE_MS);
  assert.equal(play.demand("beacon"), "dropped");
  play.wait(100);
  assert.equal(play.demand("beacon"), "energised");
});

test("a beacon does not wait for the grace when something has failed already", () => {
  assert.equal(lose(full().wait(500), "front").demand("beacon"), "energised");
  const detector = full().wait(500);
  detector.feed({ kind: "detector", state: { kind: "failed", why: "w" } });
  assert.equal(detector.demand("beacon"), "energised");
});

test("a camera that is stopped by a person is blind at once, and an alarm", () => {
  for (const state of [{ kind: "stopping", since: 0 }, { kind: "idle" }] as const) {
    const play = full().guarding();
    play.feed({ kind: "camera", camera: "front", state });
    assert.equal(play.demand("permit"), "dropped");
    assert.equal(play.state.alarms.get("prot.camera.lost:front")?.alarm.detail, "It was stopped by a person");
  }
});

test("a camera that starts again after trouble stays an alarm until it runs, five seconds long", () => {
  const play = lose(full().guarding(), "front");
  play.feed({ kind: "camera", camera: "front", state: { kind: "starting", attempt: 2, since: play.at } });
  play.wait(6_000);
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged");
  play.running("front").watch(4_900);
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged");
  play.watch(300);
  assert.equal(play.alarm("prot.camera.lost:front"), "latched-unacknowledged");
});

test("a detector may load for its grace, and is an alarm after it", () => {
  const play = full().guarding();
  play.feed({ kind: "detector", state: { kind: "loading" } });
  play.wait(9_900);
  assert.equal(play.alarm("prot.detector.stalled:detector"), "normal");
  assert.equal(play.demand("permit"), "dropped", "nobody looked meanwhile");
  play.wait(300);
  assert.equal(play.alarm("prot.detector.stalled:detector"), "unacknowledged");
});

test("a detector that failed and works again leaves the permit dropped until somebody resets", () => {
  const play = full().guarding();
  assert.equal(play.demand("permit"), "energised");
  play.feed({ kind: "detector", state: { kind: "failed", why: "w" } });
  assert.equal(play.demand("permit"), "dropped");
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
  play.watch(10_000);
  assert.equal(play.demand("permit"), "dropped");
});

test("a camera without an observation since its start is a stalled detector after its stale time", () => {
  const play = full();
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } });
  play.running("front", "side").wait(900);
  assert.equal(play.alarm("prot.detector.stalled:detector"), "normal");
  play.wait(100);
  assert.equal(play.alarm("prot.detector.stalled:detector"), "unacknowledged");
});

/* ---- words ---- */

test("alarmText() takes the name of the right kind of thing where ids are the same, and no pattern from it", () => {
  const config = fullConfig((file) => {
    const zone = file.zones[0];
    if (zone) Object.assign(zone, { id: "front", name: "Cell $& $1 $$" });
    for (const output of file.outputs)
      if (output.zones) output.zones = output.zones.map((id) => (id === "cell" ? "front" : id));
    const permit = file.outputs[0];
    if (permit) Object.assign(permit, { id: "side", name: "Press" });
  });
  const play = new Play(config).ready().watch(300, person(IN_CELL));
  lose(lose(play, "front"), "side");
  play.relay({ outputs: { side: { demand: "dropped", readback: "energised", mismatch: true } } });
  const texts = [...play.state.alarms.values()].map(({ alarm }) => alarmText(alarm, play.rules));
  assert.deepEqual(texts.sort(), [
    "Camera Front gives no picture",
    "Camera Side gives no picture",
    "Output Press is not what it should be",
    "Person in Cell $& $1 $$",
  ]);
});

test("alarmText() falls back on the id of what is no longer there", () => {
  const play = full().guarding().watch(300, person(IN_CELL));
  const alarm = play.state.alarms.get(CELL)?.alarm;
  assert.ok(alarm);
  assert.equal(alarmText(alarm, { ...play.rules, zones: [] }), "Person in cell");
});
