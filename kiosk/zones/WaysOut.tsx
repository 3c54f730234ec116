/** The way back and the way on, above the tools beside a picture. */
import type { ComponentChildren } from "preact";
import { SET_UP } from "../words.ts";
import { place } from "./place.ts";

export function WaysOut(props: { readonly back: "form" | "try"; readonly children: ComponentChildren }) {
  return (
    <div class="ways-out">
      <button
        type="button"
        onClick={() => {
          place.value = { kind: props.back };
        }}
      >
        {SET_UP.back}
      </button>
      {props.children}
    </div>
  );
}
