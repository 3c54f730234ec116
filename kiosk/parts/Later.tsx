/** A page that most panels never open comes in a file of its own: the overview must be there soon. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { laterWords } from "../later_words.ts";
import { LOST, MAINTENANCE } from "../words.ts";

type Loaded<Props> =
  | { readonly kind: "loading" }
  | { readonly kind: "failed" }
  | { readonly kind: "ready"; readonly Page: ComponentType<Props> };

/** A component that fetches the page when it is first shown. */
export function later<Props extends object>(fetchPage: () => Promise<ComponentType<Props>>) {
  const loaded = signal<Loaded<Props>>({ kind: "loading" });
  const load = async (): Promise<void> => {
    if (loaded.value.kind === "ready") return;
    loaded.value = { kind: "loading" };
    try {
      // Its words are said as soon as it is there.
      await laterWords();
      loaded.value = { kind: "ready", Page: await fetchPage() };
    } catch {
      loaded.value = { kind: "failed" }; // said in the page's place, with a button to try again
    }
  };
  return function Later(props: Props) {
    useEffect(() => void load(), []);
    const now = loaded.value;
    if (now.kind === "ready") return <now.Page {...props} />;
    return (
      <div class="nothing coming">
        <strong>{now.kind === "failed" ? MAINTENANCE.notLoaded : MAINTENANCE.loading}</strong>
        {now.kind === "failed" && (
          <button type="button" onClick={() => location.reload()}>
            {LOST.again}
          </button>
        )}
      </div>
    );
  };
}
