/** The figures by which alarms are put before people anew, stand, chatter and are commented, each to the millisecond. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { normalAlarm } from "../../../server/domain/alarm.ts";
import { alarmViews } from "../../../server/domain/alarm_list.ts";
import { alarmsToKeep } from "../../../server/domain/alarm_past.ts";
import { COMMENT_MAX, longestShelf, OUT_OF_SERVICE_MAX_MS } from "../../../server/domain/alarm_policy.ts";
import { suppressedBy } from "../../../server/domain/annunciation.ts";
import type { AlarmView } from "../../../server/domain/view.ts";
import type { Play } from "./scenario.ts";
import { acknowledge, full, fullDisk, lose } from "./situations.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const overdue = (play: Play, long = false): Play => {
  play.feed({ kind: "maintenance", overdue: [{ test: "relay", message: "m", long }], worn: [] });
  return play;
};
const passed = (play: Play): Play => {
  play.feed({ kind: "maintenance", overdue: [], worn: [] });
  return play;
};
const OVERDUE = "test.overdue:relay";

function shown(play: Play, id: string): AlarmView | undefined {
  const { alarms, hidden } = alarmViews(play.state, play.rules, (at) => at);
  return [...alarms, ...hidden].find((alarm) => alarm.id === id);
}

function later(play: Play, ms: number): Play {
  play.at += ms;
  play.feed({ kind: "tick" });
  return play;
}

for (const [id, begin, ms] of [
  ["prot.camera.lost:front", (play: Play) => lose(play, "front"), 30 * MINUTE],
  ["sys.audit.fail:record", fullDisk, HOUR],
  ["test.overdue.long:relay", (play: Play) => overdue(play, true), 4 * HOUR],
  [OVERDUE, overdue, 8 * HOUR],
] as const)
  test(`${id}, acknowledged and still present, is put before people anew after ${ms / MINUTE} minutes`, () => {
    const play = full().guarding();
    begin(play);
    acknowledge(play, id);
    assert.equal(play.alarm(id), "acknowledged");
    assert.equal(later(play, ms - 1).alarm(id), "acknowledged");
    assert.equal(later(play, 1).alarm(id), "unacknowledged");
  });

test("an alarm on the shelf is not put before people anew before it comes back", () => {
  const play = acknowledge(overdue(full().guarding()), OVERDUE);
  later(play, 7 * HOUR);
  const order = { kind: "hide-alarm", alarm: OVERDUE, as: "shelved", by: "Sam", reason: "known" } as const;
  play.feed({ ...order, untilAt: play.at + 2 * HOUR });
  later(play, 2 * HOUR - 1);
  assert.deepEqual([shown(play, OVERDUE)?.state, play.alarm(OVERDUE)], ["shelved", "acknowledged"]);
  assert.equal(later(play, 1).alarm(OVERDUE), "unacknowledged");
});

test("an alarm stands after a day without a break, and one that is gone stands no longer", () => {
  const play = fullDisk(full().guarding());
  const id = "sys.audit.fail:record";
  assert.equal(shown(later(play, 24 * HOUR - 1), id)?.standing, undefined);
  assert.equal(shown(later(play, 1), id)?.standing, true);
  play.feed({ kind: "record", writable: true });
  later(play, 6_000);
  assert.equal(shown(play, id)?.state, "returned-unacknowledged");
  assert.equal(shown(play, id)?.standing, undefined);
});

test("three raisings in more than a minute do not chatter; within one they do, for ten minutes", () => {
  for (const [betweenMs, chatters] of [
    [30_001, undefined],
    [30_000, true],
  ] as const) {
    const play = full().guarding();
    for (let i = 0; i < 3; i++) {
      if (i > 0) later(passed(play), betweenMs);
      overdue(play);
    }
    assert.equal(shown(play, OVERDUE)?.chattering, chatters, `${betweenMs} ms`);
    if (chatters === undefined) continue;
    assert.equal(shown(later(play, 10 * MINUTE), OVERDUE)?.chattering, true);
    assert.equal(shown(later(play, 1), OVERDUE)?.chattering, undefined);
  }
});

test("a comment is cut to its length, and what is not listed takes none", () => {
  const play = overdue(full().guarding());
  play.feed({ kind: "comment", alarm: OVERDUE, text: "x".repeat(COMMENT_MAX + 50), by: "Kim" });
  assert.equal(shown(play, OVERDUE)?.comment?.text.length, COMMENT_MAX);
  passed(play);
  const { alarms } = play.state;
  play.feed({ kind: "comment", alarm: OVERDUE, text: "Too late", by: "Kim" });
  assert.equal(play.state.alarms, alarms);
});

test("out of service lasts a week at most, and a low disk may be shelved for a shift", () => {
  assert.equal(OUT_OF_SERVICE_MAX_MS, 7 * 24 * HOUR);
  assert.equal(longestShelf({ definition: "sys.disk.low", source: "data" }, full().rules), 8 * HOUR);
});

test("a person in a stop zone is not suppressed by the loss of a camera that bears the zone's id", () => {
  const play = full().guarding();
  const alarm = { ...normalAlarm("prot.camera.lost", "cell"), state: "unacknowledged" } as const;
  const track = { alarm, presentSince: play.at, goneSince: undefined, raises: [] };
  const state = { ...play.state, alarms: new Map([[alarm.id, track]]) };
  assert.equal(suppressedBy(state, normalAlarm("prot.camera.dark", "cell")), alarm);
  assert.equal(suppressedBy(state, normalAlarm("zone.stop.occupied", "cell")), undefined);
});

test("a model that is not proven explains its slowness", () => {
  const play = full().guarding();
  play.feed({ kind: "overload", camera: "front", why: "looked at twice a second" });
  play.feed({ kind: "detector", state: { kind: "failed", why: "It found nobody", selfTest: true } });
  assert.equal(shown(play, "prot.latency.high:detector")?.state, "suppressed");
});

test("a shelf is kept for a restart while its alarm is gone", () => {
  const play = overdue(full().guarding());
  const order = { kind: "hide-alarm", alarm: OVERDUE, as: "shelved", by: "Sam", reason: "known" } as const;
  play.feed({ ...order, untilAt: play.at + HOUR });
  passed(play);
  assert.equal(play.alarm(OVERDUE), "normal");
  assert.deepEqual(
    alarmsToKeep(play.state).alarms.map(({ id }) => id),
    [OVERDUE],
  );
});
