/** What the keys say on which a text is written. */
import { t } from "../say.ts";

export const KEYS = {
  done: t("Done"),
  show: t("Show"),
  hide: t("Hide"),
  erase: t("Erase"),
  left: t("Cursor left"),
  right: t("Cursor right"),
  shift: t("Capital letter"),
  signs: "#+=",
  letters: t("abc"),
  signsName: t("More signs"),
  lettersName: t("Letters"),
  space: t("Space"),
} as const;
