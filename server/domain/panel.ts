/**
 * The screens that show this box. Each says again and again that it lives and what it shows; one that was given a name
 * is expected, and told of when it is silent or shows nothing live. No output goes by any of it.
 */
import type { Millis } from "./units.ts";

/** `hidden`: something else lies over it. `not-live`: it has no connection to the views. */
export const PANEL_SHOWS = ["live", "not-live", "hidden"] as const;
export type PanelShows = (typeof PANEL_SHOWS)[number];

/** How often a panel says that it lives. */
export const PANEL_BEAT_MS: Millis = 2_000;
/** Three signs of life may be lost. */
export const PANEL_SILENT_MS: Millis = 7_000;
/** A browser may take so long to come up with the box. */
export const PANEL_GRACE_MS: Millis = 60_000;
export const PANEL_NAME_MAX = 40;

/** What a person chooses at a panel and only its own browser keeps. */
export const PANEL_THEMES = ["system", "day", "dim"] as const;
export type PanelTheme = (typeof PANEL_THEMES)[number];
export const PANEL_LAYOUTS = ["auto", "all", "one"] as const;
export type PanelLayout = (typeof PANEL_LAYOUTS)[number];

export interface PanelSettings {
  /** BCP 47. */
  readonly language: string;
  readonly theme: PanelTheme;
  readonly layout: PanelLayout;
  /** CSS pixels; absent until somebody has measured. */
  readonly pxPerMm?: number;
}

export interface PanelPresence {
  /** Made once by the panel itself. */
  readonly id: string;
  /** Given by a person; one without is expected by nobody. */
  readonly name?: string;
  /** Undefined where it has not been heard since the start. */
  readonly heardAt?: Millis;
  readonly shows?: PanelShows;
}

export interface OfflinePanel {
  readonly name: string;
  /** One sentence. */
  readonly message: string;
}

/** The expected panels that show nobody anything now. */
export function offlinePanels(
  panels: readonly PanelPresence[],
  { at, startedAt }: { readonly at: Millis; readonly startedAt: Millis },
): readonly OfflinePanel[] {
  return panels.flatMap(({ name, heardAt, shows }): OfflinePanel[] => {
    if (name === undefined) return [];
    if (heardAt === undefined)
      return at - startedAt <= PANEL_GRACE_MS
        ? []
        : [{ name, message: "It has not been heard since the box was started" }];
    if (at - heardAt > PANEL_SILENT_MS) return [{ name, message: "It gives no sign of life" }];
    if (shows === "hidden") return [{ name, message: "Something else lies over its page" }];
    return shows === "not-live" ? [{ name, message: "It receives nothing to show" }] : [];
  });
}
