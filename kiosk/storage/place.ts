/** Where somebody is in the pages of clips, and which they asked for: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { session } from "../state.ts";

export type Place =
  | { readonly kind: "home" }
  | { readonly kind: "clip" | "export" | "delete"; readonly id: string };
export const place = signal<Place>({ kind: "home" });

/** 0 for everything that is kept. */
export type Days = 0 | 1 | 7 | 30;
export interface Filter {
  /** Of every one where it is left out. */
  readonly camera?: string;
  readonly days: Days;
}
const EVERYTHING: Filter = { days: 0 };
export const filter = signal<Filter>(EVERYTHING);

effect(() => {
  if (session.value !== undefined) return;
  place.value = { kind: "home" };
  filter.value = EVERYTHING;
});

export const toHome = (): void => {
  place.value = { kind: "home" };
};
