/** What asks before it acts. After opening a dialog ignores touches for 300 ms: a bounce is no answer. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { endDemonstration, explainReset, reset } from "../actions.ts";
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

/** What is asked over everything. */
export function Dialogs(props: { readonly view: View }) {
  return asking.value === "end-demonstration" && props.view.demonstration ? <EndDemonstration /> : null;
}

/** Whether the PIN of a reset is being asked for, in the place of the page. */
export function asksForPin(view: View): boolean {
  return asking.value === "reset-pin" && view.reset.pinNeeded;
}

function Dialog(props: {
  readonly name: string;
  readonly look: string;
  /** Nothing else can be touched until it is answered. */
  readonly modal: boolean;
  readonly children: ComponentChildren;
}) {
  const { modal } = props;
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
    if (modal) element.showModal();
    else element.show();
    return () => element.close();
  }, []);
  return (
    <dialog ref={dialog} class={props.look} aria-label={props.name}>
      {props.children}
      {modal && <Notice />}
    </dialog>
  );
}

function EndDemonstration() {
  return (
    <Dialog name={DEMO.ask} look="ask" modal>
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

/** Not modal: the banner must be seen and Request stop reached while somebody types a PIN. */
export function ResetWithPin(props: { readonly possible: boolean }) {
  return (
    <Dialog name={RESET.who} look="gate" modal={false}>
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
