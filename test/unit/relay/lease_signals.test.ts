/** A board that carries horns and lamps only: whatever becomes of it, the permits of the other boards notice nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Demand, GuardianConfig } from "../../../server/domain/relay.ts";
import {
  carriesPermit,
  driveOf,
  initialLease,
  type LeaseInput,
  type LeaseState,
  reduceLease,
  wantedCoils,
} from "../../../server/relay/lease.ts";
import { ALL, arm, boardOk, CONFIG, EPOCH, hold } from "./two-boards.ts";

/** The two boards of permits, a lamp board, and one with the contact of a lamp on a permit's board. */
const LAMPS: GuardianConfig = {
  ...CONFIG,
  boards: [
    ...CONFIG.boards,
    { id: "lamps", driver: "simulated", channels: 2 },
    { id: "contacts", driver: "simulated", channels: 1, inputs: 1 },
  ],
  outputs: [
    ...CONFIG.outputs,
    { id: "red", board: "lamps", channel: 1, permit: false },
    {
      ...{ id: "green", board: "lamps", channel: 2, permit: false },
      feedback: { board: "b", input: 1, closed: "energised" },
    },
    {
      ...{ id: "white", board: "a", channel: 3, permit: false },
      feedback: { board: "contacts", input: 1, closed: "energised" },
    },
  ],
};
const SIGNALS = ["lamps", "contacts"] as const;
const EVERYTHING: Demand = { ...ALL, red: "energised", green: "energised", white: "energised" };
const PERMITS = LAMPS.outputs.filter(({ permit }) => permit);

const step = (state: LeaseState, ...inputs: readonly LeaseInput[]): LeaseState =>
  inputs.reduce((before, input) => reduceLease(before, input, LAMPS), state);
const gone = (board: string, at: number): LeaseInput => ({
  ...{ kind: "board", at, board },
  state: { kind: "lost", why: "gone" },
});
const contact = (board: string, at: number, closed: boolean): LeaseInput => ({
  ...{ kind: "inputs", at, board, closed: [closed], from: at },
});
const ready = step(
  initialLease(LAMPS, 0, EPOCH),
  ...LAMPS.boards.map(({ id }) => boardOk(id)),
  hold(1, 1000, {}),
);
const energised = step(ready, arm(2, 1005, EPOCH, "permit", "second"), hold(3, 1010, EVERYTHING));

test("a board carries a permit by a channel, a second channel or a feedback contact, and by nothing else", () => {
  const [permit, ...others] = LAMPS.outputs;
  assert.ok(permit);
  const with_ = (more: object): GuardianConfig => ({
    ...LAMPS,
    outputs: [{ ...permit, ...more }, ...others],
  });
  for (const { id } of LAMPS.boards) {
    assert.equal(carriesPermit(LAMPS, id), id === "a" || id === "b", id);
    assert.equal(carriesPermit(with_({ second: { board: id, channel: 2 } }), id), true);
    assert.equal(carriesPermit(with_({ feedback: { board: id, input: 1, closed: "dropped" } }), id), true);
  }
});

test("the loss of a board of signals drops its own outputs, is told, and costs nothing else", () => {
  const state = step(energised, gone("lamps", 1020));
  assert.deepEqual(wantedCoils(state, LAMPS, "lamps"), [false, false]);
  assert.deepEqual(wantedCoils(state, LAMPS, "a"), wantedCoils(energised, LAMPS, "a"));
  assert.deepEqual(state.boards.lamps, { kind: "lost", why: "gone" });
  assert.deepEqual([state.epoch, state.armed], [EPOCH, ["permit", "second"]]);
  const back = step(state, boardOk("lamps", 1030));
  assert.deepEqual(wantedCoils(back, LAMPS, "lamps"), [true, true], "signals follow the hold again");
  for (const board of ["a", "b"]) {
    const dropped = step(energised, gone(board, 1020));
    assert.deepEqual([dropped.epoch, dropped.armed], [EPOCH + 1, []], board);
  }
});

test("a lamp of a lost board that goes on burning contradicts nothing; one whose board answers drops everything", () => {
  const burning = [1030, 1400].map((at) => contact("b", at, true));
  const lost = step(
    energised,
    contact("b", 1015, true),
    gone("lamps", 1020),
    hold(4, 1390, EVERYTHING),
    ...burning,
  );
  assert.equal(lost.contacts.green?.mismatch, true);
  assert.equal(lost.epoch, EPOCH);
  const dark = [1030, 1400].map((at) => contact("b", at, false));
  const told = step(energised, hold(4, 1390, EVERYTHING), ...dark);
  assert.deepEqual(told.lastDrop, { cause: "feedback", at: 1400 });
});

/** What may happen besides: sensible holds and arms, boards of permits that come and go, time. */
const happening = fc.record({
  later: fc.integer({ min: 0, max: 160 }),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant("hold" as const) },
    { weight: 3, arbitrary: fc.constant("arm" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("lost a" as const, "ok a" as const, "lost b" as const, "ok b" as const),
    },
    fc.constantFrom("tick" as const, "release" as const),
  ),
  /** What becomes of the boards of signals right before it. */
  signals: fc.array(fc.record({ board: fc.constantFrom(...SIGNALS), ok: fc.boolean() }), { maxLength: 2 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function toInput({ what }: Happening, state: LeaseState, at: number): LeaseInput {
  const seq = state.seq + 1;
  switch (what) {
    case "hold":
      return hold(seq, at, EVERYTHING);
    case "release":
      return hold(seq, at, {});
    case "arm":
      return arm(seq, at, state.epoch, "permit", "second");
    case "tick":
      return { kind: "tick", at };
    default: {
      const board = what.at(-1) ?? "";
      return what.startsWith("ok") ? boardOk(board, at) : gone(board, at);
    }
  }
}

/** What the guardian's rules say of permits. */
const permitsOf = (state: LeaseState): unknown => [
  ...[state.epoch, state.armed, state.heldAt, state.lastDrop],
  PERMITS.map((output) => driveOf(state, output)),
];

test("in every story the permits are the same with boards of signals that come and go and without", () => {
  let energisedWhileLost = 0;
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), (story) => {
      let [with_, without] = [energised, energised];
      let at = 1010;
      for (const one of story) {
        at += one.later;
        for (const { board, ok } of one.signals) {
          with_ = step(with_, ok ? boardOk(board, at) : gone(board, at));
          // Any input lets a lease end that has run out.
          without = step(without, { kind: "tick", at });
        }
        with_ = step(with_, toInput(one, with_, at));
        without = step(without, toInput(one, without, at));
        assert.deepEqual(permitsOf(with_), permitsOf(without));
        for (const output of LAMPS.outputs)
          if (with_.boards[output.board]?.kind !== "ok") assert.equal(driveOf(with_, output), "dropped");
        const lost = SIGNALS.some((board) => with_.boards[board]?.kind === "lost");
        if (lost && PERMITS.some((output) => driveOf(with_, output) === "energised")) energisedWhileLost++;
      }
    }),
    { numRuns: 1000 },
  );
  assert.ok(energisedWhileLost > 1_000, `the stories must reach what they test: ${energisedWhileLost}`);
});
