/** A new PIN by the person whose it is: who, the PIN they have, then the new one twice. */
import { useSignal } from "@preact/signals";
import { PinPad } from "../parts/PinPad.tsx";
import { type Person, tell } from "../state.ts";
import { changeOwnPin } from "./calls.ts";
import { NewPin } from "./NewPin.tsx";
import { OWN } from "./words.ts";

export function OwnPin(props: { readonly onDone: () => void }) {
  const known = useSignal<{ readonly person: Person; readonly pin: string } | undefined>(undefined);
  if (known.value === undefined)
    return (
      <PinPad
        title={OWN.who}
        onCancel={props.onDone}
        confirm={(entry) => (
          <button
            type="button"
            class="primary"
            disabled={!entry.ready}
            onClick={() =>
              entry.submit(async (person, pin) => {
                known.value = { person, pin };
                return { kind: "ignored" };
              })
            }
          >
            {OWN.go}
          </button>
        )}
      />
    );
  const { person, pin } = known.value;
  return (
    <NewPin
      of={{ name: person.name, role: person.role }}
      onBack={props.onDone}
      save={async (next) => {
        const outcome = await changeOwnPin(person, pin, next);
        if (outcome.kind === "ok") {
          tell("done", OWN.done);
          props.onDone();
        }
        return outcome;
      }}
    />
  );
}
