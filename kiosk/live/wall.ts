/** How this panel shows its cameras: a choice that it keeps, and the one camera somebody looks at alone. */
import { effect, signal } from "@preact/signals";
import { now, page, touchedAt } from "../state.ts";

/** `one`: a camera large and the others small; the first where the chosen one is gone. */
export type Layout = { readonly kind: "all" } | { readonly kind: "one"; readonly camera: string };

const KEPT = "palisade.layout";
/** An unattended panel shows every camera again. */
const BACK_AFTER_MS = 60_000;

function keptLayout(): Layout {
  const camera = localStorage.getItem(KEPT);
  return camera === null ? { kind: "all" } : { kind: "one", camera };
}

export const layout = signal<Layout>(keptLayout());

/** The camera that has the whole page; goes by itself. */
export const alone = signal<string | undefined>(undefined);

export function choose(next: Layout): void {
  layout.value = next;
  if (next.kind === "all") localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, next.camera);
}

effect(() => {
  const unattended = now.value - touchedAt.value > BACK_AFTER_MS;
  if (alone.value !== undefined && (unattended || page.value !== "live")) alone.value = undefined;
});
