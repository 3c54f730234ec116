/** How often each camera is looked at, as a plan; and what a camera that is looked at too seldom means. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  advancePace,
  type Cost,
  FULL_PACE,
  headroomOf,
  leastFps,
  overloadOf,
  type PacedCamera,
  type Pacing,
  paceOf,
} from "../../../server/domain/pace.ts";
import { staleMs } from "../../../server/domain/rules.ts";
import { viewOf } from "../../../server/domain/screen.ts";
import { supervise } from "../../../server/domain/supervise.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";
import { confirmation } from "../../../server/domain/zone.ts";
import { configOf, IN_CELL, OUTSIDE, Play, PROVISION, person } from "./scenario.ts";

const eight = Array.from({ length: 8 }, (_, i): PacedCamera => ({ id: `c${i}`, fps: 10, leastFps: 3 }));
const cost = (lookMs: number, change: Partial<Cost> = {}): Cost => ({
  lookMs,
  otherMs: 0,
  behind: true,
  ...change,
});
const total = (cameras: readonly PacedCamera[], pacing: Pacing): number =>
  cameras.reduce((sum, camera) => sum + paceOf(camera, pacing), 0);

function after(seconds: number, before: Pacing, told: Cost): Pacing {
  let pacing = before;
  for (let i = 0; i < seconds; i++) pacing = advancePace(pacing, eight, told);
  return pacing;
}

test("a camera needs what its zones confirm a person with, within the blindness limit", () => {
  const inTime = (frames: number): number => (1_000 * frames) / 900;
  assert.equal(leastFps(10, [{ kind: "stop" }]), inTime(3));
  assert.equal(leastFps(10, [{ kind: "stop" }, { kind: "warn" }]), inTime(5));
  assert.equal(leastFps(25, [{ kind: "stop" }]), inTime(5));
  for (const zones of [[], [{ kind: "count" }, { kind: "mask" }, { kind: "dwell" }]] as const)
    assert.equal(leastFps(10, zones), inTime(2), "only not to go blind");
});

test("whatever its rate, a camera at its least is never blind and confirms in time, and is never asked for more than it gives", () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 30, noNaN: true }), fc.constantFrom("stop", "warn"), (fps, kind) => {
      const period = 1_000 / leastFps(fps, [{ kind }]);
      const every = period * fps <= 1_000 + 1e-6;
      assert.ok(every || period * confirmation(kind, fps).window <= staleMs(fps) + 1e-6);
      assert.ok(2 * period <= staleMs(fps) + 1e-6);
      assert.ok(period >= 1_000 / fps - 1e-6);
    }),
  );
});

test("a box that keeps up looks as often as configured, whatever a plan says", () => {
  const pacing = after(60, FULL_PACE, cost(100, { behind: false }));
  assert.equal(total(eight, pacing), 80);
});

test("a box that does not keep up looks at all cameras evenly less, at once, and as often as it can", () => {
  const pacing = advancePace(FULL_PACE, eight, cost(20));
  for (const camera of eight) assert.ok(Math.abs(paceOf(camera, pacing) - 50 / 8) < 1e-9);
  const besides = advancePace(FULL_PACE, eight, cost(20, { otherMs: 200 }));
  assert.ok(Math.abs(total(eight, besides) - 40) < 1e-9, "what reading frames takes is no time for looking");
});

test("a camera without a zone that stops or warns gives way first, and none falls below its least", () => {
  const cameras = [...eight, { id: "yard", fps: 10, leastFps: 2 }];
  fc.assert(
    fc.property(fc.double({ min: 1, max: 2_000, noNaN: true }), (lookMs) => {
      const pacing = advancePace(FULL_PACE, cameras, cost(lookMs));
      for (const camera of cameras) {
        const rate = paceOf(camera, pacing);
        assert.ok(rate >= camera.leastFps && rate <= camera.fps, `${rate}`);
        assert.ok(rate >= paceOf(cameras[8] ?? camera, pacing));
      }
      const least = 8 * 3 + 2;
      assert.ok(total(cameras, pacing) <= Math.max(least, 1_000 / lookMs) + 1e-6);
    }),
  );
});

test("what was taken away comes back slowly, and only once ten seconds had room for it", () => {
  const slow = advancePace(FULL_PACE, eight, cost(20));
  const quick = cost(10, { behind: false });
  assert.equal(after(8, slow, quick).share, slow.share);
  const later = after(12, slow, quick).share;
  assert.ok(later > slow.share && later < slow.share + 0.2, `${later}`);
  assert.equal(after(60, slow, quick).share, 1);
});

test("it does not hunt: a cost that trembles moves the rates by no more than it trembles itself", () => {
  let pacing = FULL_PACE;
  const shares: number[] = [];
  for (let i = 0; i < 300; i++) {
    pacing = advancePace(pacing, eight, cost(i % 2 === 0 ? 19 : 21, { behind: i % 3 === 0 }));
    if (i > 20) shares.push(pacing.share);
  }
  const swing = 56 * (Math.max(...shares) - Math.min(...shares));
  assert.ok(swing <= 1_000 / 19 - 1_000 / 21 + 1e-9, `${swing} looks a second`);
  const turns = shares.filter((share, i) => i > 0 && share > (shares[i - 1] ?? share)).length;
  assert.ok(turns <= 3, `${turns} rises`);
});

test("headroom is what is left at the configured rates", () => {
  assert.equal(headroomOf(eight, cost(5)), 60);
  assert.equal(headroomOf(eight, cost(5, { otherMs: 200 })), 40);
  assert.equal(headroomOf(eight, cost(50)), 0);
});

test("a camera is looked at too seldom where frames came and its zones needed more looks", () => {
  const camera: PacedCamera = { id: "front", fps: 10, leastFps: 3 };
  const over = (captured: number, looked: number): string | undefined =>
    overloadOf(camera, { overMs: 10_000, captured, looked });
  assert.equal(over(100, 100), undefined);
  assert.equal(over(100, 29), undefined);
  assert.equal(over(100, 18), "looked at 1.8 times a second, its zones need 3");
  assert.equal(over(20, 18), undefined, "it gives no more");
});

const WHY = "looked at 1.8 times a second, its zones need 3";

test("a camera that is looked at too seldom is an alarm with its cure, and no permit comes back meanwhile", () => {
  const play = new Play().guarding();
  play.feed({ kind: "overload", camera: "front", why: WHY });
  const row = play.state.alarms.get("prot.latency.high:detector")?.alarm;
  assert.equal(row?.state, "unacknowledged");
  assert.equal(row?.detail, `Front is ${WHY}`);
  assert.equal(play.state.demand.permit, "energised", "its verdicts are still young enough");
  play.watch(500, person(IN_CELL)).watch(4_000);
  for (const alarm of play.state.alarms.keys()) play.feed({ kind: "acknowledge", alarm, by: "panel" });
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.state.demand.permit, "dropped");
  play.feed({ kind: "overload", camera: "front" });
  play.watch(31_000);
  play.feed({ kind: "reset", by: "panel" });
  assert.equal(play.alarm("prot.latency.high:detector"), "normal");
  assert.equal(play.state.demand.permit, "energised");
});

test("an overload of a camera that guards nothing withholds nothing, and ends with the camera's run", () => {
  const play = new Play().guarding();
  play.feed({ kind: "overload", camera: "side", why: WHY });
  assert.equal(play.alarm("prot.latency.high:detector"), "unacknowledged");
  play.feed({ kind: "stop-request", by: "panel" });
  for (const alarm of play.state.alarms.keys()) play.feed({ kind: "acknowledge", alarm, by: "panel" });
  play.watch(200).feed({ kind: "reset", by: "panel" });
  assert.equal(play.state.demand.permit, "energised");
  play.feed({ kind: "camera", camera: "side", state: { kind: "idle" } });
  assert.equal(play.state.cameras.get("side")?.overload, undefined);
});

test("no verdict but blind is ever from a frame older than the blindness limit, however late looks come", () => {
  const look = fc.record({
    after: fc.integer({ min: 0, max: 700 }),
    age: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 5_000 })),
    box: fc.constantFrom(IN_CELL, OUTSIDE),
  });
  const base = new Play().guarding();
  const limit = base.rules.cameras.find(({ id }) => id === "front")?.staleMs ?? 0;
  assert.equal(base.state.demand.permit, "energised");
  let seen = 0;
  fc.assert(
    fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
      const play = base.fork();
      let newest = play.state.cameras.get("front")?.observedAt ?? Number.NEGATIVE_INFINITY;
      for (const [seq, { after: ms, age, box }] of looks.entries()) {
        play.at += ms;
        const capturedAt = play.at - age;
        newest = Math.max(newest, capturedAt);
        const observation = { camera: "front", seq, capturedAt, detections: [person(box)], inferenceMs: 20 };
        play.feed({ kind: "observed", observation });
        const verdict = play.state.verdicts.get("cell")?.verdict;
        if (verdict !== "blind") seen++;
        // The rules may know less than the newest frame there was, and never more.
        assert.ok(
          verdict === "blind" || play.at - newest <= limit,
          `${verdict} from ${play.at - newest} ms ago`,
        );
        assert.ok(play.state.demand.permit === "dropped" || play.at - newest <= limit);
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(seen > 100, "other verdicts were met");
});

test("a camera's rates, the headroom and what a slower pace adds to a zone's distance are shown", () => {
  const file = structuredClone(PROVISION);
  Object.assign(file.zones[0] ?? {}, { stopTimeMs: 400 });
  const play = new Play(configOf(file)).ready();
  const looked = { fps: 4.9, paceFps: 5, configuredFps: 10, leastFps: 3 };
  const view = viewOf(play.state, play.rules, {
    ...{ seq: 1, boot: "b", version: "1", wallAt: 0, at: play.at, demonstration: false, faults: [] },
    site: { name: "n", timezone: "UTC" },
    pictures: new Map([["front", { frameCount: 1, fps30s: 10, looked }]]),
    reaction: { count: 9, p99Ms: 100 },
    model: { name: "m", grade: "g", quality: "q" },
    headroom: 0,
  });
  assert.equal(view.headroom, 0);
  assert.deepEqual(view.cameras[0]?.looked, looked);
  assert.equal(view.cameras[1]?.looked, undefined);
  assert.equal(view.zones[0]?.plan?.confirmMs, 400, "two looks at five a second");
});

test("an overload of a camera nobody knows changes nothing", () => {
  const { rules } = new Play();
  const state = initialSupervision(rules, 0);
  const next = supervise(state, { at: 1, kind: "overload", camera: "nobody", why: WHY }, rules);
  assert.equal(next.cameras, state.cameras);
});
