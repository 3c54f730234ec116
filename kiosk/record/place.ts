/** Where somebody is in the record's pages, and what they asked it for: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import type { RecordKind } from "../../server/domain/record_kind.ts";
import { room, session } from "../state.ts";
import type { TrailReport } from "./calls.ts";

export type Place =
  | { readonly kind: "home" }
  | { readonly kind: "filter" }
  | { readonly kind: "row"; readonly seq: number }
  | { readonly kind: "export" };
export const place = signal<Place>({ kind: "home" });

/** How far back, in days; undefined for everything that stands in the database. */
export type Days = 1 | 7 | 30 | undefined;

export interface Filter {
  readonly kind: RecordKind | undefined;
  /** Only what was refused or failed. */
  readonly refused: boolean;
  readonly days: Days;
}
const EVERYTHING: Filter = { kind: undefined, refused: false, days: undefined };
export const filter = signal<Filter>(EVERYTHING);

/** The check that runs, or the newest one. */
export type Check =
  | { readonly kind: "none" }
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly report: TrailReport; readonly wallAt: number }
  | { readonly kind: "failed"; readonly reasons: readonly string[] };
export const check = signal<Check>({ kind: "none" });

effect(() => {
  if (session.value !== undefined) return;
  room.value = "workshop";
  place.value = { kind: "home" };
  filter.value = EVERYTHING;
  check.value = { kind: "none" };
});

export const toHome = (): void => {
  place.value = { kind: "home" };
};
