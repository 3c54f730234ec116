/** The names of the ways into settings and first start. */
import { t } from "../say.ts";

export const WAYS = {
  settings: t("Settings"),
  settingsWhat: t(
    "Site, time zone, shifts, reminders, how long the record is kept, and where its anchors go.",
  ),
  settingsOpen: t("Open settings"),
  first: t("First start"),
  firstWhat: t("The steps by which this box comes to watch something, and what is left of them."),
  firstOpen: t("Open first start"),
} as const;
