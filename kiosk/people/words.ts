/** Every text of the people's pages. Loaded with them only. */
import type { Role } from "../../server/domain/permission.ts";
import { t } from "../say.ts";

export const PEOPLE = {
  title: t("People"),
  add: t("Add person"),
  waiting: t("Asking the box for the people"),
  out: t("May not enter"),
  file: t("From the provisioning file"),
  badge: t("Has a badge"),
  none: t("Nobody is set up"),
  noneHow: t("Add the people who reset, bypass or set up this box."),
} as const;

export const ROLE_DOES: Readonly<Record<Role, string>> = {
  operator: t("Operators do walk tests and write comments."),
  supervisor: t("Supervisors also reset, bypass and change zones. Their PIN is valid for one minute."),
  maintenance: t("Maintenance sets up everything. Their session ends after 5 minutes without a touch."),
};

export const PERSON = {
  name: t("Name"),
  role: t("Role"),
  pin: t("New PIN"),
  pinHow: (name: string) => t("{name} enters it here, so that nobody else knows it.", { name }),
  needsPin: t("This role needs a new PIN of 6 to 8 digits."),
  out: t("Lock out"),
  outAsk: (name: string) => t("Keep {name} out?", { name }),
  outHow: t(
    "The PIN opens nothing any more, and a session ends at once. The name stays, because the record has it.",
  ),
  back: t("Let in again"),
  badge: t("Badge"),
  badgeGive: t("Give a badge"),
  badgeTake: t("Take the badge away"),
  badgeHold: (name: string) => t("Hold the badge of {name} to the reader", { name }),
  badgeHow: t("It stands for the name only: the PIN is asked for all the same."),
  badgeWaits: t("Waiting for the badge"),
  badgeNone: t(
    "The reader is plugged into this panel and types what it reads, with Enter at the end. Without one, go back: everybody signs in by name and PIN.",
  ),
  change: t("The change"),
  saved: (name: string) => t("{name} is changed", { name }),
  added: (name: string) => t("{name} is added", { name }),
  fileHow: t("A provisioning file names this person. A later file may change them again."),
  next: t("Next"),
  addTitle: t("Add person"),
  enterName: t("Enter a name first"),
} as const;

export const NEW_PIN = {
  of: (name: string) => t("New PIN of {name}", { name }),
  again: t("The same PIN once more"),
  fault: (fault: string) => t("The PIN {fault}", { fault }),
  differs: t("They were not the same; begin anew"),
  next: t("Next"),
  save: t("Save PIN"),
  rules: (least: number) => t("{least} to 8 digits; no repeats, no sequence, no date", { least }),
} as const;

export const FIRST = {
  title: t("First person"),
  how: [
    t("This person may set up everything, and adds the others."),
    t("There is no PIN that came with the box: choose one that nobody else knows."),
  ],
  name: t("Name"),
  next: t("Choose a PIN"),
  done: (name: string) => t("{name} may set up the box", { name }),
} as const;

export const OWN = {
  who: t("Whose PIN?"),
  go: t("Next"),
  done: t("The PIN is changed"),
} as const;
