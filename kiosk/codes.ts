/** What the codes of the box are called: states, kinds, roles and reasons as people know them. */
import type { Priority } from "../server/domain/alarm.ts";
import type { CameraFault } from "../server/domain/camera.ts";
import type { OutputRole, UserConfig } from "../server/domain/config.ts";
import { reasonWords } from "../server/domain/reason_code.ts";
import type { TrustFault } from "../server/domain/trust.ts";
import type { Drive } from "../server/domain/units.ts";
import type { CameraView, ModelView, View, ZoneView } from "../server/domain/view.ts";
import { heard } from "./heard.ts";
import { inside, t } from "./say.ts";
import type { Shown } from "./shown.ts";

export const VERDICTS: Readonly<Record<Shown, string>> = {
  clear: t("Clear"),
  warn: t("Warning"),
  stop: t("Stop"),
  blind: t("Not watching"),
  bypassed: t("Bypassed"),
  inactive: t("Inactive"),
};

export const CAMERA_STATES: Readonly<Record<CameraView["state"], string>> = {
  IDLE: t("Stopped"),
  STARTING: t("Starting"),
  RUNNING: t("Running"),
  STOPPING: t("Stopping"),
  ERROR: t("Error"),
};

/** In a word or two why there is no picture; the whole sentence stands in the view. */
export const CAMERA_FAULTS: Readonly<Record<CameraFault, string>> = {
  lost: t("No connection"),
  stalled: t("Pictures stopped"),
  refused: t("Refused"),
  unsupported: t("Cannot be read"),
};

/** What is wrong with a picture that comes, large enough to be read from two metres. */
export const TRUST_FAULTS: Readonly<Record<TrustFault, string>> = {
  mismatch: t("Wrong picture size"),
  clock: t("Camera clock"),
  late: t("Late"),
  dark: t("Too dark"),
  glare: t("Too bright"),
  blind: t("Covered"),
  frozen: t("Frozen picture"),
  moved: t("Moved"),
  defocus: t("Out of focus"),
};

export const ZONE_KINDS: Readonly<Record<ZoneView["kind"], string>> = {
  stop: t("Stop zone"),
  warn: t("Warning zone"),
  dwell: t("Dwell zone"),
};

export const ROLES: Readonly<Record<OutputRole, string>> = {
  "run-permit": t("Run permit"),
  "while-active": t("Acts while active"),
  pulse: t("Stop pulse"),
  "lamp-red": t("Red lamp"),
  "lamp-amber": t("Amber lamp"),
  "lamp-green": t("Green lamp"),
  "lamp-blue": t("Blue lamp"),
  "lamp-white": t("White lamp"),
  heartbeat: t("Heartbeat"),
};

export const DRIVES: Readonly<Record<Drive | "unknown", string>> = {
  energised: t("energised"),
  dropped: t("dropped"),
  unknown: t("unknown"),
};

export const STATES: Readonly<Record<View["state"], string>> = {
  watching: t("Watching"),
  tripped: t("Run permit dropped"),
  unguarded: t("Nothing is watched"),
};

export const PRIORITIES: Readonly<Record<Priority, string>> = {
  1: t("Critical"),
  2: t("High"),
  3: t("Medium"),
  4: t("Low"),
};

export const MODEL_STATES: Readonly<Record<ModelView["state"], string>> = {
  loading: t("Loading"),
  ready: t("Ready"),
  failed: t("Failed"),
};

export const USER_ROLES: Readonly<Record<UserConfig["role"], string>> = {
  operator: t("Operator"),
  supervisor: t("Supervisor"),
  maintenance: t("Maintenance"),
};

/** A role as the box keeps it, in the middle of a line; one that is not known here stands as it is. */
export function roleInside(role: string): string {
  const known = USER_ROLES[role as UserConfig["role"]] as string | undefined;
  return known === undefined ? role : inside(known);
}

/** A reason as people read it: a code in words, what the box says in their language, what somebody wrote as it is. */
export const reasonText = (reason: string): string => heard(reasonWords(reason));

/** In the middle of a line. */
export const reasonInside = (reason: string): string => inside(reasonText(reason));
