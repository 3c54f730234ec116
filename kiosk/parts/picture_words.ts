/** Texts of the pictures of stops. */
import { t } from "../say.ts";

export const PICTURE = {
  waiting: t("The picture is being fetched …"),
  missing: t("This picture is not kept any more"),
  show: t("Show the picture"),
  hide: t("Hide the picture"),
  about: (alarm: string): string => t("{alarm}, when it tripped", { alarm }),
} as const;

/** What the history of alarms says of pictures. */
export const PICTURE_EVENTS: Readonly<Record<string, string>> = {
  pictured: t("Picture kept"),
  "not-pictured": t("No picture was kept"),
};
