/** The guardian's rules over thousands of made-up stories, and over lines that nobody should send. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Demand } from "../../../server/domain/relay.ts";
import { driveOf, type LeaseInput, type LeaseState, wantedCoils } from "../../../server/relay/lease.ts";
import { parseOrder } from "../../../server/relay/protocol.ts";
import { fuzzedOrders, randomFrom } from "../../fakes/fuzzed_orders.ts";
import { ALL, CONFIG, isDropped, NONE, order, ready, run } from "./two-boards.ts";

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

const LINES = 1_000_000;
const PERMITS = CONFIG.outputs.filter(({ permit }) => permit);

test("1,000,000 fuzzed lines energise no permit without an arm after the latest drop, and throw nothing", (t) => {
  const random = randomFrom(20261121);
  const next = fuzzedOrders(
    random,
    PERMITS.map(({ id }) => id),
    ["horn"],
  );
  let state = ready;
  let at = 1000;
  let energised = 0;
  let drops = 0;
  /** Who was armed in which epoch, read from the lines in another and simpler way than the parser's. */
  const armed = new Map<string, number>();
  for (let i = 0; i < LINES; i++) {
    at += random(50) === 0 ? random(1000) : random(8);
    const before = state;
    const line = next({ seq: state.seq, epoch: state.epoch, at });
    const read = parseOrder(line);
    state = run(state, read.ok ? order(at, read.value) : { kind: "malformed", at });
    if (state.epoch !== before.epoch) drops++;
    if (state.seq > before.seq && line.includes('"arm"')) noteArm(JSON.parse(line), before);
    if (state.holdSeq !== before.holdSeq) noteHold(JSON.parse(line));
    for (const output of PERMITS) {
      if (driveOf(state, output) === "dropped") continue;
      energised++;
      assert.equal(armed.get(output.id), state.epoch, `line ${i} energises ${output.id}: ${line}`);
      assert.ok(at - (state.heldAt ?? 0) < CONFIG.leaseMs, `line ${i} energises ${output.id} too late`);
    }
  }
  t.diagnostic(`${LINES} lines: ${drops} drops, ${energised} times a permit was energised`);
  assert.ok(energised > 100_000 && drops > 100_000, "the lines must reach what they test");

  function noteArm(made: { epoch: number; outputs: string[] }, before: LeaseState): void {
    if (made.epoch !== before.epoch) return;
    for (const id of made.outputs) if (before.demand[id] !== "energised") armed.set(id, made.epoch);
  }
  function noteHold(made: { demand: Demand }): void {
    for (const { id } of PERMITS) if (made.demand[id] !== "energised") armed.delete(id);
  }
});
