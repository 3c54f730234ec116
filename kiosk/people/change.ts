/** Changes a person from any of their pages, and says what became of it. */
import { report } from "../actions.ts";
import type { Outcome } from "../call.ts";
import { changePerson, type ListedPerson, PERSON_WHY, type PersonChanges } from "./calls.ts";
import { place } from "./place.ts";
import { PERSON } from "./words.ts";

export function toList(): void {
  place.value = { kind: "list" };
}

export function toPerson({ id }: Pick<ListedPerson, "id">): void {
  place.value = { kind: "person", id };
}

export async function change(
  person: ListedPerson,
  changes: PersonChanges,
  what: keyof typeof PERSON_WHY,
): Promise<Outcome<ListedPerson>> {
  const outcome = await changePerson(person.id, changes, PERSON_WHY[what]);
  report(outcome, { done: PERSON.saved(changes.name ?? person.name), command: PERSON.change });
  if (outcome.kind === "ok") toPerson(person);
  return outcome;
}
