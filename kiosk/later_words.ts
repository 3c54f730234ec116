/** The words of the pages that are loaded later: before the first of them is drawn, or once the box says one of their sentences. */
import { keepHan } from "./han.ts";
import { hearMore } from "./heard.ts";
import { laterTableOf, spoken } from "./language.ts";
import { speakMore } from "./say.ts";

/** Behind what the box says, and not the screen. */
const BOX = "||box";

let words: Promise<void> | undefined;

/** Loads them once. Where they cannot be had these pages speak English. */
export function laterWords(): Promise<void> {
  words ??= load();
  return words;
}

async function load(): Promise<void> {
  const language = spoken();
  const said = Object.entries(await laterTableOf(language));
  const box = said.filter(([key]) => key.endsWith(BOX));
  speakMore(Object.fromEntries(said.filter(([key]) => !key.endsWith(BOX))));
  hearMore(Object.fromEntries(box.map(([key, text]) => [key.slice(0, -BOX.length), text])));
  // Not waited for: letters come as they are drawn, and these only so that they are there without the box, too.
  void keepHan(
    language,
    said.map(([, text]) => text),
  ).catch(() => undefined);
}
