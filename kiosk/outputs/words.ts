/** Every text of the outputs' pages. Loaded with them only. */
import type { BoardKind } from "../../server/domain/board.ts";
import type { LampCondition, TowerConfig } from "../../server/domain/config.ts";
import type { Drive } from "../../server/domain/units.ts";
import type { Result, Step } from "./run.ts";

export const OUTPUTS = {
  title: "Outputs",
  boards: "Boards",
  tests: "Tests",
  addOutput: "Add output",
  addBoard: "Add board",
  none: "No outputs are set up",
  noneHow: "Add a board first, then the outputs on its channels",
  noBoards: "No boards are set up",
  tower: "Signal tower",
  records: "Records",
  intervals: "Intervals",
  waiting: "Asking the box",
  gone: "This is not set up any more",
  yes: "Yes",
  no: "No",
  saved: (name: string) => `${name} saved`,
  unchanged: (name: string) => `${name} was so already`,
  removed: (name: string) => `${name} removed`,
} as const;

export const OUTPUT = {
  where: (board: string, channel: number) => `board ${board}, channel ${channel}`,
  contact: (board: string, input: number) => `board ${board}, input ${input}`,
  test: "Test",
  testThis: (name: string) => `Test ${name}`,
  edit: "Edit",
  editThis: (name: string) => `Edit ${name}`,
  remove: "Remove",
  removeThis: (name: string) => `Remove ${name}`,
  role: "Role",
  place: "Place",
  zones: "Zones",
  everyZone: "every zone",
  demand: "Demand",
  readback: "Read-back",
  second: "Second channel",
  feedback: "Feedback contact",
  lastDrop: "Last drop",
  ms: (ms: number) => `${ms} ms`,
  notYet: "none yet",
  operations: "Switchings",
  worn: (count: number, percent: number, rated: number) =>
    `${count.toLocaleString("en-GB")}, ${percent} % of ${rated.toLocaleString("en-GB")}`,
  pulse: "Pulse",
} as const;

export const BOARD = {
  ok: "Answers",
  lost: "Lost",
  address: "Address",
  anyPort: "the only one that is plugged in",
  identity: "Calls itself",
  channels: "Channels",
  inputs: "Inputs",
  self: "Drops by itself",
  watchdog: "Watchdog of the board",
  after: (ms: number) => `after ${ms} ms`,
  carries: "Carries",
  readBack: "Read-back",
  operations: "Switchings of each channel",
  channel: (n: number) => `Channel ${n}`,
  replaced: "Relays replaced",
} as const;

export const READ_BACKS: Readonly<Record<BoardKind["readBack"], string>> = {
  none: "none: what was written last",
  register: "of its register",
  contact: "of its contacts",
};

export const CARRIES: Readonly<Record<BoardKind["carries"], string>> = {
  everything: "everything",
  signals: "horns and lamps only",
};

/** What a test does, in one sentence. */
export function whatMoves(step: Step, drive: Drive, seconds: number): string {
  const { name, role, horn } = step;
  const acts = drive === "energised";
  if (role === "run-permit") return `${name} drops and the machine stops. Only Reset gives it back.`;
  if (role === "heartbeat")
    return `${name} will not beat for ${seconds} s. A watchdog relay behind it may drop.`;
  if (role.startsWith("lamp-")) return `${name} will be ${acts ? "lit" : "dark"} for ${seconds} s.`;
  if (horn) return `${name} will ${acts ? "sound" : "be silent"} for ${seconds} s.`;
  return `${name} will ${acts ? "act" : "not act"} for ${seconds} s.`;
}

/** What the person is asked while it moves. */
export function question(step: Step, drive: Drive, test: "relay" | "proof"): string {
  const { name, role, horn } = step;
  const acts = drive === "energised";
  if (test === "proof") return "Did the machine stop?";
  if (role === "run-permit") return `Did the relay of ${name} drop?`;
  if (role === "heartbeat") return `Did ${name} stop beating?`;
  if (role.startsWith("lamp-")) return `Is ${name} ${acts ? "lit" : "dark"}?`;
  if (horn) return acts ? `Is ${name} sounding?` : `Is ${name} silent?`;
  return acts ? `Does ${name} act?` : `Has ${name} stopped acting?`;
}

export const TRY = {
  title: (name: string) => `Test ${name}`,
  seconds: "Seconds",
  fewer: "Fewer seconds",
  more: "More seconds",
  permit: "It is a run permit: it can only be dropped here.",
  look: "See that nobody is in danger by it.",
  start: "Start test",
  running: (drive: Drive, time: string) => `Being tested: ${drive}, ${time} left`,
  by: (name: string) => `by ${name}`,
  stop: "Stop test",
  stopThis: (name: string) => `Stop test of ${name}`,
  started: (name: string) => `Test of ${name} runs`,
  stopped: (name: string) => `Test of ${name} ended`,
} as const;

export const RUN = {
  relay: "Relay test",
  proof: "Proof test",
  runRelay: "Run relay test",
  runProof: "Run proof test",
  walk: "Walk test",
  walkHow: "Each stop zone, by somebody who walks through it",
  runWalk: "Open walk tests",
  relayHow: "Every output, one after the other.",
  proofHow: "With the machine running: every output that stops it.",
  last: (when: string) => `Last passed ${when}`,
  never: "Never passed as it is wired now",
  due: (when: string) => `due ${when}`,
  overdue: (when: string) => `OVERDUE since ${when}`,
  nothingDue: "No output to test",
  nothing: "There is nothing to test",
  nothingHow: "No output is set up that this test is about.",
  at: (at: number, of: number) => `${at} of ${of}`,
  leave: "Leave test",
  leftOut: (names: string) => `Left out, because it is withheld: ${names}.`,
  proofBegin: "Let the machine run, with everybody clear of it, then start.",
  start: "Start",
  refusedHow: "See to it, then start again; Reset works from here.",
  notTested: "Could not be tested",
  notTestedNote: (reason: string) => `Not tested: ${reason}`,
  wait: "Wait for the box to measure it",
  measured: { readback: "Read-back", second: "Second channel", feedback: "Feedback contact" },
  neverSaid: {
    readback: (drive: Drive) => `The read-back never said ${drive}`,
    second: (drive: Drive) => `The second channel never said ${drive}`,
    feedback: (drive: Drive) => `The feedback contact never said ${drive}`,
  },
  agrees: "agrees",
  notYet: "not yet",
  disagrees: "disagrees",
  note: "Note",
  noNote: "none",
  again: "Once more",
  summary: (test: string) => `${test}: summary`,
  passedAll: "Everything passed",
  failedSome: (count: number) => `${count} not passed`,
  passed: "Passed",
  failed: "Not passed",
  drop: (ms: number) => `last drop ${ms} ms`,
  remark: "Note on the test",
  save: "Save record",
  saved: "The test is recorded",
  none: "No test was recorded yet",
  by: (name: string, role: string | null) => (role === null ? name : `${name}, ${role}`),
  all: (count: number) => (count === 1 ? "1 output passed" : `All ${count} outputs passed`),
} as const;

/** One line for a result that did not pass, or that somebody wrote something about. */
export function resultLine(result: Result, name: string): string {
  const state = result.passed ? RUN.passed : RUN.failed;
  return `${name}: ${state.toLowerCase()}${result.note === undefined ? "" : `. ${result.note}`}`;
}

export const INTERVALS = {
  relayDays: "Days between relay tests",
  proofDays: "Days between proof tests",
  withhold: "Hold the run permit back until today's relay test has passed",
  walkDays: "Days between walk tests",
  demandWalk: "Ask for the walk test of every stop zone, with an alarm where it is overdue",
  saved: "Intervals saved",
} as const;

export const ADD_BOARD = {
  title: "Which kind of board?",
  carries: (kind: BoardKind) =>
    kind.carries === "everything"
      ? `Carries everything; reads back ${READ_BACKS[kind.readBack]}`
      : `Carries horns and lamps only; read-back ${READ_BACKS[kind.readBack]}`,
  nothingConnected: "Nothing is connected to it: for trying things out",
} as const;

export const FIND = {
  hid: "USB relay boards",
  serial: "Serial devices",
  searching: "Searching, some seconds",
  again: "Search again",
  byHand: "Enter by hand",
  none: { hid: "No USB relay board is plugged in", serial: "No serial device is plugged in" },
  noneHow: "Plug it in, wait some seconds, and search again.",
  usedBy: (board: string) => `in use as board ${board}`,
  channels: (count: number) => (count === 1 ? "1 channel" : `${count} channels`),
  port: (address: string) => `USB port ${address}`,
} as const;

export const BOARD_FORM = {
  add: (title: string) => `New board: ${title}`,
  edit: (id: string) => `Edit board ${id}`,
  id: "Name",
  idEmpty: "made by the box",
  address: {
    none: "",
    "usb-port": "USB port",
    host: "Host, or HOST:PORT",
    "serial-device": "Serial device",
    url: "http:// address",
  },
  onlyOne: "the only one that is plugged in",
  channels: "Channels",
  inputs: "Inputs for feedback",
  fewer: (what: string) => `Fewer ${what.toLowerCase()}`,
  more: (what: string) => `More ${what.toLowerCase()}`,
  unit: "Modbus unit",
  firstCoil: "Modbus address of channel 1",
  firstInput: "Modbus address of input 1",
  baud: "Baud",
  usual: "as usual",
  selfTimedMs: (min: number, max: number) => `Drops by itself after, ms (${min} to ${max})`,
  watchdogMs: "Watchdog set at the board, ms",
  notUsed: "not used",
  ratedOperations: "Switchings its relays are rated for",
  deadMan: "May carry a run permit although it would keep it energised when the whole box dies",
  deadManHow:
    "Without its own timer or watchdog this board keeps what was written last. Accept that only where something else opens the circuit.",
} as const;

export const OUTPUT_FORM = {
  add: "New output",
  edit: (name: string) => `Edit ${name}`,
  name: "Name",
  nameEmpty: "made of its role",
  role: "Role",
  board: "Board",
  channel: "Channel",
  zones: "Zones it follows",
  noZones: "No zone is drawn yet",
  pulseMs: "Length of the pulse, ms",
  pulseUsual: "500",
  horn: "A sounder: Silence ends it",
  second: "Second channel, on another board",
  secondChannel: "Its channel",
  feedback: "Feedback contact",
  input: "Input",
  closed: "Contact is closed while the output is",
  none: "None",
  fewer: { channel: "Lower channel", secondChannel: "Lower second channel", input: "Lower input" },
  more: { channel: "Higher channel", secondChannel: "Higher second channel", input: "Higher input" },
} as const;

export const REMOVE = {
  ask: (name: string) => `Remove ${name}?`,
  output: "Its channel drops and stays dropped. What it did is done no longer.",
  board: (id: string) => `Board ${id} is dropped and not driven any more.`,
  yes: "Remove",
} as const;

export const REPLACED = {
  ask: (id: string) => `Were the relays of board ${id} replaced?`,
  means: "The switchings of all its channels are counted from nought again.",
  yes: "They are new",
  done: "Counted from nought",
} as const;

export const TOWER = {
  lit: (lamp: string) => `${lamp} is lit while any of these holds`,
  dark: "never",
  table: "Table to print",
  print: "Print",
  lamp: "Lamp",
  conditions: "Lit while",
  flash: "No lamp is flashed by its relay: a mechanical relay would not last. Lamps flash by themselves.",
  saved: "Signal tower saved",
} as const;

export const LAMPS: Readonly<Record<keyof TowerConfig, string>> = {
  red: "Red",
  amber: "Amber",
  green: "Green",
  blue: "Blue",
  white: "White",
};

export const CONDITIONS: Readonly<Record<LampCondition, string>> = {
  tripped: "Run permit dropped",
  "critical-alarm": "Critical alarm",
  "other-alarm": "High or medium alarm",
  warn: "Person in a warning zone",
  blind: "Zone not watched",
  bypassed: "Zone bypassed",
  watching: "Everything watched, permits energised",
  "reset-possible": "Reset possible",
  testing: "Output being tested",
};
