/** Priority as a shape with its number: readable without colour. */
import type { Priority } from "../../server/domain/alarm.ts";
import { PRIORITIES } from "../codes.ts";

const OUTLINES: Readonly<Record<Priority, string>> = {
  1: "M16 3 30 28H2Z",
  2: "M16 2 30 16 16 30 2 16Z",
  3: "M4 4h24v24H4Z",
  4: "M16 2a14 14 0 1 1 0 28a14 14 0 1 1 0-28Z",
};

export function Shape(props: { readonly priority: Priority }) {
  return (
    <svg
      class={`shape p${props.priority}`}
      viewBox="0 0 32 32"
      role="img"
      aria-label={PRIORITIES[props.priority]}
    >
      <path d={OUTLINES[props.priority]} />
      <text x="16" y={props.priority === 1 ? 25 : 22}>
        {props.priority}
      </text>
    </svg>
  );
}
