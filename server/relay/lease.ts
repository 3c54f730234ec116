/**
 * The guardian's rules, pure: what it is told and what the boards answer in, the coils it wants out.
 * Time is an input. A permit is energised by a hold only after an arm that nothing has undone since.
 */
import {
  type BoardState,
  boardsOf,
  type CoilPlace,
  type Demand,
  type DropCause,
  type GuardianConfig,
  type GuardianOrder,
  type GuardianOutput,
} from "../domain/relay.ts";
import type { BoardId, Drive, Millis, OutputId } from "../domain/units.ts";
import {
  type ContactState,
  FEEDBACK_MS,
  type InputReading,
  initialContact,
  orderedContact,
  readContact,
  unreadContact,
} from "./feedback.ts";

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
  /** Of every output that has a feedback contact. */
  readonly contacts: Readonly<Record<OutputId, ContactState>>;
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
  | ({ readonly kind: "inputs"; readonly board: BoardId } & InputReading)
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
    contacts: Object.fromEntries(
      config.outputs
        .filter(({ feedback }) => feedback !== undefined)
        .map(({ id }) => [id, initialContact(at)]),
    ),
    lastDrop: { cause: "start", at },
    ended: false,
  };
}

/** The coils that an output drives, all together. */
export function placesOf(output: GuardianOutput): readonly CoilPlace[] {
  return output.second === undefined ? [output] : [output, output.second];
}

/** Whether a run permit needs the board: for a channel or for its feedback contact. */
export function carriesPermit({ outputs }: GuardianConfig, board: BoardId): boolean {
  return outputs.some((output) => output.permit && boardsOf(output).includes(board));
}

/** What the output is ordered to be. */
export function driveOf(state: LeaseState, output: GuardianOutput): Drive {
  if (state.ended || state.heldAt === undefined) return "dropped";
  if (state.demand[output.id] !== "energised") return "dropped";
  if (placesOf(output).some(({ board }) => state.boards[board]?.kind !== "ok")) return "dropped";
  return !output.permit || state.armed.includes(output.id) ? "energised" : "dropped";
}

/** The board contradicts the order in one of the output's coils. */
export function isContradicted(state: LeaseState, output: GuardianOutput): boolean {
  return placesOf(output).some(({ board, channel }) => state.disagreeing[board]?.includes(channel));
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
    const lost = placesOf(output).find(({ board }) => state.boards[board]?.kind !== "ok");
    if (lost !== undefined) return `board "${lost.board}" is lost`;
    if (isContradicted(state, output)) return `"${id}" contradicts its orders`;
    if (state.contacts[id]?.owedSince !== undefined)
      return `the feedback contact of "${id}" does not say that it is dropped`;
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
  if (one?.kind === "ok" && other.kind === "ok") return one.identity === other.identity;
  return one?.kind === other.kind;
}

/** Each contact as `change` makes it; the same record where none changed. */
function withContacts(
  state: LeaseState,
  config: GuardianConfig,
  change: (contact: ContactState, output: GuardianOutput) => ContactState,
): LeaseState["contacts"] {
  let next = state.contacts;
  for (const output of config.outputs) {
    const contact = state.contacts[output.id];
    if (contact === undefined) continue;
    const changed = change(contact, output);
    if (changed !== contact) next = { ...next, [output.id]: changed };
  }
  return next;
}

function seeBoard(
  state: LeaseState,
  { at, board, state: now }: Extract<LeaseInput, { kind: "board" }>,
  config: GuardianConfig,
): LeaseState {
  const was = state.boards[board];
  if (was === undefined || sameBoard(was, now)) return state;
  const contacts = withContacts(state, config, (contact, { feedback }) =>
    now.kind === "lost" && feedback?.board === board ? unreadContact(contact, at) : contact,
  );
  const next = { ...state, boards: { ...state.boards, [board]: now }, contacts };
  // Of a board that carries signals only nothing is left that a drop could still do.
  return was.kind === "ok" && carriesPermit(config, board) ? drop(next, "board", at) : next;
}

function seeCompared(
  state: LeaseState,
  { at, board, disagreeing }: Extract<LeaseInput, { kind: "compared" }>,
): LeaseState {
  const was = state.disagreeing[board];
  if (was === undefined) return state;
  const isOld = disagreeing.every((channel) => was.includes(channel));
  if (isOld && was.length === disagreeing.length) return state;
  const next = { ...state, disagreeing: { ...state.disagreeing, [board]: disagreeing } };
  // A channel that keeps contradicting has dropped everything once; the horn may sound meanwhile.
  return isOld ? next : drop(next, "mismatch", at);
}

function seeInputs(
  state: LeaseState,
  input: Extract<LeaseInput, { kind: "inputs" }>,
  config: GuardianConfig,
): LeaseState {
  const contacts = withContacts(state, config, (contact, output) =>
    output.feedback?.board === input.board
      ? readContact(contact, output.feedback, driveOf(state, output), input)
      : contact,
  );
  if (contacts === state.contacts) return state;
  const next = { ...state, contacts };
  // As with coils: one that keeps contradicting has dropped everything once. A signal whose board is lost cannot obey.
  const newly = config.outputs.some(
    ({ id, permit, board }) =>
      contacts[id]?.mismatch === true &&
      state.contacts[id]?.mismatch === false &&
      (permit || state.boards[board]?.kind === "ok"),
  );
  return newly ? drop(next, "feedback", input.at) : next;
}

/** The contacts of outputs that this step has ordered otherwise owe their agreement from now on. */
function orderContacts(
  before: LeaseState,
  after: LeaseState,
  at: Millis,
  config: GuardianConfig,
): LeaseState {
  const contacts = withContacts(after, config, (contact, output) =>
    driveOf(before, output) === driveOf(after, output) ? contact : orderedContact(contact, at),
  );
  return contacts === after.contacts ? after : { ...after, contacts };
}

/** One step. Never throws; returns the same state where nothing changed. */
export function reduceLease(before: LeaseState, input: LeaseInput, config: GuardianConfig): LeaseState {
  const after = advance(before, input, config);
  return after === before ? before : orderContacts(before, after, input.at, config);
}

function advance(before: LeaseState, input: LeaseInput, config: GuardianConfig): LeaseState {
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
    case "board":
      return seeBoard(state, input, config);
    case "inputs":
      return seeInputs(state, input, config);
    case "compared":
      return seeCompared(state, input);
    case "disconnect":
      return { ...drop(state, "disconnect", at), ended: true };
  }
}

/** The coils wanted of one board, true is energised, channel 1 first. */
export function wantedCoils(state: LeaseState, config: GuardianConfig, board: BoardId): readonly boolean[] {
  const channels = config.boards.find(({ id }) => id === board)?.channels ?? 0;
  const coils = new Array<boolean>(channels).fill(false);
  for (const output of config.outputs) {
    if (driveOf(state, output) === "dropped") continue;
    for (const place of placesOf(output)) if (place.board === board) coils[place.channel - 1] = true;
  }
  return coils;
}

/** Until when what is energised may stay so: a coil is worth nothing without a hold. */
export function heldUntil(state: LeaseState, config: GuardianConfig): Millis {
  return state.heldAt === undefined ? 0 : state.heldAt + config.leaseMs;
}

/** Until when the inputs of a board are worth being read often, because a contact on it owes its agreement. */
export function closelyUntil(state: LeaseState, config: GuardianConfig, board: BoardId): Millis {
  const owed = config.outputs
    .filter(({ feedback }) => feedback?.board === board)
    .flatMap(({ id }) => state.contacts[id]?.owedSince ?? []);
  return Math.max(0, ...owed.map((since) => since + 2 * FEEDBACK_MS));
}
