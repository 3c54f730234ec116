/** Every text of the record's pages. Loaded with them only. */
import type { RecordKind } from "../../server/domain/record_kind.ts";
import { roleInside } from "../codes.ts";
import { t } from "../say.ts";
import { decimal } from "../text.ts";
import type { AuditRow, TrailReport } from "./calls.ts";
import type { Days, Filter } from "./place.ts";

export const RECORD = {
  title: t("Record"),
  waiting: t("Asking the box"),
  none: t("There is no such row"),
  noneHow: t("Choose another kind, or a longer time. Older rows lie in sealed files: an export has them."),
  empty: t("Nothing is recorded yet"),
  emptyHow: t("What people order and what the box does is written here."),
  earlier: t("Earlier rows"),
  changeFilter: t("Change"),
  showing: t("Showing"),
  only: t("Show only"),
  everything: t("everything"),
  kinds: {
    commands: t("orders of people"),
    outputs: t("outputs and machine cycles"),
    alarms: t("alarms"),
    zones: t("bypasses and zones"),
    settings: t("settings and people"),
    tests: t("tests"),
    access: t("sign-ins and refusals"),
    box: t("the box itself"),
  } satisfies Record<RecordKind, string>,
  kind: t("About||a subject"),
  outcome: t("Outcome"),
  anyOutcome: t("any outcome"),
  refusedOnly: t("refused or failed"),
  time: t("Since"),
  allTime: t("the beginning"),
  days: { 1: t("a day"), 7: t("a week"), 30: t("a month") } satisfies Record<NonNullable<Days>, string>,
  row: (seq: number) => t("Row {seq}", { seq }),
  gone: t("This row is not on the list any more"),
  who: t("Who"),
  from: t("From||which place"),
  about: t("About||a subject"),
  why: t("Why"),
  before: t("Before"),
  after: t("After"),
  result: t("Outcome"),
  results: { ok: t("done"), denied: t("refused"), failed: t("failed") } satisfies Record<
    AuditRow["result"],
    string
  >,
  clock: t("Clock"),
  clocks: { synced: t("followed a time server"), unsynced: t("followed no time server") },
  code: t("Kind of reason"),
  config: t("Configuration"),
  hash: t("Hash"),
  drawn: (camera: string) =>
    t("{camera}: the dashed outlines were before, the others came after", { camera }),
  noPicture: t("The picture is not kept any more"),
} as const;

export const CHECK = {
  title: t("Check"),
  how: t("Reads the whole record and says whether anything was changed, taken out or rewritten."),
  run: t("Check the record"),
  running: t("Checking: this may take minutes, and everything else goes on"),
  holds: (count: number) =>
    t("It holds: {count, plural, one {# row} other {# rows}}, none changed, none missing", { count }),
  broken: (seq: number) =>
    seq > 0 ? t("It does not hold, first at row {seq}", { seq }) : t("It does not hold"),
  brokenHow: t("Keep a copy of the data folder, and ask who had access to it."),
  more: (count: number) => t("and {count} more", { count }),
  gaps: t("Rows that are missing"),
  gap: (after: number, before: number) =>
    t("between row {after} and row {before}: {count, plural, one {# row} other {# rows}}", {
      ...{ after, before, count: before - after - 1 },
    }),
  deleted: ({ segments, throughSeq }: NonNullable<TrailReport["deleted"]>) =>
    t(
      "{segments, plural, one {# sealed file} other {# sealed files}} up to row {throughSeq} went after their time, as the record tells. Nobody can look at them any more.",
      { segments, throughSeq },
    ),
  restored: ({ seq, kept }: NonNullable<TrailReport["restored"]>[number]) => {
    switch (kept) {
      case undefined:
        return t("A backup was brought back at row {seq}, and the record went on.", { seq });
      case "holds":
        return t(
          "A backup was brought back at row {seq}. The record that ended then is kept beside this one.",
          {
            seq,
          },
        );
      case "broken":
        return t(
          "A backup was brought back at row {seq}. The record that ended then is kept beside this one, and did not hold.",
          { seq },
        );
      case "elsewhere":
        return t(
          "A backup was brought back at row {seq}. The record that ended then lies with another box.",
          {
            seq,
          },
        );
    }
  },
  ofEnded: (count: number, from: string, to: string) =>
    t(
      "Anchors from outside that agree with that record, not with this one: {count}, rows from {from} to {to}.",
      { count, from, to },
    ),
  clocks: t("Steps of the clock"),
  looked: ({ anchors, segments, deleted }: TrailReport) =>
    t(
      "{anchors, plural, one {# anchor} other {# anchors}} and {segments, plural, one {# sealed file agrees} other {# sealed files agree}} with it.",
      { anchors, segments: segments - (deleted?.segments ?? 0) },
    ),
  clock: (seq: number, byMs: number) =>
    t(
      byMs < 0
        ? "The clock was set back by {seconds} s before row {seq}."
        : "The clock was set forward by {seconds} s before row {seq}.",
      { seconds: Math.round(Math.abs(byMs) / 1_000), seq },
    ),
} as const;

export const ANCHOR = {
  title: t("To be kept outside the box"),
  how: t(
    "Write these down where nobody with access to the box can change them. Later they show whether the record was rewritten.",
  ),
  row: (seq: number) => t("Row {seq}", { seq }),
  note: t("Note it now"),
  noted: t("The newest row is noted"),
  kept: t("Noted before"),
  none: t("Nothing was noted yet"),
  sent: (where: string) =>
    where.startsWith("failed") ? t("not sent, {where}", { where }) : t("sent to {where}", { where }),
} as const;

export const EXPORT = {
  title: t("Export"),
  how: t("The box writes a file with its signature beside it. It names people: say what it is for."),
  format: t("Format"),
  formats: { jsonl: t("JSON Lines"), csv: t("CSV"), pdf: t("PDF") },
  formatHow: t(
    "A PDF is for people, CSV for a spreadsheet; JSON Lines hold everything that is needed to check the chain.",
  ),
  reason: t("What it is for"),
  code: t("Kind of reason"),
  write: t("Write the file"),
  writing: t("Writing: the whole record is checked on the way"),
  written: (file: string, rows: number) =>
    t("{file} with {rows, plural, one {# row} other {# rows}} is written", { file, rows }),
  broken: t("The record does not hold; the file says so"),
  files: t("Files on the box"),
  noFiles: t("No file was written yet"),
  fetch: (address: string) =>
    t(
      "Sign in at {address} from another computer, then open api/audit/exports/ and the file's name; the same with .sig is its signature.",
      { address },
    ),
  size: (bytes: number) =>
    bytes < 1e6
      ? t("{size} kB", { size: Math.ceil(bytes / 1e3) })
      : t("{size} MB", { size: decimal(bytes / 1e6, 1) }),
  key: (fingerprint: string) => t("Signed with key {fingerprint}", { fingerprint }),
} as const;

const ACTIONS: Readonly<Record<string, string>> = {
  "access.denied": t("Wrong PIN"),
  "access.session-opened": t("Signed in"),
  "access.session-closed": t("Signed out"),
  "access.view-opened": t("Signed in over the network"),
  "access.view-closed": t("Signed out over the network"),
  "access.view-ended": t("A sign-in over the network ended"),
  "access.view-signed-out": t("Somebody was signed out over the network"),
  "request.refused": t("A change was refused"),
  "box.started": t("The box started"),
  "box.stopping": t("The box was stopped"),
  "backup.made": t("A backup was made"),
  "backup.restore-ordered": t("A backup was ordered to be brought back"),
  "backup.restored": t("A backup was brought back"),
  "board.counters-reset": t("Relays were said to be new"),
  "bypass.begun": t("A bypass began"),
  "bypass.ended": t("A bypass ended"),
  "camera.scene-taught": t("A reference picture was taken"),
  "camera.scene-forgotten": t("A reference picture was forgotten"),
  "clock.stepped": t("The clock was set"),
  "command.acknowledge": t("An alarm was acknowledged"),
  "command.silence": t("The horn was silenced"),
  "command.stop-request": t("A stop was requested"),
  "command.reset": t("Reset"),
  "command.bypass": t("A bypass was asked for"),
  "command.bypass-end": t("A bypass was ended by hand"),
  "command.output-test": t("A test of an output was asked for"),
  "command.output-test-end": t("A test of an output was ended by hand"),
  "command.camera-start": t("A camera was started"),
  "command.camera-stop": t("A camera was stopped"),
  "command.reset-counters": t("A camera's counters were reset"),
  "config.published": t("The settings were changed"),
  "zone.pictured": t("Zones as they were drawn"),
  "cycle.begun": t("The machine may run"),
  "cycle.ended": t("The machine may not run any more"),
  "detector.trial-begun": t("The trial of a model began"),
  "detector.trial-ended": t("The trial of a model ended"),
  "evidence.deleted": t("A clip was deleted"),
  "evidence.exported": t("A clip was taken along"),
  "evidence.trimmed": t("Old clips or pictures went by themselves"),
  "guardian.dropped": t("The guardian dropped every output"),
  "guardian.held": t("The guardian holds the outputs"),
  "guardian.lost": t("The guardian was lost"),
  "model.installed": t("A model was installed"),
  "model.refused": t("A model was refused"),
  "output.dropped": t("An output dropped"),
  "output.energised": t("An output was energised"),
  "output.unknown": t("An output's state was unknown"),
  "output-test.begun": t("The test of an output began"),
  "output-test.ended": t("The test of an output ended"),
  "output-test.recorded": t("A test of the outputs was recorded"),
  "record.exported": t("The record was exported"),
  "record.rows-lost": t("Rows of the record were lost"),
  "record.segment-sealed": t("Old rows left for a sealed file"),
  "user.added": t("Somebody may sign in now"),
  "user.changed": t("Somebody's role or PIN was changed"),
  "user.removed": t("Somebody may not sign in any more"),
  "walk-test.begun": t("A walk test began"),
  "walk-test.point": t("A point of a walk test was answered"),
  "walk-test.ended": t("A walk test ended"),
  "zone.active": t("A zone watches again"),
  "zone.inactive": t("A zone is out of the rules"),
};

/** What happened, in words; an action that has none stands as it is. */
export function actionText(action: string): string {
  const known = ACTIONS[action];
  if (known !== undefined) return known;
  return action.startsWith("alarm.")
    ? t("Alarm: {name}", { name: action.slice(6).replaceAll(/[.-]/g, " ") })
    : action;
}

/** "Showing: alarms, refused or failed, since a week" */
export function filterText({ kind, refused, days }: Filter): string {
  return [
    kind === undefined ? RECORD.everything : RECORD.kinds[kind],
    ...(refused ? [RECORD.refusedOnly] : []),
    ...(days === undefined ? [] : [t("since {days}", { days: RECORD.days[days] })]),
  ].join(", ");
}

/** "Sam, supervisor" */
export const whoText = ({ actor, role }: AuditRow): string =>
  [actor, role && roleInside(role)].filter(Boolean).join(", ");

export const objectText = ({ objectType, objectId }: AuditRow): string =>
  [objectType?.replaceAll("-", " "), objectId].filter(Boolean).join(" ");
