/** The way from Maintenance to the system's pages; its texts are here because the pages themselves come later. */
import type { ComponentChildren } from "preact";
import { t } from "../say.ts";

export const WAY = {
  title: t("System"),
  what: t("What the machine and the box's own processes do, the log, and what this box is."),
  open: t("Open system"),
} as const;

export function SystemCard(props: { readonly children: ComponentChildren }) {
  return (
    <div class="card">
      <h3>{WAY.title}</h3>
      <p>{WAY.what}</p>
      {props.children}
    </div>
  );
}
