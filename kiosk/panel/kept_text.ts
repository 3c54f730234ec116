/** What a panel keeps of itself, as its browser has it written down. */
import type { PanelTheme } from "../../server/domain/panel.ts";
import { isPxPerMm } from "../measure.ts";

export type Theme = PanelTheme;

export interface Kept {
  /** CSS pixels; undefined until somebody has measured. */
  readonly pxPerMm?: number;
  readonly theme: Theme;
}

/** What cannot be read is as if nothing had been kept. */
export function parseKept(text: string | null): Kept {
  let read: unknown;
  try {
    read = JSON.parse(text ?? "{}");
  } catch {
    return { theme: "system" };
  }
  const { pxPerMm, theme } = (read ?? {}) as Record<string, unknown>;
  return {
    theme: theme === "day" || theme === "dim" ? theme : "system",
    ...(isPxPerMm(pxPerMm) ? { pxPerMm } : {}),
  };
}
