/** The walk test of a zone, over the true rules and over any sequence of sights and answers at all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Detection } from "../../../server/domain/eye.ts";
import type { Point } from "../../../server/domain/units.ts";
import {
  advanceWalk,
  beginWalk,
  hasPassed,
  reactionOf,
  sightOf,
  WALK_LIMIT_MS,
  type WalkInput,
  type WalkPhase,
  type WalkSight,
  type WalkTest,
  walkRefusals,
} from "../../../server/domain/walk_test.ts";
import { configOf, OUTSIDE, Play, PROVISION, person } from "./scenario.ts";

function standingAt([x, y]: Point): Detection {
  return person({ x0: x - 0.03, x1: x + 0.03, y0: y - 0.3, y1: y });
}

type Answer = WalkInput extends infer I ? (I extends WalkInput ? Omit<I, "at"> : never) : never;

/** A walk of the cell beside the rules, which it is told of after each of their steps. */
class Walking {
  readonly play: Play;
  walk: WalkTest;

  constructor(play: Play) {
    this.play = play;
    this.walk = beginWalk(play.rules, "cell", play.at);
  }

  told(): this {
    const sight = sightOf(this.play.state, this.play.rules, "cell");
    assert.ok(sight);
    this.walk = advanceWalk(this.walk, { kind: "saw", sight, at: this.play.at });
    return this;
  }

  /** Frames one by one, with a guardian that answers after each where it `obeys`. */
  watch(ms: number, obeys: boolean, ...people: Detection[]): this {
    for (let left = ms; left > 0; left -= 100) {
      this.play.watch(100, ...people);
      this.told();
      if (!obeys) continue;
      this.play.at += 10;
      this.play.relay();
      this.told();
    }
    return this;
  }

  phase(): WalkPhase {
    return this.walk.phase;
  }

  answer(answer: Answer): this {
    this.walk = advanceWalk(this.walk, { ...answer, at: this.play.at } as WalkInput);
    return this;
  }

  /** What a person does between two points. */
  reset(): this {
    this.watch(3_300, true, person(OUTSIDE));
    for (const [id] of this.play.state.alarms) this.play.feed({ kind: "acknowledge", alarm: id, by: "Sam" });
    this.play.feed({ kind: "reset", by: "Sam" });
    return this.watch(200, true);
  }

  point(): Point {
    const { phase, points } = this.walk;
    assert.ok("point" in phase, `not at a point: ${phase.kind}`);
    return points[phase.point] as Point;
  }
}

const READY = new Play().guarding();
const walking = (): Walking => new Walking(READY.fork());

test("every point is walked and seen, the drop is measured where the permit was energised, and the test passes", () => {
  const w = walking().watch(200, true);
  assert.deepEqual(w.walk.phase, { kind: "awaiting", point: 0, energised: ["permit"] });
  w.watch(800, true, standingAt(w.point()));
  const [first] = w.walk.attempts;
  assert.ok(first?.outcome === "detected" && first.score === 0.9);
  const [drop] = first.drops;
  // From the first of two frames, 5 ms old when it counts, 110 ms to the second and 10 to the guardian's answer.
  assert.deepEqual(drop, { output: "permit", kind: "proven", ms: 125, contact: false });
  assert.equal(reactionOf(first), 125);

  // Nobody resets: the others are seen, their drops are not measured, and it says so.
  for (let point = 1; point < w.walk.points.length; point++) {
    w.watch(3_300, true);
    assert.deepEqual(w.walk.phase, { kind: "awaiting", point, energised: [] });
    w.watch(500, true, standingAt(w.point()));
    assert.deepEqual(w.walk.attempts[point]?.drops, [{ output: "permit", kind: "already" }]);
  }
  assert.equal(w.walk.phase.kind, "review");
  w.answer({ kind: "finish" });
  assert.deepEqual(w.walk.phase, { kind: "ended", outcome: "passed" });
  assert.equal(w.answer({ kind: "cancel", why: "person" }).walk.phase.kind, "ended");
});

test("a point counts only when the feet come near it, and a frame that was mistaken begins no measurement", () => {
  const w = walking().watch(200, true);
  const [, elsewhere] = w.walk.points;
  w.watch(100, true, standingAt(w.point()));
  assert.equal(w.phase().kind, "entered", "one frame of three");
  w.watch(500, true);
  assert.equal(w.phase().kind, "awaiting", "it was nobody");
  w.watch(1_000, true, standingAt(elsewhere as Point));
  const entered = w.phase();
  assert.ok(entered.kind === "entered" && entered.occupiedAt !== undefined && entered.seen === undefined);
  w.answer({ kind: "missed" });
  const [missed] = w.walk.attempts;
  assert.ok(missed?.outcome === "missed" && missed.drops[0]?.kind === "proven");
  assert.match(missed.reason ?? "", /not at the point/);
  assert.equal(w.phase().kind, "clearing", "the next point waits until the zone is proven clear");
});

test("whoever stands there unseen says so: it is in the record for good, also where the point is repeated", () => {
  const w = walking().watch(200, true).answer({ kind: "missed" });
  assert.deepEqual(w.walk.attempts, [{ point: 0, outcome: "missed", drops: [] }]);
  for (let point = 1; point < w.walk.points.length; point++) {
    w.reset();
    w.watch(500, true, standingAt(w.point()));
  }
  assert.equal(w.walk.phase.kind, "review");
  assert.equal(hasPassed(w.walk), false);
  w.answer({ kind: "repeat", point: 0 });
  w.reset().watch(500, true, standingAt(w.point()));
  assert.equal(w.walk.phase.kind, "review");
  assert.equal(w.walk.attempts.filter(({ point }) => point === 0).length, 2);
  assert.ok(hasPassed(w.walk));
});

test("a skipped point, a drop that nothing proves, or no drop at all is no pass", () => {
  const skipped = walking().watch(200, true).answer({ kind: "skip", reason: "The press stands there" });
  assert.equal(skipped.walk.attempts[0]?.reason, "The press stands there");
  const stuck = walking().watch(200, true);
  stuck.watch(1_500, false, standingAt(stuck.point()));
  assert.deepEqual(stuck.walk.attempts[0]?.drops, [{ output: "permit", kind: "failed" }]);
  const dropped = walking();
  dropped.play.feed({ kind: "stop-request", by: "panel" });
  for (const w of [skipped, stuck, dropped]) {
    while (w.walk.phase.kind !== "review") w.watch(3_300, true).watch(500, true, standingAt(w.point()));
    assert.equal(w.answer({ kind: "finish" }).walk.phase.kind, "ended");
    assert.deepEqual(w.walk.phase, { kind: "ended", outcome: "failed" });
  }
});

test("a drop that failed once fails the test, whatever was proven after it", () => {
  const w = walking().watch(200, true);
  w.watch(1_500, false, standingAt(w.point()));
  while (w.phase().kind !== "review") w.reset().watch(500, true, standingAt(w.point()));
  assert.ok(w.walk.attempts.every(({ outcome }) => outcome === "detected"));
  assert.ok(w.walk.attempts.some(({ drops }) => drops[0]?.kind === "proven"));
  assert.equal(hasPassed(w.walk), false);
});

test("a drop that failed is never lost, however the person goes on", () => {
  for (const end of [
    (w: Walking) => w.watch(3_400, true),
    (w: Walking) => w.answer({ kind: "skip", reason: "r" }),
    (w: Walking) => w.answer({ kind: "missed" }),
    (w: Walking) => w.answer({ kind: "cancel", why: "person" }),
  ]) {
    const w = walking().watch(200, true);
    const [, elsewhere] = w.walk.points;
    end(w.watch(1_500, false, standingAt(elsewhere as Point)));
    assert.deepEqual(w.walk.attempts[0]?.drops, [{ output: "permit", kind: "failed" }]);
    assert.notEqual(w.walk.attempts[0]?.outcome, "detected");
    assert.equal(hasPassed(w.walk), false);
  }
});

test("whoever crosses the zone without coming to the point has not been there", () => {
  const w = walking().watch(200, true);
  const [, elsewhere] = w.walk.points;
  w.watch(500, true, standingAt(elsewhere as Point)).watch(3_400, true);
  assert.deepEqual([w.phase().kind, w.walk.attempts], ["awaiting", []]);
});

test("no test goes on and on: repeating ends at forty goings", () => {
  const w = walking();
  while (w.phase().kind !== "review") w.answer({ kind: "skip", reason: "r" });
  for (let i = 0; i < 100; i++) w.answer({ kind: "repeat", point: 0 }).answer({ kind: "skip", reason: "r" });
  assert.equal(w.walk.attempts.length, 40);
});

test("a drop for another reason is not taken for the zone's", () => {
  const w = walking().watch(200, true);
  w.watch(100, true, standingAt(w.point()));
  w.play.feed({ kind: "stop-request", by: "panel" });
  w.told().watch(500, true, standingAt(w.point()));
  assert.deepEqual(w.walk.attempts[0]?.drops, [{ output: "permit", kind: "already" }]);
});

test("a second channel and a feedback contact must say so as well", () => {
  const [permit, ...others] = PROVISION.outputs;
  const config = configOf({
    ...PROVISION,
    boards: [...PROVISION.boards, { id: "b2", driver: "simulated", channels: 8, inputs: 2 }],
    outputs: [
      { ...permit, second: { board: "b2", channel: 1 }, feedback: { board: "b2", input: 1 } },
      ...others,
    ],
  });
  const w = new Walking(new Play(config).guarding()).watch(200, true);
  const at = standingAt(w.point());
  w.watch(200, false, at);
  const outputs = (second: "energised" | "dropped", feedback: "energised" | "dropped") => ({
    outputs: {
      permit: {
        ...{ demand: "dropped", readback: "dropped", mismatch: false, feedbackMismatch: false },
        ...{ second, feedback },
      },
    } as never,
  });
  for (const report of [outputs("energised", "energised"), outputs("dropped", "energised")]) {
    w.play.at += 10;
    w.play.relay(report);
    w.watch(100, false, at);
    assert.equal(w.walk.attempts.length, 0, "not proven yet");
  }
  w.play.at += 10;
  w.play.relay(outputs("dropped", "dropped"));
  w.watch(100, false, at);
  const [drop] = w.walk.attempts[0]?.drops ?? [];
  assert.ok(drop?.kind === "proven" && drop.contact);
  assert.ok(drop.ms < 250, `to the first read-back, not to the contact: ${drop.ms}`);
});

test("a camera that is lost, a bypass, another person and the time end what they end", () => {
  const lost = walking().watch(200, true);
  lost.play.at += 2_000;
  lost.play.feed({ kind: "tick" });
  lost.watch(100, true);
  assert.equal(lost.walk.phase.kind, "clearing", "blind: it must be proven clear anew");
  const bypassed = walking().watch(200, true);
  bypassed.play.bypass("cell");
  bypassed.watch(100, true);
  assert.deepEqual(bypassed.walk.phase, { kind: "ended", outcome: "cancelled", why: "bypass" });
  const left = walking().watch(200, true);
  left.play.at += WALK_LIMIT_MS;
  left.watch(100, true);
  assert.deepEqual(left.walk.phase, { kind: "ended", outcome: "cancelled", why: "time" });
});

test("only stop zones that a run permit follows are walked, and only while they are watched and recorded", () => {
  const play = READY.fork();
  const refused = (zone: string): string => walkRefusals(play.state, play.rules, zone).join("; ");
  assert.equal(refused("cell"), "");
  assert.match(refused("aisle"), /is no stop zone/);
  assert.match(refused("nowhere"), /not known/);
  play.bypass("cell");
  play.feed({ kind: "record", writable: false });
  assert.match(refused("cell"), /is bypassed.*record cannot be written/);
  const unbound = configOf({
    ...PROVISION,
    outputs: PROVISION.outputs.filter(({ role }) => role !== "run-permit"),
  });
  const other = new Play(unbound);
  assert.match(walkRefusals(other.state, other.rules, "cell").join(), /No run permit follows Cell/);
});

const POINTS = beginWalk(READY.rules, "cell", 0).points;
const sight = fc.record({
  verdict: fc.constantFrom("clear", "stop", "stop", "blind"),
  quiet: fc.boolean(),
  hitAt: fc.option(fc.nat(1_000), { nil: undefined }),
  people: fc.array(
    fc.record({ foot: fc.constantFrom<Point>(...POINTS, [0.01, 0.01]), score: fc.constant(0.8) }),
    { maxLength: 2 },
  ),
  bypassed: fc.constant(false),
  permits: fc.array(
    fc.record({
      id: fc.constantFrom("permit"),
      wanted: fc.boolean(),
      readback: fc.constantFrom("energised", "dropped", "unknown"),
      confirmed: fc.boolean(),
      contact: fc.boolean(),
    }),
    { maxLength: 1 },
  ),
  readAt: fc.option(fc.nat(1_000), { nil: undefined }),
}) as fc.Arbitrary<WalkSight>;
/** Somebody goes where all points are at once, with a permit that does what it should; else nothing ever passes. */
const going: readonly WalkInput[] = (["clear", "stop", "stop"] as const).map((verdict, i) => ({
  ...{ at: 0, kind: "saw" },
  sight: {
    ...{ verdict, quiet: i === 0, hitAt: i === 0 ? undefined : 1, bypassed: false, readAt: 20 },
    people: i === 0 ? [] : POINTS.map((foot) => ({ foot, score: 0.8 })),
    permits: [
      {
        id: "permit",
        wanted: i === 0,
        readback: i < 2 ? "energised" : "dropped",
        confirmed: true,
        contact: false,
      },
    ],
  },
}));
const wild = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("saw" as const), sight }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("missed" as const, "finish" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("skip" as const), reason: fc.constant("r") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("repeat" as const), point: fc.nat(6) }) },
);
const inputs = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant(going) },
      { weight: 3, arbitrary: fc.array(wild, { maxLength: 4 }) },
    ),
    {
      maxLength: 20,
    },
  )
  .map((parts) => parts.flat());

test("any sequence ends by its time, and none passes without every point seen and every permit proven", () => {
  let passed = 0;
  fc.assert(
    fc.property(inputs, (sequence) => {
      let walk = beginWalk(READY.rules, "cell", 0);
      const near = new Set<number>();
      let at = 0;
      for (const one of sequence) {
        at += 50;
        const phase = walk.phase;
        if (one.kind === "saw" && one.sight.verdict === "stop" && "point" in phase) {
          const [x, y] = walk.points[phase.point] as Point;
          const reached = one.sight.people.some(
            ({ foot }) => Math.hypot(foot[0] - x, foot[1] - y) <= walk.reach,
          );
          if (reached) near.add(phase.point);
        }
        walk = advanceWalk(walk, { ...one, at } as WalkInput);
      }
      walk = advanceWalk(walk, { kind: "finish", at });
      const ended = advanceWalk(walk, { kind: "missed", at: WALK_LIMIT_MS });
      assert.equal(ended.phase.kind, "ended", "time alone ends every test");
      if (ended.phase.kind !== "ended" || ended.phase.outcome !== "passed") return;
      passed++;
      assert.equal(near.size, walk.points.length, "somebody was seen at every point");
      for (const point of walk.points.keys())
        assert.equal(walk.attempts.findLast((one) => one.point === point)?.outcome, "detected");
      const drops = walk.attempts.flatMap((attempt) => attempt.drops);
      for (const id of walk.permits)
        assert.ok(drops.some((drop) => drop.output === id && drop.kind === "proven"));
      assert.ok(!drops.some(({ kind }) => kind === "failed"));
    }),
    { numRuns: 300 },
  );
  assert.ok(passed > 0, "some sequence passes, or this looks at nothing");
});
