/** Choices of what a list shows: in view where there is room, on a small panel folded behind one button that says them. */
import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { t } from "../say.ts";

/** Folds again when something was chosen: the list is what was wanted. */
export function useFold(says: string): Signal<boolean> {
  const open = useSignal(false);
  useEffect(() => {
    open.value = false;
  }, [says]);
  return open;
}

/** Only on a small panel. */
export function FoldButton(props: { readonly open: Signal<boolean>; readonly says: string }) {
  const { open, says } = props;
  return (
    <button
      type="button"
      class="fold"
      aria-expanded={open.value}
      onClick={() => {
        open.value = !open.value;
      }}
    >
      {t("Showing")} <small>{says}</small>
    </button>
  );
}

export function Folded(props: { readonly open: Signal<boolean>; readonly children: ComponentChildren }) {
  return <div class={props.open.value ? "filters open" : "filters"}>{props.children}</div>;
}
