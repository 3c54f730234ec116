/** What asks before it acts. After opening a dialog ignores touches for 300 ms: a bounce is no answer. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { endDemonstration, reset } from "../actions.ts";
import { asking, type Person, tell } from "../state.ts";
import { DEMO, RESET } from "../words.ts";
import { HoldButton } from "./HoldButton.tsx";
import { Icon } from "./Icon.tsx";
import { Notice } from "./Notice.tsx";
import { type Entry, PinPad } from "./PinPad.tsx";

const GUARD_MS = 300;

function close(): void {
  asking.value = undefined;
}

export function Dialogs(props: { readonly view: View }) {
  const { demonstration, reset: resetting } = props.view;
  if (asking.value === "end-demonstration" && demonstration) return <EndDemonstration />;
  if (asking.value === "reset-pin" && resetting.pinNeeded)
    return <ResetWithPin possible={resetting.possible} />;
  return null;
}

function Dialog(props: {
  readonly name: string;
  readonly look: string;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    const openedAt = performance.now();
    const guard = (event: Event) => {
      if (performance.now() - openedAt >= GUARD_MS) return;
      event.stopPropagation();
      event.preventDefault();
    };
    const kinds = ["click", "pointerdown", "pointerup", "keydown"];
    for (const kind of kinds) element.addEventListener(kind, guard, { capture: true });
    element.addEventListener("cancel", close);
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog ref={dialog} class={props.look} aria-label={props.name}>
      {props.children}
      <Notice />
    </dialog>
  );
}

function EndDemonstration() {
  return (
    <Dialog name={DEMO.ask} look="ask">
      <h2>{DEMO.ask}</h2>
      <p>{DEMO.what}</p>
      <div class="decide">
        <button type="button" onClick={close}>
          {DEMO.no}
        </button>
        <button type="button" class="primary" onClick={() => void endDemonstration()}>
          {DEMO.yes}
        </button>
      </div>
    </Dialog>
  );
}

function mayReset(person: Person): boolean {
  return person.role !== "operator";
}

function ResetWithPin(props: { readonly possible: boolean }) {
  return (
    <Dialog name={RESET.who} look="full">
      <PinPad
        title={RESET.who}
        only={mayReset}
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
      hint={RESET.hold}
      hintFull={RESET.release}
      look={ready ? "possible" : "resting"}
      ready={ready}
      onExplain={() => undefined}
      onOutcome={(outcome) => {
        if (outcome === "act") props.entry.submit((person, pin) => reset({ name: person.name, pin }));
        else tell("refused", RESET.outcomes[outcome].title, [RESET.outcomes[outcome].detail]);
      }}
    >
      <Icon name="reset" />
    </HoldButton>
  );
}
