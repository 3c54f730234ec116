/** What is heard, and for how long; and that no relay is ever switched fast for it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Alarm, type AlarmDefinitionId, normalAlarm } from "../../../server/domain/alarm.ts";
import { soundsNow } from "../../../server/domain/horn.ts";
import { IN_CELL, Play, person } from "./scenario.ts";
import { aislePerson, full, lose } from "./situations.ts";

const raised = (definition: AlarmDefinitionId, at: number): Alarm => ({
  ...normalAlarm(definition, "x"),
  state: "unacknowledged",
  raisedAt: at,
});

/** How often the horn changes, and for how long at least it stays. */
function course(
  alarms: readonly Alarm[],
  until = 180_000,
): { readonly changes: number; readonly shortestMs: number } {
  let [changes, shortestMs, since] = [0, until, 0];
  let now = false;
  for (let at = 0; at <= until; at += 100) {
    const next = soundsNow(
      alarms.filter(({ raisedAt }) => raisedAt <= at),
      at,
    );
    if (next === now) continue;
    if (changes > 0) shortestMs = Math.min(shortestMs, at - since);
    [changes, since, now] = [changes + 1, at, next];
  }
  return { changes, shortestMs };
}

test("a person in a stop zone sounds without a break, a lost camera and a warning with pauses of seconds", () => {
  assert.deepEqual(course([raised("zone.stop.occupied", 0)]).changes, 1);
  const lost = course([raised("prot.camera.lost", 0)]);
  assert.deepEqual(lost, { changes: 37, shortestMs: 4_000 });
  const warning = course([raised("zone.warn.occupied", 0)]);
  assert.deepEqual(warning, { changes: 37, shortestMs: 2_000 });
});

test("the most urgent class sounds in its own pattern, and a new alarm is heard at once", () => {
  assert.equal(course([raised("prot.camera.lost", 0), raised("zone.stop.occupied", 0)]).changes, 1);
  const warning = raised("zone.warn.occupied", 0);
  assert.equal(soundsNow([warning], 5_000), false);
  assert.equal(soundsNow([warning, raised("zone.dwell", 5_000)], 5_000), true);
});

test("many alarms of one class move the relay no faster than one", () => {
  const many = Array.from({ length: 40 }, (_, i) => raised("prot.camera.lost", (i * 1_300) % 9_700));
  assert.ok(course(many).changes <= 37);
});

test("a horn is over after 180 s, and a silenced alarm that returns sounds again", () => {
  const play = lose(full().guarding(), "front");
  const heard = (ms: number): boolean => {
    for (let i = 0; i < ms; i += 100) if (play.wait(100).demand("horn") === "energised") return true;
    return false;
  };
  assert.equal(play.demand("horn"), "energised");
  play.wait(170_000);
  assert.ok(heard(9_000));
  play.wait(15_000);
  assert.ok(!heard(20_000));
  const other = full().guarding().watch(300, person(IN_CELL));
  other.feed({ kind: "silence", by: "panel" });
  assert.equal(other.demand("horn"), "dropped");
  other.watch(4_000).watch(300, person(IN_CELL));
  assert.equal(other.demand("horn"), "energised");
});

test("a shelved warning is silent on the panel and still sounds where the person stands", () => {
  const play = aislePerson(full().guarding());
  const before = play.demand("siren");
  play.feed({
    kind: "hide-alarm",
    ...{
      alarm: "zone.warn.occupied:aisle",
      as: "shelved",
      by: "Sam",
      reason: "known",
      untilAt: play.at + 60_000,
    },
  });
  assert.equal(before, "energised");
  assert.equal(play.demand("siren"), "energised");
  assert.equal(new Play().demand("siren"), "missing", "the small box has none");
});
