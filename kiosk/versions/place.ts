/** Where somebody is in the versions' pages: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { session } from "../state.ts";

export type Place =
  | { readonly kind: "home" }
  | { readonly kind: "version"; readonly version: number }
  | { readonly kind: "revert"; readonly version: number }
  | { readonly kind: "draft" | "publish-draft" | "discard-draft" };
export const place = signal<Place>({ kind: "home" });

effect(() => {
  if (session.value === undefined) place.value = { kind: "home" };
});
