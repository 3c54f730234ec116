/** A guardian of two boards and three outputs for tests of its rules, and the orders that reach it. */
import type { Demand, GuardianConfig, GuardianOrder } from "../../../server/domain/relay.ts";
import {
  initialLease,
  type LeaseInput,
  type LeaseState,
  reduceLease,
  wantedCoils,
} from "../../../server/relay/lease.ts";

export const CONFIG: GuardianConfig = {
  dataFolder: "unused",
  leaseMs: 500,
  boards: [
    { id: "a", driver: "simulated", channels: 4 },
    { id: "b", driver: "simulated", channels: 2 },
  ],
  outputs: [
    { id: "permit", board: "a", channel: 1, permit: true },
    { id: "horn", board: "a", channel: 2, permit: false },
    { id: "second", board: "b", channel: 1, permit: true },
  ],
};
export const EPOCH = 7;
export const ALL: Demand = { permit: "energised", horn: "energised", second: "energised" };
export const NONE: Demand = { permit: "dropped", horn: "dropped", second: "dropped" };

export const run = (state: LeaseState, ...inputs: LeaseInput[]): LeaseState =>
  inputs.reduce((before, input) => reduceLease(before, input, CONFIG), state);
export const order = (at: number, made: GuardianOrder): LeaseInput => ({ kind: "order", at, order: made });
export const hold = (seq: number, at: number, demand: Demand): LeaseInput =>
  order(at, { kind: "hold", seq, at, demand });
export const arm = (seq: number, at: number, epoch: number, ...outputs: string[]): LeaseInput =>
  order(at, { kind: "arm", seq, at, epoch, outputs });
export const boardOk = (board: string, at = 0): LeaseInput => ({
  kind: "board",
  at,
  board,
  state: { kind: "ok" },
});
export const coils = (state: LeaseState): readonly (readonly boolean[])[] => [
  wantedCoils(state, CONFIG, "a"),
  wantedCoils(state, CONFIG, "b"),
];
export const isDropped = (state: LeaseState): boolean => !coils(state).flat().includes(true);

/** Both boards ok, a hold in force that demands nothing, at 1000. */
export const ready = run(initialLease(CONFIG, 0, EPOCH), boardOk("a"), boardOk("b"), hold(1, 1000, NONE));
/** Everything armed and energised, at 1010. */
export const energised = run(ready, arm(2, 1005, EPOCH, "permit", "second"), hold(3, 1010, ALL));
