/** What is asked before another model takes over: it says what drops. */
import { useSignal } from "@preact/signals";
import { report } from "../actions.ts";
import { Question } from "../parts/Question.tsx";
import { useModel } from "./calls.ts";
import { place } from "./place.ts";
import { DETECTOR } from "./words.ts";

export function AskChange(props: { readonly name: string }) {
  const { name } = props;
  const busy = useSignal(false);
  const change = async (): Promise<void> => {
    busy.value = true;
    const outcome = await useModel(name);
    busy.value = false;
    if (outcome.kind === "ignored") return;
    place.value = { kind: "home" };
    report(outcome, { done: DETECTOR.changed(name), command: DETECTOR.use });
  };
  return (
    <Question
      ask={DETECTOR.useAsk(name)}
      yes={busy.value ? DETECTOR.proving : DETECTOR.use}
      busy={busy.value}
      onYes={() => void change()}
      onNo={() => {
        place.value = { kind: "model", name };
      }}
    >
      <p>{DETECTOR.useHow}</p>
      <p class="moves">{DETECTOR.useDrops}</p>
      <p>{DETECTOR.useScore}</p>
    </Question>
  );
}
