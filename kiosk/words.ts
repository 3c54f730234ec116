/** Every text the screen itself speaks. What the box says (alarms, reasons) comes in the view. */
import type { Priority } from "../server/domain/alarm.ts";
import type { BypassReason } from "../server/domain/bypass.ts";
import type { CameraFault } from "../server/domain/camera.ts";
import type { OutputRole, UserConfig } from "../server/domain/config.ts";
import type { TrustFault } from "../server/domain/trust.ts";
import type { Drive } from "../server/domain/units.ts";
import type { CameraView, CycleView, ModelView, View, ZoneView } from "../server/domain/view.ts";
import type { Shown } from "./shown.ts";
import { span } from "./text.ts";

/** The contract's accessible names: do not translate without telling whoever tests the screen. */
export const BUTTONS = {
  live: "Live",
  alarms: "Alarms",
  maintenance: "Maintenance",
  silence: "Silence",
  acknowledge: "Acknowledge",
  stop: "Request stop",
  reset: "Reset",
} as const;

export const VERDICTS: Readonly<Record<Shown, string>> = {
  clear: "Clear",
  warn: "Warning",
  stop: "Stop",
  blind: "Not watching",
  bypassed: "Bypassed",
  inactive: "Inactive",
};

export const CAMERA_STATES: Readonly<Record<CameraView["state"], string>> = {
  IDLE: "Stopped",
  STARTING: "Starting",
  RUNNING: "Running",
  STOPPING: "Stopping",
  ERROR: "Error",
};

/** In a word or two why there is no picture; the whole sentence stands in the view. */
export const CAMERA_FAULTS: Readonly<Record<CameraFault, string>> = {
  lost: "No connection",
  stalled: "Pictures stopped",
  refused: "Refused",
  unsupported: "Cannot be read",
};

/** What is wrong with a picture that comes, large enough to be read from two metres. */
export const TRUST_FAULTS: Readonly<Record<TrustFault, string>> = {
  mismatch: "Wrong picture size",
  clock: "Camera clock",
  late: "Late",
  dark: "Too dark",
  glare: "Too bright",
  blind: "Covered",
  frozen: "Frozen picture",
  moved: "Moved",
  defocus: "Out of focus",
};

export const ZONE_KINDS: Readonly<Record<ZoneView["kind"], string>> = {
  stop: "Stop zone",
  warn: "Warning zone",
  dwell: "Dwell zone",
};

/** Over what is out of the rules, in the picture. */
export const OUT_OF_RULES = {
  bypassed: (name: string) => `${name}: bypassed`,
  inactive: (name: string, until: string | undefined) =>
    until === undefined ? `${name}: inactive` : `${name}: inactive until ${until}`,
  mask: (name: string) => `${name}: not looked at`,
  count: (name: string, people: number | undefined) => `${name}: ${people ?? "–"}`,
} as const;

export function zoneSays(shown: Shown): string {
  if (shown === "bypassed" || shown === "inactive") return VERDICTS[shown];
  if (shown === "clear") return "Nobody";
  return shown === "blind" ? "Not known" : "Person";
}

export const ROLES: Readonly<Record<OutputRole, string>> = {
  "run-permit": "Run permit",
  "while-active": "Acts while active",
  pulse: "Stop pulse",
  "lamp-red": "Red lamp",
  "lamp-amber": "Amber lamp",
  "lamp-green": "Green lamp",
  "lamp-blue": "Blue lamp",
  "lamp-white": "White lamp",
  heartbeat: "Heartbeat",
};

export const STATES: Readonly<Record<View["state"], string>> = {
  watching: "Watching",
  tripped: "Run permit dropped",
  unguarded: "Nothing is watched",
};

export const PRIORITIES: Readonly<Record<Priority, string>> = {
  1: "Critical",
  2: "High",
  3: "Medium",
  4: "Low",
};

export const MODEL_STATES: Readonly<Record<ModelView["state"], string>> = {
  loading: "Loading",
  ready: "Ready",
  failed: "Failed",
};

export const USER_ROLES: Readonly<Record<UserConfig["role"], string>> = {
  operator: "Operator",
  supervisor: "Supervisor",
  maintenance: "Maintenance",
};

export const BANNER = {
  quiet: "No alarms",
  tripped: "Run permit dropped",
  unguarded: "Nothing is watched",
  unguardedHow: "No zone is bound to an output that could drop",
  resetNeeded: "Reset needed",
  acknowledged: "Acknowledged",
  resetHow: "Everything is clear: hold Reset to give the run permit back",
  since: (age: string) => `${age} ago`,
  /** How many more there are than the one that is shown, and how many wait for Acknowledge. */
  counters: (total: number, open: number) => {
    const more = total > 1 ? `${total - 1} more, ` : "";
    return open > 0 ? `${more}${open} to acknowledge` : `${more}all acknowledged`;
  },
  more: (total: number) => (total > 1 ? `+${total - 1} more` : ""),
  aside: (count: number, left: string) => `${count} set aside, ${left}`,
  times: (returns: number) => `came back ${returns === 1 ? "once" : `${returns} times`}`,
} as const;

export const LOST = {
  title: "NOT LIVE",
  connecting: "Connecting to the box",
  since: (time: string) => `NOT LIVE since ${time}`,
  what: "Connection to the box is lost",
  advice: "Nothing is shown because nothing is known. Look at the machine itself.",
  failed: (age: string) => `No connection to the box for ${age}`,
  /** What is worth looking at, by what the health check said. */
  cure: {
    unknown: "Look at the machine itself. Check that the box has power and that its cable is plugged in.",
    silent:
      "Look at the machine itself. The box does not answer: check that it has power and that its cable is plugged in.",
    answers:
      "Look at the machine itself. The box answers but sends nothing to show: call maintenance, it has to be started again.",
  },
  again: "Try again",
  trying: "Trying now",
  tryingIn: (time: string) => `Tries again by itself in ${time}`,
} as const;

export const TILE = {
  dead: "NO LIVE PICTURE",
  waiting: "No picture has reached this screen yet",
  stale: (age: string) => `NO PICTURE FOR ${age}`,
  last: (age: string) => `Last picture ${age} ago`,
  never: "No picture since the start",
  person: "A person is needed: it will be the same again",
  personShort: "A person is needed",
  again: "Try again",
  againThis: (name: string) => `Try again: ${name}`,
  doubted: "NOT TO BE TRUSTED",
  also: (more: string) => `Also: ${more}`,
  checking: "Checking",
  broken: "The pictures cannot be drawn",
  retry: (time: string) => `Tries again in ${time}`,
  retryNow: "Tries again now",
  noZones: "No zones",
  nobody: "Nobody seen",
  people: (count: number) => (count === 1 ? "1 person seen" : `${count} people seen`),
  none: "No cameras are set up",
  noneHow:
    "Add them under Maintenance, or name them in a provisioning file and start the box with PALISADE_PROVISION",
} as const;

export const STRIP = {
  noOutputs: "No outputs are set up",
  unknown: "unknown",
  mismatch: (demand: Drive, readback: Drive | "unknown") =>
    readback === "unknown"
      ? `Demand ${demand}, but the board does not answer`
      : `Demand ${demand}, but it is ${readback}`,
  reaction: "Reaction, ms",
  reactionOf: (count: number) =>
    `${count.toLocaleString("en-GB", { notation: count < 100_000 ? "standard" : "compact" })} frames`,
  noReaction: "Nothing measured since the start",
  last: "last trip",
  worst: "max",
  model: "Detector",
  faults: "Faults of the box",
  since: (age: string) => `for ${age}`,
  until: (time: string) => `until ${time}`,
} as const;

export const BYPASS_REASONS: Readonly<Record<BypassReason, string>> = {
  maintenance: "Maintenance",
  cleaning: "Cleaning",
  "set-up": "Set-up",
  "fault-finding": "Fault finding",
  other: "Other",
};

export const BYPASS = {
  title: "Bypass",
  what: "Takes one zone out of the rules for some minutes. It needs a supervisor's PIN each time.",
  open: "Bypass a zone",
  running: "Bypassed zones",
  badge: "BYPASSED",
  by: (name: string, reason: string) => `${name}, ${reason}`,
  left: (time: string) => `${time} left`,
  end: "End bypass",
  endThis: (zone: string) => `End bypass: ${zone}`,
  ended: (zone: string) => `${zone} is watched again`,
} as const;

/** "Cycle 42, running 3 min": from a reset to the next trip. */
export function cycleText({ number, running }: CycleView, ms: number): string {
  if (running) return `Cycle ${number}, running ${span(ms)}`;
  return number === 0 ? "No cycle yet" : `Cycle ${number} ended ${span(ms)} ago`;
}

export const RESET = {
  hold: "Hold 1.5 s",
  release: "Let go",
  needsPin: "With PIN",
  refused: "Reset is not possible now",
  nothing: "Nothing to reset",
  nothingWhy: "Every permit is energised and no alarm waits for a reset",
  outcomes: {
    short: {
      title: "Reset: held too briefly",
      detail: "Hold the button until the ring is full, then let go",
    },
    late: { title: "Reset: let go too late", detail: "Let go within 5 s after the ring is full" },
    left: { title: "Reset: cancelled", detail: "The finger left the button, or the reset became impossible" },
    stuck: {
      title: "Reset: held over 10 s",
      detail: "The button is taken for stuck; let it go and begin again",
    },
  },
  done: "Reset done",
  who: "Who resets?",
  holdToReset: "Hold to reset",
} as const;

export const COMMANDS = {
  acknowledged: "Acknowledged",
  nothingToAcknowledge: "Nothing to acknowledge",
  silenced: "Horn silenced",
  stopAsked: "Stop requested",
  stopAskedBefore: "Requested",
  silencedBefore: "Silenced",
  touchForSound: "Touch for sound",
  failed: (command: string) => `${command} failed`,
  noAnswer: (seconds: number) => `The box did not answer within ${seconds} s; try again`,
  notReached: "The box cannot be reached; try again",
  unreadable: (status: number) => `The box answered ${status} without a reason`,
} as const;

export const DEMO = {
  badge: "DEMONSTRATION",
  end: "End demonstration",
  ask: "End the demonstration?",
  what: "The demonstration cameras, zones and outputs are removed. The box then watches nothing until it is set up.",
  yes: "End it",
  no: "Keep it",
} as const;

export const ALARM_LIST = {
  title: "Alarms",
  none: "No alarms",
  noneDetail: "Every condition is normal",
  noneListed: "Nothing but what is set aside",
  tabs: { active: "Active", aside: "Set aside", history: "History" },
  /** "2 shelved, 1 out of service". */
  asideCounts: (aside: {
    readonly shelved: number;
    readonly outOfService: number;
    readonly suppressed: number;
  }) =>
    [
      ...(aside.shelved > 0 ? [`${aside.shelved} shelved`] : []),
      ...(aside.outOfService > 0 ? [`${aside.outOfService} out of service`] : []),
      ...(aside.suppressed > 0 ? [`${aside.suppressed} suppressed`] : []),
    ].join(", "),
  firstOut: "Came first",
  standing: "Over a day",
  chattering: "Comes and goes",
  open: "More",
  openThis: (text: string) => `More about ${text}`,
  raised: "Raised",
  cleared: "Gone",
  acknowledgeThis: (text: string) => `Acknowledge ${text}`,
  shift: "Shift report",
} as const;

export const PIN = {
  who: "Who are you?",
  enter: (name: string) => `PIN of ${name}`,
  unlock: "Unlock",
  back: "Back",
  cancel: "Cancel",
  clear: "Clear",
  erase: "Erase last digit",
  digits: (count: number) => (count === 1 ? "1 digit entered" : `${count} digits entered`),
  loading: "Asking the box for the names",
  nobody: "Nobody is set up",
  nobodyHow:
    'Make the first person at the box\'s own screen, under Maintenance, or name people under "users" in a provisioning file and start the box with PALISADE_PROVISION pointing to it.',
  badge: "Badge",
  again: "Once more",
  goOn: "Go on",
  own: "Change my PIN",
  first: "Make the first person",
  firstWhat: "Nobody may set up this box yet.",
  firstElsewhere: "Make the first person with role maintenance at the box's own screen.",
  nobodyMay: "Nobody set up here may reset: a supervisor or a maintenance person is needed",
} as const;

export const MAINTENANCE = {
  lock: "Lock",
  stay: "Stay",
  people: "People",
  peopleWhat: "Who may enter, what they may do, their PINs and badges.",
  peopleOpen: "Open people",
  signedIn: (name: string, role: string) => `${name}, ${role}`,
  locksIn: (time: string) => `Locks itself in ${time}`,
  asksIn: (time: string) => `The PIN is asked for again in ${time}`,
  cameras: "Cameras",
  start: "Start",
  stop: "Stop",
  camerasOpen: "Set up cameras",
  outputsOpen: "Test and set up outputs",
  zones: "Zones",
  zonesWhat: "Where people are looked for: drawn by finger on a camera's picture, tried, then published.",
  zonesOpen: "Draw zones",
  walks: "Walk tests",
  walksWhat: "Somebody walks through each stop zone, and the box writes down what it saw and did.",
  walksOpen: "Open walk tests",
  walksNow: (name: string, zone: string) => `${name} walks ${zone} now`,
  loading: "Loading",
  notLoaded: "This page cannot be loaded from the box; try again",
  startThis: (name: string) => `Start ${name}`,
  stopThis: (name: string) => `Stop ${name}`,
  frames: (count: number, fps: number) => `${count} frames, ${fps.toFixed(1)} per second`,
  outputs: "Outputs",
  channel: (role: string, board: string, channel: number) => `${role}: ${board}, channel ${channel}`,
  detector: "Detector",
  detectorOpen: "Open detector",
  versions: "Versions",
  versionsWhat: "Every change of what is set up here, and the way back to an earlier one.",
  versionsOpen: "Open versions",
  headroom: (percent: number) =>
    percent > 0
      ? `Has ${percent} % of its time left.`
      : "Has no time left: cameras may be looked at less often than configured. Use fewer cameras, a lower frame rate or a smaller model.",
  record: "Record",
  recordWhat:
    "Everything that was switched, ordered, changed and refused, and whether anybody touched it since.",
  recordOpen: "Open record",
  about: "About",
  version: (version: string) => `Palisade ${version}`,
  aboutText: [
    "Palisade watches an area with cameras and requests a stop when it sees a person in a stop zone, or when it cannot know.",
    "It can miss people and it can react late. It must not replace guards, light curtains, scanners, interlocks or the emergency stop.",
    "It carries no performance, integrity or type rating. The risk assessment of the machine must be acceptable with Palisade switched off.",
    "The reaction times shown were measured on this box, from the first byte of a frame to the relay's read-back. They promise nothing about the next one.",
  ],
} as const;

/** What the pages share on which something is set up. */
export const SET_UP = {
  back: "Back",
  cancel: "Cancel",
  save: "Save",
  saving: "Saving",
  none: "not entered",
  sessionOver: "Maintenance is locked",
  sessionOverHow: "The box has ended the session; unlock it again",
  anew: "The watching then starts anew: every output drops, and a reset is needed.",
} as const;
