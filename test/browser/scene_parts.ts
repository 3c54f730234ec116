/** What the list of scenes is made of: pages with their states, places within them, and what is looked for. */
import type { View } from "../../server/domain/view.ts";
import { type Setting, type Step, unlock } from "./stage.ts";

export const STATES = ["normal", "empty", "loading", "alarm", "lost", "error"] as const;
export type State = (typeof STATES)[number];

/** What is there (a selector), the whole of it, or why the page has no such state. */
export type Look = string | Setting | { readonly never: string };

export interface Part {
  readonly press: readonly Step[];
  readonly shows: string | Setting;
  /** What the box tells besides. */
  readonly tells?: Partial<View>;
  /** What it told besides while the place was opened, and tells no longer under an alarm. */
  readonly ends?: Partial<View>;
}

export interface Page {
  /** As kiosk/state.ts calls the page, the room, or what is asked. */
  readonly name: string;
  readonly way: readonly Step[];
  /** What its own list of places calls the page itself. */
  readonly home?: string;
  /** What the box tells besides, whatever the state. */
  readonly besides?: Partial<View>;
  /** A lost link covers every page alike; an alarm that is not told of comes over the normal one. */
  readonly looks: Readonly<Record<Exclude<State, "alarm" | "lost">, Look>> & { readonly alarm?: Look };
  /** Places within by their names there: as they are, and under the banner of an alarm. */
  readonly parts?: Readonly<Record<string, Part>>;
}

export const GONE = "text=The database is gone";
export const PAD = ".keys button";
export const QUESTION = "dialog.question h2";
/** Neither a page that is still fetched nor an answer that is. */
export const NOTHING = ".page .nothing:not(.coming, .asked)";
export const WRITING = ".write .board";
export const head = (title: string): string => `.page .head h2:has-text("${title}")`;

export const never = (why: string): Look => ({ never: why });
export const IN_VIEW = never("It stands in what the box tells anyhow: nothing is waited for");
export const ASKS_NOTHING = never("It asks the box for nothing");
export const ALWAYS_SOME = never("There is always something on it");

export function part(press: readonly Step[], shows: string | Setting, tells: Partial<View> = {}): Part {
  return { press, shows, tells };
}

/** A place that the box is asked for, in the state that it answers so. */
export function answered(
  press: readonly Step[],
  answers: "empty" | "late" | "error",
  wants = answers === "error" ? GONE : ".page .setup",
): Part {
  return { press, shows: { wants, answers } };
}

type More = Partial<Omit<Page, "name" | "way" | "looks">> & { readonly looks?: Partial<Page["looks"]> };

/** A room of Maintenance: its way in, what is there when it is full, and what is not as it is in most. */
export function room(name: string, enter: string, normal: string, { looks, ...more }: More = {}): Page {
  return {
    ...{ name, way: [unlock, enter], ...more },
    looks: {
      normal,
      empty: { cell: "nothing", answers: "empty", wants: NOTHING },
      loading: ".page .setup",
      error: GONE,
      ...looks,
    },
  };
}
