/** What is asked before an earlier version is put in force: why, and whether everything may drop. */
import { useSignal } from "@preact/signals";
import { report } from "../actions.ts";
import { Question } from "../parts/Question.tsx";
import { revertTo } from "./calls.ts";
import { place } from "./place.ts";
import { VERSIONS } from "./words.ts";

export function AskRevert(props: { readonly version: number }) {
  const { version } = props;
  const busy = useSignal(false);
  const revert = async (): Promise<void> => {
    busy.value = true;
    const outcome = await revertTo(version);
    busy.value = false;
    if (outcome.kind === "ignored") return;
    place.value = outcome.kind === "ok" ? { kind: "home" } : { kind: "version", version };
    report(outcome, { done: VERSIONS.done(version), command: VERSIONS.use });
  };
  return (
    <Question
      ask={VERSIONS.useAsk(version)}
      yes={busy.value ? VERSIONS.busy : VERSIONS.use}
      busy={busy.value}
      onYes={() => void revert()}
      onNo={() => {
        place.value = { kind: "version", version };
      }}
    >
      <p class="moves">{VERSIONS.drops}</p>
      <p>{VERSIONS.useHow}</p>
    </Question>
  );
}
