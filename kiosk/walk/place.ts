/** Where somebody is in the walk tests' pages: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { room, session } from "../state.ts";

export type Place =
  | { readonly kind: "home" }
  | { readonly kind: "zone"; readonly zone: string }
  | { readonly kind: "record"; readonly zone: string; readonly test: string };
export const place = signal<Place>({ kind: "home" });

effect(() => {
  if (session.value !== undefined) return;
  room.value = "workshop";
  place.value = { kind: "home" };
});
