/** A room in which texts are written: it is only hidden while the keyboard stands in its place, so that nothing begun is lost. */
import type { ComponentChildren } from "preact";
import { Write } from "./Write.tsx";
import { writing } from "./writing.ts";

export function Written(props: { readonly children: ComponentChildren }) {
  return (
    <>
      <div class="under" hidden={writing.value !== undefined}>
        {props.children}
      </div>
      {writing.value !== undefined && <Write writing={writing.value} />}
    </>
  );
}
