/** Every text of the people's pages. Loaded with them only. */
import type { Role } from "../../server/domain/permission.ts";

export const PEOPLE = {
  title: "People",
  add: "Add person",
  waiting: "Asking the box for the people",
  out: "May not enter",
  file: "From the provisioning file",
  badge: "Has a badge",
  none: "Nobody is set up",
  noneHow: "Add the people who reset, bypass or set up this box.",
} as const;

export const ROLE_DOES: Readonly<Record<Role, string>> = {
  operator: "Operators walk tests and comment.",
  supervisor: "Supervisors also reset, bypass and change zones. Their PIN covers one minute.",
  maintenance: "Maintenance sets up everything. Their session ends after 5 minutes without a touch.",
};

export const PERSON = {
  name: "Name",
  role: "Role",
  pin: "New PIN",
  pinHow: (name: string) => `${name} enters it here, so that nobody else knows it.`,
  needsPin: "This role needs a new PIN of 6 to 8 digits.",
  out: "Keep out",
  outAsk: (name: string) => `Keep ${name} out?`,
  outHow:
    "The PIN opens nothing any more, and a session ends at once. The name stays, because the record has it.",
  back: "Let in again",
  badge: "Badge",
  badgeGive: "Give a badge",
  badgeTake: "Take the badge away",
  badgeHold: (name: string) => `Hold the badge of ${name} to the reader`,
  badgeHow: "It stands for the name only: the PIN is asked for all the same.",
  change: "The change",
  saved: (name: string) => `${name} is changed`,
  added: (name: string) => `${name} is added`,
  fileHow: "A provisioning file names this person. A later file may change them again.",
  next: "Next",
  addTitle: "Add person",
  enterName: "Enter a name first",
} as const;

export const NEW_PIN = {
  of: (name: string) => `New PIN of ${name}`,
  again: "The same PIN once more",
  differs: "They were not the same; begin anew",
  next: "Next",
  save: "Save PIN",
  rules: (least: number) => `${least} to 8 digits; none that repeats or counts, and no date`,
} as const;

export const FIRST = {
  title: "First person",
  how: [
    "This person may set up everything, and adds the others.",
    "There is no PIN that came with the box: choose one that nobody else knows.",
  ],
  name: "Name",
  next: "Choose a PIN",
  done: (name: string) => `${name} may set up the box`,
} as const;

export const OWN = {
  who: "Whose PIN?",
  go: "Next",
  done: "The PIN is changed",
} as const;
