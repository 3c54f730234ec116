/** What the page of this panel says, and what is said of touches that mean nothing. */
import { t } from "../say.ts";

export const TOUCH = {
  palm: t("Touch ignored"),
  palmHow: t("A hand or several fingers lie on the screen: lift them all, then use one finger."),
  stuck: t("Stuck touch ignored"),
  stuckHow: t("Something has touched the screen for over 10 s: take it away, or wipe the screen."),
} as const;

export const CLEAN = {
  title: t("Cleaning"),
  open: t("Clean the screen"),
  openWhat: t("For 30 s touches do nothing, so that the screen can be wiped. Any alarm ends it."),
  what: t("Touches do nothing, not even Request stop. Any alarm ends this."),
  end: t("End cleaning"),
  hold: t("Hold 3 s"),
  release: t("Let go"),
  ended: t("Cleaning was ended by an alarm"),
  notNow: t("Cleaning is not possible now"),
  acknowledgeFirst: (alarm: string) => t("Acknowledge first: {alarm}", { alarm }),
} as const;

export const PANEL = {
  title: t("This panel"),
  language: t("Language"),
  languageWhat: t("The screen restarts in it. It applies to this panel only."),
  newer: t("A newer screen is ready and loads itself when nothing is going on"),
  newerLoad: t("Load it now"),
  version: (version: string) => t("Palisade {version}", { version }),
  layout: t("Cameras"),
  layoutWhat: t(
    "By itself, a camera whose zone trips is large meanwhile. A touch on a picture shows one camera alone.",
  ),
  panels: t("Panels"),
  panelsWhat: t(
    "A panel with a name is expected: an alarm tells when it shows nothing. Outputs never go by it.",
  ),
  waiting: t("Asking the box for its panels"),
  none: t("No panel has been heard yet"),
  noneHow: t("A panel is listed as soon as its page is open."),
  here: t("this one"),
  nameless: (id: string) => t("Panel {id}", { id }),
  shows: {
    live: t("Shows the box"),
    "not-live": t("Receives nothing to show"),
    hidden: t("Something else lies over its page"),
  },
  silent: (age: string) => t("No sign of life for {age}", { age }),
  never: t("Not heard since the start of the box"),
  expected: t("Expected"),
  notExpected: t("Not expected"),
  at: (origin: string) => t("at {origin}", { origin }),
  name: t("Name"),
  nameThis: (panel: string) => t("Name {panel}", { panel }),
  nameLabel: t("Name of this panel"),
  named: (name: string) => t("{name} is expected from now on", { name }),
  forget: t("Forget"),
  forgetThis: (panel: string) => t("Forget {panel}", { panel }),
  forgotten: (name: string) => t("{name} is no longer expected", { name }),
  naming: t("Naming a panel needs maintenance: sign in under Maintenance, then come back here."),
} as const;
