/** Every text of the cameras' pages. Loaded with them only. */
import type { LookRate } from "../../server/domain/pace.ts";
import type { CheckReading, TrustFault } from "../../server/domain/trust.ts";

export const CAMERAS = {
  title: "Cameras",
  add: "Add camera",
  none: "No cameras are set up",
  noneHow: "Add camera asks for an address, or finds cameras on the network and on USB",
  gone: "This camera is not set up any more",
} as const;

export const ROW = {
  rate: (fps: number) => `${fps.toFixed(1)}/s`,
  size: (width: number, height: number) => `${width}×${height}`,
  age: (age: string) => `${age} old`,
  noAge: "no picture",
  trusted: "Trusted",
  proving: "Being checked",
  distrusted: "Not trusted",
} as const;

export const CAMERA = {
  edit: "Edit",
  editThis: (name: string) => `Edit ${name}`,
  remove: "Remove",
  removeThis: (name: string) => `Remove ${name}`,
  source: "Address",
  rate: "Rate",
  rateOf: (fps: number, asked: number) => `${fps.toFixed(1)}/s of ${asked}/s`,
  looked: "Looked at",
  lookedOf: ({ fps, configuredFps, leastFps, part }: LookRate) =>
    `${fps.toFixed(1)}/s of ${configuredFps}/s, its zones need ${figure(leastFps)}/s${part === undefined ? "" : "; only at the part around its zones, where people are shown larger: nobody is looked for in the darker rest"}`,
  size: "Size",
  codec: "Codec",
  age: "Age",
  late: "Later than at best",
  unknown: "not known",
  counters: "Counters",
  thisRun: "Since the reset",
  inTotal: "In total",
  since: "Since",
  frames: "Frames",
  replaced: "Replaced by a newer one",
  unreadable: "Unreadable",
  runs: "Connections",
  reset: "Reset counters",
  resetDone: "Counters reset",
  checks: "Trust checks",
  waiting: "Asking the box",
  noReadings: "Nothing is measured while the camera gives no pictures.",
} as const;

export const CHECK_STATES: Readonly<Record<CheckReading["state"], string>> = {
  ok: "Good",
  suspect: "Suspect",
  failed: "Failed",
  unknown: "Cannot be made",
};

/** Checks whose figure must stay above the limit; the others' must stay below. */
const FLOORS: ReadonlySet<TrustFault> = new Set(["dark", "blind", "defocus"]);

const figure = (value: number): string => String(Number(value.toFixed(Math.abs(value) < 10 ? 1 : 0)));

/** "63 % of the edges, must be at least 20". */
export function checkFigure(reading: CheckReading, unit: string): string {
  const limit = `${FLOORS.has(reading.check) ? "at least" : "at most"} ${figure(reading.limit)}`;
  return reading.value === null ? `must be ${limit} ${unit}` : `${figure(reading.value)} ${unit}, ${limit}`;
}

export const SCENE = {
  title: "Reference picture",
  none: "None was taken yet: the checks for a covered, moved or blurred camera know less without one.",
  taken: (when: string, by: string) => `Taken ${when} by ${by}`,
  take: "Take new reference picture",
  ask: (name: string) => `Take a new reference picture of ${name}?`,
  means:
    "From then on the camera is held against the scene as it is now. Do this only where it sees exactly what its zones were drawn on: a camera that has moved would pass from now on.",
  yes: "Take it",
  done: "Reference picture taken",
  alt: "The scene as it was taught",
} as const;

export const REMOVE = {
  ask: (name: string) => `Remove ${name}?`,
  zones: (zones: string) => `Its zones go with it: ${zones}.`,
  noZones: "No zone is drawn on it.",
  blind: "What it watched is watched no longer.",
  yes: "Remove",
  yesAll: "Remove all of it",
  done: (name: string) => `${name} removed`,
} as const;

export const ADD = {
  how: "How is the camera connected?",
  network: "Network address",
  networkHow: "An rtsp:// or http:// address, from the camera's papers",
  onvif: "Find ONVIF cameras",
  onvifHow: "Asks the network which cameras there are",
  usb: "USB",
  usbHow: "A camera plugged into this box",
} as const;

export const FORM = {
  add: "New camera",
  edit: (name: string) => `Edit ${name}`,
  name: "Name",
  source: "Address",
  user: "User",
  password: "Password",
  fps: "Pictures a second",
  transport: "Transport",
  tcp: "TCP",
  udp: "UDP",
  stored: "as stored",
  hidden: (count: number) => "•".repeat(Math.min(count, 12)),
  fewer: "Fewer pictures",
  more: "More pictures",
  test: "Test",
  testing: "Testing, up to 12 s",
  untested: "Not tested yet: a test shows the picture before anything is saved.",
  saveUntested: "Save without test",
  saveFailed: "Save all the same",
  saved: (name: string) => `${name} saved`,
  unchanged: (name: string) => `${name} was so already`,
} as const;

export const TESTED = {
  good: "The camera answers",
  bad: "No picture came",
  unmade: "The test was not made",
  alt: "Picture of the test",
  rate: (fps: number) => `${fps.toFixed(1)} pictures a second`,
  first: (ms: number) => `first picture after ${(ms / 1000).toFixed(1)} s`,
  delay: (ms: number) => `delay ${Math.round(ms)} ms`,
} as const;

export const FIND = {
  onvif: "ONVIF cameras on the network",
  usb: "Cameras on USB",
  searching: "Searching, about 4 s",
  again: "Search again",
  byHand: "Enter address",
  noOnvif: "No camera answered",
  noOnvifHow:
    "Check that the camera has power, is on the same network and has ONVIF switched on; an address can always be entered by hand.",
  noUsb: "No camera is plugged in",
  noUsbHow: "Plug it in directly, without a hub, and search again.",
  unreadable: "Cannot be read",
  login: (name: string) => `Sign in to ${name}`,
  loginHow: "The camera's own user and password: without them it does not tell its addresses.",
  ask: "Ask the camera",
  asking: "Asking the camera",
  streams: (name: string) => `Pictures of ${name}`,
  noStreams: "The camera offers no picture that can be used",
  recommended: "Recommended",
  rate: (fps: number) => `${fps}/s`,
} as const;
