/**
 * The guardian's rules, pure: what it is told and what the boards answer in, the coils it wants out.
 * Time is an input. A permit is energised by a hold only after an arm that nothing has undone since.
 */
import type {
  BoardState,
  Demand,
  DropCause,
  GuardianConfig,
  GuardianOrder,
  GuardianOutput,
} from "../domain/relay.ts";
import { assertNever, type BoardId, type Millis, type OutputId } from "../domain/units.ts";

/** The server's clock is ours, but for the hundredth of a second to which Deno knows it. */
const CLOCK_SKEW_MS = 100;

export interface LeaseState {
  /** The newest order that came in its turn. */
  readonly seq: number;
  /** The newest hold that was obeyed. */
  readonly holdSeq: number;
  /** When the hold in force was made; undefined while none is, and then everything is dropped. */
  readonly heldAt: Millis | undefined;
  readonly demand: Demand;
  readonly armed: readonly OutputId[];
  /** Grows with every drop of the guardian's own. */
  readonly epoch: number;
  readonly boards: Readonly<Record<BoardId, BoardState>>;
  /** Channels, from 1, that read other than they were ordered. */
  readonly disagreeing: Readonly<Record<BoardId, readonly number[]>>;
  readonly lastDrop: { readonly cause: DropCause; readonly at: Millis };
  /** Once ended, nothing is energised any more. */
  readonly ended: boolean;
}

export type LeaseInput = { readonly at: Millis } & (
  | { readonly kind: "tick" }
  | { readonly kind: "order"; readonly order: GuardianOrder }
  | { readonly kind: "malformed" }
  | { readonly kind: "board"; readonly board: BoardId; readonly state: BoardState }
  /** A board was read back; no channels mean that it agrees with its orders. */
  | { readonly kind: "compared"; readonly board: BoardId; readonly disagreeing: readonly number[] }
  | { readonly kind: "disconnect" }
);

/**
 * The state before anything is known.
 * @param epoch the first one; taken from the monotonic clock, no arm meant for an earlier guardian fits it
 */
export function initialLease(config: GuardianConfig, at: Millis, epoch: number): LeaseState {
  const unopened: BoardState = { kind: "lost", why: "The board is not opened yet" };
  return {
    seq: 0,
    holdSeq: 0,
    heldAt: undefined,
    demand: {},
    armed: [],
    epoch,
    boards: Object.fromEntries(config.boards.map(({ id }) => [id, unopened])),
    disagreeing: Object.fromEntries(config.boards.map(({ id }) => [id, []])),
    lastDrop: { cause: "start", at },
    ended: false,
  };
}

function drop(state: LeaseState, cause: DropCause, at: Millis): LeaseState {
  return {
    ...state,
    heldAt: undefined,
    demand: {},
    armed: [],
    epoch: state.epoch + 1,
    lastDrop: { cause, at },
  };
}

/** Why this arm is refused, for the log; undefined where it is granted. All of its permits or none. */
export function armRefusal(
  state: LeaseState,
  order: Extract<GuardianOrder, { kind: "arm" }>,
  config: GuardianConfig,
): string | undefined {
  if (order.epoch !== state.epoch) return `epoch ${order.epoch} is not the current ${state.epoch}`;
  if (state.heldAt === undefined) return "no hold is in force";
  for (const id of order.outputs) {
    const output = config.outputs.find((item) => item.id === id);
    if (output === undefined || !output.permit) return `"${id}" is not a permit`;
    if (state.demand[id] === "energised") return `"${id}" is not demanded dropped`;
    if (state.boards[output.board]?.kind !== "ok") return `board "${output.board}" is lost`;
    if (state.disagreeing[output.board]?.includes(output.channel)) return `"${id}" contradicts its orders`;
  }
  return undefined;
}

function obeyHold(
  state: LeaseState,
  order: Extract<GuardianOrder, { kind: "hold" }>,
  at: Millis,
  config: GuardianConfig,
): LeaseState {
  const known = (id: OutputId): boolean => config.outputs.some((output) => output.id === id);
  // A server that names other outputs has another configuration than we: nothing it says is meant for us.
  if (!Object.keys(order.demand).every(known)) return drop(state, "malformed", at);
  return {
    ...state,
    holdSeq: order.seq,
    heldAt: Math.min(order.at, at),
    demand: order.demand,
    armed: state.armed.filter((id) => order.demand[id] === "energised"),
  };
}

function obey(state: LeaseState, order: GuardianOrder, at: Millis, config: GuardianConfig): LeaseState {
  if (order.kind === "bye") return { ...drop(state, "bye", at), ended: true };
  if (order.seq <= state.seq || order.at > at + CLOCK_SKEW_MS) return drop(state, "malformed", at);
  const inTurn = { ...state, seq: order.seq };
  // Too late to be obeyed: whatever held the server up, it did not see the machine meanwhile.
  if (at - order.at >= config.leaseMs) return drop(inTurn, "late", at);
  if (order.kind === "hold") return obeyHold(inTurn, order, at, config);
  if (armRefusal(inTurn, order, config) !== undefined) return inTurn;
  return { ...inTurn, armed: [...new Set([...state.armed, ...order.outputs])] };
}

function sameBoard(one: BoardState | undefined, other: BoardState): boolean {
  if (one?.kind === "lost" && other.kind === "lost") return one.why === other.why;
  return one?.kind === other.kind;
}

/** One step. Never throws; returns the same state where nothing changed. */
export function reduceLease(before: LeaseState, input: LeaseInput, config: GuardianConfig): LeaseState {
  const { at } = input;
  if (before.ended) return before;
  const expired = before.heldAt !== undefined && at - before.heldAt >= config.leaseMs;
  const state = expired ? drop(before, "lease", at) : before;
  switch (input.kind) {
    case "tick":
      return state;
    case "order":
      return obey(state, input.order, at, config);
    case "malformed":
      return drop(state, "malformed", at);
    case "board": {
      const was = state.boards[input.board];
      if (sameBoard(was, input.state)) return state;
      const next = { ...state, boards: { ...state.boards, [input.board]: input.state } };
      return was?.kind === "ok" ? drop(next, "board", at) : next;
    }
    case "compared": {
      const was = state.disagreeing[input.board] ?? [];
      const now = input.disagreeing;
      if (was.length === now.length && now.every((channel) => was.includes(channel))) return state;
      const next = { ...state, disagreeing: { ...state.disagreeing, [input.board]: now } };
      // A channel that keeps contradicting has dropped everything once; the horn may sound meanwhile.
      return now.every((channel) => was.includes(channel)) ? next : drop(next, "mismatch", at);
    }
    case "disconnect":
      return { ...drop(state, "disconnect", at), ended: true };
    default:
      return assertNever(input);
  }
}

function isEnergised(state: LeaseState, output: GuardianOutput): boolean {
  if (state.ended || state.heldAt === undefined || state.boards[output.board]?.kind !== "ok") return false;
  if (state.demand[output.id] !== "energised") return false;
  return !output.permit || state.armed.includes(output.id);
}

/** The coils wanted of one board, true is energised, channel 1 first. */
export function wantedCoils(state: LeaseState, config: GuardianConfig, board: BoardId): readonly boolean[] {
  const channels = config.boards.find(({ id }) => id === board)?.channels ?? 0;
  const coils = new Array<boolean>(channels).fill(false);
  for (const output of config.outputs) {
    if (output.board === board && isEnergised(state, output)) coils[output.channel - 1] = true;
  }
  return coils;
}
