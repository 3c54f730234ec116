/** The first line of every page here: the way back, where one is, and what can be done. */
import type { ComponentChildren } from "preact";
import { Icon } from "../parts/Icon.tsx";
import { CAMERAS } from "./words.ts";

export function Head(props: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly onBack: () => void;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="head">
      <button type="button" onClick={props.onBack}>
        <Icon name="left" />
        {CAMERAS.back}
      </button>
      <h2>
        {props.title} {props.note}
      </h2>
      {props.children}
    </div>
  );
}
