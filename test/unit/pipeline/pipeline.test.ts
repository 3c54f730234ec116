/** The pipeline: the machine first, every time, and nothing but drops once the rules have failed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Rules } from "../../../server/domain/rules.ts";
import { viewOf } from "../../../server/domain/screen.ts";
import type { Told } from "../../../server/pipeline.ts";
import { IN_CELL, person } from "../domain/scenario.ts";
import { Desk, RULES } from "./desk.ts";
import { type Timers, withTimers } from "./timers.ts";

/** Rules that can be made to throw, as a fault in them would. */
function poisonable(): { readonly rules: Rules; poisoned: boolean } {
  const box = {
    poisoned: false,
    rules: new Proxy(RULES, {
      get(target, key, receiver) {
        if (box.poisoned && key === "zones") throw new RangeError("poisoned");
        return Reflect.get(target, key, receiver);
      },
    }),
  };
  return box;
}

/** A desk that was guarding when its rules threw, once; they work again since. */
function brokenDesk(timers: Timers): Desk {
  const poison = poisonable();
  const desk = new Desk(timers.now, poison.rules);
  desk.guarding(timers);
  poison.poisoned = true;
  desk.pipeline.feed({ kind: "tick" });
  poison.poisoned = false;
  return desk;
}

const INPUTS: readonly Told[] = [
  { kind: "tick" },
  { kind: "camera", camera: "front", state: { kind: "idle" } },
  { kind: "detector", state: { kind: "loading" } },
  { kind: "relay", state: { kind: "lost", why: "w", since: 0 } },
  { kind: "record", writable: true },
  { kind: "acknowledge", alarm: "x", by: "panel" },
  { kind: "silence", by: "panel" },
  { kind: "stop-request", by: "panel" },
  { kind: "reset", by: "panel" },
  {
    kind: "observed",
    observation: { camera: "front", seq: 0, capturedAt: 0, detections: [], inferenceMs: 1 },
  },
  { kind: "shutdown" },
];

for (const input of INPUTS) {
  test(`an input of kind ${input.kind} renews the hold once, before anybody is told`, () => {
    using desk = new Desk(() => 1_000);
    desk.pipeline.feed(input);
    assert.deepEqual(desk.calls, ["hold", "tell"]);
    assert.deepEqual(desk.last, desk.pipeline.state.demand);
  });
}

test("a reset arms the permits that come back before the hold that energises them", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.epoch = 7;
    desk.guarding(timers);
    assert.deepEqual(desk.armed, [{ epoch: 7, outputs: ["permit"] }]);
    const arm = desk.calls.indexOf("arm");
    assert.deepEqual(desk.calls.slice(arm, arm + 3), ["arm", "hold", "tell"]);
    const holds = desk.calls.slice(0, arm).filter((call) => call === "hold").length;
    assert.equal(desk.demands[holds - 1]?.permit, "dropped");
    assert.equal(desk.demands[holds]?.permit, "energised");
    desk.watch(timers, 300);
    assert.equal(desk.armed.length, 1, "a permit in force is not armed again");
  });
});

test("a reset that energises nothing arms nothing", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.pipeline.feed(desk.report());
    desk.pipeline.feed({ kind: "reset", by: "panel" });
    desk.guarding(timers).watch(timers, 300, person(IN_CELL));
    desk.pipeline.feed({ kind: "reset", by: "panel" });
    assert.equal(desk.armed.length, 1);
  });
});

test("a person's second frame is in the hold of that very input", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers);
    timers.pass(100);
    desk.see("front", [person(IN_CELL)]);
    assert.equal(desk.last.permit, "energised");
    timers.pass(100);
    const before = desk.calls.length;
    desk.see("front", [person(IN_CELL)]);
    assert.deepEqual(desk.calls.slice(before), ["hold", "tell"]);
    assert.equal(desk.last.permit, "dropped");
  });
});

/* ---- what throws ---- */

test("a listener that throws is told of and stops no drop", () => {
  withTimers((timers) => {
    using desk = new Desk(timers.now);
    desk.guarding(timers);
    const fault = new Error("listener");
    desk.tell = () => {
      throw fault;
    };
    desk.watch(timers, 200, person(IN_CELL));
    assert.equal(desk.last.permit, "dropped");
    assert.equal(desk.last.horn, "energised");
    assert.ok(desk.errors.length > 0 && desk.errors.every((error) => error === fault));
    desk.tell = () => undefined;
    const told = desk.errors.length;
    desk.watch(timers, 4_000);
    desk.pipeline.feed({ kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "panel" });
    desk.pipeline.feed({ kind: "reset", by: "panel" });
    assert.equal(desk.last.permit, "energised", "the rules were never in doubt");
    assert.equal(desk.errors.length, told);
  });
});

test("rules that throw drop everything at once and for good, whatever comes after", () => {
  withTimers((timers) => {
    using desk = brokenDesk(timers);
    assert.deepEqual(desk.last, {}, "an output that is not named is dropped");
    assert.equal((desk.errors[0] as Error).message, "poisoned");
    const holds = desk.demands.length;
    desk.watch(timers, 5_000);
    for (const input of INPUTS) desk.pipeline.feed(input);
    desk.pipeline.feed(desk.report());
    desk.pipeline.feed({ kind: "reset", by: "panel" });
    const after = desk.demands.slice(holds);
    assert.equal(after.length, 100 + INPUTS.length + 2, "each input still says so");
    assert.ok(after.every((demand) => Object.keys(demand).length === 0));
    assert.equal(desk.armed.length, 1);
  });
});

test("after the rules have thrown the screen shows nothing energised, nothing seen and no reset", () => {
  withTimers((timers) => {
    using desk = brokenDesk(timers);
    const view = viewOf(desk.pipeline.state, RULES, {
      seq: 1,
      boot: "b",
      version: "1",
      wallAt: 0,
      at: timers.now(),
      site: { name: "n", timezone: "UTC" },
      demonstration: false,
      pictures: new Map(),
      reaction: desk.pipeline.reaction(),
      model: { name: "m", grade: "g", quality: "q" },
      faults: [],
    });
    assert.equal(view.state, "tripped");
    assert.ok(view.outputs.every(({ demand }) => demand === "dropped"));
    assert.deepEqual(new Set(view.zones.map(({ verdict }) => verdict)), new Set(["blind"]));
    assert.equal(view.reset.possible, false);
    assert.equal(view.outputs[0]?.why, "The box met an error of its own; restart it");
  });
});

test("after the rules have thrown the drop that the board reads back is still told", () => {
  withTimers((timers) => {
    using desk = brokenDesk(timers);
    desk.facts.length = 0;
    desk.pipeline.feed(desk.report());
    const moved = desk.facts.filter((fact) => fact.kind === "output-changed");
    assert.ok(
      moved.some(
        (fact) => fact.kind === "output-changed" && fact.output === "permit" && fact.to === "dropped",
      ),
    );
  });
});

test("a permit that was dropped before the rules threw keeps its first cause", () => {
  withTimers((timers) => {
    const poison = poisonable();
    using desk = new Desk(timers.now, poison.rules);
    desk.guarding(timers).watch(timers, 200, person(IN_CELL));
    const before = desk.pipeline.state.permits.get("permit");
    poison.poisoned = true;
    desk.pipeline.feed({ kind: "tick" });
    assert.equal(desk.pipeline.state.permits.get("permit"), before);
  });
});

test("an input that makes the rules throw is kept for whoever looks for the cause", () => {
  withTimers((timers) => {
    const poison = poisonable();
    using desk = new Desk(timers.now, poison.rules);
    desk.guarding(timers);
    poison.poisoned = true;
    desk.pipeline.feed({ kind: "silence", by: "panel" });
    assert.equal(desk.pipeline.recording().inputs.at(-1)?.kind, "silence");
  });
});
