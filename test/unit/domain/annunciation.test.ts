/** What is put before people: shelves, service, suppression, first-out, and alarms that stand or chatter. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ALARMS, type AlarmDefinition, type AlarmDefinitionId } from "../../../server/domain/alarm.ts";
import { annunciationFacts } from "../../../server/domain/alarm_fact.ts";
import { alarmViews } from "../../../server/domain/alarm_list.ts";
import { longestShelf, mayLeaveService, SHELVED_MAX } from "../../../server/domain/alarm_policy.ts";
import { hideRefusals } from "../../../server/domain/annunciation.ts";
import { refusals } from "../../../server/domain/interlock.ts";
import { type Input, supervise } from "../../../server/domain/supervise.ts";
import type { AlarmView } from "../../../server/domain/view.ts";
import { IN_CELL, type Play, person } from "./scenario.ts";
import { acknowledge, aislePerson, CELL, failed, full, fullDisk, lose, stop } from "./situations.ts";

const AISLE = "zone.warn.occupied:aisle";
const MINUTE = 60_000;

function hide(
  play: Play,
  alarm: string,
  minutes: number,
  as: "shelved" | "out-of-service" = "shelved",
): Play {
  play.feed({
    kind: "hide-alarm",
    alarm,
    as,
    by: "Sam",
    reason: "known",
    untilAt: play.at + minutes * MINUTE,
  });
  return play;
}

function shown(play: Play, id: string): AlarmView | undefined {
  const { alarms, hidden } = alarmViews(play.state, play.rules, (at) => at);
  return [...alarms, ...hidden].find((alarm) => alarm.id === id);
}

function refused(play: Play, alarm: string, more: object = {}): readonly string[] {
  const request = { alarm, as: "shelved", reason: "known", untilAt: play.at + 10 * MINUTE, ...more } as const;
  return hideRefusals(play.state, play.rules, request);
}

/** Somebody stays in the aisle, and the cell is watched all the while. */
const near = full().guarding();
aislePerson(near);

test("a shelved alarm is listed apart with who, why and how long, and comes back by itself, unacknowledged", () => {
  const play = acknowledge(near.fork(), AISLE);
  assert.equal(shown(play, AISLE)?.state, "acknowledged");
  hide(play, AISLE, 1);
  const on = shown(play, AISLE);
  assert.equal(on?.state, "shelved");
  assert.deepEqual(on?.hidden, {
    by: "Sam",
    reason: "known",
    present: true,
    untilWallAt: play.at + MINUTE,
    leftMs: MINUTE,
  });
  assert.equal(on?.sound, undefined);
  while (shown(play, AISLE)?.state === "shelved") aislePerson(play);
  assert.equal(play.at, (on?.hidden?.untilWallAt ?? 0) + ((play.at - (on?.hidden?.untilWallAt ?? 0)) % 300));
  const back = shown(play, AISLE);
  assert.equal(back?.state, "unacknowledged");
  assert.equal(back?.sound, "warning");
  assert.equal(back?.acknowledgedBy, undefined);
  assert.ok((back?.version ?? 0) > (on?.version ?? 0), "an order for what was seen before is refused");
});

test("a shelf lasts while the condition comes and goes, and ends at one word", () => {
  const play = hide(near.fork(), AISLE, 10).watch(3_000);
  assert.equal(play.alarm(AISLE), "normal");
  assert.deepEqual([shown(play, AISLE)?.state, shown(play, AISLE)?.hidden?.present], ["shelved", false]);
  aislePerson(play);
  assert.equal(shown(play, AISLE)?.state, "shelved");
  play.feed({ kind: "bring-back-alarm", alarm: AISLE, by: "panel" });
  assert.equal(shown(play, AISLE)?.state, "unacknowledged");
});

test("no shelf for priority 1, for what latches, for what drops a permit, nor beyond the limits", () => {
  const rules = near.rules;
  for (const [id, entry] of Object.entries(ALARMS) as [AlarmDefinitionId, AlarmDefinition][]) {
    const longest = longestShelf({ definition: id, source: "x" }, rules);
    if (entry.priority === 1 || entry.latching) assert.equal(longest, undefined, id);
    if (longest !== undefined) assert.ok(longest <= 8 * 60 * MINUTE, id);
  }
  const bound = {
    ...rules,
    outputs: rules.outputs.map((o) => (o.role === "run-permit" ? { ...o, zones: ["aisle"] } : o)),
  };
  const aisle = { definition: "zone.warn.occupied", source: "aisle" } as const;
  assert.equal(longestShelf(aisle, rules), 30 * MINUTE);
  assert.equal(longestShelf(aisle, bound), undefined, "its permit drops with it");
  assert.equal(mayLeaveService(aisle, bound), false);
  for (const id of ["zone.stop.occupied", "op.stop.requested", "bypass.active"] as const)
    assert.equal(mayLeaveService({ definition: id, source: "x" }, rules), false);

  const play = near.fork();
  assert.deepEqual(refused(play, AISLE), []);
  assert.deepEqual(refused(play, AISLE, { untilAt: play.at + 40 * MINUTE }), [
    "It may be shelved for 1 minute to 30 minutes",
  ]);
  assert.deepEqual(refused(play, AISLE, { untilAt: Number.NaN }), [
    "It may be shelved for 1 minute to 30 minutes",
  ]);
  assert.deepEqual(refused(play, AISLE, { reason: " " }), ["A reason is needed"]);
  assert.match(refused(play, AISLE, { version: 99 })[0] ?? "", /changed meanwhile/);
  assert.deepEqual(refused(play, CELL), [`No alarm "${CELL}" is listed`]);
  stop(play);
  assert.match(refused(play, "op.stop.requested:panel")[0] ?? "", /never shelved/);
  assert.match(
    refused(play, "op.stop.requested:panel", { as: "out-of-service" })[0] ?? "",
    /never taken out/,
  );
  hide(play, AISLE, 10);
  assert.deepEqual(refused(play, AISLE), ["It is shelved already, by Sam"]);
});

test(`no more than ${SHELVED_MAX} alarms are shelved at once`, () => {
  const play = full().guarding();
  const worn = play.rules.outputs.slice(0, SHELVED_MAX + 1).map(({ id }) => ({ output: id, message: "m" }));
  play.feed({ kind: "maintenance", overdue: [], worn });
  for (const { output } of worn) hide(play, `out.worn:${output}`, 60);
  assert.equal(play.state.hidden.size, SHELVED_MAX);
  assert.match(refused(play, `out.worn:${worn.at(-1)?.output}`)[0] ?? "", /5 alarms are shelved already/);
});

test("what is out of service keeps its life: it still holds the reset back until it is acknowledged", () => {
  const play = lose(full().guarding(), "front");
  hide(play, "prot.camera.lost:front", 60, "out-of-service");
  assert.equal(shown(play, "prot.camera.lost:front")?.state, "out-of-service");
  play.running("front").watch(10_000);
  assert.ok(refusals(play.state, play.rules).some((why) => /Acknowledge first: Camera Front/.test(why)));
  acknowledge(play, "prot.camera.lost:front");
  assert.deepEqual(refusals(play.state, play.rules), []);
  play.feed({ kind: "reset", by: "Sam" });
  assert.equal(play.demand("permit"), "energised");
});

/* ---- suppression ---- */

test("a lost camera suppresses its own other alarms and no other camera's, and names itself", () => {
  const play = full().guarding();
  play.trust("front", "dark").trust("side", "dark").watch(200);
  assert.equal(shown(play, "prot.camera.dark:front")?.state, "unacknowledged");
  const before = lose(play, "front").state;
  const dark = shown(play, "prot.camera.dark:front");
  assert.equal(dark?.state, "suppressed");
  assert.equal(dark?.hidden?.reason, "Explained by: Camera Front gives no picture");
  assert.equal(shown(play, "prot.camera.dark:side")?.state, "unacknowledged");
  assert.equal(play.alarm("prot.camera.dark:front"), "latched-unacknowledged", "its life goes on");
  play.running("front").trust("front", "mismatch").watch(1_000);
  assert.equal(play.alarm("prot.camera.lost:front"), "unacknowledged", "its off-delay still runs");
  assert.equal(
    shown(play, "prot.camera.mismatch:front")?.state,
    "unacknowledged",
    "but it explains nothing any more",
  );
  play.watch(5_000);
  assert.equal(play.alarm("prot.camera.lost:front"), "latched-unacknowledged");
  assert.equal(
    shown(play, "prot.camera.dark:front")?.state,
    "latched-unacknowledged",
    "nothing explains it any more",
  );
  const told = annunciationFacts(before, play.state).map((fact) => [
    fact.kind,
    "by" in fact ? fact.by : undefined,
  ]);
  assert.deepEqual(told, [["alarm-suppressed", undefined]]);
});

test("a detector that fails explains its slowness and cameras nobody looked at, never a camera that is gone", () => {
  const play = full().guarding();
  play.feed({ kind: "overload", camera: "front", why: "looked at twice a second" });
  lose(play, "side");
  failed(play);
  assert.equal(shown(play, "prot.latency.high:detector")?.state, "suppressed");
  assert.equal(shown(play, "prot.camera.lost:side")?.state, "unacknowledged");
  assert.equal(shown(play, "prot.detector.stalled:detector")?.state, "unacknowledged");
});

test("a person in a stop zone is never suppressed", () => {
  const play = failed(lose(full().guarding().watch(300, person(IN_CELL)), "front"));
  assert.equal(shown(play, CELL)?.state, "unacknowledged");
});

/* ---- first-out, standing, chattering, anew ---- */

test("the trip that came first is marked until it is reset, then the next one is", () => {
  const play = full().guarding().watch(300, person(IN_CELL));
  stop(play).watch(4_000);
  lose(play, "side");
  const firsts = () =>
    alarmViews(play.state, play.rules, (at) => at)
      .alarms.filter(({ firstOut }) => firstOut)
      .map(({ id }) => id);
  assert.deepEqual(firsts(), [CELL]);
  acknowledge(play, CELL, "op.stop.requested:panel", "prot.camera.lost:side");
  play.watch(4_000).feed({ kind: "reset", by: "Sam" });
  assert.equal(play.alarm(CELL), "normal");
  assert.deepEqual(firsts(), []);
  stop(play);
  assert.deepEqual(firsts(), ["op.stop.requested:panel"]);
});

test("a lost camera is first-out before what it brings down in the same moment", () => {
  const play = lose(full().guarding(), "front").wait(3_000);
  assert.equal(play.state.firstOut, "prot.camera.lost:front");
});

test("an acknowledged alarm that stands too long is put before people anew, and sounds again", () => {
  const play = acknowledge(fullDisk(full().guarding()), "sys.audit.fail:record");
  play.at += 59 * MINUTE;
  play.feed({ kind: "tick" });
  assert.equal(play.alarm("sys.audit.fail:record"), "acknowledged");
  play.at += MINUTE;
  play.feed({ kind: "tick" });
  const anew = shown(play, "sys.audit.fail:record");
  assert.deepEqual([anew?.state, anew?.sound, anew?.returns], ["unacknowledged", "warning", 0]);
  assert.equal(anew?.standing, undefined);
  play.at += 24 * 60 * MINUTE;
  play.feed({ kind: "tick" });
  assert.equal(shown(play, "sys.audit.fail:record")?.standing, true);
});

test("three raisings within a minute are chattering, for ten minutes", () => {
  const play = full().guarding();
  for (let i = 0; i < 3; i++) {
    assert.equal(shown(play, AISLE)?.chattering, undefined);
    aislePerson(play);
    if (i < 2) play.watch(3_000);
  }
  assert.equal(shown(play, AISLE)?.chattering, true);
  play.at += 11 * MINUTE;
  assert.equal(shown(play, AISLE)?.chattering, true, "only a step lets time pass");
  play.feed({ kind: "tick" });
  assert.equal(shown(play, AISLE)?.chattering, undefined);
});

test("a comment stands on the alarm without changing its version, and goes with the occurrence", () => {
  const play = near.fork();
  const version = shown(play, AISLE)?.version;
  play.feed({ kind: "comment", alarm: AISLE, text: "  The driver waits there  ", by: "Kim" });
  assert.deepEqual(shown(play, AISLE)?.comment, {
    by: "Kim",
    text: "The driver waits there",
    wallAt: play.at,
  });
  assert.equal(shown(play, AISLE)?.version, version);
  const before = play.state;
  play.feed({ kind: "comment", alarm: AISLE, text: " ", by: "Kim" });
  assert.equal(play.state.alarms, before.alarms);
  play.watch(3_000);
  aislePerson(play);
  assert.equal(shown(play, AISLE)?.comment, undefined);
});

test("a clock that follows nobody is told after a minute, and blocks nothing", () => {
  const play = full().guarding();
  const told = (trusted: boolean, ms: number): void => {
    for (let i = 0; i < ms; i += 1_000) {
      play.feed({ kind: "clock", wallAt: 0, trusted });
      play.watch(1_000);
    }
  };
  told(false, 58_000);
  assert.equal(play.alarm("sys.time.unsynced:clock"), "normal");
  told(false, 4_000);
  assert.equal(play.alarm("sys.time.unsynced:clock"), "unacknowledged");
  assert.equal(shown(play, "sys.time.unsynced:clock")?.sound, undefined, "the lowest priority is silent");
  assert.equal(play.demand("permit"), "energised");
  told(true, 62_000);
  assert.equal(play.alarm("sys.time.unsynced:clock"), "normal");
});

test("an expected panel that shows nothing is told of after 15 s, and no output goes by it", () => {
  const play = full().guarding();
  const offline = [{ name: "Press 4", message: "It gives no sign of life" }];
  play.feed({ kind: "maintenance", overdue: [], worn: [], offline });
  play.watch(14_500);
  assert.equal(play.alarm("ui.panel.offline:Press 4"), "normal");
  play.watch(1_000);
  assert.equal(play.alarm("ui.panel.offline:Press 4"), "unacknowledged");
  assert.equal(shown(play, "ui.panel.offline:Press 4")?.text, "Panel Press 4 shows nothing");
  assert.equal(play.demand("permit"), "energised");
  assert.deepEqual(refused(play, "ui.panel.offline:Press 4"), []);
  play.feed({ kind: "maintenance", overdue: [], worn: [], offline: [] });
  play.watch(6_000);
  assert.equal(play.alarm("ui.panel.offline:Press 4"), "normal");
});

/* ---- nothing else changes ---- */

const IDS = [
  AISLE,
  CELL,
  "prot.camera.lost:front",
  "prot.camera.dark:front",
  "prot.detector.stalled:detector",
  "sys.audit.fail:record",
  "out.comm.lost:guardian",
  "prot.latency.high:detector",
];
type Move = (play: Play) => void;
const moves: readonly Move[] = [
  (play) => void play.watch(300),
  (play) => void play.watch(300, person(IN_CELL)),
  (play) => void aislePerson(play),
  (play) => void lose(play, "front"),
  (play) => void play.running("front", "side"),
  (play) => void play.trust("front", "dark"),
  (play) => void play.feed({ kind: "detector", state: { kind: "failed", why: "w" } }),
  (play) => void play.feed({ kind: "detector", state: { kind: "ready", warmupMs: 1 } }),
  (play) => void fullDisk(play),
  (play) => void play.feed({ kind: "record", writable: true }),
  (play) => void play.wait(3_000),
  (play) => void play.relay(),
  (play) => void stop(play),
  (play) => void play.feed({ kind: "silence", by: "x" }),
  (play) => void acknowledge(play, ...IDS),
  (play) => void play.feed({ kind: "reset", by: "x" }),
];

test("shelving and taking out of service change no output, no verdict, no permit and no refusal, now or later", () => {
  const start = full().guarding();
  let hidden = 0;
  let energised = 0;
  const order = fc.tuple(
    fc.constantFrom(...IDS),
    fc.constantFrom("shelved" as const, "out-of-service" as const),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(moves.length - 1), fc.option(order, { freq: 3 })), {
        minLength: 5,
        maxLength: 20,
        size: "max",
      }),
      (steps) => {
        const [plain, other] = [start.fork(), start.fork()];
        for (const [index, hides] of steps) {
          for (const play of [plain, other]) moves[index]?.(play);
          if (hides !== null) {
            const [alarm, as] = hides;
            const untilAt = other.at + 30 * MINUTE;
            const input: Input = {
              at: other.at,
              kind: "hide-alarm",
              alarm,
              as,
              by: "Sam",
              reason: "known",
              untilAt,
            };
            const { hidden: _, ...rest } = supervise(other.state, input, other.rules);
            const { hidden: __, ...ticked } = supervise(
              other.state,
              { at: other.at, kind: "tick" },
              other.rules,
            );
            assert.deepEqual(rest, ticked);
            other.state = supervise(other.state, input, other.rules);
            plain.feed({ kind: "tick" });
          }
          hidden += other.state.hidden.size;
          energised += Number(other.demand("permit") === "energised");
          assert.deepEqual(other.state.demand, plain.state.demand);
          assert.deepEqual(other.state.permits, plain.state.permits);
          assert.deepEqual(other.state.verdicts, plain.state.verdicts);
          assert.deepEqual(refusals(other.state, other.rules), refusals(plain.state, plain.rules));
        }
      },
    ),
    { numRuns: 60 },
  );
  assert.ok(hidden > 50 && energised > 20, `it must meet hidden alarms and permits: ${hidden}, ${energised}`);
});

test("an alarm that comes back to the list changes no permit and no verdict, and silences nothing", () => {
  for (const as of ["shelved", "out-of-service"] as const) {
    const play = acknowledge(near.fork(), AISLE);
    hide(play, AISLE, 10, as);
    const before = play.state;
    play.feed({ kind: "bring-back-alarm", alarm: AISLE, by: "panel" });
    assert.equal(play.state.permits, before.permits);
    assert.equal(play.state.verdicts, before.verdicts);
    for (const [id, drive] of Object.entries(before.demand))
      assert.ok(drive === "dropped" || play.state.demand[id] === "energised", id);
  }
});
