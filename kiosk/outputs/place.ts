/** Where somebody is in the outputs' pages, and what is being entered: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { type BoardDriver, boardKind } from "../../server/domain/board.ts";
import type { BoardConfig, OutputConfig, OutputRole } from "../../server/domain/config.ts";
import type { FieldError } from "../call.ts";
import { writing } from "../parts/writing.ts";
import { notice, room, session } from "../state.ts";
import type { Run } from "./run.ts";

export type Place =
  | { readonly kind: "home" }
  | { readonly kind: "output" | "try" | "remove-output"; readonly id: string }
  | { readonly kind: "board" | "remove-board" | "replaced"; readonly id: string }
  | { readonly kind: "find"; readonly what: "hid" | "serial"; readonly driver: BoardDriver }
  | {
      readonly kind:
        | "output-form"
        | "add-board"
        | "board-form"
        | "tower"
        | "tower-table"
        | "intervals"
        | "records"
        | "run";
    };
export const place = signal<Place>({ kind: "home" });

/** A test of every output that is being run. */
export const run = signal<Run | undefined>(undefined);

/** A board as it is being entered. Numbers are texts as long as they are written. */
export interface BoardDraft {
  /** The board that is changed; undefined for a new one. */
  readonly of?: string;
  readonly id: string;
  readonly driver: BoardDriver;
  readonly address: string;
  readonly channels: number;
  readonly inputs: number;
  readonly unit: string;
  readonly firstCoil: string;
  readonly firstInput: string;
  readonly baud: string;
  readonly selfTimedMs: string;
  readonly watchdogMs: string;
  readonly acceptNoDeadMan: boolean;
  readonly ratedOperations: string;
  readonly errors: readonly FieldError[];
}

/** An output as it is being entered. */
export interface OutputDraft {
  readonly of?: string;
  readonly name: string;
  readonly role: OutputRole;
  readonly board: string;
  readonly channel: number;
  readonly zones: readonly string[];
  readonly pulseMs: string;
  readonly horn: boolean;
  readonly second: { readonly board: string; readonly channel: number } | undefined;
  readonly feedback: NonNullable<OutputConfig["feedback"]> | undefined;
  readonly errors: readonly FieldError[];
}

export const boardDraft = signal<BoardDraft | undefined>(undefined);
export const outputDraft = signal<OutputDraft | undefined>(undefined);

const CHANNELS = 8;

export function newBoard(driver: BoardDriver, found: Partial<BoardDraft> = {}): void {
  boardDraft.value = {
    id: "",
    driver,
    address: "",
    channels: Math.min(CHANNELS, boardKind(driver).maxChannels),
    inputs: 0,
    unit: "",
    firstCoil: "",
    firstInput: "",
    baud: "",
    selfTimedMs: "",
    watchdogMs: "",
    acceptNoDeadMan: false,
    ratedOperations: "",
    errors: [],
    ...found,
  };
  place.value = { kind: "board-form" };
}

const textOf = (value: number | undefined): string => (value === undefined ? "" : String(value));

export function editBoard(board: BoardConfig): void {
  const { id, driver, channels, address = "", inputs = 0, acceptNoDeadMan = false } = board;
  boardDraft.value = {
    ...{ of: id, id, driver, address, channels, inputs, acceptNoDeadMan, errors: [] },
    unit: textOf(board.unit),
    firstCoil: textOf(board.firstCoil),
    firstInput: textOf(board.firstInput),
    baud: textOf(board.baud),
    selfTimedMs: textOf(board.selfTimedMs),
    watchdogMs: textOf(board.watchdogMs),
    ratedOperations: textOf(board.ratedOperations),
  };
  place.value = { kind: "board-form" };
}

export function newOutput(board: string): void {
  outputDraft.value = {
    name: "",
    role: "run-permit",
    board,
    channel: 1,
    zones: [],
    pulseMs: "",
    horn: false,
    second: undefined,
    feedback: undefined,
    errors: [],
  };
  place.value = { kind: "output-form" };
}

export function editOutput(output: OutputConfig, horn: boolean): void {
  const { id, name = "", role, board, channel, zones, pulseMs, second, feedback } = output;
  outputDraft.value = {
    ...{ of: id, name, role, board, channel, zones, horn, second, feedback, errors: [] },
    pulseMs: textOf(pulseMs),
  };
  place.value = { kind: "output-form" };
}

/** The member of the form that an error stands under: `zones[0]` and `second.board` belong to zones and second. */
export function memberOf({ path }: FieldError): string {
  return path.split(/[.[]/)[0] ?? path;
}

export function errorAt(
  draft: { readonly errors: readonly FieldError[] },
  member: string,
): string | undefined {
  return draft.errors.find((error) => memberOf(error) === member)?.message;
}

/** What has been entered anew is no longer wrong. */
function withoutErrors(errors: readonly FieldError[], change: object): readonly FieldError[] {
  return errors.filter((error) => !(memberOf(error) in change));
}

export function enterBoard(change: Partial<BoardDraft>): void {
  const before = boardDraft.peek();
  if (before === undefined) return;
  boardDraft.value = { ...before, errors: withoutErrors(before.errors, change), ...change };
}

export function enterOutput(change: Partial<OutputDraft>): void {
  const before = outputDraft.peek();
  if (before === undefined) return;
  outputDraft.value = { ...before, errors: withoutErrors(before.errors, change), ...change };
}

effect(() => {
  if (session.value !== undefined) return;
  room.value = "workshop";
  place.value = { kind: "home" };
  boardDraft.value = undefined;
  outputDraft.value = undefined;
  run.value = undefined;
});

/** What was told of the last deed would lie over the keys and buttons of the next one. */
effect(() => {
  const told = ["home", "output", "board"].includes(place.value.kind);
  if (writing.value !== undefined || !told) notice.value = undefined;
});
