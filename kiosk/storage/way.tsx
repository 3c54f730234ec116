/** The way from Maintenance to the pages of the disk and of clips; its texts are here because the pages come later. */
import type { ComponentChildren } from "preact";
import { t } from "../say.ts";

export const WAY = {
  title: t("Storage and clips"),
  what: t("What was recorded of stops and lost cameras, and what takes how much of the disk."),
  open: t("Open storage"),
} as const;

export function StorageCard(props: { readonly children: ComponentChildren }) {
  return (
    <div class="card">
      <h3>{WAY.title}</h3>
      <p>{WAY.what}</p>
      {props.children}
    </div>
  );
}
