/** A person changed at the panel or from a shell: what is asked for, what speaks against it, what is written. */
import { randomUUID } from "node:crypto";
import { monotonicMs, wallMs } from "../base/clock.ts";
import { type Role, USER_ROLES } from "../domain/permission.ts";
import { pinFaults } from "../domain/pin.ts";
import { codeIn, NOT_GIVEN, type ReasonCode } from "../domain/reason_code.ts";
import { draftRow, type PersonChange, type Stamp, tellPerson } from "./change.ts";
import { hashBadge, hashPin, nameKey, type Pepper } from "./pin.ts";
import type { Actor, PersonRow, PersonSecret, PublishDraft } from "./protocol.ts";

/** What is left out stays as it is. */
export interface PersonMembers {
  readonly name?: string;
  readonly role?: Role;
  readonly pin?: string;
  /** What the badge types; null takes it away. */
  readonly badge?: string | null;
  readonly active?: boolean;
}

export type PersonOrder =
  | ({ readonly kind: "add" } & PersonMembers & {
        readonly name: string;
        readonly role: Role;
        readonly pin: string;
      })
  /** The first who may set up the box: only while there is nobody. */
  | { readonly kind: "first"; readonly name: string; readonly pin: string }
  | ({ readonly kind: "change"; readonly id: string } & PersonMembers);

export interface PersonAsked {
  readonly order: PersonOrder;
  readonly by: Actor;
  readonly origin?: string;
  readonly reason?: string;
  readonly reasonCode?: ReasonCode;
}

export type PersonAnswer =
  | {
      readonly ok: true;
      readonly person: PersonRow;
      readonly changed: boolean;
      /** Of the PIN the person has now. */
      readonly proof: string;
    }
  | {
      readonly ok: false;
      readonly status: 400 | 404 | 409;
      readonly errors: readonly { readonly path: string; readonly message: string }[];
    };

type Refusal = Extract<PersonAnswer, { ok: false }>;

const refused = (status: Refusal["status"], path: string, message: string): Refusal => ({
  ok: false,
  status,
  errors: [{ path, message }],
});

/** A person as everybody may know them. */
export function rowOf({ key: _key, pin: _pin, badge, ...row }: PersonSecret): PersonRow {
  return { ...row, badge: badge !== null };
}

const isMaintenance = ({ role, active }: PersonSecret): boolean => active && role === "maintenance";

/** The person as the order makes them, or why not. Takes a tenth of a second where a PIN is set. */
export async function orderedPerson(
  order: PersonOrder,
  known: readonly PersonSecret[],
  pepper: Pepper,
): Promise<PersonChange | Refusal> {
  if (order.kind === "first" && known.some(isMaintenance))
    return refused(409, "name", "cannot be the first: somebody may set up the box already");
  const asked: PersonMembers = order.kind === "first" ? { ...order, role: "maintenance" } : order;
  const was = order.kind === "change" ? known.find(({ id }) => id === order.id) : undefined;
  if (order.kind === "change" && was === undefined) return refused(404, "id", `names nobody: "${order.id}"`);
  const { pin, badge } = asked;
  const name = asked.name ?? was?.name ?? "";
  const role = asked.role ?? USER_ROLES.find((one) => one === was?.role) ?? "operator";
  const active = asked.active ?? was?.active ?? true;
  const others = known.filter(({ id }) => id !== was?.id);
  const key = nameKey(name);
  const badgeHash = typeof badge === "string" ? hashBadge(badge, pepper) : badge;
  const wrong = wrongMember({ name, role, active, pin, was, others, key, badgeHash });
  if (wrong !== undefined) return wrong;
  const now: PersonSecret = {
    id: was?.id ?? randomUUID(),
    name,
    key,
    role,
    pin: pin === undefined ? (was as PersonSecret).pin : await hashPin(pin, pepper),
    badge: badgeHash === undefined ? (was?.badge ?? null) : badgeHash,
    active,
    provisioned: was?.provisioned ?? false,
    createdWallAt: was?.createdWallAt ?? new Date(wallMs()).toISOString(),
  };
  return { was, now };
}

interface Wanted {
  readonly name: string;
  readonly key: string;
  readonly role: Role;
  readonly active: boolean;
  readonly pin: string | undefined;
  readonly badgeHash: string | null | undefined;
  readonly was: PersonSecret | undefined;
  readonly others: readonly PersonSecret[];
}

function wrongMember(wanted: Wanted): Refusal | undefined {
  const { role, active, pin, badgeHash, was, others, key } = wanted;
  const namesake = others.find((other) => other.key === key);
  if (namesake !== undefined) {
    const cure = namesake.active ? "choose another one" : "choose another one, or let that person in again";
    return refused(409, "name", `is ${namesake.name}'s already; ${cure}`);
  }
  const faults = pin === undefined ? [] : pinFaults(pin, role);
  if (faults.length > 0)
    return { ok: false, status: 400, errors: faults.map((message) => ({ path: "pin", message })) };
  // How long a stored PIN is cannot be known.
  if (pin === undefined && was?.role === "operator" && role !== "operator")
    return refused(400, "pin", `is needed: a PIN for role ${role} has 6 to 8 digits`);
  const holder = others.find(({ badge }) => badge !== null && badge === badgeHash);
  if (holder !== undefined) return refused(409, "badge", `is ${holder.name}'s; take it from them first`);
  const leaves = was !== undefined && isMaintenance(was) && !(active && role === "maintenance");
  if (leaves && !others.some(isMaintenance))
    return refused(
      409,
      was.role === role ? "active" : "role",
      `cannot change: ${was.name} is the last who may set up the box; give another person the role maintenance first`,
    );
  return undefined;
}

/** What the thread writes for it; undefined where everything is as told already. */
export function personDraft(
  { was, now }: PersonChange,
  { by, origin, reason, reasonCode }: Omit<PersonAsked, "order">,
  basedOn: number,
  stamp: Stamp,
): PublishDraft | undefined {
  if (was !== undefined && JSON.stringify(was) === JSON.stringify(now)) return undefined;
  const code = reasonCode ?? (reason === undefined ? NOT_GIVEN : codeIn(reason));
  const entry = {
    ...{ actor: by, monoMs: monotonicMs(), wallAt: wallMs() },
    ...(reason === undefined ? {} : { reason }),
    ...(code === undefined ? {} : { reasonCode: code }),
    ...(origin === undefined ? {} : { origin }),
    ...tellPerson({ was, now }),
  };
  return { basedOn, people: [now], entries: [draftRow(entry, stamp)] };
}
