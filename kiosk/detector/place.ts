/** Where somebody is in the detector's pages: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { room, session } from "../state.ts";

export type Place =
  | { readonly kind: "home" }
  | { readonly kind: "model"; readonly name: string }
  | { readonly kind: "use"; readonly name: string }
  | { readonly kind: "add" }
  | { readonly kind: "trial" };
export const place = signal<Place>({ kind: "home" });

effect(() => {
  if (session.value !== undefined) return;
  room.value = "workshop";
  place.value = { kind: "home" };
});
