/** What the guardian tells of its outputs: the rules' state beside what the boards answered. */
import type { GuardianConfig, GuardianOutput, OutputState } from "../domain/relay.ts";
import type { BoardId, Drive, Millis, OutputId } from "../domain/units.ts";
import { driveOf, isContradicted, type LeaseState, placesOf } from "./lease.ts";

/** What is known of a board's coils. */
export interface BoardReading {
  /** Channel 1 first, true is energised; undefined while the board is lost. */
  readonly readback: readonly boolean[] | undefined;
  /** When that was read. */
  readonly readAt: Millis | undefined;
}

type Boards = ReadonlyMap<BoardId, BoardReading>;

function coil(boards: Boards, { board, channel }: { board: BoardId; channel: number }): Drive | "unknown" {
  const energised = boards.get(board)?.readback?.[channel - 1];
  if (energised === undefined) return "unknown";
  return energised ? "energised" : "dropped";
}

function outputState(
  state: LeaseState,
  output: GuardianOutput,
  boards: Boards,
  dropMs: Millis | undefined,
): OutputState {
  const contact = state.contacts[output.id];
  return {
    demand: driveOf(state, output),
    readback: coil(boards, output),
    mismatch: isContradicted(state, output),
    ...(output.second === undefined ? {} : { second: coil(boards, output.second) }),
    ...(contact === undefined ? {} : { feedback: contact.drive, feedbackMismatch: contact.mismatch }),
    ...(dropMs === undefined ? {} : { dropMs }),
  };
}

export function outputStates(
  state: LeaseState,
  config: GuardianConfig,
  boards: Boards,
  dropMs: (output: OutputId) => Millis | undefined,
): Readonly<Record<OutputId, OutputState>> {
  return Object.fromEntries(
    config.outputs.map((output) => [output.id, outputState(state, output, boards, dropMs(output.id))]),
  );
}

/** Every coil of the output was read dropped after `since`, and its feedback contact agrees where it has one. */
export function isProvenDropped(
  state: LeaseState,
  output: GuardianOutput,
  boards: Boards,
  since: Millis,
): boolean {
  if (state.contacts[output.id]?.owedSince !== undefined) return false;
  return placesOf(output).every((place) => {
    const readAt = boards.get(place.board)?.readAt;
    return readAt !== undefined && readAt >= since && coil(boards, place) === "dropped";
  });
}
