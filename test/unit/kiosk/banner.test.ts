/** The one thing the banner says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { alarmToAcknowledge, chooseBanner, countAlarms, countAside, lookOf } from "../../../kiosk/banner.ts";
import { BANNER } from "../../../kiosk/words.ts";
import type { AlarmView, OutputView, View } from "../../../server/domain/view.ts";

function alarm(change: Partial<AlarmView>): AlarmView {
  return {
    id: "zone.stop.occupied:cell",
    definition: "zone.stop.occupied",
    source: "cell",
    priority: 1,
    state: "unacknowledged",
    raisedAt: 0,
    text: "Person in Cell",
    response: "Clear the area",
    version: 1,
    returns: 0,
    ...change,
  };
}

const PERMIT: OutputView = {
  id: "permit",
  name: "Run permit",
  role: "run-permit",
  horn: false,
  board: "sim",
  channel: 1,
  demand: "dropped",
  readback: "dropped",
  why: "Waits for a reset",
};

function view(change: Partial<View>): View {
  return {
    seq: 1,
    boot: "one",
    version: "0",
    wallAt: 0,
    site: { name: "Site", timezone: "UTC" },
    demonstration: false,
    label: "",
    state: "watching",
    cameras: [],
    zones: [],
    counts: [],
    masks: [],
    alarms: [],
    hidden: [],
    outputs: [],
    boards: [],
    bypasses: [],
    tests: [],
    cycle: { number: 0, running: false, sinceWallAt: 0 },
    reset: { possible: false, needed: false, pinNeeded: false, refusals: [] },
    silenced: false,
    stopRequested: false,
    reaction: { count: 0 },
    model: { name: "m", state: "ready", grade: "", quality: "" },
    faults: [],
    ...change,
  };
}

test("why a permit is withheld is said once", () => {
  const withheld = "Run permits are withheld until today's relay test has passed";
  const outputs = [{ ...PERMIT, why: `Output test by Sam. ${withheld}` }];
  const reset = { possible: false, needed: true, pinNeeded: false, refusals: [withheld, "Not yet clear"] };
  assert.deepEqual(chooseBanner(view({ state: "tripped", outputs, reset })), {
    kind: "tripped",
    why: [`Output test by Sam. ${withheld}`, "Not yet clear"],
  });
});

test("the banner is quiet when nothing is wrong", () => {
  assert.deepEqual(chooseBanner(view({})), { kind: "quiet" });
});

test("the banner shows the first alarm nobody has acknowledged, before a graver one somebody has", () => {
  const seen = alarm({ id: "a", state: "acknowledged" });
  const open = alarm({ id: "b", state: "latched-unacknowledged", priority: 2 });
  const later = alarm({ id: "c", priority: 3 });
  const shown = view({ state: "tripped", alarms: [seen, open, later] });
  assert.deepEqual(chooseBanner(shown), { kind: "alarm", alarm: open, flashing: true, latched: true });
  assert.equal(alarmToAcknowledge(shown), open);
});

test("the banner keeps an acknowledged alarm, steady, and there is nothing to acknowledge", () => {
  const seen = alarm({ state: "latched-acknowledged" });
  const shown = view({ state: "tripped", alarms: [seen] });
  assert.deepEqual(chooseBanner(shown), { kind: "alarm", alarm: seen, flashing: false, latched: true });
  assert.equal(alarmToAcknowledge(shown), undefined);
});

test("a dropped permit without an alarm says why, each reason once", () => {
  const reset = {
    possible: false,
    needed: true,
    pinNeeded: false,
    refusals: ["Waits for a reset", "Too early"],
  };
  const shown = view({ state: "tripped", outputs: [PERMIT, { ...PERMIT, id: "two" }], reset });
  assert.deepEqual(chooseBanner(shown), { kind: "tripped", why: ["Waits for a reset", "Too early"] });
});

test("a box that watches nothing does not look as if all were well", () => {
  assert.deepEqual(chooseBanner(view({ state: "unguarded" })), { kind: "unguarded" });
});

test("only what nobody acknowledged flashes", () => {
  const flashing = (state: AlarmView["state"]) => lookOf(alarm({ state })).flashing;
  assert.deepEqual(
    (["unacknowledged", "returned-unacknowledged", "latched-unacknowledged"] as const).map(flashing),
    [true, true, true],
  );
  assert.deepEqual((["acknowledged", "latched-acknowledged"] as const).map(flashing), [false, false]);
});

test("the banner says how many more there are, and how many wait", () => {
  assert.equal(BANNER.counters(1, 1), "1 to acknowledge");
  assert.equal(BANNER.counters(4, 2), "3 more, 2 to acknowledge");
  assert.equal(BANNER.counters(2, 0), "1 more, all acknowledged");
  assert.equal(BANNER.more(4), "+3 more");
});

test("what is set aside is counted by its kind, and what comes back first is known", () => {
  const until = (untilWallAt: number) => ({ by: "Sam", reason: "known", present: true, untilWallAt });
  const hidden = [
    alarm({ state: "shelved", hidden: until(9_000) }),
    alarm({ state: "out-of-service", hidden: until(5_000) }),
    alarm({ state: "suppressed", hidden: { by: "x", reason: "Explained by: x", present: true } }),
  ];
  assert.deepEqual(countAside(hidden), { shelved: 1, outOfService: 1, suppressed: 1, nextWallAt: 5_000 });
  assert.deepEqual(countAside(hidden.slice(2)), { shelved: 0, outOfService: 0, suppressed: 1 });
});

test("alarms are counted, and how many wait for a person", () => {
  const alarms = [alarm({ priority: 3 }), alarm({ state: "acknowledged" }), alarm({ priority: 3 })];
  assert.deepEqual(countAlarms(alarms), { total: 3, unacknowledged: 2 });
});
