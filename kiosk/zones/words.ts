/** Every text of the zones' pages. Loaded with them only. */
import type { OutlineFault } from "../../server/domain/outline.ts";
import type { Schedule, Weekday } from "../../server/domain/schedule.ts";
import type { ZoneCondition } from "../../server/domain/zone_config.ts";
import type { Kind } from "./draft.ts";
import type { ShapeName } from "./draw.ts";

export const ZONES = {
  title: "Zones",
  none: "No cameras are set up",
  noneHow: "Zones are drawn on a camera's picture: set up a camera first.",
  noZones: "No zone is drawn on it: this camera guards nothing.",
  add: "Add zone",
  addTo: (camera: string) => `Add zone to ${camera}`,
  floor: "Measure floor",
  floorOf: (camera: string) => `Measure floor of ${camera}`,
  floorDone: "Floor is measured",
  floorNot: "Floor is not measured",
  gone: "This zone is not set up any more",
  waiting: "Asking the box",
  edit: "Edit",
  editThis: (name: string) => `Edit ${name}`,
  remove: "Remove",
  removeThis: (name: string) => `Remove ${name}`,
  walk: "Walk test",
  always: "Always",
  notNow: "Out of the rules now",
  counts: (people: number | undefined) => (people === undefined ? "Not known" : `${people} inside`),
  masks: "Nobody is looked for",
  noPlan: "No planning distance: enter the machine's stop time",
  noEdge: "Mark the hazard to hold the edge against it",
  noEdgeFloor: "Measure the floor and mark the hazard to hold the edge against it",
  tooNear: "TOO NEAR",
  camera: "Camera",
  kind: "Kind",
  corners: "Corners",
  share: "Covers",
  shareOf: (share: number) => `${(share * 100).toFixed(1)} % of the picture`,
  dwell: "May stay",
  plan: "Distance",
  when: "Guards",
  condition: "Taken out by",
  minHeight: "Least height",
  classes: "Counts",
  stopTime: "Stop time",
  outputs: "Outputs",
  noOutputs: "None follows it",
  reason: "Reason",
} as const;

export const KINDS: Readonly<Record<Kind, string>> = {
  stop: "Stop zone",
  warn: "Warning zone",
  dwell: "Dwell zone",
  count: "Counting zone",
  mask: "Mask",
};

export const KINDS_HOW: Readonly<Record<Kind, string>> = {
  stop: "A person in it drops the run permits that follow it",
  warn: "A person in it warns, and switches what follows it",
  dwell: "Warns of a person who stays too long",
  count: "Counts people; it switches nothing",
  mask: "Nobody whose feet are in it is looked for",
};

export const ADD = { how: (camera: string) => `What is the new zone on ${camera} for?` } as const;

export const DRAW = {
  cancel: "Cancel",
  next: "Next",
  undo: "Undo",
  redo: "Redo",
  erase: "Delete",
  eraseName: "Delete corner",
  which: "Corner",
  whichName: "Select next corner",
  up: "Up",
  down: "Down",
  left: "Left",
  right: "Right",
  fine: "Fine",
  coarse: "Coarse",
  stepName: "Step of the arrows",
  snap: "Snap",
  snapName: "Snap to edges and corners",
  shapes: "Shapes",
  picture: "Picture",
  pictureName: "Take another picture",
  close: "Close",
  closeName: "Close outline",
  age: (age: string) => `Picture ${age} old`,
  canvas: (name: string) => `Drawing of ${name === "" ? "the new zone" : name}`,
  waiting: "Waiting for a picture that can be trusted",
  waitingHow: "A zone is drawn on what the camera really sees. See to the camera first:",
  good: (corners: number, share: number) =>
    `${corners} corners, ${(share * 100).toFixed(1)} % of the picture`,
  selected: (corner: number) => `Corner ${corner} is selected`,
  open: (corners: number) =>
    corners === 0
      ? "Touch the picture where the first corner is to be"
      : `${corners} set: touch the next corner${corners < 3 ? "" : ", or the first one to close"}`,
  full: "16 corners are the most: delete one to set another",
} as const;

export const FAULTS: Readonly<Record<OutlineFault, string>> = {
  few: "Too few corners: set at least 3",
  many: "Too many corners: delete some until there are 16",
  outside: "Part of it is outside the picture: move it back",
  crossing: "The outline crosses itself: move a corner back over the line",
  small: "Too small: it must cover 0.5 % of the picture; draw it larger",
};

export const SHAPE_NAMES: Readonly<Record<ShapeName, readonly [string, string]>> = {
  rectangle: ["Rectangle", "Four corners in the middle"],
  floor: ["Whole floor", "From the picture's lower edge to the back"],
  doorway: ["Doorway strip", "A strip of floor in front of a door"],
  whole: ["Whole picture", "Everything that the camera sees"],
  corners: ["Corner by corner", "Touch one after the other"],
};
export const SHAPES_ASK = "Which shape does it begin with?";

export const FORM = {
  title: (name: string) => `Settings of ${name === "" ? "the new zone" : name}`,
  name: "Name",
  kind: "Kind",
  dwell: "May stay, seconds",
  dwellHow: "0 to 600 s, usually 0, for a dwell zone 10. How long a person may be in it before it counts.",
  schedule: "Guards",
  always: "Always",
  byTime: "By times",
  addTime: "Add time",
  removeTime: "Remove time",
  from: "From",
  to: "To",
  timesFull: "20 times are the most",
  condition: "Taken out of the rules by a contact",
  none: "None",
  input: "Input",
  fewer: "Input before",
  more: "Input after",
  conditionName: "What the closed contact means",
  conditionEmpty: "such as Set-up",
  conditionHow: "Only while the contact is proven closed for 1 s. A broken wire guards.",
  noInputs: "No board with inputs is set up.",
  expert: "Expert values",
  stopTime: "Stop time of the machine, ms",
  stopTimeHow:
    "0 to 60000 ms, as measured from the drop of the output to the standstill. Only the planning distance follows from it.",
  hazard: "Hazard on the floor",
  hazardSet: "Marked on the picture",
  hazardNot: "Not marked",
  hazardMark: "Mark hazard",
  hazardClear: "Remove mark",
  hazardHow:
    "Where the machine can hurt somebody. The zone's edge is held against the planning distance from there.",
  hazardFloor: "Measure the floor of this camera first: the distance is in metres on the floor.",
  minHeight: "Least height of a person, % of the picture",
  minHeightHow:
    "0 to 50 %, usually 0. Boxes less high count for nobody: more takes away noise and small people.",
  classes: "Classes that count",
  classesEmpty: "person",
  classesHow: "Names of the model's classes with commas between them. A stop zone always counts people.",
  reason: "Reason why it may cover a stop zone",
  reasonHow:
    "Without a reason a mask may not touch a stop zone. With one, nobody is seen there in the stop zone either.",
  fixed: (confirm: number, window: number, clearMs: number) =>
    `From the camera's rate: ${confirm} of ${window} frames make it occupied, ${clearMs / 1000} s without anybody prove it clear.`,
} as const;

export const HAZARD = {
  title: "Touch the picture where the hazard stands on the floor",
  ring: "The ring is the planning distance on the floor.",
  done: "Done",
} as const;

export const TRY = {
  how: "Walk through it. The drawn zone is judged here as the box would judge it, and switches nothing.",
  draft: "As drawn",
  inForce: "In force",
  times: (times: number) => (times === 1 ? "once" : `${times} times`),
  since: (frames: number) => `in ${frames.toLocaleString("en-GB")} frames`,
  again: "Count from 0",
  would: {
    stop: "WOULD TRIP",
    warn: "WOULD WARN",
    clear: "Clear",
    blind: "Not proven",
  },
  is: { stop: "TRIPS", warn: "WARNS", clear: "Clear", blind: "Not proven" },
  inside: (people: number | undefined) => (people === undefined ? "Not known" : `${people} inside`),
  hides: (people: number | undefined) => (people === undefined ? "Not known" : `Hides ${people}`),
  noneInForce: "It is new: nothing of it is in force.",
  lost: "The box sends no frames to judge; look at the camera",
  ignores: "Its schedule and its contact are not asked here.",
} as const;

export const REVIEW = {
  title: (name: string) => `Publish ${name === "" ? "the new zone" : name}?`,
  publish: "Publish",
  publishing: "Publishing",
  before: "Before",
  after: "After",
  fresh: "A new zone",
  nothing: "Nothing of it is new.",
  changes: "What changes",
  added: (name: string) => `${name} is in force; walk it before anybody relies on it`,
  same: (name: string) => `${name} was so already`,
  toField: "Go there",
  none: "–",
  corners: (count: number) => `${count} corners`,
} as const;

/** The box's names of members, as people know them. */
export const MEMBERS: Readonly<Record<string, string>> = {
  id: "Zone",
  camera: "Camera",
  kind: "Kind",
  name: "Name",
  polygon: "Outline",
  dwellMs: "May stay",
  schedule: "Guards",
  condition: "Taken out by",
  classes: "Classes that count",
  minHeight: "Least height",
  stopTimeMs: "Stop time",
  hazard: "Hazard",
  reason: "Reason",
};

export const REMOVE = {
  ask: (name: string) => `Remove ${name}?`,
  follows: (outputs: string) =>
    `Outputs follow it: ${outputs}. Bind them to other zones first, under Outputs.`,
  nobody: "No output follows it.",
  mask: "People are looked for there again.",
  blind: "Nobody is looked for in it any longer; its walk tests stay on record.",
  yes: "Remove",
  done: (name: string) => `${name} removed`,
} as const;

export const GROUND = {
  title: (camera: string) => `Floor of ${camera}`,
  how: "Put A, B, C and D on four marks on the floor, in order around and far apart, and enter the tape's lengths in metres.",
  lengths: ["A to B", "B to C", "C to D", "D to A", "A to C"],
  length: (name: string) => `${name}, m`,
  save: "Publish",
  remove: "Remove",
  saved: "The floor is measured",
  removed: "The floor is measured no longer",
  missing: "Enter all five lengths: 0.1 to 100 m.",
  points: "The points",
  sides: "The sides",
  grid: (step: number) => `Lines ${step} m apart. They must lie on the floor as tiles would.`,
} as const;

const DAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const DAY_NAMES: Readonly<Record<Weekday, string>> = {
  mon: "Mon",
  tue: "Tue",
  wed: "Wed",
  thu: "Thu",
  fri: "Fri",
  sat: "Sat",
  sun: "Sun",
};

/** "Mon–Fri", "Sat, Sun", "every day". */
export function daysText(days: readonly Weekday[]): string {
  const known = DAYS.filter((day) => days.includes(day));
  if (known.length === DAYS.length) return "every day";
  const first = DAYS.indexOf(known[0] ?? "mon");
  const inRow = known.every((day, i) => DAYS[first + i] === day);
  if (inRow && known.length > 2) return `${DAY_NAMES[known[0] ?? "mon"]}–${DAY_NAMES[known.at(-1) ?? "sun"]}`;
  return known.map((day) => DAY_NAMES[day]).join(", ");
}

export function scheduleText(schedule: Schedule | undefined): string {
  if (schedule === undefined || schedule.length === 0) return ZONES.always;
  return schedule.map(({ days, from, to }) => `${daysText(days)} ${from}–${to}`).join("; ");
}

export function conditionText({ name, board, input }: ZoneCondition): string {
  return `${name}: input ${input} of ${board} closed`;
}
