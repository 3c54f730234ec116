/** The guardian's rules: what may energise, and everything that must drop. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  armRefusal,
  initialLease,
  type LeaseInput,
  type LeaseState,
  wantedCoils,
} from "../../../server/relay/lease.ts";
import {
  ALL,
  arm,
  boardOk,
  CONFIG,
  coils,
  EPOCH,
  energised,
  hold,
  isDropped,
  NONE,
  order,
  ready,
  run,
} from "./two-boards.ts";

test("a permit is energised by a hold that follows an arm", () => {
  assert.deepEqual(coils(energised), [
    [true, true, false, false],
    [true, false],
  ]);
  assert.equal(energised.epoch, EPOCH, "energising is no drop");
  assert.equal(energised.holdSeq, 3);
});

test("a hold without an arm energises the horn and no permit", () => {
  assert.deepEqual(coils(run(ready, hold(2, 1010, ALL))), [
    [false, true, false, false],
    [false, false],
  ]);
});

test("an output that a hold does not name is dropped and disarmed", () => {
  const state = run(energised, hold(4, 1020, { second: "energised" }));
  assert.deepEqual(coils(state), [
    [false, false, false, false],
    [true, false],
  ]);
  assert.deepEqual(run(state, hold(5, 1030, ALL)).armed, ["second"]);
});

test("a permit that was demanded dropped comes back by a new arm only", () => {
  const down = run(energised, hold(4, 1020, { ...ALL, permit: "dropped" }));
  assert.equal(down.epoch, EPOCH, "it was the server's drop, not the guardian's own");
  assert.equal(wantedCoils(run(down, hold(5, 1030, ALL)), CONFIG, "a")[0], false);
  const back = run(down, arm(5, 1025, EPOCH, "permit"), hold(6, 1030, ALL));
  assert.equal(wantedCoils(back, CONFIG, "a")[0], true);
});

const drops: readonly (readonly [string, LeaseState["lastDrop"]["cause"], LeaseInput])[] = [
  ["no hold for leaseMs", "lease", { kind: "tick", at: 1510 }],
  ["a hold as old as the lease", "late", order(1400, { kind: "hold", seq: 4, at: 900, demand: ALL })],
  [
    "an arm as old as the lease",
    "late",
    order(1400, { kind: "arm", seq: 4, at: 900, epoch: EPOCH, outputs: ["permit"] }),
  ],
  ["a hold from another clock", "malformed", order(1100, { kind: "hold", seq: 4, at: 1300, demand: ALL })],
  ["a hold with the last number", "malformed", hold(3, 1020, ALL)],
  ["a hold with an older number", "malformed", hold(1, 1020, ALL)],
  ["a hold that names an unknown output", "malformed", hold(4, 1020, { ...ALL, lamp: "dropped" })],
  ["a malformed line", "malformed", { kind: "malformed", at: 1020 }],
  ["a lost board", "board", { kind: "board", at: 1020, board: "b", state: { kind: "lost", why: "gone" } }],
  ["a channel that contradicts", "mismatch", { kind: "compared", at: 1020, board: "b", disagreeing: [2] }],
  ["a server that is gone", "disconnect", { kind: "disconnect", at: 1020 }],
  ["a bye", "bye", order(1020, { kind: "bye", seq: 4, at: 1020 })],
];
for (const [what, cause, input] of drops) {
  test(`${what} drops every output, disarms and grows the epoch`, () => {
    const state = run(energised, input);
    assert.ok(isDropped(state));
    assert.deepEqual(state.armed, []);
    assert.equal(state.epoch, EPOCH + 1);
    assert.deepEqual(state.lastDrop, { cause, at: input.at });
    const later = run(state, hold(10, input.at + 5, ALL));
    assert.equal(wantedCoils(later, CONFIG, "a")[0], false, "a permit stays dropped without a new arm");
    assert.equal(wantedCoils(later, CONFIG, "a")[1], !state.ended, "the horn follows the holds again");
  });
}

const refusals: readonly (readonly [string, LeaseState, LeaseInput, RegExp])[] = [
  ["an epoch that is over", ready, arm(2, 1005, EPOCH - 1, "permit"), /epoch 6 is not the current 7/],
  [
    "a permit that is demanded already",
    run(ready, hold(2, 1001, ALL)),
    arm(3, 1005, EPOCH, "permit"),
    /not demanded dropped/,
  ],
  ["an output that is no permit", ready, arm(2, 1005, EPOCH, "permit", "horn"), /"horn" is not a permit/],
  ["an unknown output", ready, arm(2, 1005, EPOCH, "lamp"), /"lamp" is not a permit/],
  [
    "a lease that no hold has begun",
    run(initialLease(CONFIG, 0, EPOCH), boardOk("a")),
    arm(2, 1005, EPOCH, "permit"),
    /no hold/,
  ],
  [
    "a board that is not open",
    run(initialLease(CONFIG, 0, EPOCH), hold(1, 1000, NONE)),
    arm(2, 1005, EPOCH, "permit"),
    /board "a" is lost/,
  ],
  [
    "a permit that contradicts its orders",
    run(ready, { kind: "compared", at: 1001, board: "a", disagreeing: [1] }, hold(2, 1002, NONE)),
    arm(3, 1005, EPOCH + 1, "permit"),
    /contradicts/,
  ],
];
for (const [what, before, input, why] of refusals) {
  test(`an arm for ${what} is refused and drops nothing`, () => {
    const after = run(before, input);
    assert.deepEqual(after.armed, []);
    assert.equal(after.epoch, before.epoch);
    assert.ok(input.kind === "order" && input.order.kind === "arm");
    assert.match(armRefusal(before, input.order, CONFIG) ?? "", why);
  });
}

test("a hold keeps the lease from when it was made, not from when it came", () => {
  const state = run(energised, order(1400, { kind: "hold", seq: 4, at: 1100, demand: ALL }));
  assert.ok(!isDropped(run(state, { kind: "tick", at: 1599 })));
  assert.ok(isDropped(run(state, { kind: "tick", at: 1600 })));
});

test("a lease that ran out unwatched is noticed before the next hold is obeyed", () => {
  const state = run(energised, hold(4, 1600, ALL));
  assert.deepEqual(state.lastDrop, { cause: "lease", at: 1600 });
  assert.equal(wantedCoils(state, CONFIG, "a")[0], false);
});

test("a channel that keeps contradicting drops everything once, and a further one again", () => {
  const compared = (at: number, ...disagreeing: number[]): LeaseInput => ({
    kind: "compared",
    at,
    board: "a",
    disagreeing,
  });
  const first = run(energised, compared(1020, 4));
  assert.equal(run(first, compared(1030, 4)), first);
  const further = run(first, compared(1040, 3, 4));
  assert.equal(further.epoch, EPOCH + 2);
  const agreed = run(further, compared(1050));
  assert.equal(agreed.epoch, EPOCH + 2);
  assert.deepEqual(agreed.disagreeing.a, []);
});

test("a stuck lamp drops everything once, and does not keep a person from resetting", () => {
  const stuck = run(energised, { kind: "compared", at: 1020, board: "a", disagreeing: [4] });
  assert.ok(isDropped(stuck));
  const back = run(stuck, hold(4, 1030, NONE), arm(5, 1031, EPOCH + 1, "permit"), hold(6, 1032, ALL));
  assert.equal(wantedCoils(back, CONFIG, "a")[0], true);
});

test("a board's state that is told again changes nothing", () => {
  assert.equal(run(ready, boardOk("a", 1100)), ready);
  const lost: LeaseInput = { kind: "board", at: 1020, board: "a", state: { kind: "lost", why: "gone" } };
  const state = run(ready, lost);
  assert.equal(run(state, { ...lost, at: 1030 }), state);
  const other = run(state, { ...lost, at: 1040, state: { kind: "lost", why: "still gone" } });
  assert.equal(other.epoch, state.epoch, "only the loss drops");
  assert.deepEqual(other.boards.a, { kind: "lost", why: "still gone" });
});

test("a board that calls itself otherwise is told so", () => {
  const named = (identity: string): LeaseInput => ({
    kind: "board",
    at: 5,
    board: "a",
    state: { kind: "ok", identity },
  });
  const state = run(initialLease(CONFIG, 0, EPOCH), named("HW554"));
  assert.deepEqual(state.boards.a, { kind: "ok", identity: "HW554" });
  assert.equal(run(state, named("HW554")), state);
});

test("nothing is energised on a board that is lost, and the rest follows the holds", () => {
  const state = run(
    energised,
    { kind: "board", at: 1020, board: "a", state: { kind: "lost", why: "gone" } },
    hold(4, 1030, NONE),
    arm(5, 1031, EPOCH + 1, "second"),
    hold(6, 1032, ALL),
  );
  assert.deepEqual(coils(state), [
    [false, false, false, false],
    [true, false],
  ]);
  assert.equal(
    wantedCoils(run(state, boardOk("a", 1040)), CONFIG, "a")[0],
    false,
    "not armed when it is back",
  );
});

test("a board that the configuration does not know has no coils, and is not listened to", () => {
  assert.equal(run(energised, boardOk("other", 1100)), energised);
  const compared: LeaseInput = { kind: "compared", at: 1100, board: "other", disagreeing: [1] };
  assert.equal(run(energised, compared), energised);
  assert.deepEqual(wantedCoils(energised, CONFIG, "other"), []);
});
