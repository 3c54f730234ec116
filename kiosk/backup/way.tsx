/** The way from Maintenance to the pages of backups; its texts are here because the pages themselves come later. */
import type { ComponentChildren } from "preact";
import { t } from "../say.ts";

export const BACKUP_WAY = {
  title: t("Backup and restore"),
  what: t(
    "Everything this box needs to come back on this one or another: settings, people, scenes, the record.",
  ),
  open: t("Open backups"),
} as const;

export function BackupCard(props: { readonly children: ComponentChildren }) {
  return (
    <div class="card">
      <h3>{BACKUP_WAY.title}</h3>
      <p>{BACKUP_WAY.what}</p>
      {props.children}
    </div>
  );
}
