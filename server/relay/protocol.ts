/**
 * The lines between the server and the guardian, checked by hand: the guardian carries no library, so that
 * it starts fast and little in it can fail. Nothing here throws, whatever the line.
 */
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

/** The largest report (64 outputs with the longest ids) is 9 KB; what is longer than this is not ours. */
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
  "board",
  "disconnect",
  "bye",
];

function isBoardState(value: unknown): value is BoardState {
  return isObject(value) && (value.kind === "ok" || (value.kind === "lost" && isText(value.why)));
}

function isOutputState(value: unknown): value is OutputState {
  if (!isObject(value) || !isDrive(value.demand) || typeof value.mismatch !== "boolean") return false;
  return isDrive(value.readback) || value.readback === "unknown";
}

/** Reads one report of the guardian. */
export function parseReport(line: string): Read<GuardianReport> {
  const read = parseObject(line);
  if (!read.ok) return read;
  const { kind, seq, at, epoch, armed, boards, outputs, lastDrop } = read.value;
  if (kind !== "state") return bad("kind is not state");
  if (!isCount(seq, 0) || !isTime(at) || !isCount(epoch, 0)) return bad("seq, at or epoch is not a number");
  if (!isTexts(armed)) return bad("armed is not a list of names");
  if (!isRecordOf(boards, isBoardState)) return bad("boards are not board states");
  if (!isRecordOf(outputs, isOutputState)) return bad("outputs are not output states");
  if (!isObject(lastDrop) || !isTime(lastDrop.at) || !CAUSES.includes(lastDrop.cause as DropCause))
    return bad("lastDrop is not a cause and a time");
  return { ok: true, value: read.value as unknown as GuardianReport };
}

function boardError(value: unknown): string | undefined {
  if (!isObject(value)) return "a board is not an object";
  // The id is part of a file's name.
  if (!isText(value.id) || !/^[\w-]{1,40}$/.test(value.id))
    return "a board's id is not 1 to 40 letters, digits, '-' or '_'";
  if (!isText(value.driver)) return `board "${value.id}" names no driver`;
  if (!isCount(value.channels, 1, 32)) return `board "${value.id}" does not have 1 to 32 channels`;
  return undefined;
}

function outputError(value: unknown, boards: ReadonlyMap<string, GuardianBoard>): string | undefined {
  if (!isObject(value) || !isText(value.id)) return "an output has no id";
  const board = isText(value.board) ? boards.get(value.board) : undefined;
  if (board === undefined) return `output "${value.id}" names no board of this configuration`;
  if (!isCount(value.channel, 1, board.channels))
    return `output "${value.id}" needs a channel from 1 to ${board.channels}`;
  return typeof value.permit === "boolean"
    ? undefined
    : `output "${value.id}" does not say whether it permits`;
}

/** Reads the configuration in the guardian's command line. */
export function parseGuardianConfig(text: string): Read<GuardianConfig> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad("the configuration is not JSON");
  }
  if (!isObject(value)) return bad("the configuration is not an object");
  const { dataFolder, boards, outputs, leaseMs } = value;
  if (!isText(dataFolder)) return bad("dataFolder is not a path");
  if (!isTime(leaseMs) || leaseMs < 50 || leaseMs > 5000) return bad("leaseMs is not 50 to 5000");
  if (!Array.isArray(boards) || !Array.isArray(outputs)) return bad("boards or outputs is not a list");
  for (const board of boards) {
    const why = boardError(board);
    if (why !== undefined) return bad(why);
  }
  const known = new Map((boards as GuardianBoard[]).map((board) => [board.id, board]));
  if (known.size !== boards.length) return bad("two boards share an id");
  for (const output of outputs) {
    const why = outputError(output, known);
    if (why !== undefined) return bad(why);
  }
  const list = outputs as GuardianOutput[];
  if (new Set(list.map(({ id }) => id)).size !== list.length) return bad("two outputs share an id");
  if (new Set(list.map(({ board, channel }) => `${board}/${channel}`)).size !== list.length)
    return bad("two outputs share a channel");
  return { ok: true, value: { dataFolder, leaseMs, boards: boards as GuardianBoard[], outputs: list } };
}

/**
 * Cuts text that arrives in pieces into lines. A line over MAX_LINE is given out once, as its too long
 * beginning, and its rest is passed over; so memory is bounded whatever comes.
 */
export function lineSplitter(take: (line: string) => void): (piece: string) => void {
  let rest = "";
  let skipping = false;
  return (piece) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!skipping) take(line);
      skipping = false;
    }
    if (rest.length <= MAX_LINE) return;
    if (!skipping) take(rest);
    skipping = true;
    rest = "";
  };
}
