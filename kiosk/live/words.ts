/** What the overview says about its layout. */
import { t } from "../say.ts";

export const WALL = {
  all: t("All cameras"),
  /** The accessible name of a tile that is touched. */
  openThis: (name: string) => t("Show {name} alone", { name }),
  others: t("Other cameras"),
  large: t("Keep it large"),
  one: t("One large"),
  alike: t("All alike"),
} as const;
