/** The last line of every page: what this box is, and is not. */
import type { View } from "../../server/domain/view.ts";

export function Foot(props: { readonly view: View }) {
  return <footer class="foot">{props.view.label}</footer>;
}
