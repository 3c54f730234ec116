/** Every text of the first start. */
import type { FirstStepId } from "../../server/domain/first_start.ts";
import { t } from "../say.ts";

export const FIRST_START = {
  title: t("First start"),
  how: t(
    "Every step can be left and taken up again. Nothing here energises an output: that takes Reset, when all of it is done.",
  ),
  allDone: t("Everything is set up. Reset energises the run permits when every zone is proven clear."),
  stepOf: (step: number, count: number) => t("step {step, number} of {count, number}", { step, count }),
  later: t("Later"),
  back: t("First start"),
  waitsFor: (step: string) => t("after: {step}", { step }),
  done: t("done"),
  doneWith: (what: string) => t("done: {what}", { what }),
  unknown: t("sign in to see"),
  notKnown: t("not known"),
  elsewhere: t("Make the first person with role maintenance at the box's own screen."),
} as const;

export const STEPS: Readonly<Record<FirstStepId, { readonly name: string; readonly what: string }>> = {
  language: {
    name: t("Language"),
    what: t("What this panel speaks. Every panel has its own."),
  },
  panel: {
    name: t("Size of the panel"),
    what: t("How large the buttons of this panel are, and whether it is read by day or in the dark."),
  },
  demonstration: {
    name: t("End the demonstration"),
    what: t("Its cameras, zones and outputs are removed; this box then begins empty."),
  },
  people: {
    name: t("People and PINs"),
    what: t("The first person may set up the box, and adds everybody else."),
  },
  site: {
    name: t("Site and time zone"),
    what: t("What this box is called, and the clock of its shifts and schedules."),
  },
  camera: {
    name: t("First camera"),
    what: t("Found on the network or at a USB socket, or entered by its address, and tried."),
  },
  zone: {
    name: t("First stop zone"),
    what: t("Drawn by finger on the camera's picture, tried, then published."),
  },
  output: {
    name: t("First output"),
    what: t("A relay board, and what each of its outputs does when somebody is in a zone."),
  },
  walk: {
    name: t("Walk test"),
    what: t("Somebody walks through each stop zone, and the box writes down what it saw and did."),
  },
};

export const counted = {
  cameras: (count: number) => t("{count, plural, one {# camera} other {# cameras}}", { count }),
  zones: (count: number) => t("{count, plural, one {# stop zone} other {# stop zones}}", { count }),
  outputs: (count: number) => t("{count, plural, one {# output} other {# outputs}}", { count }),
  walked: (walked: number, count: number) => t("{walked} of {count} passed", { walked, count }),
  site: (name: string, timezone: string) => t("{name}, {timezone}", { name, timezone }),
} as const;
