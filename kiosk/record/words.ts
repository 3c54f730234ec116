/** Every text of the record's pages. Loaded with them only. */
import type { RecordKind } from "../../server/domain/record_kind.ts";
import type { AuditRow, TrailReport } from "./calls.ts";
import type { Days, Filter } from "./place.ts";

export const RECORD = {
  title: "Record",
  waiting: "Asking the box",
  none: "There is no such row",
  noneHow: "Choose another kind, or a longer time. Older rows lie in sealed files: an export has them.",
  earlier: "Earlier rows",
  changeFilter: "Change",
  showing: "Showing",
  only: "Show only",
  everything: "everything",
  kinds: {
    commands: "orders of people",
    outputs: "outputs and machine cycles",
    alarms: "alarms",
    zones: "bypasses and zones",
    settings: "settings and people",
    tests: "tests",
    access: "sign-ins and refusals",
    box: "the box itself",
  } satisfies Record<RecordKind, string>,
  kind: "About",
  outcome: "Outcome",
  anyOutcome: "any outcome",
  refusedOnly: "refused or failed",
  time: "Since",
  allTime: "the beginning",
  days: { 1: "a day", 7: "a week", 30: "a month" } satisfies Record<NonNullable<Days>, string>,
  row: (seq: number) => `Row ${seq}`,
  gone: "This row is not on the list any more",
  who: "Who",
  from: "From",
  about: "About",
  why: "Why",
  before: "Before",
  after: "After",
  result: "Outcome",
  results: { ok: "done", denied: "refused", failed: "failed" } satisfies Record<AuditRow["result"], string>,
  clock: "Clock",
  clocks: { synced: "followed a time server", unsynced: "followed no time server" },
  config: "Configuration",
  hash: "Hash",
} as const;

export const CHECK = {
  title: "Check",
  how: "Reads the whole record and says whether anything was changed, taken out or written anew.",
  run: "Check the record",
  running: "Checking: this may take minutes, and everything else goes on",
  holds: (count: number) => `It holds: ${count} rows, none changed, none missing`,
  broken: (seq: number) => (seq > 0 ? `It does not hold, first at row ${seq}` : "It does not hold"),
  brokenHow: "Keep a copy of the data folder, and ask who had access to it.",
  more: (count: number) => `and ${count} more`,
  looked: ({ anchors, segments }: TrailReport) =>
    `${anchors} anchors and ${segments} sealed files agree with it.`,
  clock: (seq: number, byMs: number) =>
    `The clock was set ${byMs < 0 ? "back" : "forward"} by ${Math.round(Math.abs(byMs) / 1_000)} s before row ${seq}.`,
} as const;

export const ANCHOR = {
  title: "To be kept outside the box",
  how: "Write these down where nobody with access to the box can change them. Later they show whether the record was written anew.",
  row: (seq: number) => `Row ${seq}`,
  note: "Note it now",
  noted: "The newest row is noted",
  kept: "Noted before",
  none: "Nothing was noted yet",
  sent: (where: string) => (where.startsWith("failed") ? `not sent, ${where}` : `sent to ${where}`),
} as const;

export const EXPORT = {
  title: "Export",
  how: "The box writes a file with its signature beside it. It names people: say what it is for.",
  format: "Format",
  formats: { jsonl: "JSON Lines", csv: "CSV", pdf: "PDF" },
  formatHow:
    "A PDF is for people, CSV for a spreadsheet; JSON Lines hold everything that is needed to check the chain.",
  reason: "What it is for",
  write: "Write the file",
  writing: "Writing: the whole record is checked on the way",
  written: (file: string, rows: number) => `${file} with ${rows} rows is written`,
  broken: "The record does not hold; the file says so",
  files: "Files on the box",
  noFiles: "No file was written yet",
  fetch: (address: string) =>
    `Sign in at ${address} from another computer, then open api/audit/exports/ and the file's name; the same with .sig is its signature.`,
  size: (bytes: number) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`),
  key: (fingerprint: string) => `Signed with key ${fingerprint}`,
} as const;

const ACTIONS: Readonly<Record<string, string>> = {
  "access.denied": "Wrong PIN",
  "access.session-opened": "Signed in",
  "access.session-closed": "Signed out",
  "request.refused": "A change was refused",
  "box.started": "The box started",
  "box.stopping": "The box was stopped",
  "board.counters-reset": "Relays were said to be new",
  "bypass.begun": "A bypass began",
  "bypass.ended": "A bypass ended",
  "camera.scene-taught": "A reference picture was taken",
  "camera.scene-forgotten": "A reference picture was forgotten",
  "clock.stepped": "The clock was set",
  "command.acknowledge": "An alarm was acknowledged",
  "command.silence": "The horn was silenced",
  "command.stop-request": "A stop was requested",
  "command.reset": "Reset",
  "command.bypass": "A bypass was asked for",
  "command.bypass-end": "A bypass was ended by hand",
  "command.output-test": "A test of an output was asked for",
  "command.output-test-end": "A test of an output was ended by hand",
  "command.camera-start": "A camera was started",
  "command.camera-stop": "A camera was stopped",
  "command.reset-counters": "A camera's counters were begun anew",
  "config.published": "The settings were changed",
  "cycle.begun": "The machine may run",
  "cycle.ended": "The machine may not run any more",
  "detector.trial-begun": "The trial of a model began",
  "detector.trial-ended": "The trial of a model ended",
  "guardian.dropped": "The guardian dropped every output",
  "guardian.held": "The guardian holds the outputs",
  "guardian.lost": "The guardian was lost",
  "model.installed": "A model was installed",
  "model.refused": "A model was refused",
  "output.dropped": "An output dropped",
  "output.energised": "An output was energised",
  "output.unknown": "An output's state was unknown",
  "output-test.begun": "The test of an output began",
  "output-test.ended": "The test of an output ended",
  "output-test.recorded": "A test of the outputs was recorded",
  "record.exported": "The record was exported",
  "record.rows-lost": "Rows of the record were lost",
  "record.segment-sealed": "Old rows left for a sealed file",
  "user.added": "Somebody may sign in now",
  "user.changed": "Somebody's role or PIN was changed",
  "user.removed": "Somebody may not sign in any more",
  "walk-test.begun": "A walk test began",
  "walk-test.point": "A point of a walk test was answered",
  "walk-test.ended": "A walk test ended",
  "zone.active": "A zone watches again",
  "zone.inactive": "A zone is out of the rules",
};

/** What happened, in words; an action that has none stands as it is. */
export function actionText(action: string): string {
  const known = ACTIONS[action];
  if (known !== undefined) return known;
  return action.startsWith("alarm.") ? `Alarm: ${action.slice(6).replaceAll(/[.-]/g, " ")}` : action;
}

/** "Showing: alarms, refused or failed, since a week" */
export function filterText({ kind, refused, days }: Filter): string {
  return [
    kind === undefined ? RECORD.everything : RECORD.kinds[kind],
    ...(refused ? [RECORD.refusedOnly] : []),
    ...(days === undefined ? [] : [`since ${RECORD.days[days]}`]),
  ].join(", ");
}

/** "Sam, supervisor" */
export const whoText = ({ actor, role }: AuditRow): string => [actor, role].filter(Boolean).join(", ");

export const objectText = ({ objectType, objectId }: AuditRow): string =>
  [objectType?.replaceAll("-", " "), objectId].filter(Boolean).join(" ");
