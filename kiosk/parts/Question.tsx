/** A question in the page's place: the banner is seen and the bar stays free while somebody thinks. */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { SET_UP } from "../words.ts";
import { Dialog } from "./Dialog.tsx";

export function Question(props: {
  readonly ask: string;
  readonly yes: string;
  readonly busy: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
  readonly children: ComponentChildren;
}) {
  const cancel = useRef<HTMLButtonElement>(null);
  // A question may begin with another control, and Enter must not change what is asked about.
  useLayoutEffect(() => cancel.current?.focus(), []);
  return (
    <Dialog name={props.ask} look="gate question" onCancel={props.onNo}>
      <h2>{props.ask}</h2>
      {props.children}
      <div class="decide">
        <button ref={cancel} type="button" onClick={props.onNo}>
          {SET_UP.cancel}
        </button>
        <button type="button" class="primary" disabled={props.busy} onClick={props.onYes}>
          {props.yes}
        </button>
      </div>
    </Dialog>
  );
}
