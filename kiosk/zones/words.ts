/** Every text of the zones' pages. Loaded with them only. */
import type { OutlineFault } from "../../server/domain/outline.ts";
import type { Schedule, Weekday } from "../../server/domain/schedule.ts";
import type { ZoneCondition } from "../../server/domain/zone_config.ts";
import { t } from "../say.ts";
import { atMost, decimal } from "../text.ts";
import type { Kind } from "./draft.ts";
import type { ShapeName } from "./draw.ts";

export const ZONES = {
  title: t("Zones"),
  none: t("No cameras are set up"),
  noneHow: t("Zones are drawn on a camera's picture: set up a camera first."),
  noZones: t("No zone is drawn on it: this camera guards nothing."),
  add: t("Add zone"),
  addTo: (camera: string) => t("Add zone to {camera}", { camera }),
  floor: t("Measure floor"),
  floorOf: (camera: string) => t("Measure floor of {camera}", { camera }),
  floorDone: t("Floor is measured"),
  floorNot: t("Floor is not measured"),
  gone: t("This zone is not set up any more"),
  waiting: t("Asking the box"),
  edit: t("Edit"),
  editThis: (name: string) => t("Edit {name}", { name }),
  remove: t("Remove"),
  removeThis: (name: string) => t("Remove {name}", { name }),
  walk: t("Walk test"),
  always: t("Always"),
  inactiveUntil: (time: string) => t("Inactive until {time}", { time }),
  seconds: (ms: number) => t("{seconds} s", { seconds: ms / 1_000 }),
  ms: (ms: number) => t("{ms} ms", { ms: atMost(ms, 0) }),
  percent: (share: string) => t("{share} %", { share }),
  notNow: t("Out of the rules now"),
  counts: (people: number | undefined) =>
    people === undefined ? t("Not known") : t("{people} inside", { people }),
  masks: t("Nobody is looked for"),
  noPlan: t("No planning distance: enter the machine's stop time"),
  noEdge: t("Mark the hazard to hold the edge against it"),
  noEdgeFloor: t("Measure the floor and mark the hazard to hold the edge against it"),
  tooNear: t("TOO NEAR"),
  camera: t("Camera"),
  kind: t("Kind"),
  corners: t("Corners"),
  share: t("Covers"),
  shareOf: (share: number) => t("{share} % of the picture", { share: decimal(share * 100, 1) }),
  dwell: t("May stay"),
  plan: t("Distance"),
  when: t("Guards"),
  condition: t("Taken out by"),
  minHeight: t("Least height"),
  classes: t("Counts"),
  stopTime: t("Stop time"),
  outputs: t("Outputs"),
  noOutputs: t("No output follows it"),
  reason: t("Reason"),
} as const;

export const KINDS: Readonly<Record<Kind, string>> = {
  stop: t("Stop zone"),
  warn: t("Warning zone"),
  dwell: t("Dwell zone"),
  count: t("Counting zone"),
  mask: t("Mask"),
};

export const KINDS_HOW: Readonly<Record<Kind, string>> = {
  stop: t("A person in it drops the run permits that follow it"),
  warn: t("A person in it warns, and switches what follows it"),
  dwell: t("Warns of a person who stays too long"),
  count: t("Counts people; it switches nothing"),
  mask: t("Nobody whose feet are in it is looked for"),
};

export const ADD = {
  how: (camera: string) => t("What is the new zone on {camera} for?", { camera }),
} as const;

export const DRAW = {
  cancel: t("Cancel"),
  next: t("Next"),
  undo: t("Undo"),
  redo: t("Redo"),
  erase: t("Delete"),
  eraseName: t("Delete corner"),
  which: t("Corner"),
  whichName: t("Select next corner"),
  up: t("Up"),
  down: t("Down"),
  left: t("Left"),
  right: t("Right"),
  fine: t("Fine"),
  coarse: t("Coarse"),
  stepName: t("Step of the arrows"),
  snap: t("Snap"),
  snapName: t("Snap to edges and corners"),
  shapes: t("Shapes"),
  picture: t("Picture"),
  pictureName: t("Take another picture"),
  close: t("Close"),
  closeName: t("Close outline"),
  age: (age: string) => t("Still picture, {age} old", { age }),
  canvas: (name: string) => (name === "" ? t("Drawing of the new zone") : t("Drawing of {name}", { name })),
  waiting: t("Waiting for a picture that can be trusted"),
  waitingHow: t("A zone is drawn on what the camera really sees. See to the camera first:"),
  good: (corners: number, share: number) =>
    t("{corners, plural, one {# corner} other {# corners}}, {share} % of the picture", {
      corners,
      share: decimal(share * 100, 1),
    }),
  selected: (corner: number) => t("Corner {corner} is selected", { corner }),
  open: (corners: number) =>
    corners === 0
      ? t("Touch the picture where the first corner is to be")
      : t(
          corners < 3
            ? "{corners, plural, one {# set} other {# set}}: touch the next corner"
            : "{corners, plural, one {# set} other {# set}}: touch the next corner, or the first one to close",
          { corners },
        ),
  full: t("16 corners are the most: delete one to set another"),
} as const;

export const FAULTS: Readonly<Record<OutlineFault, string>> = {
  few: t("Too few corners: set at least 3"),
  many: t("Too many corners: delete some until there are 16"),
  outside: t("Part of it is outside the picture: move it back"),
  crossing: t("The outline crosses itself: move a corner back over the line"),
  small: t("Too small: it must cover 0.5 % of the picture; draw it larger"),
};

export const SHAPE_NAMES: Readonly<Record<ShapeName, readonly [string, string]>> = {
  rectangle: [t("Rectangle"), t("Four corners in the middle")],
  floor: [t("Whole floor"), t("From the picture's lower edge to the back")],
  doorway: [t("Doorway strip"), t("A strip of floor in front of a door")],
  whole: [t("Whole picture"), t("Everything that the camera sees")],
  corners: [t("Corner by corner"), t("Touch one after the other")],
};
export const SHAPES_ASK = t("Which shape does it begin with?");

export const FORM = {
  title: (name: string) => (name === "" ? t("Settings of the new zone") : t("Settings of {name}", { name })),
  name: t("Name"),
  kind: t("Kind"),
  dwell: t("May stay, seconds"),
  dwellHow: t("0 to 600 s, usually 0, for a dwell zone 10. How long a person may be in it before it counts."),
  schedule: t("Guards"),
  always: t("Always"),
  byTime: t("By times"),
  addTime: t("Add time"),
  removeTime: t("Remove time"),
  from: t("From"),
  to: t("To"),
  timesFull: t("20 times are the most"),
  condition: t("Taken out of the rules by a contact"),
  none: t("None"),
  input: t("Input"),
  fewer: t("Input before"),
  more: t("Input after"),
  conditionName: t("What the closed contact means"),
  conditionEmpty: t("such as Set-up"),
  conditionHow: t("Only while the contact is proven closed for 1 s. A broken wire guards."),
  noInputs: t("No board with inputs is set up."),
  expert: t("Expert values"),
  stopTime: t("Stop time of the machine, ms"),
  stopTimeHow: t(
    "0 to {most} ms, as measured from the drop of the output to the standstill. Only the planning distance follows from it.",
    { most: atMost(60_000, 0) },
  ),
  hazard: t("Hazard on the floor"),
  hazardSet: t("Marked on the picture"),
  hazardNot: t("Not marked"),
  hazardMark: t("Mark hazard"),
  hazardClear: t("Remove mark"),
  hazardHow: t(
    "Where the machine can hurt somebody. The zone's edge is held against the planning distance from there.",
  ),
  hazardFloor: t("Measure the floor of this camera first: the distance is in metres on the floor."),
  minHeight: t("Least height of a person, % of the picture"),
  minHeightHow: t(
    "0 to 50 %, usually 0. Boxes less high count for nobody: more takes away noise and small people.",
  ),
  classes: t("Classes that count"),
  classesEmpty: t("person"),
  classesHow: t("Names of the model's classes with commas between them. A stop zone always counts people."),
  reason: t("Reason why it may cover a stop zone"),
  reasonHow: t(
    "Without a reason a mask may not touch a stop zone. With one, nobody is seen there in the stop zone either.",
  ),
  fixed: (confirm: number, window: number, clearMs: number) =>
    t(
      "From the camera's rate: {confirm} of {window} frames make it occupied, {seconds} s without anybody prove it clear.",
      { confirm, window, seconds: clearMs / 1000 },
    ),
} as const;

export const HAZARD = {
  title: t("Touch the picture where the hazard stands on the floor"),
  ring: t("The ring is the planning distance on the floor."),
  done: t("Done"),
} as const;

export const TRY = {
  how: t("Walk through it. The drawn zone is judged here as the box would judge it, and switches nothing."),
  draft: t("As drawn"),
  inForce: t("In force"),
  times: (times: number) => t("{times, plural, =1 {once} one {# time} other {# times}}", { times }),
  since: (frames: number) => t("in {frames, plural, one {# frame} other {# frames}}", { frames }),
  again: t("Count from 0"),
  would: {
    stop: t("WOULD TRIP"),
    warn: t("WOULD WARN"),
    clear: t("Clear"),
    blind: t("Not proven"),
  },
  is: { stop: t("TRIPS"), warn: t("WARNS"), clear: t("Clear"), blind: t("Not proven") },
  inside: (people: number | undefined) =>
    people === undefined ? t("Not known") : t("{people} inside", { people }),
  hides: (people: number | undefined) =>
    people === undefined ? t("Not known") : t("Hides {people}", { people }),
  noneInForce: t("It is new: nothing of it is in force."),
  lost: t("The box sends no frames to judge; look at the camera"),
  ignores: t("Its schedule and its contact are not asked here."),
} as const;

export const REVIEW = {
  title: (name: string) => (name === "" ? t("Publish the new zone?") : t("Publish {name}?", { name })),
  publish: t("Publish"),
  publishing: t("Publishing"),
  before: t("Before"),
  after: t("After"),
  fresh: t("A new zone"),
  nothing: t("Nothing changes"),
  nothingHow: t("What is in force stays as it is."),
  changes: t("What changes"),
  added: (name: string) => t("{name} is in force; walk it before anybody relies on it", { name }),
  same: (name: string) => t("{name} was so already", { name }),
  toField: t("Go there"),
  none: "–",
  corners: (count: number) => t("{count, plural, one {# corner} other {# corners}}", { count }),
} as const;

/** The box's names of members, as people know them. */
export const MEMBERS: Readonly<Record<string, string>> = {
  id: t("Zone"),
  camera: t("Camera"),
  kind: t("Kind"),
  name: t("Name"),
  polygon: t("Outline"),
  dwellMs: t("May stay"),
  schedule: t("Guards"),
  condition: t("Taken out by"),
  classes: t("Classes that count"),
  minHeight: t("Least height"),
  stopTimeMs: t("Stop time"),
  hazard: t("Hazard"),
  reason: t("Reason"),
};

export const REMOVE = {
  ask: (name: string) => t("Remove {name}?", { name }),
  follows: (outputs: string) =>
    t("Outputs follow it: {outputs}. Bind them to other zones first, under Outputs.", { outputs }),
  nobody: t("No output follows it."),
  mask: t("People are looked for there again."),
  blind: t("Nobody is looked for in it any longer; its walk tests stay on record."),
  yes: t("Remove"),
  done: (name: string) => t("{name} removed", { name }),
} as const;

export const GROUND = {
  title: (camera: string) => t("Floor of {camera}", { camera }),
  how: t(
    "Put A, B, C and D on four marks on the floor, in order around and far apart, and enter the tape's lengths in metres.",
  ),
  lengths: [t("A to B"), t("B to C"), t("C to D"), t("D to A"), t("A to C")],
  length: (name: string) => t("{name}, m", { name }),
  save: t("Publish"),
  remove: t("Remove"),
  saved: t("The floor is measured"),
  removed: t("The floor is no longer measured"),
  missing: t("Enter all five lengths: 0.1 to 100 m."),
  points: t("The points"),
  sides: t("The sides"),
  grid: (step: number) => t("Lines {step} m apart. They must lie on the floor as tiles would.", { step }),
} as const;

const DAYS: readonly Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
export const DAY_NAMES: Readonly<Record<Weekday, string>> = {
  mon: t("Mon"),
  tue: t("Tue"),
  wed: t("Wed"),
  thu: t("Thu"),
  fri: t("Fri"),
  sat: t("Sat"),
  sun: t("Sun"),
};

/** "Mon–Fri", "Sat, Sun", "every day". */
export function daysText(days: readonly Weekday[]): string {
  const known = DAYS.filter((day) => days.includes(day));
  if (known.length === DAYS.length) return t("every day");
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
  return t("{name}: input {input} of {board} closed", { name, input, board });
}
