/** Every text of the versions' pages. Loaded with them only. */
import { t } from "../say.ts";

export const VERSIONS = {
  title: t("Versions"),
  how: t(
    "Everything that was ever set up on this box. Each change is a version of its own, and none is lost.",
  ),
  none: t("Nothing was set up yet"),
  noneHow: t("The first version comes with the first change."),
  waiting: t("Asking the box"),
  number: (version: number) => t("Version {version}", { version }),
  inForce: t("in force"),
  when: (date: string, time: string, by: string) => `${date}, ${time}, ${by}`,
  older: t("Show older versions"),
  made: t("What it changed"),
  madeNothing: t("Nothing that is set up here"),
  wouldMake: t("What putting it in force changes"),
  wouldMakeNothing: t("Nothing: it says the same as what is in force"),
  isInForce: t("This is what the box goes by now."),
  use: t("Put in force"),
  useAsk: (version: number) => t("Put version {version} in force?", { version }),
  useHow: t(
    "It becomes a new version; what was in force since stays in the list. People and their PINs are not touched.",
  ),
  drops: t("Every output drops, watching restarts, and a reset is needed."),
  busy: t("Putting in force"),
  done: (version: number) => t("Version {version} is in force again", { version }),
} as const;
