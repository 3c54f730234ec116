/** Every text of the pages about backups. Loaded with them only. */
import { PASSPHRASE_LEAST, PASSPHRASE_MOST } from "../../server/domain/backup.ts";
import { t } from "../say.ts";
import { decimal, span } from "../text.ts";
import type { InspectionView } from "./calls.ts";

export const BACKUP = {
  title: t("Backup and restore"),
  waiting: t("Asking the box"),
  last: t("Newest backup"),
  none: t("No backup was made yet"),
  noneHow: t("Without one, a broken disk takes settings, people and the record with it."),
  age: (ms: number) => t("{age} ago", { age: span(ms) }),
  size: (bytes: number) => t("{size} MB", { size: decimal(bytes / 1e6, 1) }),
  in: (folder: string) => t("in {folder}", { folder }),
  taken: t("taken along as a file"),
  keys: t("Keys and passwords are in it, behind a passphrase."),
  noKeys: t("Keys and passwords are not in it: on another box PINs and passwords are set anew."),
  running: t("A backup is being made. Everything else goes on."),
  now: t("Back up now"),
  made: t("The backup is made"),
  take: t("Download"),
  takeHow: t("A file for this computer. With a passphrase, keys and passwords come along."),
  passphrase: t("Passphrase"),
  noPassphrase: t("none||a passphrase"),
  passphraseHow: t("{least} to {most} characters. Whoever loses it cannot open the keys.", {
    ...{ least: PASSPHRASE_LEAST, most: PASSPHRASE_MOST },
  }),
  daily: t("Every day"),
  noDaily: t("No folder is set: nothing is backed up by itself."),
  dailyIn: (folder: string, keep: number) =>
    t("Into {folder}, {keep, plural, one {# file} other {# files}} kept", { folder, keep }),
  change: t("Change"),
} as const;

export const DAILY = {
  title: t("Daily backup"),
  save: t("Save"),
  saved: t("The daily backup is set"),
  how: t("A stick or a drive that the box has mounted. Saving drops every output; a reset is needed."),
  folder: t("Folder"),
  noFolder: t("none||a folder"),
  keep: t("Files kept"),
  fewer: t("Fewer files"),
  more: t("More files"),
  due: t("Alarm after days"),
  sooner: t("Sooner"),
  later: t("Later"),
  keysIn: t("With keys"),
  keysOut: t("Leave keys out"),
} as const;

export const RESTORE = {
  title: t("Restore"),
  how: t(
    "Choose a backup. The box looks at the whole of it and says what would change; nothing changes yet.",
  ),
  choose: t("Choose a file"),
  files: t("A backup"),
  progress: t("Sent so far"),
  looking: t("The box is looking at it: this may take minutes"),
  before: t("Kept from before"),
  beforeHow: t("What stood here before the last backup was brought back can come again."),
  seen: t("What would change"),
  made: (site: string, version: string) => t("{site}, made by version {version}", { site, version }),
  own: t("Signed by this box"),
  other: (fingerprint: string) => t("Signed by another box, key {fingerprint}", { fingerprint }),
  continues: (seq: number) =>
    t("The record of this box stays and goes on after row {seq}; settings, people and scenes change.", {
      seq,
    }),
  replaces: (seq: number) =>
    t("The backup’s record goes on after row {seq}. The one of this box ends and is kept.", { seq }),
  notHeld: t("The record in it did not hold when the backup was made"),
  noChange: t("No setting would be different"),
  people: (names: string) => t("Can sign in afterwards: {names}", { names }),
  nobody: t("nobody"),
  pins: t("PINs in it cannot be checked here: give its passphrase, or set new PINs from the command line."),
  passwords: t(
    "Passwords of cameras and boards cannot be opened here: give its passphrase, or enter them anew.",
  ),
  reason: t("Why||a reason"),
  order: t("Restore it"),
  drops: t("Every output drops, and the box begins anew. A reset is needed."),
  done: t("The box begins anew with the backup"),
  forget: t("Cancel"),
} as const;

export function trailText({ mode, here, trail }: InspectionView): string {
  return mode === "continues" ? RESTORE.continues(here?.seq ?? 0) : RESTORE.replaces(trail.seq);
}
