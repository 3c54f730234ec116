import type { Drive } from "../server/domain/units.ts";
import type { CycleView } from "../server/domain/view.ts";
import { DRIVES, VERDICTS } from "./codes.ts";
import { t } from "./say.ts";
import type { Shown } from "./shown.ts";
import { decimal, roughly, span } from "./text.ts";

/** The contract's accessible names: do not translate without telling whoever tests the screen. */
export const BUTTONS = {
  live: t("Live"),
  alarms: t("Alarms"),
  maintenance: t("Maintenance"),
  silence: t("Silence"),
  acknowledge: t("Acknowledge"),
  stop: t("Request stop"),
  reset: t("Reset||the button"),
} as const;

/** Over what is out of the rules, in the picture. */
export const OUT_OF_RULES = {
  bypassed: (name: string) => t("{name}: bypassed", { name }),
  inactive: (name: string, until: string | undefined) =>
    until === undefined
      ? t("{name}: inactive", { name })
      : t("{name}: inactive until {until}", { name, until }),
  mask: (name: string) => t("{name}: not looked at", { name }),
  count: (name: string, people: number | undefined) => `${name}: ${people ?? "–"}`,
} as const;

export function zoneSays(shown: Shown): string {
  if (shown === "bypassed" || shown === "inactive") return VERDICTS[shown];
  if (shown === "clear") return t("Nobody");
  return shown === "blind" ? t("Not known") : t("Person");
}

export const BANNER = {
  quiet: t("No alarms"),
  /** Besides what a person has set aside. */
  quietBut: t("No active alarms"),
  tripped: t("Run permit dropped"),
  unguarded: t("Nothing is watched"),
  unguardedHow: t("No zone is bound to an output that could drop"),
  resetNeeded: t("Reset needed"),
  acknowledged: t("Acknowledged"),
  resetHow: t("Everything is clear: hold Reset to give the run permit back"),
  since: (age: string) => t("{age} ago", { age }),
  /** How many more there are than the one that is shown, and how many wait for Acknowledge. */
  counters: (total: number, open: number) => {
    const rest = open > 0 ? t("{open} to acknowledge", { open }) : t("all acknowledged");
    return total > 1 ? `${t("{count} more", { count: total - 1 })}, ${rest}` : rest;
  },
  more: (total: number) => (total > 1 ? t("+{count} more", { count: total - 1 }) : ""),
  aside: (count: number) => t("{count, plural, one {# set aside} other {# set aside}}", { count }),
  back: (left: string) => t("next back in {left}", { left }),
  times: (returns: number) =>
    t("came back {returns, plural, =1 {once} one {# time} other {# times}}", { returns }),
} as const;

export const LOST = {
  title: t("NOT LIVE"),
  connecting: t("Connecting to the box"),
  since: (time: string) => t("NOT LIVE since {time}", { time }),
  what: t("Connection to the box is lost"),
  advice: t("Nothing is shown because nothing is known. Look at the machine itself."),
  failed: (age: string) => t("No connection to the box for {age}", { age }),
  /** What is worth looking at, by what the health check said. */
  cure: {
    unknown: t("Look at the machine itself. Check that the box has power and that its cable is plugged in."),
    silent: t(
      "Look at the machine itself. The box does not answer: check that it has power and that its cable is plugged in.",
    ),
    answers: t(
      "Look at the machine itself. The box answers but sends nothing to show: call maintenance, it has to be started again.",
    ),
  },
  again: t("Try again"),
  trying: t("Trying now"),
  tryingIn: (time: string) => t("Tries again by itself in {time}", { time }),
} as const;

export const TILE = {
  dead: t("NO LIVE PICTURE"),
  waiting: t("No picture has reached this screen yet"),
  stale: (age: string) => t("NO PICTURE FOR {age}", { age }),
  last: (age: string) => t("Last picture {age} ago", { age }),
  never: t("No picture since the start"),
  person: t("A person is needed: it will be the same again"),
  personShort: t("A person is needed"),
  again: t("Try again"),
  againThis: (name: string) => t("Try again: {name}", { name }),
  doubted: t("NOT TO BE TRUSTED"),
  also: (more: string) => t("Also: {more}", { more }),
  checking: t("Checking"),
  broken: t("The pictures cannot be drawn"),
  retry: (time: string) => t("Tries again in {time}", { time }),
  retryNow: t("Tries again now"),
  noZones: t("No zones"),
  nobody: t("Nobody seen"),
  people: (count: number) => t("{count, plural, one {# person seen} other {# people seen}}", { count }),
  none: t("No cameras are set up"),
  noneHow: t("Add them under Maintenance, or name them in a provisioning file."),
} as const;

/** On the lamps of a tower, from above to below: known without their colours. */
export const TOWER_LETTERS = {
  "lamp-red": t("R||red lamp"),
  "lamp-amber": t("A||amber lamp"),
  "lamp-green": t("G||green lamp"),
  "lamp-blue": t("B||blue lamp"),
  "lamp-white": t("W||white lamp"),
} as const;

export const STRIP = {
  tower: t("Signal tower"),
  noOutputs: t("No outputs are set up"),
  unknown: t("unknown"),
  mismatch: (demand: Drive, readback: Drive | "unknown") =>
    readback === "unknown"
      ? t("Demand {demand}, but the board does not answer", { demand: DRIVES[demand] })
      : t("Demand {demand}, but it is {readback}", { demand: DRIVES[demand], readback: DRIVES[readback] }),
  reaction: t("Reaction, ms"),
  reactionOf: (count: number) =>
    t("{count, plural, one {{figure} frame} other {{figure} frames}}", { count, figure: roughly(count) }),
  noReaction: t("Nothing measured since the start"),
  last: t("last trip"),
  worst: t("max"),
  model: t("Detector"),
  faults: t("Faults of the box"),
  since: (age: string) => t("for {age}", { age }),
  until: (time: string) => t("until {time}", { time }),
} as const;

export const BYPASS = {
  title: t("Bypass"),
  what: t("Takes one zone out of the rules for some minutes. It needs a supervisor's PIN each time."),
  open: t("Bypass a zone"),
  running: t("Bypassed zones"),
  badge: t("BYPASSED"),
  by: (name: string, reason: string) => `${name}, ${reason}`,
  left: (time: string) => t("{time} left", { time }),
  end: t("End bypass"),
  endThis: (zone: string) => t("End bypass: {zone}", { zone }),
  ended: (zone: string) => t("{zone} is watched again", { zone }),
} as const;

/** "Cycle 42, running 3 min": from a reset to the next trip. */
export function cycleText({ number, running }: CycleView, ms: number): string {
  if (running) return t("Cycle {number}, running {time}", { number, time: span(ms) });
  return number === 0 ? t("No cycle yet") : t("Cycle {number} ended {time} ago", { number, time: span(ms) });
}

export const RESET = {
  hold: t("Hold 1.5 s"),
  release: t("Let go"),
  needsPin: t("With PIN"),
  refused: t("Reset is not possible now"),
  onlyNear: t("Only at the panel beside the machine: over the network nobody sees who stands there"),
  nothing: t("Nothing to reset"),
  nothingWhy: t("Every permit is energised and no alarm waits for a reset"),
  outcomes: {
    short: {
      title: t("Reset: held too briefly"),
      detail: t("Hold the button until the ring is full, then let go"),
    },
    late: { title: t("Reset: let go too late"), detail: t("Let go within 5 s after the ring is full") },
    left: {
      title: t("Reset: cancelled"),
      detail: t("The finger left the button, or the reset became impossible"),
    },
    stuck: {
      title: t("Reset: held over 10 s"),
      detail: t("The button is taken for stuck; let it go and begin again"),
    },
  },
  done: t("Reset done"),
  who: t("Who resets?"),
  holdToReset: t("Hold to reset"),
} as const;

export const COMMANDS = {
  acknowledged: t("Acknowledged"),
  nothingToAcknowledge: t("Nothing to acknowledge"),
  silenced: t("Horn silenced"),
  stopAsked: t("Stop requested"),
  stopAskedBefore: t("Requested"),
  silencedBefore: t("Silenced"),
  touchForSound: t("Touch for sound"),
  failed: (command: string) => t("{command} failed", { command }),
  noAnswer: (seconds: number) => t("The box did not answer within {seconds} s; try again", { seconds }),
  notReached: t("The box cannot be reached; try again"),
  unreadable: (status: number) => t("The box answered {status} without a reason", { status }),
} as const;

export const DEMO = {
  badge: t("DEMONSTRATION"),
  end: t("End demonstration"),
  ask: t("End the demonstration?"),
  what: t(
    "The demonstration cameras, zones and outputs are removed. The box then watches nothing until it is set up.",
  ),
  yes: t("End it"),
  no: t("Keep it"),
} as const;

export const ALARM_LIST = {
  title: t("Alarms"),
  none: t("No alarms"),
  noneDetail: t("Every condition is normal"),
  noneListed: t("Nothing but what is set aside"),
  tabs: { active: t("Active"), aside: t("Set aside"), history: t("History") },
  /** "2 shelved, 1 out of service". */
  asideCounts: (aside: {
    readonly shelved: number;
    readonly outOfService: number;
    readonly suppressed: number;
  }) =>
    [
      ...(aside.shelved > 0
        ? [t("{count, plural, one {# shelved} other {# shelved}}", { count: aside.shelved })]
        : []),
      ...(aside.outOfService > 0
        ? [
            t("{count, plural, one {# out of service} other {# out of service}}", {
              count: aside.outOfService,
            }),
          ]
        : []),
      ...(aside.suppressed > 0
        ? [t("{count, plural, one {# suppressed} other {# suppressed}}", { count: aside.suppressed })]
        : []),
    ].join(", "),
  firstOut: t("Came first"),
  standing: t("Over a day"),
  chattering: t("Comes and goes"),
  open: t("More"),
  openThis: (text: string) => t("More about {text}", { text }),
  raisedAt: (time: string, age: string) => t("Raised {time}, {age} ago", { time, age }),
  goneAt: (time: string) => t("gone {time}", { time }),
  acknowledgedBy: (name: string) => t("acknowledged: {name}", { name }),
  acknowledgeThis: (text: string) => t("Acknowledge {text}", { text }),
  shift: t("Shift report"),
} as const;

export const PIN = {
  who: t("Who are you?"),
  enter: (name: string) => t("PIN of {name}", { name }),
  unlock: t("Unlock"),
  back: t("Back"),
  cancel: t("Cancel"),
  clear: t("Clear||the digits"),
  erase: t("Erase last digit"),
  digits: (count: number) => t("{count, plural, one {# digit entered} other {# digits entered}}", { count }),
  loading: t("Asking the box for the names"),
  nobody: t("Nobody is set up"),
  nobodyHow: t("Make the first person under Maintenance."),
  nobodyFile: t(
    'The first person may set up everything, and adds the others. You can also name people under "users" in a provisioning file.',
  ),
  badge: t("Badge"),
  again: t("Once more"),
  goOn: t("Go on"),
  own: t("Change my PIN"),
  first: t("Make the first person"),
  firstWhat: t("Nobody with the role maintenance is set up yet."),
  firstElsewhere: t("Make the first person with role maintenance at the box's own screen."),
  nobodyMay: t("Nobody set up here may reset: a supervisor or a maintenance person is needed"),
} as const;

export const MAINTENANCE = {
  lock: t("Lock"),
  stay: t("Stay"),
  people: t("People"),
  peopleWhat: t("Who may enter, what they may do, their PINs and badges."),
  peopleOpen: t("Open people"),
  signedIn: (name: string, role: string) => `${name}, ${role}`,
  locksIn: (time: string) => t("Locks itself in {time}", { time }),
  asksIn: (time: string) => t("The PIN is asked for again in {time}", { time }),
  cameras: t("Cameras"),
  start: t("Start"),
  stop: t("Stop||the camera"),
  camerasOpen: t("Set up cameras"),
  outputsOpen: t("Test and set up outputs"),
  zones: t("Zones"),
  zonesWhat: t("Where people are looked for: drawn by finger on a camera's picture, tried, then published."),
  zonesOpen: t("Draw zones"),
  walks: t("Walk tests"),
  walksWhat: t("Somebody walks through each stop zone, and the box writes down what it saw and did."),
  walksOpen: t("Open walk tests"),
  walksNow: (name: string, zone: string) => t("{name} walks {zone} now", { name, zone }),
  loading: t("Loading"),
  notLoaded: t("This page cannot be loaded from the box; try again"),
  startThis: (name: string) => t("Start {name}", { name }),
  stopThis: (name: string) => t("Stop {name}", { name }),
  frames: (count: number, fps: number) =>
    t("{count, plural, one {# frame} other {# frames}}, {fps} per second", { count, fps: decimal(fps, 1) }),
  outputs: t("Outputs"),
  channel: (role: string, board: string, channel: number) =>
    t("{role}: {board}, channel {channel}", { role, board, channel }),
  detector: t("Detector"),
  detectorOpen: t("Open detector"),
  versions: t("Versions"),
  versionsWhat: t("Every change of what is set up here, and the way back to an earlier one."),
  versionsOpen: t("Open versions"),
  headroom: (percent: number) =>
    percent > 0
      ? t("{percent} % of its computing time is free.", { percent })
      : t(
          "Has no time left: cameras may be looked at less often than configured. Use fewer cameras, a lower frame rate or a smaller model.",
        ),
  record: t("Record"),
  recordWhat: t(
    "Everything that was switched, ordered, changed and refused, and whether anybody touched it since.",
  ),
  recordOpen: t("Open record"),
  about: t("About"),
  version: (version: string) => t("Palisade {version}", { version }),
  aboutText: [
    t(
      "Palisade watches an area with cameras and requests a stop when it sees a person in a stop zone, or when it cannot know.",
    ),
    t(
      "It can miss people and it can react late. It must not replace guards, light curtains, scanners, interlocks or the emergency stop.",
    ),
    t(
      "It carries no performance, integrity or type rating. The risk assessment of the machine must be acceptable with Palisade switched off.",
    ),
    t(
      "The reaction times shown were measured on this box, from the first byte of a frame to the relay's read-back. They promise nothing about the next one.",
    ),
  ],
} as const;

/** What the pages share on which something is set up. */
export const SET_UP = {
  back: t("Back"),
  cancel: t("Cancel"),
  save: t("Save"),
  saving: t("Saving"),
  none: t("not entered"),
  sessionOver: t("Maintenance is locked"),
  sessionOverHow: t("The box has ended the session; unlock it again"),
  anew: t("Watching then restarts: every output drops, and a reset is needed."),
} as const;
