/** The hold button: what a finger must do before Reset acts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  changesIn,
  FILL_MS,
  type Hold,
  type HoldInput,
  type HoldOutcome,
  IDLE,
  RELEASE_WITHIN_MS,
  reduceHold,
  ringOf,
  STUCK_AFTER_MS,
} from "../../../kiosk/parts/hold.ts";

type Script = readonly (readonly [at: number, kind: HoldInput["kind"]])[];

function play(script: Script): { readonly hold: Hold; readonly outcomes: readonly HoldOutcome[] } {
  let hold = IDLE;
  const outcomes: HoldOutcome[] = [];
  for (const [at, kind] of script) {
    const step = reduceHold(hold, { at, kind });
    hold = step.hold;
    if (step.outcome !== undefined) outcomes.push(step.outcome);
  }
  return { hold, outcomes };
}

test("a hold acts on release once the ring is full", () => {
  const filled: Script = [
    [0, "press"],
    [FILL_MS, "tick"],
  ];
  assert.deepEqual(play(filled).outcomes, [], "full is not yet an act");
  assert.deepEqual(play([...filled, [FILL_MS, "release"]]), { hold: IDLE, outcomes: ["act"] });
});

test("a hold released before the ring is full does nothing", () => {
  const script: Script = [
    [100, "press"],
    [100 + FILL_MS - 1, "release"],
  ];
  assert.deepEqual(play(script), { hold: IDLE, outcomes: ["short"] });
});

test("a hold acts up to 5 s after filling and not later", () => {
  const last = FILL_MS + RELEASE_WITHIN_MS;
  const releasedAt = (at: number) =>
    play([
      [0, "press"],
      [at, "release"],
    ]).outcomes;
  assert.deepEqual(releasedAt(last), ["act"]);
  assert.deepEqual(releasedAt(last + 1), ["late"]);
});

test("a finger that leaves cancels, and coming back with it does not act", () => {
  const script: Script = [
    [0, "press"],
    [FILL_MS + 100, "leave"],
    [FILL_MS + 200, "release"],
  ];
  assert.deepEqual(play(script), { hold: IDLE, outcomes: ["left"] });
});

test("a button held over 10 s is stuck: it acts never, and works again after it was let go", () => {
  const stuck: Script = [
    [0, "press"],
    [STUCK_AFTER_MS + 1, "tick"],
    [STUCK_AFTER_MS + 50, "tick"],
    [STUCK_AFTER_MS + 100, "press"],
  ];
  assert.deepEqual(play(stuck), { hold: { kind: "stuck" }, outcomes: ["stuck"] });
  const again: Script = [...stuck, [20_000, "release"], [30_000, "press"], [32_000, "release"]];
  assert.deepEqual(play(again), { hold: IDLE, outcomes: ["stuck", "act"] });
});

test("a page that slept while the button was held does not act", () => {
  const script: Script = [
    [0, "press"],
    [STUCK_AFTER_MS + 5_000, "release"],
  ];
  assert.deepEqual(play(script), { hold: IDLE, outcomes: ["stuck"] });
});

test("the ring fills, is full, and empties when a release would no longer act", () => {
  const { hold } = play([[1_000, "press"]]);
  assert.equal(ringOf(IDLE, 5_000), "empty");
  assert.equal(ringOf(hold, 1_000 + FILL_MS - 1), "filling");
  assert.equal(ringOf(hold, 1_000 + FILL_MS), "full");
  assert.equal(ringOf(hold, 1_000 + FILL_MS + RELEASE_WITHIN_MS + 1), "empty");
});

test("a press that goes on is looked at again when it is full, late and stuck, and no more often", () => {
  let { hold } = play([[1_000, "press"]]);
  const seen: string[] = [];
  let at = 1_000;
  for (let left = changesIn(hold, at); left !== undefined && seen.length < 9; left = changesIn(hold, at)) {
    at += left;
    const step = reduceHold(hold, { at, kind: "tick" });
    hold = step.hold;
    seen.push(`${at - 1_000} ${step.outcome ?? ringOf(hold, at)}`);
  }
  assert.deepEqual(seen, ["1500 full", "6501 empty", "10001 stuck"]);
  assert.equal(changesIn(IDLE, at), undefined);
});

test("whatever the finger does, every act is a press held 1.5 to 6.5 s and then released", () => {
  const kind = fc.constantFrom<HoldInput["kind"]>("press", "release", "leave", "tick");
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 4_000 }), kind), { maxLength: 40 });
  let acts = 0;
  fc.assert(
    fc.property(steps, (script) => {
      let hold: Hold = IDLE;
      let at = 0;
      let pressedAt: number | undefined;
      for (const [delay, what] of script) {
        at += delay;
        if (what === "press" && hold.kind === "idle") pressedAt = at;
        const step = reduceHold(hold, { at, kind: what });
        if (step.outcome === "act") {
          acts += 1;
          const held = at - (pressedAt ?? Number.NaN);
          assert.equal(what, "release");
          assert.ok(held >= 1_500 && held <= 6_500, `held ${held} ms`);
        }
        hold = step.hold;
      }
    }),
    { numRuns: 500, seed: 7 },
  );
  assert.ok(acts > 20, `only ${acts} acts were tried`);
});

test("a longer hold acts only after its own time", () => {
  const pressed = reduceHold(IDLE, { at: 0, kind: "press" }, 2_000).hold;
  assert.equal(reduceHold(pressed, { at: 1_999, kind: "release" }, 2_000).outcome, "short");
  assert.equal(reduceHold(pressed, { at: 2_000, kind: "release" }, 2_000).outcome, "act");
  assert.equal(ringOf(pressed, 1_999, 2_000), "filling");
  assert.equal(ringOf(pressed, 2_000, 2_000), "full");
});
