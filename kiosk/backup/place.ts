/** Where somebody is in the pages of backups: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import { room, session } from "../state.ts";

export type Place = "home" | "seen" | "daily";
export const place = signal<Place>("home");

effect(() => {
  if (session.value === undefined) place.value = "home";
});

export const toHome = (): void => {
  place.value = "home";
};

export const toWorkshop = (): void => {
  room.value = "workshop";
};
