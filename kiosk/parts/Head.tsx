/** The first line of every page here: the way back, where one is, and what can be done. */
import type { ComponentChildren } from "preact";
import { SET_UP } from "../words.ts";
import { Icon } from "./Icon.tsx";

export function Head(props: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly onBack: () => void;
  /** What the way back is called. */
  readonly back?: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="head">
      <button type="button" onClick={props.onBack}>
        <Icon name="left" />
        {props.back ?? SET_UP.back}
      </button>
      <h2>
        {props.title} {props.note}
      </h2>
      {props.children}
    </div>
  );
}
