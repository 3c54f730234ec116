/** What a panel keeps about itself, in its own browser: how large its millimetre is, and by which theme it is read. */
import { effect, signal } from "@preact/signals";
import { type Kept, parseKept } from "./kept_text.ts";

/** Its own: under "palisade.panel" the panel keeps who it is. */
const KEY = "palisade.look";

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing: the panel is taken for the usual one
  }
}

export const kept = signal<Kept>(parseKept(stored()));

/** Keeps it from now on. False where the browser keeps nothing: it then holds until the page is loaded anew. */
export function keep(change: Partial<Kept>): boolean {
  kept.value = { ...kept.value, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(kept.value));
    return true;
  } catch {
    return false;
  }
}

effect(() => {
  const { theme } = kept.value;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
});
