/** What the people's pages ask of the box. */
import type { PersonReason, Role } from "../../server/domain/permission.ts";
import type { UserAnswer } from "../../server/http/people.ts";
import { unlocked } from "../actions.ts";
import { ask } from "../ask.ts";
import { call, type Outcome } from "../call.ts";
import type { Person } from "../state.ts";

export type ListedPerson = Omit<UserAnswer, "role"> & { readonly role: Role };

export interface PersonChanges {
  readonly name?: string;
  readonly role?: Role;
  readonly pin?: string;
  readonly badge?: string | null;
  readonly active?: boolean;
}

/** What somebody chooses from, by what they do. */
export const PERSON_WHY = {
  add: ["new", "task", "back", "other"],
  name: ["correction", "other"],
  role: ["task", "correction", "other"],
  pin: ["pin-forgotten", "other"],
  badge: ["new", "badge", "other"],
  noBadge: ["left", "badge", "other"],
  out: ["left", "task", "other"],
  back: ["back", "correction", "other"],
} as const satisfies Readonly<Record<string, readonly PersonReason[]>>;

const PATH = "/api/users";

export async function readPeople(): Promise<Outcome<readonly ListedPerson[]>> {
  return await ask({ method: "GET", path: PATH });
}

export async function addPerson(
  person: Required<Pick<PersonChanges, "name" | "role" | "pin">>,
): Promise<Outcome<ListedPerson>> {
  return await ask({ method: "POST", path: PATH, body: person, because: PERSON_WHY.add }, "add-person");
}

export async function changePerson(
  id: string,
  body: PersonChanges,
  because: readonly PersonReason[],
): Promise<Outcome<ListedPerson>> {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  const command = `change-person ${id} ${Object.keys(body).join(" ")}`;
  return await ask({ method: "PUT", path, body, because }, command);
}

/** The first person of the box, who is signed in by it. */
export async function makeFirst(name: string, pin: string): Promise<Outcome<unknown>> {
  const outcome = await call({ method: "POST", path: "/api/setup", body: { name, pin } });
  if (outcome.kind === "ok") unlocked({ name, role: "maintenance" }, outcome.value);
  return outcome;
}

export async function changeOwnPin({ name }: Person, pin: string, newPin: string): Promise<Outcome<unknown>> {
  return await call({ method: "PUT", path: "/api/session/pin", body: { name, pin, newPin } });
}
