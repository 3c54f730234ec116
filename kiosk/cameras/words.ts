/** Every text of the cameras' pages. Loaded with them only. */
import type { LookRate } from "../../server/domain/pace.ts";
import type { CheckReading, TrustFault } from "../../server/domain/trust.ts";
import { t } from "../say.ts";
import { atMost, decimal } from "../text.ts";

export const CAMERAS = {
  title: t("Cameras"),
  add: t("Add camera"),
  none: t("No cameras are set up"),
  noneHow: t("Add camera asks for an address, or finds cameras on the network and on USB"),
  gone: t("This camera is not set up any more"),
} as const;

export const ROW = {
  rate: (fps: number) => t("{fps}/s", { fps: decimal(fps, 1) }),
  size: (width: number, height: number) => `${width}×${height}`,
  age: (age: string) => t("{age} old", { age }),
  noAge: t("no picture"),
  trusted: t("Trusted"),
  proving: t("Being checked"),
  distrusted: t("Not trusted"),
} as const;

export const CAMERA = {
  edit: t("Edit"),
  editThis: (name: string) => t("Edit {name}", { name }),
  remove: t("Remove"),
  removeThis: (name: string) => t("Remove {name}", { name }),
  source: t("Address"),
  rate: t("Rate"),
  rateOf: (fps: number, asked: number) => t("{fps}/s of {asked}/s", { fps: decimal(fps, 1), asked }),
  looked: t("Looked at"),
  lookedOf: ({ fps, configuredFps, leastFps, part }: LookRate) =>
    t(
      part === undefined
        ? "{fps}/s of {configured}/s, its zones need {least}/s"
        : "{fps}/s of {configured}/s, its zones need {least}/s; only at the part around its zones, where people are shown larger: nobody is looked for in the darker rest",
      { fps: decimal(fps, 1), configured: configuredFps, least: figure(leastFps) },
    ),
  size: t("Size"),
  codec: t("Codec"),
  age: t("Age"),
  late: t("Later than at best"),
  unknown: t("not known"),
  ms: (ms: number) => t("{ms} ms", { ms: Math.round(ms) }),
  counters: t("Counters"),
  thisRun: t("Since the reset"),
  inTotal: t("In total"),
  since: t("Since"),
  frames: t("Frames"),
  replaced: t("Replaced by a newer one"),
  unreadable: t("Unreadable"),
  runs: t("Connections"),
  reset: t("Reset counters"),
  resetDone: t("Counters reset"),
  checks: t("Trust checks"),
  waiting: t("Asking the box"),
  noReadings: t("Nothing is measured while the camera gives no pictures."),
} as const;

export const CHECK_STATES: Readonly<Record<CheckReading["state"], string>> = {
  ok: t("Good"),
  suspect: t("Suspect"),
  failed: t("Failed"),
  unknown: t("Cannot be made"),
};

/** Checks whose figure must stay above the limit; the others' must stay below. */
const FLOORS: ReadonlySet<TrustFault> = new Set(["dark", "blind", "defocus"]);

const figure = (value: number): string => atMost(value, Math.abs(value) < 10 ? 1 : 0);

/** "63 % of the edges, must be at least 20". */
export function checkFigure(reading: CheckReading, unit: string): string {
  const floor = FLOORS.has(reading.check);
  const limit = figure(reading.limit);
  if (reading.value === null)
    return t(floor ? "must be at least {limit} {unit}" : "must be at most {limit} {unit}", { limit, unit });
  const value = figure(reading.value);
  return t(floor ? "{value} {unit}, at least {limit}" : "{value} {unit}, at most {limit}", {
    ...{ value, unit, limit },
  });
}

export const SCENE = {
  title: t("Reference picture"),
  none: t("None was taken yet: the checks for a covered, moved or blurred camera know less without one."),
  taken: (when: string, by: string) => t("Taken {when} by {by}", { when, by }),
  take: t("Take new reference picture"),
  ask: (name: string) => t("Take a new reference picture of {name}?", { name }),
  means: t(
    "From then on the camera is held against the scene as it is now. Do this only where it sees exactly what its zones were drawn on: a camera that has moved would pass from now on.",
  ),
  yes: t("Take it"),
  done: t("Reference picture taken"),
  alt: t("The scene as it was taught"),
} as const;

export const REMOVE = {
  ask: (name: string) => t("Remove {name}?", { name }),
  zones: (zones: string) => t("Its zones go with it: {zones}.", { zones }),
  noZones: t("No zone is drawn on it."),
  blind: t("What it watched is no longer watched."),
  yes: t("Remove"),
  yesAll: t("Remove all of it"),
  done: (name: string) => t("{name} removed", { name }),
} as const;

export const ADD = {
  how: t("How is the camera connected?"),
  network: t("Network address"),
  networkHow: t("An rtsp:// or http:// address, from the camera's papers"),
  onvif: t("Find ONVIF cameras"),
  onvifHow: t("Asks the network which cameras there are"),
  usb: t("USB"),
  usbHow: t("A camera plugged into this box"),
} as const;

export const FORM = {
  add: t("New camera"),
  edit: (name: string) => t("Edit {name}", { name }),
  name: t("Name"),
  source: t("Address"),
  user: t("User"),
  password: t("Password"),
  fps: t("Pictures a second"),
  transport: t("Transport"),
  tcp: t("TCP"),
  udp: t("UDP"),
  stored: t("as stored"),
  hidden: (count: number) => "•".repeat(Math.min(count, 12)),
  fewer: t("Fewer pictures"),
  more: t("More pictures"),
  test: t("Test"),
  testing: t("Testing, up to 12 s"),
  untested: t("Not tested yet: a test shows the picture before anything is saved."),
  saveUntested: t("Save without test"),
  saveFailed: t("Save all the same"),
  saved: (name: string) => t("{name} saved", { name }),
  unchanged: (name: string) => t("{name} was so already", { name }),
} as const;

export const TESTED = {
  good: t("The camera answers"),
  bad: t("No picture came"),
  unmade: t("The test was not made"),
  alt: t("Picture of the test"),
  rate: (fps: number) => t("{fps} pictures a second", { fps: decimal(fps, 1) }),
  first: (ms: number) => t("first picture after {ms} s", { ms: decimal(ms / 1000, 1) }),
  delay: (ms: number) => t("delay {ms} ms", { ms: Math.round(ms) }),
} as const;

export const FIND = {
  onvif: t("ONVIF cameras on the network"),
  usb: t("Cameras on USB"),
  searching: t("Searching, about 4 s"),
  again: t("Search again"),
  byHand: t("Enter address"),
  noOnvif: t("No camera answered"),
  noOnvifHow: t(
    "Check that the camera has power, is on the same network and has ONVIF switched on; an address can always be entered by hand.",
  ),
  noUsb: t("No camera is plugged in"),
  noUsbHow: t("Plug it in directly, without a hub, and search again."),
  unreadable: t("Cannot be read"),
  login: (name: string) => t("Sign in to {name}", { name }),
  loginHow: t("The camera's own user and password: without them it does not tell its addresses."),
  ask: t("Ask the camera"),
  asking: t("Asking the camera"),
  streams: (name: string) => t("Pictures of {name}", { name }),
  noStreams: t("The camera offers no picture that can be used"),
  recommended: t("Recommended"),
  rate: (fps: number) => t("{fps}/s", { fps }),
} as const;
