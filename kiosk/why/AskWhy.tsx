/** One touch on a reason sends what was begun; who wants to say more writes it first. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { reasonText } from "../codes.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { Write } from "../parts/Write.tsx";
import { writing } from "../parts/writing.ts";
import type { Asking } from "./why.ts";
import { WHY } from "./words.ts";
import "../style/setup.css";
import "../style/alarms.css";
import "../style/why.css";

/** What the box takes. */
const WORDS_MAX = 300;

export function AskWhy(props: { readonly asking: Asking }) {
  const { codes, done } = props.asking;
  const words = useSignal("");
  // Whoever leaves in the middle leaves no keyboard behind.
  useEffect(
    () => () => {
      writing.value = undefined;
    },
    [],
  );
  if (writing.value !== undefined) return <Write writing={writing.value} />;
  const cancel = (): void => done(undefined);
  const said = words.value === "" ? {} : { words: words.value };
  return (
    <Dialog name={WHY.ask} look="gate" onCancel={cancel}>
      <div class="setup why">
        <Head title={WHY.ask} onBack={cancel} />
        <p class="how">{WHY.how}</p>
        <div class="picks">
          {codes.map((code) => (
            <button key={code} type="button" onClick={() => done({ code, ...said })}>
              {reasonText(code)}
            </button>
          ))}
          <TextField
            label={WHY.words}
            text={words.value}
            empty={WHY.empty}
            maxLength={WORDS_MAX}
            error={undefined}
            onDone={(text) => {
              words.value = text.trim();
            }}
          />
        </div>
      </div>
    </Dialog>
  );
}
