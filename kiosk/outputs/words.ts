/** Every text of the outputs' pages. Loaded with them only. */
import type { BoardKind } from "../../server/domain/board.ts";
import type { LampCondition, TowerConfig } from "../../server/domain/config.ts";
import type { Drive } from "../../server/domain/units.ts";
import { DRIVES, roleInside } from "../codes.ts";
import { inside, t } from "../say.ts";
import { atMost } from "../text.ts";
import type { Result, Step } from "./run.ts";

export const OUTPUTS = {
  title: t("Outputs"),
  boards: t("Boards"),
  tests: t("Tests"),
  addOutput: t("Add output"),
  addBoard: t("Add board"),
  none: t("No outputs are set up"),
  noneHow: t("Add a board first, then the outputs on its channels"),
  noBoards: t("No boards are set up"),
  tower: t("Signal tower"),
  records: t("Records"),
  intervals: t("Intervals"),
  waiting: t("Asking the box"),
  gone: t("This is not set up any more"),
  yes: t("Yes"),
  no: t("No"),
  saved: (name: string) => t("{name} saved", { name }),
  unchanged: (name: string) => t("{name} was so already", { name }),
  removed: (name: string) => t("{name} removed", { name }),
} as const;

export const OUTPUT = {
  where: (board: string, channel: number) => t("board {board}, channel {channel}", { board, channel }),
  contact: (board: string, input: number) => t("board {board}, input {input}", { board, input }),
  test: t("Test"),
  testThis: (name: string) => t("Test {name}", { name }),
  edit: t("Edit"),
  editThis: (name: string) => t("Edit {name}", { name }),
  remove: t("Remove"),
  removeThis: (name: string) => t("Remove {name}", { name }),
  role: t("Role"),
  place: t("Place"),
  zones: t("Zones"),
  everyZone: t("every zone"),
  demand: t("Demand"),
  readback: t("Read-back"),
  second: t("Second channel"),
  feedback: t("Feedback contact"),
  lastDrop: t("Last drop"),
  says: (where: string, drive: Drive | "unknown") => `${where}: ${DRIVES[drive]}`,
  contradicts: (where: string, drive: Drive | "unknown") =>
    drive === "unknown"
      ? t("{where}: unknown, not confirmed", { where })
      : t("{where}: {drive}, contradicts the output", { where, drive: DRIVES[drive] }),
  contradicted: (drive: Drive | "unknown") => t("{drive}, not confirmed", { drive: DRIVES[drive] }),
  ms: (ms: number) => t("{ms} ms", { ms: atMost(ms, 1) }),
  notYet: t("none yet"),
  operations: t("Switchings"),
  worn: (count: number, percent: number, rated: number) =>
    t("{count, number}, {percent} % of {rated, number}", { count, percent, rated }),
  pulse: t("Pulse"),
} as const;

export const BOARD = {
  ok: t("Answers"),
  lost: t("Lost"),
  address: t("Address"),
  anyPort: t("the only one that is plugged in"),
  identity: t("Calls itself"),
  channels: t("Channels"),
  inputs: t("Inputs"),
  self: t("Drops by itself"),
  watchdog: t("Watchdog of the board"),
  after: (ms: number) => t("after {ms} ms", { ms: atMost(ms, 0) }),
  carries: t("Carries"),
  readBack: t("Read-back"),
  operations: t("Switchings of each channel"),
  channel: (n: number) => t("Channel {n}", { n }),
  replaced: t("Relays replaced"),
} as const;

export const READ_BACKS: Readonly<Record<BoardKind["readBack"], string>> = {
  none: t("none: what was written last"),
  register: t("of its register"),
  contact: t("of its contacts"),
};

export const CARRIES: Readonly<Record<BoardKind["carries"], string>> = {
  everything: t("everything"),
  signals: t("horns and lamps only"),
};

/** What a test does, in one sentence. */
export function whatMoves(step: Step, drive: Drive, seconds: number): string {
  const { name, role, horn } = step;
  const acts = drive === "energised";
  if (role === "run-permit")
    return t("{name} drops and the machine stops. Only Reset gives it back.", { name });
  if (role === "heartbeat")
    return t("{name} will not beat for {seconds} s. A watchdog relay behind it may drop.", { name, seconds });
  if (role.startsWith("lamp-"))
    return t(acts ? "{name} will be lit for {seconds} s." : "{name} will be dark for {seconds} s.", {
      name,
      seconds,
    });
  if (horn)
    return t(acts ? "{name} will sound for {seconds} s." : "{name} will be silent for {seconds} s.", {
      name,
      seconds,
    });
  return t(acts ? "{name} will act for {seconds} s." : "{name} will not act for {seconds} s.", {
    name,
    seconds,
  });
}

/** What the person is asked while it moves. */
export function question(step: Step, drive: Drive, test: "relay" | "proof"): string {
  const { name, role, horn } = step;
  const acts = drive === "energised";
  if (test === "proof") return t("Did the machine stop?");
  if (role === "run-permit") return t("Did the relay of {name} drop?", { name });
  if (role === "heartbeat") return t("Did {name} stop beating?", { name });
  if (role.startsWith("lamp-")) return t(acts ? "Is {name} lit?" : "Is {name} dark?", { name });
  if (horn) return acts ? t("Is {name} sounding?", { name }) : t("Is {name} silent?", { name });
  return acts ? t("Does {name} act?", { name }) : t("Has {name} stopped acting?", { name });
}

export const TRY = {
  title: (name: string) => t("Test {name}", { name }),
  seconds: t("Seconds"),
  fewer: t("Fewer seconds"),
  more: t("More seconds"),
  permit: t("It is a run permit: it can only be dropped here."),
  look: t("Make sure that it endangers nobody."),
  start: t("Start test"),
  running: (drive: Drive, time: string) =>
    t("Being tested: {drive}, {time} left", { drive: DRIVES[drive], time }),
  by: (name: string) => t("by {name}", { name }),
  stop: t("Stop test"),
  stopThis: (name: string) => t("Stop test of {name}", { name }),
  started: (name: string) => t("Test of {name} runs", { name }),
  stopped: (name: string) => t("Test of {name} ended", { name }),
} as const;

export const RUN = {
  relay: t("Relay test"),
  proof: t("Proof test"),
  runRelay: t("Run relay test"),
  runProof: t("Run proof test"),
  walk: t("Walk test"),
  walkHow: t("Each stop zone, by somebody who walks through it"),
  runWalk: t("Open walk tests"),
  relayHow: t("Every output, one after the other."),
  proofHow: t("With the machine running: every output that stops it."),
  last: (when: string) => t("Last passed {when}", { when }),
  never: t("Never passed as it is wired now"),
  due: (when: string) => t("due {when}", { when }),
  overdue: (when: string) => t("OVERDUE since {when}", { when }),
  nothingDue: t("No output to test"),
  nothing: t("There is nothing to test"),
  nothingHow: t("No output is set up that this test is about."),
  at: (at: number, of: number) => t("{at} of {of}", { at, of }),
  leave: t("Leave test"),
  leftOut: (names: string) => t("Left out, because it is withheld: {names}.", { names }),
  proofBegin: t("Let the machine run, with everybody clear of it, then start."),
  start: t("Start"),
  refusedHow: t("See to it, then start again; Reset works from here."),
  notTested: t("Could not be tested"),
  notTestedNote: (reason: string) => t("Not tested: {reason}", { reason }),
  wait: t("Wait for the box to measure it"),
  measured: { readback: t("Read-back"), second: t("Second channel"), feedback: t("Feedback contact") },
  neverSaid: {
    readback: (drive: Drive) => t("The read-back never said {drive}", { drive: DRIVES[drive] }),
    second: (drive: Drive) => t("The second channel never said {drive}", { drive: DRIVES[drive] }),
    feedback: (drive: Drive) => t("The feedback contact never said {drive}", { drive: DRIVES[drive] }),
  },
  agrees: t("agrees"),
  notYet: t("not yet"),
  disagrees: t("disagrees"),
  note: t("Note"),
  noNote: t("none"),
  again: t("Once more"),
  summary: (test: string) => t("{test}: summary", { test }),
  passedAll: t("Everything passed"),
  failedSome: (count: number) => t("{count} not passed", { count }),
  passed: t("Passed"),
  failed: t("Not passed"),
  drop: (ms: number) => t("last drop {ms} ms", { ms: atMost(ms, 1) }),
  remark: t("Note on the test"),
  save: t("Save record"),
  saved: t("The test is recorded"),
  none: t("No test was recorded yet"),
  by: (name: string, role: string | null) => (role === null ? name : `${name}, ${roleInside(role)}`),
  all: (count: number) => t("{count, plural, one {# output passed} other {All # outputs passed}}", { count }),
} as const;

/** One line for a result that did not pass, or that somebody wrote something about. */
export function resultLine(result: Result, name: string): string {
  const state = result.passed ? RUN.passed : RUN.failed;
  return `${name}: ${inside(state)}${result.note === undefined ? "" : `. ${result.note}`}`;
}

export const SOUND = {
  title: t("Sound of this panel"),
  how: t("Each class of alarm for two seconds. The horns are in the relay test."),
  test: t("Test sound"),
  end: t("End sound test"),
  now: {
    stop: t("Now: person in a stop zone, or a stop"),
    lost: t("Now: not watched, or another critical alarm"),
    warning: t("Now: warning"),
  },
} as const;

export const INTERVALS = {
  relayDays: t("Days between relay tests"),
  proofDays: t("Days between proof tests"),
  withhold: t("Hold the run permit back until today's relay test has passed"),
  walkDays: t("Days between walk tests"),
  demandWalk: t("Ask for the walk test of every stop zone, with an alarm where it is overdue"),
  saved: t("Intervals saved"),
} as const;

export const ADD_BOARD = {
  title: t("Which kind of board?"),
  carries: (kind: BoardKind) =>
    kind.carries === "everything"
      ? t("Carries everything; read-back {what}", { what: READ_BACKS[kind.readBack] })
      : t("Carries horns and lamps only; read-back {what}", { what: READ_BACKS[kind.readBack] }),
  nothingConnected: t("Nothing is connected to it: for trying things out"),
} as const;

export const FIND = {
  hid: t("USB relay boards"),
  serial: t("Serial devices"),
  searching: t("Searching, a few seconds"),
  again: t("Search again"),
  byHand: t("Enter by hand"),
  none: { hid: t("No USB relay board is plugged in"), serial: t("No serial device is plugged in") },
  noneHow: t("Plug it in, wait a few seconds, and search again."),
  usedBy: (board: string) => t("in use as board {board}", { board }),
  channels: (count: number) => t("{count, plural, one {# channel} other {# channels}}", { count }),
  port: (address: string) => t("USB port {address}", { address }),
} as const;

export const BOARD_FORM = {
  add: (title: string) => t("New board: {title}", { title }),
  edit: (id: string) => t("Edit board {id}", { id }),
  id: t("Name"),
  idEmpty: t("chosen by the box"),
  address: {
    none: "",
    "usb-port": t("USB port"),
    host: t("Host, or HOST:PORT"),
    "serial-device": t("Serial device"),
    url: t("http:// address"),
  },
  onlyOne: t("the only one that is plugged in"),
  channels: t("Channels"),
  inputs: t("Inputs for feedback"),
  fewer: (what: string) => t("Fewer {what}", { what: inside(what) }),
  more: (what: string) => t("More {what}", { what: inside(what) }),
  unit: t("Modbus unit"),
  firstCoil: t("Modbus address of channel 1"),
  firstInput: t("Modbus address of input 1"),
  baud: t("Baud"),
  usual: t("default||of a value"),
  selfTimedMs: (min: number, max: number) =>
    t("Drops by itself after, ms ({min} to {max})", { min: atMost(min, 0), max: atMost(max, 0) }),
  watchdogMs: t("Watchdog set at the board, ms"),
  notUsed: t("not used"),
  ratedOperations: t("Switchings its relays are rated for"),
  deadMan: t("May carry a run permit although it stays energised when the whole box fails"),
  deadManHow: t(
    "Without its own timer or watchdog this board keeps what was written last. Accept that only where something else opens the circuit.",
  ),
} as const;

export const OUTPUT_FORM = {
  add: t("New output"),
  edit: (name: string) => t("Edit {name}", { name }),
  name: t("Name"),
  nameEmpty: t("from its role"),
  role: t("Role"),
  board: t("Board"),
  channel: t("Channel"),
  zones: t("Zones it follows"),
  noZones: t("No zone is drawn yet"),
  pulseMs: t("Length of the pulse, ms"),
  pulseUsual: "500",
  horn: t("A sounder: Silence ends it"),
  second: t("Second channel, on another board"),
  secondChannel: t("Its channel"),
  feedback: t("Feedback contact"),
  input: t("Input"),
  closed: t("Contact is closed while the output is"),
  none: t("None"),
  fewer: { channel: t("Lower channel"), secondChannel: t("Lower second channel"), input: t("Lower input") },
  more: { channel: t("Higher channel"), secondChannel: t("Higher second channel"), input: t("Higher input") },
} as const;

export const REMOVE = {
  ask: (name: string) => t("Remove {name}?", { name }),
  output: t("Its channel drops and stays dropped, and nothing takes its place."),
  board: (id: string) => t("Board {id} is dropped and not driven any more.", { id }),
  yes: t("Remove"),
} as const;

export const REPLACED = {
  ask: (id: string) => t("Were the relays of board {id} replaced?", { id }),
  means: t("The switchings of all its channels are counted from zero again."),
  yes: t("They are new"),
  done: t("Counted from zero"),
} as const;

export const TOWER = {
  lit: (lamp: string) => t("{lamp} is lit while any of these holds", { lamp }),
  dark: t("never"),
  table: t("Table to print"),
  print: t("Print"),
  lamp: t("Lamp"),
  conditions: t("Lit while"),
  flash: t("No relay flashes a lamp: a mechanical relay would not last. Use lamps that flash by themselves."),
  saved: t("Signal tower saved"),
} as const;

export const LAMPS: Readonly<Record<keyof TowerConfig, string>> = {
  red: t("Red"),
  amber: t("Amber"),
  green: t("Green"),
  blue: t("Blue"),
  white: t("White"),
};

export const CONDITIONS: Readonly<Record<LampCondition, string>> = {
  tripped: t("Run permit dropped"),
  "critical-alarm": t("Critical alarm"),
  "other-alarm": t("High or medium alarm"),
  warn: t("Person in a warning zone"),
  blind: t("Zone not watched"),
  bypassed: t("Zone bypassed"),
  watching: t("Everything watched, permits energised"),
  "reset-possible": t("Reset possible"),
  testing: t("Output being tested"),
};
