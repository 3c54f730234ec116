/** The rules as a whole over any sequence of inputs at all, sensible or not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Input, supervise } from "../../../server/domain/supervise.ts";
import { initialSupervision } from "../../../server/domain/supervision.ts";
import type { Trust } from "../../../server/domain/trust.ts";
import { IN_AISLE, IN_CELL, OUTSIDE, Play } from "./scenario.ts";

const box = fc.constantFrom(IN_CELL, IN_AISLE, OUTSIDE, { x0: 0.1, y0: 0.9, x1: 0.9, y1: 1 });
const detections = fc.array(
  fc.record({
    label: fc.constantFrom("person", "forklift"),
    score: fc.double({ min: 0, max: 1, noNaN: false }),
    box,
  }),
  { maxLength: 2 },
);
const cameraId = fc.constantFrom("front", "side", "nobody");
const cameraState = fc.constantFrom<"running" | "error" | "idle" | "starting" | "stopping">(
  "running",
  "running",
  "error",
  "idle",
  "starting",
  "stopping",
);
type Wild = { readonly after: number; readonly make: (at: number, play: Play) => Input };

/** Three and a half healthy, empty seconds: without them no wild sequence would ever get anywhere. */
const calm: readonly Wild[] = [
  { after: 0, make: (at, play) => ({ at, kind: "relay", state: play.report() }) },
  {
    after: 0,
    make: (at) => ({
      at,
      kind: "camera",
      camera: "front",
      state: { kind: "running", since: at, size: { width: 1, height: 1 } },
    }),
  },
  {
    after: 0,
    make: (at) => ({ at, kind: "trust", camera: "front", trust: { kind: "trusted", since: at } }),
  },
  { after: 0, make: (at) => ({ at, kind: "record", writable: true }) },
  ...Array.from(
    { length: 60 },
    (): Wild => ({
      after: 100,
      make: (at) => ({
        at,
        kind: "observed",
        observation: { camera: "front", seq: 1, capturedAt: at - 5, detections: [], inferenceMs: 1 },
      }),
    }),
  ),
  { after: 0, make: (at) => ({ at, kind: "acknowledge", alarm: "zone.stop.occupied:cell", by: "x" }) },
  { after: 0, make: (at) => ({ at, kind: "acknowledge", alarm: "prot.camera.lost:front", by: "x" }) },
  { after: 0, make: (at) => ({ at, kind: "acknowledge", alarm: "prot.camera.frozen:front", by: "x" }) },
  { after: 0, make: (at) => ({ at, kind: "acknowledge", alarm: "out.comm.lost:guardian", by: "x" }) },
  { after: 0, make: (at) => ({ at, kind: "acknowledge", alarm: "out.mismatch:permit", by: "x" }) },
  { after: 0, make: (at) => ({ at, kind: "acknowledge", alarm: "prot.detector.stalled:detector", by: "x" }) },
  { after: 0, make: (at) => ({ at, kind: "acknowledge", alarm: "op.stop.requested:panel", by: "x" }) },
];
const single: fc.Arbitrary<Wild> = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(100) },
      { weight: 1, arbitrary: fc.integer({ min: -500, max: 4_000 }) },
    ),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant((at: number): Input => ({ at, kind: "tick" })) },
      {
        weight: 10,
        arbitrary: fc.tuple(cameraId, detections, fc.integer({ min: 0, max: 1_300 })).map(
          ([camera, seen, age]) =>
            (at: number): Input => ({
              at,
              kind: "observed",
              observation: { camera, seq: 1, capturedAt: at - age, detections: seen, inferenceMs: 1 },
            }),
        ),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(cameraId, cameraState).map(([camera, kind]) => (at: number): Input => {
          const state =
            kind === "running"
              ? ({ kind, since: at, size: { width: 1, height: 1 } } as const)
              : kind === "error"
                ? ({ kind, why: "lost", message: "m", attempt: 1, since: at, retryAt: at } as const)
                : kind === "starting"
                  ? ({ kind, attempt: 1, since: at } as const)
                  : kind === "stopping"
                    ? ({ kind, since: at } as const)
                    : ({ kind } as const);
          return { at, kind: "camera", camera, state };
        }),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(cameraId, fc.constantFrom<Trust["kind"]>("trusted", "trusted", "proving", "distrusted"))
          .map(([camera, kind]) => (at: number): Input => {
            const faults = [{ why: "frozen", since: at, message: "m" }] as const;
            const trust = kind === "distrusted" ? { kind, since: at, faults } : { kind, since: at };
            return { at, kind: "trust", camera, trust };
          }),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.boolean(), fc.integer({ min: 1, max: 3 }), fc.boolean(), fc.boolean())
          .map(([held, epoch, mismatch, ok]) => (at: number, play: Play): Input => {
            if (!held) return { at, kind: "relay", state: { kind: "lost", why: "w", since: at } };
            const outputs = { permit: { demand: "dropped", readback: "dropped", mismatch } } as const;
            const boards = { sim: ok ? ({ kind: "ok" } as const) : ({ kind: "lost", why: "w" } as const) };
            return {
              at,
              kind: "relay",
              state: play.report({ epoch, boards, ...(mismatch ? { outputs } : {}) }),
            };
          }),
      },
      {
        weight: 3,
        arbitrary: fc
          .constantFrom(
            "zone.stop.occupied:cell",
            "prot.camera.lost:front",
            "prot.camera.frozen:front",
            "op.stop.requested:panel",
            "out.comm.lost:guardian",
            "prot.detector.stalled:detector",
          )
          .map(
            (alarm) =>
              (at: number): Input => ({ at, kind: "acknowledge", alarm, by: "x" }),
          ),
      },
      { weight: 3, arbitrary: fc.constant((at: number): Input => ({ at, kind: "reset", by: "x" })) },
      { weight: 1, arbitrary: fc.constant((at: number): Input => ({ at, kind: "stop-request", by: "x" })) },
      { weight: 1, arbitrary: fc.constant((at: number): Input => ({ at, kind: "silence", by: "x" })) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            fc.constantFrom("zone.warn.occupied:aisle", "prot.camera.lost:front", "out.comm.lost:guardian"),
            fc.constantFrom("shelved" as const, "out-of-service" as const, undefined),
          )
          .map(([alarm, as]) => (at: number): Input => {
            if (as === undefined) return { at, kind: "bring-back-alarm", alarm, by: "x" };
            return { at, kind: "hide-alarm", alarm, as, by: "x", reason: "known", untilAt: at + 60_000 };
          }),
      },
      {
        weight: 1,
        arbitrary: fc.boolean().map(
          (writable) =>
            (at: number): Input => ({ at, kind: "record", writable }),
        ),
      },
    ),
  )
  .map(([after, make]) => ({ after, make }));

const wild = (maxLength: number): fc.Arbitrary<Wild[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 15, arbitrary: single.map((step) => [step]) },
        { weight: 1, arbitrary: fc.constant(calm) },
      ),
      { maxLength },
    )
    .map((parts) => parts.flat());

const ready = new Play().ready();
const guarding = new Play().guarding();

test("no sequence of inputs energises a run permit while its zone is stop or blind, or without a reset", () => {
  let energisedSteps = 0;
  let comebacks = 0;
  fc.assert(
    fc.property(fc.boolean(), wild(120), (fromGuarding, steps) => {
      const play = (fromGuarding ? guarding : ready).fork();
      for (const step of steps) {
        play.at += step.after;
        const input = step.make(play.at, play);
        const before = play.state;
        play.state = supervise(before, input, play.rules);
        const energised = play.state.demand.permit === "energised";
        if (!energised) continue;
        energisedSteps++;
        assert.equal(play.state.verdicts.get("cell")?.verdict, "clear");
        assert.equal(play.state.relay.kind, "held");
        if (before.demand.permit === "energised") continue;
        assert.equal(input.kind, "reset");
        comebacks++;
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(energisedSteps > 1_000, `the property must meet energised permits; it met ${energisedSteps}`);
  assert.ok(comebacks > 20, `the property must meet resets that energise; it met ${comebacks}`);
});

test("no sequence without a reset ever energises a run permit", () => {
  fc.assert(
    fc.property(wild(150), (steps) => {
      const play = ready.fork();
      for (const step of steps) {
        play.at += step.after;
        const input = step.make(play.at, play);
        if (input.kind === "reset") continue;
        play.state = supervise(play.state, input, play.rules);
        assert.equal(play.state.demand.permit, "dropped");
      }
    }),
    { numRuns: 200 },
  );
});

test("an alarm that was active never reaches normal unacknowledged, and acknowledge and silence never change a permit", () => {
  fc.assert(
    fc.property(wild(150), (steps) => {
      const play = guarding.fork();
      for (const step of steps) {
        play.at += step.after;
        const input = step.make(play.at, play);
        const before = play.state;
        play.state = supervise(before, input, play.rules);
        for (const [id, { alarm }] of play.state.alarms) {
          const was = before.alarms.get(id)?.alarm.state ?? "normal";
          if (alarm.state !== "normal" || was === "normal" || id.startsWith("zone.warn")) continue;
          assert.ok(
            was === "acknowledged" || was === "latched-acknowledged" || input.kind === "acknowledge",
            `${id} went from ${was} to normal on ${input.kind}`,
          );
        }
        if ((input.kind === "acknowledge" || input.kind === "silence") && before.demand.permit === "dropped")
          assert.equal(play.state.demand.permit, "dropped");
      }
    }),
    { numRuns: 200 },
  );
});

test("supervise() gives the same states for the same recorded inputs", () => {
  fc.assert(
    fc.property(wild(80), (steps) => {
      const play = new Play();
      const recorded: Input[] = [];
      const demands: string[] = [];
      for (const step of steps) {
        play.at += step.after;
        const input = step.make(play.at, play);
        recorded.push(input);
        play.state = supervise(play.state, input, play.rules);
        demands.push(JSON.stringify(play.state.demand));
      }
      let again = initialSupervision(play.rules, 1_000);
      const copy = JSON.parse(JSON.stringify(recorded)) as Input[];
      copy.forEach((input, i) => {
        again = supervise(again, input, play.rules);
        assert.equal(JSON.stringify(again.demand), demands[i]);
      });
    }),
    { numRuns: 100 },
  );
});
