/**
 * `pin reset NAME`: a new PIN for somebody who has lost theirs. Whoever may write the data folder stands at the box.
 * It works beside a running box, which asks the database at every PIN and at every use of a session.
 */
import { randomInt } from "node:crypto";
import { isWeakPin, PIN_DIGITS } from "../domain/pin.ts";
import { DONE, FAILED, hasDatabase, misused, openStore, type Verb } from "./shell.ts";

function randomPin(): string {
  for (;;) {
    const pin = String(randomInt(10 ** PIN_DIGITS.elevated)).padStart(PIN_DIGITS.elevated, "0");
    if (!isWeakPin(pin)) return pin;
  }
}

export const pin: Verb = async ([what, ...names], shell) => {
  const wanted = names.join(" ").trim().toLowerCase();
  if (what !== "reset" || wanted === "") return misused(shell, 'Say "pin reset NAME"');
  const { dataFolder } = shell.environment;
  if (!hasDatabase(dataFolder))
    throw new Error(`There is no database in "${dataFolder}": no box has run there; set PALISADE_DATA`);
  await using store = await openStore(dataFolder);
  const people = (await store.people()).filter(({ active }) => active);
  const person = people.find(({ name }) => name.toLowerCase() === wanted);
  if (person === undefined) {
    const known = people.map(({ name, role }) => `${name} (${role})`).join(", ");
    shell.complain(
      known === ""
        ? "Nobody may enter this box yet: make the first person on its own screen, under Maintenance"
        : `Nobody who may enter is called that; there are ${known}`,
    );
    return FAILED;
  }
  const next = randomPin();
  const done = await store.crew.change({
    order: { kind: "change", id: person.id, pin: next },
    by: { type: "system", id: "shell" },
    reason: "PIN reset at the box",
  });
  if (!done.ok) throw new Error(done.errors.map(({ path, message }) => `${path} ${message}`).join("; "));
  shell.say(
    `The new PIN of ${person.name} is ${next}; it holds at once, and every session of theirs has ended`,
  );
  shell.say("They change it at the panel, under Maintenance: Change my PIN");
  return DONE;
};
