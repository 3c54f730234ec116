/** A form: what it is about, the two ways out, what saving means, what is wrong with no field, and the fields. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { FieldError, Refusal } from "../call.ts";
import { Others } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { COMMANDS, SET_UP } from "../words.ts";

export function Sheet(props: {
  readonly title: string;
  readonly others: readonly FieldError[];
  readonly onCancel: () => void;
  readonly save: () => Promise<void>;
  /** What cannot do without is entered. */
  readonly complete?: boolean;
  readonly children: ComponentChildren;
}) {
  const saving = useSignal(false);
  const save = async (): Promise<void> => {
    saving.value = true;
    await props.save();
    saving.value = false;
  };
  return (
    <div class="setup">
      <Head title={props.title} back={SET_UP.cancel} onBack={props.onCancel}>
        <button
          type="button"
          class="primary"
          disabled={saving.value || props.complete === false}
          onClick={() => void save()}
        >
          {saving.value ? SET_UP.saving : SET_UP.save}
        </button>
      </Head>
      <Others errors={props.others} />
      <p class="anew">{SET_UP.anew}</p>
      <div class="sheet scrolls">{props.children}</div>
    </div>
  );
}

/** What is wrong with a member stands at its field; anything else is told. */
export function tellRefusal(refusal: Refusal): void {
  if (refusal.errors.length === 0) tell("refused", COMMANDS.failed(SET_UP.save), refusal.reasons);
}
