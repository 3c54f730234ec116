/**
 * Asks before it acts, in the page's place: the banner is seen and Request stop reached meanwhile. After opening it
 * ignores touches for 300 ms: a bounce is no answer.
 */
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const GUARD_MS = 300;

export function Dialog(props: {
  readonly name: string;
  readonly look: string;
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}) {
  const latest = useRef(props);
  latest.current = props;
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
    // The browser closes it by itself on Escape; whether it is open is for the page to say.
    element.addEventListener("cancel", (event) => {
      event.preventDefault();
      latest.current.onCancel();
    });
    element.show();
    return () => element.close();
  }, []);
  return (
    <dialog ref={dialog} class={props.look} aria-label={props.name}>
      {props.children}
    </dialog>
  );
}
