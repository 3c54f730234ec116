/**
 * Who may do what: the one table that the server enforces on every route and the screen reads. What makes things calmer
 * needs nobody's name; what takes something away, or changes what is set up, needs a person.
 */

export const USER_ROLES = ["operator", "supervisor", "maintenance"] as const;
export type Role = (typeof USER_ROLES)[number];

export interface Permission {
  /** Who may; `anybody` stands at the panel and has given no PIN. */
  readonly who: "anybody" | readonly Role[];
  /** `order`: name and PIN come with every single order, whoever is signed in. */
  readonly proof: "none" | "signed-in" | "order";
  /** What it is, as a sentence begins with it. */
  readonly what: string;
}

const anybody = { who: "anybody", proof: "none" } as const;
const everyone = { who: USER_ROLES, proof: "signed-in" } as const;
const seniors = { who: ["supervisor", "maintenance"], proof: "signed-in" } as const;
const maintenance = { who: ["maintenance"], proof: "signed-in" } as const;

export const PERMISSIONS = {
  look: { ...anybody, what: "Looking at pictures, alarms and the record" },
  /** Routes that prove by themselves who asks: signing in and out, a PIN of one's own, the first person. */
  "sign-in": { ...anybody, what: "Signing in" },
  /** Stop request, silence and acknowledge: no PIN, no waiting time, nothing before them. */
  calm: { ...anybody, what: "Request stop, silence and acknowledge" },
  "cameras.run": { ...anybody, what: "Starting and stopping cameras" },
  "demonstration.end": { ...anybody, what: "Ending the demonstration" },
  /** Where the panel overlooks every zone; elsewhere `reset.unseen` is asked for. */
  reset: { ...anybody, what: "Reset" },
  /** Lets go of what nobody needs; nothing that guards is touched. */
  "clean-up": { ...anybody, what: "Cleaning up" },
  "bypass.end": { ...anybody, what: "Ending a bypass" },
  comment: { ...everyone, what: "Commenting on an alarm" },
  walk: { ...everyone, what: "The walk test" },
  "hand-over": { ...everyone, what: "The hand-over of a shift" },
  "setup.look": { ...everyone, what: "Looking at what is set up" },
  "reset.unseen": { ...seniors, what: "Reset, where the panel does not overlook every zone," },
  bypass: { ...seniors, proof: "order", what: "Bypassing a zone" },
  shelve: { ...seniors, what: "Shelving an alarm" },
  "shift.sign": { ...seniors, what: "Signing the report of a shift" },
  export: { ...seniors, what: "Exporting records" },
  "evidence.delete": { ...seniors, what: "Deleting clips" },
  "zones.change": { ...seniors, what: "Changing zones" },
  "cameras.change": { ...maintenance, what: "Setting up cameras" },
  "outputs.change": { ...maintenance, what: "Setting up boards and outputs" },
  "outputs.test": { ...maintenance, what: "Testing outputs" },
  "detector.change": { ...maintenance, what: "Changing the detector" },
  "settings.change": { ...maintenance, what: "Changing settings" },
  "versions.change": { ...maintenance, what: "Bringing back earlier settings" },
  "people.change": { ...maintenance, what: "Changing people" },
  "out-of-service": { ...maintenance, what: "Taking an alarm out of service" },
  backup: { ...maintenance, what: "Making backups" },
  restore: { ...maintenance, proof: "order", what: "Bringing a backup back" },
  network: { ...maintenance, what: "Changing the network" },
  update: { ...maintenance, what: "Updating the box" },
} as const satisfies Readonly<Record<string, Permission>>;

export type PermissionId = keyof typeof PERMISSIONS;

/** Why a person is added or changed. */
export const PERSON_REASONS = [
  "new",
  "task",
  "pin-forgotten",
  "badge",
  "left",
  "back",
  "correction",
  "other",
] as const;
export type PersonReason = (typeof PERSON_REASONS)[number];

/** What needs nobody's name. */
export type OpenPermission = {
  [Id in PermissionId]: (typeof PERMISSIONS)[Id]["who"] extends "anybody" ? Id : never;
}[PermissionId];

/** Whether this role may; undefined is somebody without a name. */
export function mayDo(role: Role | undefined, permission: PermissionId): boolean {
  const { who }: Permission = PERMISSIONS[permission];
  return who === "anybody" || (role !== undefined && who.includes(role));
}

const NAMES: Readonly<Record<Role, string>> = {
  operator: "an operator",
  supervisor: "a supervisor",
  maintenance: "maintenance",
};

/** Who may, in words: "Changing zones needs a supervisor or maintenance". */
export function whoMay(permission: PermissionId): string {
  const { who, what }: Permission = PERMISSIONS[permission];
  if (who === "anybody") return `${what} is for everybody`;
  const names = who.map((role) => NAMES[role]);
  const last = names.at(-1) ?? "";
  const list = names.length === 1 ? last : `${names.slice(0, -1).join(", ")} or ${last}`;
  return `${what} needs ${list}`;
}
