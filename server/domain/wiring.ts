/**
 * The rules between boards and outputs: what each kind of board takes and may carry, and that every coil and input
 * belongs to one output. Reads the raw file, so that they are told together with the errors of shape.
 */
import { type AddressKind, BOARD_DRIVERS, BOARD_KINDS, type BoardDriver, type BoardKind } from "./board.ts";

export type Loose = Readonly<Record<string, unknown>>;
/** Takes one error: its path and the sentence. */
type Add = (path: string, message: string) => void;

const DEFAULT_CHANNELS = 8;
const MODBUS_PORT = "502";
const MODBUS_ADDRESSES = 65_536;

/** What stands in an address, and how it is told. */
const ADDRESSES: Record<
  AddressKind,
  { readonly sentence: string; readonly fits: (text: string) => boolean }
> = {
  none: { sentence: "", fits: () => true },
  "usb-port": {
    sentence: "must be a USB port as the kernel names it, such as 1-1.4",
    fits: (text) => /^\d+-\d+(\.\d+)*$/.test(text),
  },
  host: {
    sentence: "must be a host or HOST:PORT, such as 192.0.2.7:502",
    fits: (text) => hostPort(text) !== undefined,
  },
  "serial-device": {
    sentence:
      "must be a serial device, such as /dev/ttyUSB0 or /dev/serial/by-id/usb-1a86_USB_Serial-if00-port0",
    fits: (text) => /^\/dev(\/[\w:+@-][\w.:+@-]*)+$/.test(text),
  },
  url: { sentence: "must be an http:// address, such as http://192.0.2.7", fits: isBoardUrl },
};

function hostPort(text: string): string | undefined {
  const [, host, port = MODBUS_PORT] =
    /^(\[[\da-f:.]+\]|[^\s:/@?#%[\]\\]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (host === undefined || !URL.canParse(`http://${host}`)) return undefined;
  return Number(port) >= 1 && Number(port) <= 65_535 ? `${host.toLowerCase()}:${Number(port)}` : undefined;
}

function isBoardUrl(text: string): boolean {
  if (/\s|\p{Cc}|\\/u.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash, username, password } = new URL(text);
  if (protocol !== "http:" || hostname === "" || pathname !== "/" || search !== "" || hash !== "")
    return false;
  try {
    return decodeURIComponent(username + password) !== undefined;
  } catch {
    return false;
  }
}

function kindOf(board: Loose | undefined): BoardKind | undefined {
  const driver = board?.driver;
  return typeof driver === "string" && (BOARD_DRIVERS as readonly string[]).includes(driver)
    ? BOARD_KINDS[driver as BoardDriver]
    : undefined;
}

const drivers = (fits: (kind: BoardKind) => boolean): string =>
  BOARD_DRIVERS.filter((driver) => fits(BOARD_KINDS[driver])).join(", ");
const isModbus = (kind: BoardKind): boolean =>
  kind === BOARD_KINDS["modbus-tcp"] || kind === BOARD_KINDS["modbus-rtu"];

/** Members that only some kinds of board take. */
const TAKEN_BY: Readonly<Record<string, (kind: BoardKind) => boolean>> = {
  unit: isModbus,
  firstCoil: isModbus,
  firstInput: isModbus,
  inputs: (kind) => kind.maxInputs > 0,
  baud: (kind) => kind.address === "serial-device",
  selfTimedMs: (kind) => kind.selfTimed !== undefined,
  watchdogMs: (kind) => kind.hostWatchdog,
};

function channelsOf(board: Loose): number {
  return typeof board.channels === "number" ? board.channels : DEFAULT_CHANNELS;
}

/** Everything that is wrong with the boards, each by itself and against the others. */
export function boardErrors(boards: readonly Loose[], add: Add): void {
  boards.forEach((board, i) => {
    const kind = kindOf(board);
    if (kind === undefined) return;
    addressErrors(board, kind, `boards[${i}].address`, add);
    memberErrors(board, kind, `boards[${i}]`, add);
  });
  sharedAddresses(boards, add);
}

function addressErrors(board: Loose, kind: BoardKind, path: string, add: Add): void {
  const { address } = board;
  if (kind.address === "none") {
    if (address !== undefined) add(path, `is not for a board of driver ${String(board.driver)}; remove it`);
    return;
  }
  const { sentence, fits } = ADDRESSES[kind.address];
  if (address === undefined && kind.addressNeeded) add(path, `is missing: it ${sentence}`);
  const text = typeof address === "string" ? address.trim() : "";
  if (text !== "" && text.length <= 200 && !fits(text)) add(path, sentence);
}

function memberErrors(board: Loose, kind: BoardKind, at: string, add: Add): void {
  const driver = String(board.driver);
  for (const [member, takes] of Object.entries(TAKEN_BY))
    if (board[member] !== undefined && !takes(kind))
      add(`${at}.${member}`, `is not for a board of driver ${driver}, only for ${drivers(takes)}; remove it`);
  const channels = channelsOf(board);
  if (channels > kind.maxChannels && channels <= 32)
    add(
      `${at}.channels`,
      board.channels === undefined
        ? `is missing: a board of driver ${driver} has 1 to ${kind.maxChannels}`
        : `is ${channels}, but a board of driver ${driver} has at most ${kind.maxChannels}`,
    );
  const { selfTimedMs, firstCoil, firstInput, inputs } = board;
  const range = kind.selfTimed;
  if (range !== undefined && typeof selfTimedMs === "number" && selfTimedMs >= 300 && selfTimedMs <= 60_000)
    if (selfTimedMs < range.minMs || selfTimedMs > range.maxMs)
      add(`${at}.selfTimedMs`, `must be ${range.minMs} to ${range.maxMs} for a board of driver ${driver}`);
  if (!isModbus(kind)) return;
  addressSpace(`${at}.firstCoil`, firstCoil, channels, add);
  addressSpace(`${at}.firstInput`, firstInput, inputs, add);
}

function addressSpace(path: string, first: unknown, count: unknown, add: Add): void {
  if (typeof first !== "number" || typeof count !== "number") return;
  if (first < MODBUS_ADDRESSES && first + count > MODBUS_ADDRESSES)
    add(path, `is ${first}, and the last of ${count} lies beyond Modbus address ${MODBUS_ADDRESSES - 1}`);
}

/** Where the board is, the same text for the same place; undefined where it cannot be told. */
function placeOf(board: Loose): string | undefined {
  const kind = kindOf(board);
  const address = typeof board.address === "string" ? board.address.trim() : "";
  if (kind === undefined || kind.address === "none" || address === "") return undefined;
  if (kind.address === "host") return `${hostPort(address) ?? address} unit ${String(board.unit ?? 1)}`;
  if (kind.address === "url") return URL.canParse(address) ? new URL(address).host : address;
  return address;
}

function sharedAddresses(boards: readonly Loose[], add: Add): void {
  const seen = new Map<string, number>();
  const unbound = boards.filter((board) => board.driver === "dct-hid");
  boards.forEach((board, i) => {
    const path = `boards[${i}].address`;
    if (board.driver === "dct-hid" && board.address === undefined && unbound.length > 1)
      add(path, "is missing: of two boards of driver dct-hid each needs its USB port, such as 1-1.4");
    const place = placeOf(board);
    if (place === undefined) return;
    const first = seen.get(place);
    if (first === undefined) seen.set(place, i);
    else add(path, `is already used by boards[${first}]; one place carries one board`);
  });
}

/** Everything that is wrong between the outputs and the boards they are on. */
export function outputErrors(boards: readonly Loose[], outputs: readonly Loose[], add: Add): void {
  const coils = new Map<string, number>();
  const contacts = new Map<string, number>();
  outputs.forEach((output, i) => {
    coilErrors(boards, coils, { coil: output, at: `outputs[${i}]`, output: i }, add);
  });
  // After every first channel has its place, so that the error stands at the second one.
  outputs.forEach((output, i) => {
    const second = objectIn(output.second);
    if (second !== undefined) secondErrors(boards, coils, { second, output, index: i }, add);
    const feedback = objectIn(output.feedback);
    if (feedback !== undefined) feedbackErrors(boards, contacts, { feedback, index: i }, add);
    roleErrors(boards, output, `outputs[${i}]`, add);
  });
}

export function objectIn(value: unknown): Loose | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : undefined;
}

function boardNamed(boards: readonly Loose[], id: unknown): Loose | undefined {
  return boards.find((board) => board.id === id);
}

/** One channel of one board: there, and not taken. */
function coilErrors(
  boards: readonly Loose[],
  taken: Map<string, number>,
  { coil, at, output }: { readonly coil: Loose; readonly at: string; readonly output: number },
  add: Add,
): void {
  const { board, channel } = coil;
  const host = boardNamed(boards, board);
  if (typeof board === "string" && host === undefined)
    add(`${at}.board`, `names no board of this file: "${board}"`);
  if (host === undefined || typeof channel !== "number") return;
  const channels = channelsOf(host);
  if (channel > channels)
    add(`${at}.channel`, `is ${channel}, but board "${board}" has ${channels} channels`);
  const place = `${board}/${channel}`;
  const other = taken.get(place);
  if (other === undefined) taken.set(place, output);
  else add(`${at}.channel`, `is already used by outputs[${other}]; one channel carries one output`);
}

function secondErrors(
  boards: readonly Loose[],
  taken: Map<string, number>,
  { second, output, index }: { readonly second: Loose; readonly output: Loose; readonly index: number },
  add: Add,
): void {
  const at = `outputs[${index}].second`;
  if (output.role !== "run-permit") {
    add(at, "is for run permits only; remove it");
    return;
  }
  coilErrors(boards, taken, { coil: second, at, output: index }, add);
  if (typeof second.board === "string" && second.board === output.board)
    add(`${at}.board`, "must be another board: one that fails would take both channels along");
  carryErrors(boards, second.board, output.role, `${at}.board`, add);
}

function feedbackErrors(
  boards: readonly Loose[],
  taken: Map<string, number>,
  { feedback, index }: { readonly feedback: Loose; readonly index: number },
  add: Add,
): void {
  const at = `outputs[${index}].feedback`;
  const { board, input } = feedback;
  const host = boardNamed(boards, board);
  if (typeof board === "string" && host === undefined)
    add(`${at}.board`, `names no board of this file: "${board}"`);
  const kind = kindOf(host);
  if (host === undefined || typeof input !== "number") return;
  const inputs = typeof host.inputs === "number" ? host.inputs : 0;
  if (kind?.maxInputs === 0)
    add(
      `${at}.board`,
      `is "${board}", but a board of driver ${String(host.driver)} has no inputs; choose another`,
    );
  else if (input > inputs)
    add(`${at}.input`, `is ${input}, but board "${board}" reads ${inputs} inputs; correct one of them`);
  const place = `${board}/${input}`;
  const other = taken.get(place);
  if (other === undefined) taken.set(place, index);
  else add(`${at}.input`, `is already used by outputs[${other}]; one input tells of one output`);
}

/** Roles that a board which cannot tell whether it obeyed may have nothing to do with. */
function carryErrors(boards: readonly Loose[], id: unknown, role: unknown, path: string, add: Add): void {
  const host = boardNamed(boards, id);
  if (kindOf(host)?.carries !== "signals" || (role !== "run-permit" && role !== "heartbeat")) return;
  const carried = role === "run-permit" ? "a run permit" : "a heartbeat";
  add(
    path,
    `is "${id}", a board of driver ${host?.driver}, which carries horns and lamps only; ${carried} needs one of ${drivers((kind) => kind.carries === "everything")}`,
  );
}

function roleErrors(boards: readonly Loose[], output: Loose, at: string, add: Add): void {
  const { board, role } = output;
  carryErrors(boards, board, role, `${at}.board`, add);
  const kind = kindOf(boardNamed(boards, board));
  if (role !== "run-permit" || kind === undefined || kind.carries === "signals") return;
  const second = boardNamed(boards, objectIn(output.second)?.board);
  const hosts = [boardNamed(boards, board), second].filter((host) => host !== undefined);
  if (hosts.some(opensByItself)) return;
  add(`${at}.board`, deadManSentence(String(board), kind));
}

/** Whether the board opens the machine's circuit when the box dies, or somebody has accepted that it does not. */
function opensByItself(board: Loose): boolean {
  return (
    kindOf(board)?.simulated === true ||
    board.selfTimedMs !== undefined ||
    board.watchdogMs !== undefined ||
    board.acceptNoDeadMan === true
  );
}

function deadManSentence(id: string, kind: BoardKind): string {
  const own = [
    kind.selfTimed === undefined ? [] : ["selfTimedMs"],
    kind.hostWatchdog ? ["watchdogMs"] : [],
  ].flat();
  const cure =
    own.length > 0
      ? `set its ${own.join(" or ")}, or accept that with acceptNoDeadMan`
      : "accept that with its acceptNoDeadMan, or put the permit or its second channel on a board with selfTimedMs or watchdogMs";
  return `is "${id}", which would keep the run permit energised when the whole box dies; ${cure}`;
}

/** What is wrong with the mapping of the signal tower beyond its shape. */
export function lampErrors(mapping: unknown, add: Add): void {
  for (const [lamp, told] of Object.entries(objectIn(mapping) ?? {}))
    if (Array.isArray(told))
      told.forEach((condition, i) => {
        if (told.indexOf(condition) < i) add(`tower.${lamp}[${i}]`, "is named twice; remove one");
      });
}
