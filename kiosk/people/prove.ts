/** Asks for the PIN again where the minute it covers is over, and goes on with what was begun. */
import { effect, signal } from "@preact/signals";
import { type Person, session } from "../state.ts";

export interface Proving {
  readonly person: Person;
  readonly done: (proven: boolean) => void;
}

/** Somebody is asked for their PIN, in the page's place. */
export const proving = signal<Proving | undefined>(undefined);
let asked: Promise<boolean> | undefined;

/** Whether the person has given their PIN. Several who ask at once get the same answer. */
export function proveAgain(person: Person): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => {
    proving.value = {
      person,
      done: (proven) => {
        proving.value = undefined;
        asked = undefined;
        resolve(proven);
      },
    };
  });
  return asked;
}

effect(() => {
  if (session.value === undefined) proving.peek()?.done(false);
});
