/** Why somebody did something, as a code that tables can be sorted by; what they wrote themselves stands beside it. */
import type { SERVICE_REASONS, SHELVE_REASONS } from "./alarm_policy.ts";
import type { BYPASS_REASONS } from "./bypass.ts";
import type { PersonReason } from "./permission.ts";

/** For files of the record. */
export const EXPORT_REASONS = ["incident", "audit", "service", "data-request", "other"] as const;
export type ExportReason = (typeof EXPORT_REASONS)[number];

/** For what is set up. */
export const CHANGE_REASONS = [
  "first-set-up",
  "cell-changed",
  "device-replaced",
  "tuning",
  "correction",
  "trial",
  "other",
] as const;

/** For an earlier version that comes in force again. */
export const REVERT_REASONS = ["mistake", "changed-back", "comparison", "other"] as const;

/** For a comment, where one of these says it all. */
export const COMMENT_REASONS = [
  "nothing-found",
  "maintenance-told",
  "spare-part",
  "cleaned",
  "cable-checked",
] as const;

/** For signing somebody out at a panel on the network. */
export const SIGN_OUT_REASONS = ["left-signed-in", "panel-lost", "maintenance", "other"] as const;

/** A change that came without a reason, as from another program or a provisioning file. */
export const NOT_GIVEN = "not-given";

export type ReasonCode =
  | (typeof SHELVE_REASONS)[number]
  | (typeof SERVICE_REASONS)[number]
  | (typeof BYPASS_REASONS)[number]
  | (typeof CHANGE_REASONS)[number]
  | (typeof REVERT_REASONS)[number]
  | (typeof COMMENT_REASONS)[number]
  | (typeof SIGN_OUT_REASONS)[number]
  | PersonReason
  | ExportReason
  | typeof NOT_GIVEN;

/** As people read them, whoever shows them. */
export const REASON_WORDS: Readonly<Record<ReasonCode, string>> = {
  nuisance: "Comes without a cause",
  known: "Known and being worked on",
  cleaning: "Cleaning",
  maintenance: "Maintenance",
  repair: "Waits for repair",
  "spare-part": "Waits for a spare part",
  conversion: "Machine is converted",
  "not-needed": "Not needed now",
  "set-up": "Being set up",
  "fault-finding": "Fault finding",
  "first-set-up": "Set up for the first time",
  "cell-changed": "The site or the cell was changed",
  "device-replaced": "A device was replaced",
  tuning: "Too many or too few alarms",
  correction: "To correct something",
  trial: "To try something out",
  mistake: "A change was a mistake",
  "changed-back": "The cell was changed back",
  comparison: "To compare with how it was",
  "nothing-found": "Looked at it, nothing found",
  "maintenance-told": "Maintenance is told",
  cleaned: "Cleaned",
  "cable-checked": "Cable or plug checked",
  "left-signed-in": "Left signed in",
  "panel-lost": "Panel is lost",
  new: "New here",
  task: "Has another task",
  "pin-forgotten": "PIN forgotten",
  badge: "Another badge",
  left: "Has left",
  back: "Has come back",
  incident: "Incident",
  audit: "Audit",
  service: "Service",
  "data-request": "Somebody's own data",
  other: "Other",
  "not-given": "No reason was given",
};

/** What the record says of a draft that came in force. */
export const DRAFT_PUBLISHED = "The draft was published";

/** Where people choose from a list the reason is the code; undefined where it is a text. */
export function codeIn(reason: string | undefined): ReasonCode | undefined {
  return reason !== undefined && Object.hasOwn(REASON_WORDS, reason) ? (reason as ReasonCode) : undefined;
}

/** A reason as people read it: a code in words, and what somebody wrote as it is. */
export function reasonWords(reason: string): string {
  const code = codeIn(reason);
  return code === undefined ? reason : REASON_WORDS[code];
}

/** What somebody tells of why they do something. */
export interface Why {
  /** In their own words. */
  readonly words?: string;
  readonly code?: ReasonCode;
}

/** What was done with what was written about it, for the record. */
export function told(
  what: string,
  { words, code }: Why,
): { readonly reason: string; readonly reasonCode?: ReasonCode } {
  const reason = words === undefined ? what : `${what}: ${words}`;
  return code === undefined ? { reason } : { reason, reasonCode: code };
}
