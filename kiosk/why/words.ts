/** Every text of the question why. Loaded with it only. */
import { t } from "../say.ts";

export const WHY = {
  ask: t("Why is this changed?"),
  how: t("It is sent with a touch on a reason. The record keeps it."),
  words: t("More about it"),
  empty: t("may stay empty"),
} as const;
