/** The guardian's rules over thousands of made-up stories, and over lines that nobody should send. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Demand } from "../../../server/domain/relay.ts";
import { type LeaseInput, type LeaseState, wantedCoils } from "../../../server/relay/lease.ts";
import { parseOrder } from "../../../server/relay/protocol.ts";
import { ALL, CONFIG, EPOCH, isDropped, NONE, order, ready, run } from "./two-boards.ts";

const drive = fc.constantFrom("energised" as const, "dropped" as const);
const demand = fc.record(
  { permit: drive, horn: drive, second: drive, stranger: drive },
  { requiredKeys: [] },
);
const outputs = fc.subarray(["permit", "second", "horn"], { minLength: 1 });
/** One thing that happens `later` ms after the last; mostly in order, sometimes not. */
const happening = fc.record({
  later: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 150 }) },
    fc.integer({ min: 0, max: 900 }),
  ),
  age: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.integer({ min: -200, max: 700 })),
  seqStep: fc.oneof({ weight: 8, arbitrary: fc.constant(1) }, fc.integer({ min: -2, max: 3 })),
  epochStep: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: -2, max: 2 })),
  what: fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("hold" as const), demand }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("arm" as const), outputs }) },
    fc.constantFrom({ kind: "tick" as const }, { kind: "malformed" as const }),
    fc.record({ kind: fc.constant("board" as const), board: fc.constantFrom("a", "b"), ok: fc.boolean() }),
    fc.record({
      kind: fc.constant("compared" as const),
      board: fc.constantFrom("a", "b"),
      disagreeing: fc.subarray([1, 2]),
    }),
  ),
});
/** What a healthy server does around a reset, with anything between: without it few stories energise at all. */
const healthy: readonly Happening[] = [NONE, undefined, ALL, ALL].map((wanted) => ({
  later: 10,
  age: 0,
  seqStep: 1,
  epochStep: 0,
  what:
    wanted === undefined
      ? { kind: "arm", outputs: ["permit", "second"] }
      : { kind: "hold", demand: { ...wanted } },
}));
const bothOk: readonly Happening[] = (["a", "b"] as const).flatMap((board): Happening[] => [
  { later: 0, age: 0, seqStep: 1, epochStep: 0, what: { kind: "board", board, ok: true } },
  { later: 0, age: 0, seqStep: 1, epochStep: 0, what: { kind: "compared", board, disagreeing: [] } },
]);
const story = fc
  .array(
    fc.oneof(
      fc.array(happening, { minLength: 1, maxLength: 5 }),
      fc.constant(healthy),
      fc.constant([...bothOk, ...healthy]),
    ),
    { minLength: 3, maxLength: 20 },
  )
  .map((parts) => parts.flat());
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function toInput(one: Happening, state: LeaseState, at: number): LeaseInput {
  const { what } = one;
  const stamp = { seq: Math.max(1, state.seq + one.seqStep), at: Math.max(0, at - one.age) };
  switch (what.kind) {
    case "hold":
      return { kind: "order", at, order: { kind: "hold", ...stamp, demand: what.demand as Demand } };
    case "arm":
      return {
        kind: "order",
        at,
        order: { kind: "arm", ...stamp, epoch: state.epoch + one.epochStep, outputs: what.outputs },
      };
    case "board":
      return {
        kind: "board",
        at,
        board: what.board,
        state: what.ok ? { kind: "ok" } : { kind: "lost", why: "gone" },
      };
    default:
      return { ...what, at };
  }
}

/** What a second, simpler reading of the rules allows to be energised; kept beside the real one. */
function allowedAfter(
  allowed: ReadonlySet<string>,
  input: LeaseInput,
  before: LeaseState,
  after: LeaseState,
): Set<string> {
  if (after.epoch !== before.epoch) return new Set();
  const next = new Set(allowed);
  if (input.kind !== "order") return next;
  const { order: made } = input;
  if (made.kind === "hold") {
    for (const id of allowed) if (made.demand[id] !== "energised") next.delete(id);
  }
  if (made.kind === "arm" && made.epoch === before.epoch && made.seq > before.seq) {
    for (const id of made.outputs) if (before.demand[id] !== "energised") next.add(id);
  }
  return next;
}

let everEnergised = 0;
test("no sequence of inputs energises a permit without a valid arm after the latest drop, nor without a fresh hold", () => {
  fc.assert(
    fc.property(story, (happenings) => {
      let state = ready;
      let at = 1000;
      let allowed = new Set<string>();
      let lastHoldMade = 1000;
      for (const one of happenings) {
        at += one.later;
        const input = toInput(one, state, at);
        const before = state;
        state = run(state, input);
        allowed = allowedAfter(allowed, input, before, state);
        if (input.kind === "order" && input.order.kind === "hold")
          lastHoldMade = Math.max(lastHoldMade, input.order.at);
        for (const { id, board, channel, permit } of CONFIG.outputs) {
          if (!wantedCoils(state, CONFIG, board)[channel - 1]) continue;
          if (permit) everEnergised++;
          assert.ok(!permit || allowed.has(id), `${id} is energised without an arm`);
          assert.equal(state.demand[id], "energised");
          assert.equal(state.boards[board]?.kind, "ok");
          assert.ok(
            at - lastHoldMade < CONFIG.leaseMs,
            `${id} is energised by a hold of ${at - lastHoldMade} ms ago`,
          );
        }
        assert.ok(state.epoch >= before.epoch);
      }
      assert.ok(isDropped(run(state, { kind: "tick", at: at + CONFIG.leaseMs + 200 })));
    }),
    { numRuns: 2000 },
  );
  assert.ok(
    everEnergised > 10_000,
    `the stories must reach what they test: ${everEnergised} energised permits`,
  );
});

/** A small generator of its own, so that 30,000 lines take a fraction of a second; the seed makes it repeatable. */
function randomFrom(seed: number): (below: number) => number {
  let s = seed;
  return (below) => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return Math.floor((s / 2 ** 32) * below);
  };
}

test("30,000 random lines energise nothing and throw nothing", () => {
  const random = randomFrom(20240607);
  const values = [
    "null",
    "1",
    "-1",
    "1e999",
    '"energised"',
    "[]",
    "{}",
    "true",
    '"\\u0000"',
    "[[[[",
    '{"permit":1}',
    '{"permit":"on"}',
  ];
  const pick = (): string => values[random(values.length)] ?? "";
  const good = [
    '{"kind":"hold","seq":9,"at":1010,"demand":{"permit":"energised","horn":"energised"}}',
    `{"kind":"arm","seq":8,"at":1010,"epoch":${EPOCH},"outputs":["permit"]}`,
  ];
  const makers: readonly (() => string)[] = [
    () => String.fromCharCode(...Array.from({ length: random(80) }, () => random(0x300))),
    () => (good[random(2)] ?? "").slice(0, -1 - random(60)),
    () => `{"kind":${pick()},"seq":${pick()},"at":1010,"demand":${pick()}}`,
    () =>
      `{"kind":"hold","seq":${1 + random(9)},"at":1010,"demand":${pick()}}`.replace("{}", '{"permit":"of"}'),
    () => `{"kind":"arm","seq":${1 + random(9)},"at":1010,"epoch":${pick()},"outputs":${pick()}}`,
    () => (good[random(2)] ?? "").replace(/[":{}]/g, (char) => (random(4) === 0 ? pick() : char)),
  ];
  let state = ready;
  let understood = 0;
  for (let i = 0; i < 30_000; i++) {
    const line = (makers[i % makers.length] ?? String)();
    if (good.includes(line)) continue; // nothing was mutated: that one may energise
    const read = parseOrder(line);
    if (read.ok) understood++;
    state = run(state, read.ok ? order(1010, read.value) : { kind: "malformed", at: 1010 });
    assert.ok(isDropped(state), line);
  }
  assert.ok(
    state.epoch > EPOCH + 15_000,
    `nearly every line is malformed: ${state.epoch - EPOCH} drops, ${understood} understood`,
  );
});
