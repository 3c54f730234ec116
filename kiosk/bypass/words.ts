/** Every text of the dialog that bypasses a zone. Loaded with it only. */
import { t } from "../say.ts";

export const ASK = {
  which: t("Which zone?"),
  none: t("No zone is set up"),
  noneHow: t("There is nothing to bypass."),
  again: (time: string) => t("Bypassed, {time} left", { time }),
  why: (zone: string) => t("Why is {zone} bypassed?", { zone }),
  howLong: (zone: string) => t("How long is {zone} bypassed?", { zone }),
  minutes: t("Minutes"),
  fewer: t("Fewer minutes"),
  more: t("More minutes"),
  means: [
    t(
      "Until the time is over, a person in this zone does NOT stop the machine, does not sound the horn and does not hold back Reset.",
    ),
    t(
      "Watch the zone yourself. Anybody may end it at any time, and a restart of the box or the end of the shift ends it.",
    ),
  ],
  next: t("Next"),
  who: t("Who bypasses it?"),
  nobodyMay: t("Nobody set up here may bypass a zone: a supervisor or a maintenance person is needed"),
  hold: t("Hold to bypass"),
  holdFor: t("Hold 2 s"),
  done: (zone: string, minutes: number) =>
    t("{zone} is bypassed for at most {minutes} min", { zone, minutes }),
  outcomes: {
    short: {
      title: t("Bypass: held too briefly"),
      detail: t("Hold the button until the ring is full, then let go"),
    },
    late: { title: t("Bypass: let go too late"), detail: t("Let go within 5 s after the ring is full") },
    left: { title: t("Bypass: cancelled"), detail: t("The finger left the button") },
    stuck: {
      title: t("Bypass: held over 10 s"),
      detail: t("The button is taken for stuck; let it go and begin again"),
    },
  },
} as const;
