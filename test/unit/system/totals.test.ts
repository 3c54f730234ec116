/** What is counted, over facts of the rules themselves. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fact } from "../../../server/domain/fact.ts";
import { Totals } from "../../../server/system/totals.ts";
import { IN_CELL, person } from "../domain/scenario.ts";
import { Desk } from "../pipeline/desk.ts";
import { withTimers } from "../pipeline/timers.ts";

test("a person in a stop zone counts as one stop and one alarm, and their acknowledgement with its time", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers);
    const before = desk.facts.length;
    desk.watch(timers, 2_000, person(IN_CELL));
    const totals = new Totals();
    totals.take(desk.facts.slice(before));
    assert.deepEqual([...totals.stops], [["cell", 1]]);
    assert.equal(totals.alarms.get("zone.stop.occupied"), 1);
    assert.equal(totals.acknowledged.count, 0);
    const raised = desk.facts.findLast(
      (fact): fact is Extract<Fact, { kind: "alarm-changed" }> =>
        fact.kind === "alarm-changed" && fact.alarm.definition === "zone.stop.occupied",
    );
    assert.ok(raised);
    const told = desk.facts.length;
    desk.pipeline.feed({ kind: "acknowledge", alarm: raised.alarm.id, by: "panel" });
    totals.take(desk.facts.slice(told));
    assert.equal(totals.acknowledged.count, 1);
    assert.ok(totals.acknowledged.sumMs >= 1_500, String(totals.acknowledged.sumMs));
  });
});

test("outputs, cameras and drops are counted by what they are", () => {
  const totals = new Totals();
  const base = {
    output: "permit",
    demand: "dropped",
    why: "",
    cycle: 0,
    at: 0,
    kind: "output-changed",
  } as const;
  const error = { kind: "error", why: "lost", message: "", attempt: 1, since: 0, retryAt: 1 } as const;
  totals.take([
    { ...base, from: "energised", to: "dropped" },
    { ...base, from: "unknown", to: "dropped" },
    { kind: "camera-changed", at: 0, camera: "front", state: error },
    { kind: "camera-changed", at: 0, camera: "front", state: { kind: "idle" } },
    { kind: "guardian-dropped", at: 0, cause: "lease" },
  ]);
  assert.deepEqual([...totals.operations], [["permit", 1]]);
  assert.deepEqual([...totals.restarts], [["lost", 1]]);
  assert.deepEqual([...totals.drops], [["lease", 1]]);
});
