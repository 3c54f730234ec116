/** Alarms over a start: what stays acknowledged, what is still listed, and until when nobody knows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmsToKeep } from "../../../server/domain/alarm_past.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";
import { IN_CELL, type Play, person } from "./scenario.ts";
import { acknowledge, aislePerson, CELL, full, fullDisk, lose } from "./situations.ts";

/** The same box after a start, half a minute later. */
function started(before: Play): Play {
  const play = full();
  play.at = before.at + 30_000;
  play.state = initialSupervision(play.rules, play.at, {
    alarms: { ...alarmsToKeep(before.state), versions: 1_000 },
  });
  return play;
}

test("what was acknowledged stays so over a start, by whom and when, though nobody has looked yet", () => {
  const before = acknowledge(lose(full().guarding(), "front"), "prot.camera.lost:front");
  const known = before.state.alarms.get("prot.camera.lost:front")?.alarm;
  const play = started(before).wait(20_000);
  assert.deepEqual(play.state.alarms.get("prot.camera.lost:front")?.alarm, known);
  assert.equal(play.state.firstOut, "prot.camera.lost:front");
});

test("a condition that is gone after the start is still listed where it had to be acknowledged or reset", () => {
  const before = full().guarding().watch(300, person(IN_CELL));
  const play = started(before);
  assert.equal(play.alarm(CELL), "unacknowledged");
  play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 3 } });
  play.relay();
  play.running("front", "side").watch(4_000);
  assert.equal(play.alarm(CELL), "latched-unacknowledged", "the zone is proven clear");
  const disk = started(fullDisk(full().guarding())).wait(5_100);
  assert.equal(disk.alarm("sys.audit.fail:record"), "returned-unacknowledged");
  const warned = started(aislePerson(full().guarding())).wait(10_200);
  assert.equal(warned.alarm("zone.warn.occupied:aisle"), "normal", "it needs nobody");
});

test("shelves outlast a start, end on time and come back unacknowledged", () => {
  const before = acknowledge(fullDisk(full().guarding()), "sys.audit.fail:record");
  const untilAt = before.at + 120_000;
  const order = {
    alarm: "sys.audit.fail:record",
    as: "shelved",
    by: "Sam",
    reason: "known",
    untilAt,
  } as const;
  before.feed({ kind: "hide-alarm", ...order });
  const play = fullDisk(started(before));
  assert.equal(play.state.hidden.get("sys.audit.fail:record")?.by, "Sam");
  play.wait(89_900);
  assert.equal(play.alarm("sys.audit.fail:record"), "acknowledged");
  play.wait(200);
  assert.equal(play.state.hidden.size, 0);
  assert.equal(play.alarm("sys.audit.fail:record"), "unacknowledged");
});

test("an alarm of what is no longer configured is forgotten, and a new one begins above every version told", () => {
  const before = lose(full().guarding(), "side");
  const rules = { ...before.rules, cameras: before.rules.cameras.filter(({ id }) => id !== "side") };
  const state = initialSupervision(rules, 0, { alarms: { ...alarmsToKeep(before.state), versions: 1_000 } });
  assert.deepEqual([...state.alarms.keys()], []);
  assert.equal(state.firstOut, undefined);
  const play = started(full().guarding()).wait(20_000);
  assert.equal(play.state.alarms.get("prot.camera.lost:side")?.alarm.version, 1_001);
  assert.equal(play.state.alarms.get("prot.camera.lost:side")?.alarm.occurrence, 1_001);
});
