/** A supervisor's PIN for a reset, asked in the page's place. */
import { mayDo } from "../../server/domain/permission.ts";
import type { View } from "../../server/domain/view.ts";
import { explainReset, reset } from "../actions.ts";
import { asking, type Person, tell } from "../state.ts";
import { PIN, RESET } from "../words.ts";
import { Dialog } from "./Dialog.tsx";
import { HoldButton } from "./HoldButton.tsx";
import { Icon } from "./Icon.tsx";
import { type Entry, PinPad } from "./PinPad.tsx";

function close(): void {
  asking.value = undefined;
}

/** Whether the PIN of a reset is being asked for, in the place of the page. */
export function asksForPin(view: View): boolean {
  return asking.value === "reset-pin" && view.reset.pinNeeded;
}

function mayReset(person: Person): boolean {
  return mayDo(person.role, "reset.unseen");
}

export function ResetWithPin(props: { readonly possible: boolean }) {
  return (
    <Dialog name={RESET.who} look="gate" onCancel={close}>
      <PinPad
        title={RESET.who}
        only={mayReset}
        nobodyMay={PIN.nobodyMay}
        onCancel={close}
        confirm={(entry) => <HoldToReset entry={entry} possible={props.possible} />}
      />
    </Dialog>
  );
}

function HoldToReset(props: { readonly entry: Entry; readonly possible: boolean }) {
  const ready = props.entry.ready && props.possible;
  return (
    <HoldButton
      name={RESET.holdToReset}
      hint={ready ? RESET.hold : ""}
      hintFull={RESET.release}
      look={ready ? "possible" : "resting"}
      ready={ready}
      onExplain={() => {
        if (!props.possible) explainReset();
      }}
      onOutcome={(outcome) => {
        if (outcome === "act") props.entry.submit((person, pin) => reset({ name: person.name, pin }));
        else tell("refused", RESET.outcomes[outcome].title, [RESET.outcomes[outcome].detail]);
      }}
    >
      <Icon name="reset" />
    </HoldButton>
  );
}
