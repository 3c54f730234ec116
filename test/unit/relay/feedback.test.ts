/** A second channel and feedback contacts in the guardian's rules: what they drop, and what they keep from being armed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Demand, GuardianConfig } from "../../../server/domain/relay.ts";
import { FEEDBACK_MS } from "../../../server/relay/feedback.ts";
import {
  armRefusal,
  closelyUntil,
  driveOf,
  heldUntil,
  initialLease,
  type LeaseInput,
  type LeaseState,
  reduceLease,
  wantedCoils,
} from "../../../server/relay/lease.ts";
import { isProvenDropped, outputStates } from "../../../server/relay/report.ts";
import * as twoBoards from "./two-boards.ts";

const { boardOk, hold, order } = twoBoards;

const CONFIG: GuardianConfig = {
  dataFolder: "unused",
  leaseMs: 5000,
  boards: [
    { id: "a", driver: "simulated", channels: 2 },
    { id: "b", driver: "simulated", channels: 2, inputs: 3 },
  ],
  outputs: [
    {
      id: "permit",
      board: "a",
      channel: 1,
      permit: true,
      second: { board: "b", channel: 2 },
      feedback: { board: "b", input: 1, closed: "dropped" },
    },
    {
      id: "horn",
      board: "a",
      channel: 2,
      permit: false,
      feedback: { board: "b", input: 2, closed: "energised" },
    },
  ],
};
const [PERMIT] = CONFIG.outputs;
assert.ok(PERMIT !== undefined);
const EPOCH = 3;
const ALL: Demand = { permit: "energised", horn: "energised" };
const PERMIT_ONLY: Demand = { permit: "energised", horn: "dropped" };
const NONE: Demand = { permit: "dropped", horn: "dropped" };

const run = (state: LeaseState, ...inputs: LeaseInput[]): LeaseState =>
  inputs.reduce((before, input) => reduceLease(before, input, CONFIG), state);
const lost = (board: string, at: number): LeaseInput => ({
  kind: "board",
  at,
  board,
  state: { kind: "lost", why: "gone" },
});
/** What the contacts say; begun to be read when it came, unless told otherwise. */
const says = (at: number, permit: string, horn: string, from = at): LeaseInput => ({
  kind: "inputs",
  at,
  from,
  board: "b",
  closed: [permit === "dropped", horn === "energised", false],
});
const arm = (at: number, epoch = EPOCH): LeaseInput =>
  order(at, { kind: "arm", seq: at, at, epoch, outputs: ["permit"] });
const refusal = (state: LeaseState): string | undefined =>
  armRefusal(state, { kind: "arm", seq: 9999, at: 0, epoch: state.epoch, outputs: ["permit"] }, CONFIG);
const coils = (state: LeaseState): string =>
  ["a", "b"]
    .map((id) =>
      wantedCoils(state, CONFIG, id)
        .map((c) => (c ? "#" : "-"))
        .join(""),
    )
    .join(" ");

const bare = run(initialLease(CONFIG, 0, EPOCH), boardOk("a"), boardOk("b"), hold(1, 1000, NONE));
const ready = run(bare, says(1001, "dropped", "dropped"));
const armed = run(ready, arm(1002), hold(1010, 1010, PERMIT_ONLY));
const energised = run(armed, says(1030, "energised", "dropped"));

test("both coils of an output are driven together", () => {
  assert.equal(coils(ready), "-- --");
  assert.equal(heldUntil(ready, CONFIG), 6000);
  assert.equal(heldUntil(initialLease(CONFIG, 0, EPOCH), CONFIG), 0);
  assert.equal(coils(energised), "#- -#");
  assert.equal(coils(run(energised, hold(1040, 1040, NONE))), "-- --");
});

test("a second coil that contradicts drops everything and keeps the output from being armed", () => {
  const state = run(energised, { kind: "compared", at: 1040, board: "b", disagreeing: [2] });
  assert.equal(coils(state), "-- --");
  assert.deepEqual(state.lastDrop, { cause: "mismatch", at: 1040 });
  const again = run(state, hold(1050, 1050, NONE), says(1060, "dropped", "dropped"));
  assert.match(refusal(again) ?? "", /"permit" contradicts its orders/);
});

test("the loss of the second board drops everything, and a permit is armed again when both are there", () => {
  const state = run(energised, lost("b", 1040), hold(1050, 1050, NONE));
  assert.equal(state.lastDrop.cause, "board");
  assert.match(refusal(state) ?? "", /board "b" is lost/);
  assert.equal(
    coils(run(state, hold(1060, 1060, ALL))),
    "-# --",
    "the horn sounds without its contact's board",
  );
  const back = run(state, boardOk("b", 1100));
  assert.match(refusal(back) ?? "", /feedback contact of "permit"/, "its contact was not read yet");
  assert.equal(refusal(run(back, says(1110, "dropped", "dropped"))), undefined);
});

test("no coil of an output is energised while the board of the other one is lost", () => {
  const outputs = [{ ...PERMIT, permit: false }];
  const config = { ...CONFIG, outputs };
  const state = [boardOk("a"), hold(1, 1000, { permit: "energised" })].reduce(
    (before, input) => reduceLease(before, input, config),
    initialLease(config, 0, EPOCH),
  );
  assert.deepEqual(wantedCoils(state, config, "a"), [false, false]);
});

test("a contact that does not follow within 300 ms drops everything, and is told until it agrees again", () => {
  const waiting = run(armed, says(1010 + FEEDBACK_MS, "dropped", "dropped"));
  assert.equal(coils(waiting), "#- -#", "it has its time");
  const late = run(waiting, says(1011 + FEEDBACK_MS, "dropped", "dropped"));
  assert.equal(coils(late), "-- --");
  assert.deepEqual(late.lastDrop, { cause: "feedback", at: 1011 + FEEDBACK_MS });
  assert.equal(late.epoch, EPOCH + 1);
  assert.equal(late.contacts.permit?.mismatch, true, "what was read before the drop does not prove it");
  const slow = run(late, says(1330, "energised", "dropped"));
  assert.equal(slow.contacts.permit?.mismatch, true, "an order since does not excuse it");
  const agreed = run(slow, says(1400, "dropped", "dropped"));
  assert.equal(agreed.contacts.permit?.mismatch, false);
  assert.equal(agreed.epoch, EPOCH + 1);
});

test("a contact that stays when its output drops, as a welded one does, drops the rest once and refuses every arm", () => {
  const dropped = run(energised, hold(1100, 1100, { ...NONE, horn: "energised" }));
  const story = run(dropped, says(1120, "energised", "energised"), says(1401, "energised", "energised"));
  assert.deepEqual(story.lastDrop, { cause: "feedback", at: 1401 });
  assert.match(refusal(run(story, hold(1410, 1410, NONE))) ?? "", /does not say that it is dropped/);
  const on = run(
    story,
    hold(1410, 1410, { ...NONE, horn: "energised" }),
    says(1800, "energised", "energised"),
  );
  assert.equal(on.epoch, story.epoch, "once");
  assert.equal(coils(on), "-# --", "the horn may sound meanwhile");
});

test("a contact that moves by itself drops everything after 300 ms, unless it comes back", () => {
  const first = run(energised, says(2000, "dropped", "dropped"));
  assert.equal(coils(first), "#- -#");
  const back = run(first, says(2200, "energised", "dropped"), says(2250, "dropped", "dropped"));
  assert.equal(coils(run(back, says(2500, "dropped", "dropped"))), "#- -#");
  assert.equal(coils(run(back, says(2551, "dropped", "dropped"))), "-- --");
});

test("a contact read before an order proves nothing about it", () => {
  const dropped = run(energised, hold(1100, 1100, NONE));
  const old = run(dropped, says(1105, "dropped", "dropped", 1099));
  assert.equal(old, dropped);
  assert.notEqual(refusal(old), undefined);
  assert.equal(refusal(run(dropped, says(1105, "dropped", "dropped", 1100))), undefined);
});

test("a permit whose contact nobody can read is never armed, and drops nothing", () => {
  const state = run(bare, { kind: "inputs", at: 5000, from: 5000, board: "b", closed: [] });
  assert.equal(state.contacts.permit?.drive, "unknown");
  assert.equal(state.epoch, EPOCH);
  assert.match(refusal(run(state, hold(5001, 5001, NONE))) ?? "", /feedback contact/);
});

test("inputs of another board, or that say the same again, change nothing", () => {
  assert.equal(
    run(energised, { kind: "inputs", at: 1100, from: 1100, board: "a", closed: [true] }),
    energised,
  );
  assert.equal(run(energised, says(1100, "energised", "dropped")), energised);
  const lostTwice = run(energised, lost("b", 1100));
  const other: LeaseInput = {
    kind: "board",
    at: 1200,
    board: "b",
    state: { kind: "lost", why: "still gone" },
  };
  assert.equal(run(lostTwice, other).contacts, lostTwice.contacts);
});

test("inputs are to be read often while a contact owes its agreement", () => {
  assert.equal(closelyUntil(energised, CONFIG, "b"), 0);
  assert.equal(closelyUntil(run(energised, hold(1100, 1100, NONE)), CONFIG, "b"), 1100 + 2 * FEEDBACK_MS);
  assert.equal(
    closelyUntil(run(energised, hold(1100, 1100, NONE)), CONFIG, "a"),
    0,
    "no contact hangs on it",
  );
});

test("a drop is proven by both coils, read after the order, and by the contact", () => {
  const since = 1100;
  const state = run(energised, hold(1100, since, NONE), says(1120, "dropped", "dropped"));
  const reading = (readAt: number, ...readback: boolean[]) => ({ readback, readAt });
  const boards = (a: ReturnType<typeof reading>, b: ReturnType<typeof reading>) =>
    new Map(Object.entries({ a, b }));
  const off = reading(1110, false, false);
  assert.equal(isProvenDropped(state, PERMIT, boards(off, off), since), true);
  assert.equal(isProvenDropped(state, PERMIT, boards(off, reading(1110, false, true)), since), false);
  assert.equal(isProvenDropped(state, PERMIT, boards(reading(1099, false, false), off), since), false);
  assert.equal(isProvenDropped(state, PERMIT, new Map([["a", off]]), since), false);
  const still = run(energised, hold(1100, since, NONE), says(1120, "energised", "dropped"));
  assert.equal(isProvenDropped(still, PERMIT, boards(off, off), since), false);
});

test("the report tells the second coil, the contact and the last drop of an output that has them", () => {
  const boards = new Map([
    ["a", { readback: [true, false], readAt: 1 }],
    ["b", { readback: undefined, readAt: undefined }],
  ]);
  assert.deepEqual(
    outputStates(energised, CONFIG, boards, (id) => (id === "permit" ? 12.5 : undefined)),
    {
      permit: {
        demand: "energised",
        readback: "energised",
        mismatch: false,
        second: "unknown",
        feedback: "energised",
        feedbackMismatch: false,
        dropMs: 12.5,
      },
      horn: {
        demand: "dropped",
        readback: "dropped",
        mismatch: false,
        feedback: "dropped",
        feedbackMismatch: false,
      },
    },
  );
  const plain = outputStates(twoBoards.energised, twoBoards.CONFIG, boards, () => undefined).horn;
  assert.deepEqual(plain, { demand: "energised", readback: "dropped", mismatch: false });
  const second = run(energised, { kind: "compared", at: 1040, board: "b", disagreeing: [2] });
  assert.equal(outputStates(second, CONFIG, boards, () => undefined).permit?.mismatch, true);
  assert.equal(driveOf(second, PERMIT), "dropped");
});
