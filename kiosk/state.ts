/** What the screen knows, as a few signals. Parts read them; link, tiles and actions write them. */
import { computed, signal } from "@preact/signals";
import type { UserConfig } from "../server/domain/config.ts";
import type { View } from "../server/domain/view.ts";
import { type Connection, DISCONNECTED } from "./connection.ts";
import { pxPerMm } from "./measure.ts";
import { kept } from "./panel/kept.ts";

/** The newest view, or undefined before the first. */
export const view = signal<View | undefined>(undefined);

/** When the newest view arrived (or the page began), the page's monotonic clock. */
export const lastViewAt = signal(performance.now());

/** The link to the box; only while it is connected may anything look live. */
export const link = signal<Connection>(DISCONNECTED);
/** The same without its instants, so that the screen is not drawn anew with every view. */
export const connected = computed(() => link.value.kind === "connected");

/** The page's monotonic clock, ten times a second: every age on the screen follows it. */
export const now = signal(performance.now());

/** The box's wall clock now, Unix ms: its last word plus what has passed here since. */
export const wallNow = computed(() =>
  view.value === undefined ? Date.now() : view.value.wallAt + Math.max(0, now.value - lastViewAt.value),
);
/** The same in whole seconds, so that clocks and alarm ages redraw once a second. */
export const wallSecond = computed(() => Math.floor(wallNow.value / 1000) * 1000);

/** What is left until then, in whole seconds and never too much. */
export function leftUntil(wallAt: number): number {
  return Math.max(0, wallAt - (wallSecond.value + 1000));
}

export type Page = "live" | "alarms" | "maintenance";
export const page = signal<Page>("live");

/** Which part of Maintenance is open. */
export const room = signal<
  | "workshop"
  | "cameras"
  | "zones"
  | "outputs"
  | "walks"
  | "detector"
  | "people"
  | "record"
  | "size"
  | "settings"
  | "versions"
  | "system"
  | "storage"
  | "backup"
  | "network"
  | "integrations"
>("workshop");

export interface Notice {
  /** `ended`: something else ended what was going on, and says so loudly itself. */
  readonly tone: "done" | "refused" | "ended";
  readonly title: string;
  readonly reasons: readonly string[];
  readonly until: number;
}
/** What the last command came to; goes by itself. */
export const notice = signal<Notice | undefined>(undefined);

export interface Person {
  readonly name: string;
  readonly role: UserConfig["role"];
}
/** Who has unlocked Maintenance. */
export const session = signal<Person | undefined>(undefined);

/** When the session ends unless it is used, the page's monotonic clock; the box tells it with every answer. */
export const sessionEndsAt = signal(0);

export type Asking = "end-demonstration" | "reset-pin" | "bypass" | "shift" | "panel";
/** The dialog that is open. */
export const asking = signal<Asking | undefined>(undefined);

/** When the panel was last touched, the page's monotonic clock. */
export const touchedAt = signal(performance.now());

export const viewport = signal({ width: innerWidth, height: innerHeight });
/** Pixels per millimetre of this panel. */
export const mm = computed(() =>
  pxPerMm({
    ...viewport.value,
    kept: kept.value.pxPerMm,
    query: new URLSearchParams(location.search).get("mm"),
  }),
);
export const portrait = computed(() => viewport.value.height > viewport.value.width);

/** Millimetres. A 10.1 inch panel of 1024x600 has 130, a 7 inch one 90: too few for keys of 20 mm above the bar. */
const SMALL_MM = 110;
export const small = computed(
  () => Math.min(viewport.value.width, viewport.value.height) < SMALL_MM * mm.value,
);

const DONE_MS = 3_000;
/** Refusals are read and understood, not just noticed. */
const REFUSED_MS = 8_000;

/** Says what a command came to, until it is old or the next one speaks. */
export function tell(tone: Notice["tone"], title: string, reasons: readonly string[] = []): void {
  const until = performance.now() + (tone === "done" ? DONE_MS : REFUSED_MS);
  notice.value = { tone, title, reasons, until };
}
