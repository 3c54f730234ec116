/** Why somebody did something, as a code that tables can be sorted by; what they wrote themselves stands beside it. */
import { SERVICE_REASONS, SHELVE_REASONS } from "./alarm_policy.ts";
import { BYPASS_REASONS } from "./bypass.ts";

/** For files of the record. */
export const EXPORT_REASONS = ["incident", "audit", "service", "data-request", "other"] as const;
export type ExportReason = (typeof EXPORT_REASONS)[number];

export type ReasonCode =
  | (typeof SHELVE_REASONS)[number]
  | (typeof SERVICE_REASONS)[number]
  | (typeof BYPASS_REASONS)[number]
  | ExportReason;

export const REASON_CODES: readonly ReasonCode[] = [
  ...new Set([...SHELVE_REASONS, ...SERVICE_REASONS, ...BYPASS_REASONS, ...EXPORT_REASONS]),
];

/** Where people choose from a list the reason is the code; undefined where it is a text. */
export function codeIn(reason: string | undefined): ReasonCode | undefined {
  return REASON_CODES.find((code) => code === reason);
}
