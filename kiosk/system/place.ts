/** Where somebody is in the system's pages: outlives a lost link, never a session. */
import { effect, signal } from "@preact/signals";
import type { LogLevel } from "../../server/http/system.ts";
import { session } from "../state.ts";

export type Place = "figures" | "log" | "about";
export const place = signal<Place>("figures");

export type ChartId = "cpu" | "memory" | "network" | "disk" | "reaction" | "frames" | "alarms";
/** The chart that is open. */
export const chart = signal<ChartId>("cpu");

/** Lines of this level and worse. */
export const level = signal<Extract<LogLevel, "info" | "warn" | "error">>("info");

effect(() => {
  if (session.value !== undefined) return;
  place.value = "figures";
  chart.value = "cpu";
  level.value = "info";
});
