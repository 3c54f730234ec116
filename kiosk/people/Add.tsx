/** A new person: name and role by whoever adds them, the PIN by themselves. */

import { TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { addPerson } from "./calls.ts";
import { toList, toPerson } from "./change.ts";
import { NewPin } from "./NewPin.tsx";
import { RoleChoice } from "./PersonPage.tsx";
import { type Place, place } from "./place.ts";
import { PERSON } from "./words.ts";

const NAME_MAX = 80;

export function Add(props: { readonly at: Extract<Place, { kind: "add" }> }) {
  const { at } = props;
  const { name, role } = at;
  if (at.pin)
    return (
      <div class="gate">
        <NewPin
          of={{ name: name, role: role }}
          onBack={() => {
            place.value = { ...at, pin: false };
          }}
          save={async (pin) => {
            const outcome = await addPerson({ name, role, pin });
            if (outcome.kind === "ok") {
              tell("done", PERSON.added(name));
              toPerson(outcome.value);
            }
            return outcome;
          }}
        />
      </div>
    );
  return (
    <div class="setup">
      <Head title={PERSON.addTitle} onBack={toList}>
        <button
          type="button"
          class="primary"
          disabled={name === ""}
          onClick={() => {
            place.value = { ...at, pin: true };
          }}
        >
          {PERSON.next}
        </button>
      </Head>
      <div class="fields">
        <TextField
          label={PERSON.name}
          text={name}
          maxLength={NAME_MAX}
          error={undefined}
          onDone={(text) => {
            place.value = { ...at, name: text.trim() };
          }}
        />
        <RoleChoice
          role={role}
          onChoose={(chosen) => {
            place.value = { ...at, role: chosen };
          }}
        />
        <p class="how">{name === "" ? PERSON.enterName : PERSON.pinHow(name)}</p>
      </div>
    </div>
  );
}
