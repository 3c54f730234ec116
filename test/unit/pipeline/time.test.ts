/** The pipeline in time: ticks, pulses, what a reaction is, and a recording that decides the same again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rules } from "../../../server/domain/rules.ts";
import { supervise } from "../../../server/domain/supervise.ts";
import { TICK_MS } from "../../../server/pipeline.ts";
import { IN_CELL, person } from "../domain/scenario.ts";
import { Desk, RULES } from "./desk.ts";
import { withTimers } from "./timers.ts";

test("ticks alone turn silence into a drop", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers);
    desk.pipeline.start();
    desk.pipeline.start();
    assert.equal(timers.set(), 1, "started twice it ticks once");
    const holds = desk.demands.length;
    timers.pass(10 * TICK_MS);
    assert.equal(desk.demands.length - holds, 10);
    timers.pass(TICK_MS);
    assert.equal(desk.last.permit, "dropped");
  });
});

test("a pulse ends on time through its own timer, between two ticks", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers).watch(timers, 200, person(IN_CELL));
    assert.equal(desk.last.pulse, "energised");
    timers.pass(499);
    assert.equal(desk.last.pulse, "energised");
    timers.pass(1);
    assert.equal(desk.last.pulse, "dropped");
    assert.equal(timers.set(), 0);
  });
});

test("a pulse whose timer wakes a part of a millisecond early ends with the next one, not with the next tick", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers).watch(timers, 200, person(IN_CELL));
    timers.ahead = 0.6;
    const holds = desk.demands.length;
    timers.pass(502);
    assert.ok(desk.demands.length - holds >= 2, "it woke early and once more");
    assert.equal(desk.last.pulse, "dropped");
  });
});

test("of several pulses each ends at its own time", () => {
  withTimers((timers) => {
    const rules: Rules = {
      ...RULES,
      outputs: RULES.outputs.map((output) =>
        output.id === "beacon" ? { ...output, role: "pulse", pulseMs: 750 } : output,
      ),
    };
    using desk = new Desk(timers.now, rules);
    desk.guarding(timers).watch(timers, 200, person(IN_CELL));
    const lit = (): string => `${desk.last.pulse} ${desk.last.beacon}`;
    assert.equal(lit(), "energised energised");
    timers.pass(500);
    assert.equal(lit(), "dropped energised");
    timers.pass(250);
    assert.equal(lit(), "dropped dropped");
  });
});

test("dispose leaves no timer, and inputs that still come set none", () => {
  withTimers((timers) => {
    const desk = new Desk(timers.now);
    desk.guarding(timers);
    desk.pipeline.start();
    desk.watch(timers, 200, person(IN_CELL));
    assert.equal(timers.set(), 2, "the tick and the pulse");
    desk[Symbol.dispose]();
    assert.equal(timers.set(), 0);
    desk.watch(timers, 4_000).watch(timers, 200, person(IN_CELL));
    assert.equal(desk.pipeline.state.pulses.size, 1, "the rules go on");
    assert.equal(timers.set(), 0);
  });
});

/* ---- what is measured and kept ---- */

test("reaction is measured from the frame's first byte to the guardian's answer to its order", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    assert.deepEqual(desk.pipeline.reaction(), { count: 0 });
    desk.see("front", [], 20);
    const { seq } = desk;
    desk.see("side", [], 10);
    timers.pass(5);
    desk.pipeline.feed(desk.report(seq));
    assert.equal(desk.pipeline.reaction().count, 1, "the second order is not yet carried out");
    assert.equal(desk.pipeline.reaction().maxMs, 25);
    timers.pass(5.04);
    desk.pipeline.feed(desk.report());
    desk.pipeline.feed(desk.report());
    assert.deepEqual(desk.pipeline.reaction(), { count: 2, p50Ms: 25, p95Ms: 25, p99Ms: 25, maxMs: 25 });
  });
});

test("a lost guardian ends no measurement", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.see("front");
    desk.pipeline.feed({ kind: "relay", state: { kind: "lost", why: "w", since: 0 } });
    assert.equal(desk.pipeline.reaction().count, 0);
  });
});

test("the reaction of the last frame that tripped a permit stands by itself", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers).watch(timers, 100, person(IN_CELL));
    desk.pipeline.feed(desk.report());
    assert.equal(desk.pipeline.reaction().lastTripMs, undefined);
    timers.pass(100);
    desk.see("front", [person(IN_CELL)], 30);
    timers.pass(3);
    desk.pipeline.feed(desk.report());
    assert.equal(desk.pipeline.reaction().lastTripMs, 33);
    desk.watch(timers, 100, person(IN_CELL));
    timers.pass(60);
    desk.pipeline.feed(desk.report());
    assert.equal(desk.pipeline.reaction().lastTripMs, 33, "a frame that changes nothing is no trip");
  });
});

test("percentiles are over the newest thousand frames, the count is over all", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    for (let i = 0; i < 1_100; i++) {
      timers.pass(100);
      desk.see("front", [], 1 + (i < 100 ? 900 : i % 100));
      desk.pipeline.feed(desk.report());
    }
    const { count, p50Ms, p95Ms, p99Ms, maxMs } = desk.pipeline.reaction();
    assert.deepEqual([count, p50Ms, p95Ms, p99Ms, maxMs], [1_100, 51, 96, 100, 100]);
  });
});

test("frames that are never answered are forgotten after two hundred", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    for (let i = 0; i < 500; i++) {
      timers.pass(10);
      desk.see("front");
    }
    desk.pipeline.feed(desk.report());
    assert.equal(desk.pipeline.reaction().count, 200);
  });
});

test("the recording, played again from its state, decides the same at every length", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers);
    let checked = 0;
    const check = (): void => {
      const { from, inputs } = desk.pipeline.recording();
      const expected = desk.demands.slice(-inputs.length);
      let state = from;
      inputs.forEach((input, i) => {
        state = supervise(state, input, RULES);
        assert.deepEqual(state.demand, expected[i], `input ${i} of ${inputs.length}`);
      });
      assert.deepEqual(state, desk.pipeline.state);
      checked++;
    };
    const checkAt = new Set([100, 999, 1_000, 1_001, 1_999, 2_000, 2_001, 2_500, 3_000, 3_001, 4_500]);
    let changes = 0;
    while (desk.demands.length < 4_600) {
      const n = desk.demands.length;
      if (n % 97 === 0) desk.pipeline.feed({ kind: "reset", by: "panel" });
      else if (n % 31 === 0)
        desk.pipeline.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
      else if (n % 11 === 0) desk.pipeline.feed(desk.report());
      else {
        timers.pass(60);
        desk.see(n % 2 === 0 ? "front" : "side", n % 400 < 20 ? [person(IN_CELL)] : []);
      }
      if (desk.demands.at(-1)?.permit !== desk.demands.at(-2)?.permit) changes++;
      if (checkAt.has(desk.demands.length)) check();
    }
    assert.equal(checked, checkAt.size);
    assert.ok(changes > 5, `the permit must change; it changed ${changes} times`);
    assert.ok(desk.pipeline.recording().inputs.length <= 2_000);
    assert.ok(desk.pipeline.recording().inputs.length >= 1_000);
  });
});

test("the pipeline begins with everything dropped and its rules as given", () => {
  using desk = new Desk(() => 5);
  assert.equal(desk.pipeline.rules, RULES);
  assert.equal(desk.pipeline.state.startedAt, 5);
  assert.deepEqual(new Set(Object.values(desk.pipeline.state.demand)), new Set(["dropped"]));
  assert.deepEqual(desk.calls, [], "nothing is ordered before there is an input");
});
