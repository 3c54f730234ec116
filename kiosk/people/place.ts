/** Where somebody is in the people's pages: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import type { Role } from "../../server/domain/permission.ts";
import { room, session } from "../state.ts";

export type Place =
  | { readonly kind: "list" }
  | { readonly kind: "person"; readonly id: string }
  | { readonly kind: "pin"; readonly id: string; readonly role?: Role }
  | { readonly kind: "badge"; readonly id: string }
  | { readonly kind: "out"; readonly id: string }
  | { readonly kind: "add"; readonly name: string; readonly role: Role; readonly pin: boolean };
export const place = signal<Place>({ kind: "list" });

effect(() => {
  if (session.value !== undefined) return;
  room.value = "workshop";
  place.value = { kind: "list" };
});
