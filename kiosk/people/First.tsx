/** The first person of a box that has nobody who may set it up: a name, then a PIN twice. */
import { useSignal } from "@preact/signals";
import { TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { Write } from "../parts/Write.tsx";
import { writing } from "../parts/writing.ts";
import { tell } from "../state.ts";
import { makeFirst } from "./calls.ts";
import { NewPin } from "./NewPin.tsx";
import { FIRST } from "./words.ts";
import "../style/setup.css";
import "../style/people.css";

const NAME_MAX = 80;

export function First(props: { readonly onBack: () => void }) {
  const name = useSignal("");
  const choosing = useSignal(false);
  if (writing.value !== undefined) return <Write writing={writing.value} />;
  if (choosing.value)
    return (
      <NewPin
        of={{ name: name.value, role: "maintenance" }}
        onBack={() => {
          choosing.value = false;
        }}
        save={async (pin) => {
          const outcome = await makeFirst(name.value, pin);
          if (outcome.kind === "ok") tell("done", FIRST.done(name.value));
          return outcome;
        }}
      />
    );
  return (
    <div class="setup person">
      <Head title={FIRST.title} onBack={props.onBack}>
        <button
          type="button"
          class="primary"
          disabled={name.value === ""}
          onClick={() => {
            choosing.value = true;
          }}
        >
          {FIRST.next}
        </button>
      </Head>
      {FIRST.how.map((sentence) => (
        <p key={sentence} class="how">
          {sentence}
        </p>
      ))}
      <TextField
        label={FIRST.name}
        text={name.value}
        maxLength={NAME_MAX}
        error={undefined}
        onDone={(text) => {
          name.value = text.trim();
        }}
      />
    </div>
  );
}
