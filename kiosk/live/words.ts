/** What the overview says about its layout. */
import { t } from "../say.ts";

export const WALL = {
  all: t("All cameras"),
  /** The accessible name of a tile that is touched. */
  openThis: (name: string) => t("Show {name} alone", { name }),
  others: t("Other cameras"),
  large: t("Keep it large"),
  notLarge: t("No longer large"),
  auto: t("By itself"),
  one: t("One large"),
  tooNear: t("TOO NEAR"),
  alike: t("All alike"),
} as const;
