/**
 * The lines between the server and the guardian, checked by hand: the guardian carries no library, so that
 * it starts fast and little in it can fail. Nothing here throws, whatever the line.
 */
import { BOARD_KINDS, type BoardDriver, boardKind } from "../domain/board.ts";
import type {
  BoardState,
  DropCause,
  GuardianBoard,
  GuardianConfig,
  GuardianOrder,
  GuardianOutput,
  GuardianReport,
  OutputState,
} from "../domain/relay.ts";
import { placesOf } from "./lease.ts";

/** The largest report (64 outputs with every field and the longest ids, 8 lost boards) is 19 KB; see its test. */
export const MAX_LINE = 64 * 1024;

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  /** `why` says what is wrong, for the log. */
  | { readonly ok: false; readonly why: string };

type Loose = Readonly<Record<string, unknown>>;

const bad = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });

function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isText = (value: unknown): value is string => typeof value === "string" && value.length > 0;
const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;
const isCount = (value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): value is number =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isFlags = (value: unknown): value is boolean[] => Array.isArray(value) && value.every(isFlag);
const isDrive = (value: unknown): boolean => value === "energised" || value === "dropped";

function isRecordOf(value: unknown, check: (item: unknown) => boolean): boolean {
  return isObject(value) && Object.values(value).every(check);
}

function parseObject(line: string): Read<Loose> {
  if (line.length > MAX_LINE) return bad(`the line is longer than ${MAX_LINE} characters`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The text is not repeated: it may be anything.
    return bad("the line is not JSON");
  }
  return isObject(value) ? { ok: true, value } : bad("the line is not a JSON object");
}

/** Reads one order. Does not know the configuration: whether its outputs exist is the lease's to say. */
export function parseOrder(line: string): Read<GuardianOrder> {
  const read = parseObject(line);
  if (!read.ok) return read;
  const { kind, seq, at, demand, epoch, outputs } = read.value;
  if (!isCount(seq, 1)) return bad("seq is not a whole number from 1");
  if (!isTime(at)) return bad("at is not a time");
  switch (kind) {
    case "hold":
      if (!isRecordOf(demand, isDrive)) return bad('demand is not "energised" or "dropped" for each output');
      return { ok: true, value: { kind, seq, at, demand: demand as GuardianOrderDemand } };
    case "arm":
      if (!isCount(epoch, 0)) return bad("epoch is not a whole number");
      if (!isTexts(outputs) || outputs.length === 0) return bad("outputs is not a list of names");
      return { ok: true, value: { kind, seq, at, epoch, outputs } };
    case "bye":
      return { ok: true, value: { kind, seq, at } };
    default:
      return bad("kind is not hold, arm or bye");
  }
}

type GuardianOrderDemand = Extract<GuardianOrder, { kind: "hold" }>["demand"];

const CAUSES: readonly DropCause[] = [
  "start",
  "lease",
  "late",
  "malformed",
  "mismatch",
  "feedback",
  "board",
  "disconnect",
  "bye",
];

const isSeen = (value: unknown): boolean => isDrive(value) || value === "unknown";

/** Absent, or as `check` wants it. */
const isMaybe = (value: unknown, check: (item: unknown) => boolean): boolean =>
  value === undefined || check(value);

function isBoardState(value: unknown): value is BoardState {
  if (!isObject(value)) return false;
  return value.kind === "ok" ? isMaybe(value.identity, isText) : value.kind === "lost" && isText(value.why);
}

function isOutputState(value: unknown): value is OutputState {
  if (!isObject(value)) return false;
  const { demand, readback, mismatch, second, feedback, feedbackMismatch, dropMs } = value;
  if (!isDrive(demand) || !isSeen(readback) || !isFlag(mismatch)) return false;
  return (
    isMaybe(second, isSeen) &&
    isMaybe(feedback, isSeen) &&
    isMaybe(feedbackMismatch, isFlag) &&
    isMaybe(dropMs, isTime)
  );
}

function isInputsRead(value: unknown): boolean {
  return isObject(value) && isFlags(value.closed) && isTime(value.at);
}

/** Reads one report of the guardian. */
export function parseReport(line: string): Read<GuardianReport> {
  const read = parseObject(line);
  if (!read.ok) return read;
  const { kind, seq, at, epoch, armed, boards, outputs, lastDrop, inputs } = read.value;
  if (kind !== "state") return bad("kind is not state");
  if (!isCount(seq, 0) || !isTime(at) || !isCount(epoch, 0)) return bad("seq, at or epoch is not a number");
  if (!isTexts(armed)) return bad("armed is not a list of names");
  if (!isRecordOf(boards, isBoardState)) return bad("boards are not board states");
  if (!isRecordOf(outputs, isOutputState)) return bad("outputs are not output states");
  if (!isMaybe(inputs, (value) => isRecordOf(value, isInputsRead))) return bad("inputs are not readings");
  if (!isObject(lastDrop) || !isTime(lastDrop.at) || !CAUSES.includes(lastDrop.cause as DropCause))
    return bad("lastDrop is not a cause and a time");
  return { ok: true, value: read.value as unknown as GuardianReport };
}

/** The fields of a board that only some drivers take. What a driver makes of them is its own. */
const BOARD_FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  address: (value) => isText(value) && value.length <= 200,
  unit: (value) => isCount(value, 1, 247),
  firstCoil: (value) => isCount(value, 0, 65_535),
  firstInput: (value) => isCount(value, 0, 65_535),
  inputs: (value) => isCount(value, 0, 32),
  baud: (value) => isCount(value, 1200, 115_200),
  selfTimedMs: (value) => isCount(value, 300, 60_000),
  watchdogMs: (value) => isCount(value, 300, 60_000),
};

function boardError(value: unknown): string | undefined {
  if (!isObject(value)) return "a board is not an object";
  const { id, driver, channels } = value;
  // The id is part of a file's name.
  if (!isText(id) || !/^[\w-]{1,40}$/.test(id))
    return "a board's id is not 1 to 40 letters, digits, '-' or '_'";
  if (!isText(driver) || !Object.hasOwn(BOARD_KINDS, driver)) return `board "${id}" names no known driver`;
  const most = boardKind(driver as BoardDriver).maxChannels;
  if (!isCount(channels, 1, most)) return `board "${id}" does not have 1 to ${most} channels`;
  const wrong = Object.entries(BOARD_FIELDS).find(([field, check]) => !isMaybe(value[field], check));
  return wrong === undefined ? undefined : `board "${id}" has a wrong ${wrong[0]}`;
}

type Boards = ReadonlyMap<string, GuardianBoard>;

const boardOf = (value: Loose, boards: Boards): GuardianBoard | undefined =>
  isText(value.board) ? boards.get(value.board) : undefined;

function secondError(id: string, second: unknown, first: string, boards: Boards): string | undefined {
  if (second === undefined) return undefined;
  const board = isObject(second) ? boardOf(second, boards) : undefined;
  if (board === undefined) return `output "${id}" has its second channel on no board of this configuration`;
  if (board.id === first) return `output "${id}" needs its second channel on another board`;
  return isCount((second as Loose).channel, 1, board.channels)
    ? undefined
    : `output "${id}" needs a second channel from 1 to ${board.channels}`;
}

function feedbackError(id: string, feedback: unknown, boards: Boards): string | undefined {
  if (feedback === undefined) return undefined;
  const board = isObject(feedback) ? boardOf(feedback, boards) : undefined;
  if (board === undefined) return `output "${id}" has its feedback on no board of this configuration`;
  const { input, closed } = feedback as Loose;
  const most = board.inputs ?? boardKind(board.driver).maxInputs;
  if (!isCount(input, 1, most)) return `output "${id}" needs a feedback input from 1 to ${most}`;
  return isDrive(closed) ? undefined : `output "${id}" does not say when its feedback contact is closed`;
}

function outputError(value: unknown, boards: Boards): string | undefined {
  if (!isObject(value) || !isText(value.id)) return "an output has no id";
  const { id, channel, permit, second, feedback } = value;
  const board = boardOf(value, boards);
  if (board === undefined) return `output "${id}" names no board of this configuration`;
  if (!isCount(channel, 1, board.channels))
    return `output "${id}" needs a channel from 1 to ${board.channels}`;
  if (!isFlag(permit)) return `output "${id}" does not say whether it permits`;
  return secondError(id, second, board.id, boards) ?? feedbackError(id, feedback, boards);
}

/** What is in a list more than once, by the name that `name` gives each. */
function repeats<T>(list: readonly T[], name: (item: T) => string): boolean {
  return new Set(list.map(name)).size !== list.length;
}

function firstError(
  list: readonly unknown[],
  check: (item: unknown) => string | undefined,
): string | undefined {
  for (const item of list) {
    const why = check(item);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** Reads the configuration, the first line that a guardian is given. */
export function parseGuardianConfig(text: string): Read<GuardianConfig> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad("the configuration is not JSON");
  }
  if (!isObject(value)) return bad("the configuration is not an object");
  const { dataFolder, boards, outputs, leaseMs, conditions } = value;
  if (!isText(dataFolder)) return bad("dataFolder is not a path");
  if (!isTime(leaseMs) || leaseMs < 50 || leaseMs > 5000) return bad("leaseMs is not 50 to 5000");
  if (!Array.isArray(boards) || !Array.isArray(outputs)) return bad("boards or outputs is not a list");
  const wrongBoard = firstError(boards, boardError);
  if (wrongBoard !== undefined) return bad(wrongBoard);
  if (repeats(boards as GuardianBoard[], ({ id }) => id)) return bad("two boards share an id");
  if (!isMaybe(conditions, isTexts)) return bad("conditions is not a list of boards");
  const known = new Map((boards as GuardianBoard[]).map((board) => [board.id, board]));
  const wrongOutput = firstError(outputs, (output) => outputError(output, known));
  if (wrongOutput !== undefined) return bad(wrongOutput);
  const list = outputs as GuardianOutput[];
  if (repeats(list, ({ id }) => id)) return bad("two outputs share an id");
  if (repeats(list.flatMap(placesOf), ({ board, channel }) => `${board}/${channel}`))
    return bad("two outputs share a channel");
  const told = { dataFolder, leaseMs, boards: boards as GuardianBoard[], outputs: list };
  return { ok: true, value: isTexts(conditions) ? { ...told, conditions } : told };
}

/**
 * Cuts text that arrives in pieces into lines. A line over MAX_LINE is given out once, as its too long
 * beginning, and its rest is passed over; so memory is bounded whatever comes.
 */
export function lineSplitter(take: (line: string) => void): (piece: string) => void {
  let rest = "";
  let skipping = false;
  return (piece) => {
    const text = rest + piece;
    const end = text.lastIndexOf("\n");
    rest = text.slice(end + 1);
    for (const line of end < 0 ? [] : text.slice(0, end).split("\n")) {
      if (!skipping) take(line);
      skipping = false;
    }
    if (rest.length <= MAX_LINE) return;
    if (!skipping) take(rest);
    skipping = true;
    rest = "";
  };
}
