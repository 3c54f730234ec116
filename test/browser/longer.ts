/** A language whose texts are all a third longer than the English ones, spoken in place of the German one. */
import { boxKeys } from "../languages/box_texts.ts";
import { placesOfKeys } from "../languages/places.ts";
import { PLACES, type Place, storedKey } from "../languages/table.ts";
import { screenKeys } from "../languages/texts.ts";
import type { Panel } from "../support/browser.ts";

const ASSETS = {
  screen: "**/assets/de-*.js",
  box: "**/assets/de.box-*.js",
  later: "**/assets/de.later-*.js",
} as const satisfies Record<Place, string>;

/** In place of the bundle's German tables. */
export async function translate(panel: Panel, table: Readonly<Record<string, string>>): Promise<void> {
  const places = placesOfKeys();
  const bodyOf = (place: Place): string => {
    const own = Object.entries(table).filter(([key]) => places.get(key) === place);
    return `export default ${JSON.stringify(Object.fromEntries(own.map(([key, text]) => [storedKey(key, place), text])))};`;
  };
  for (const place of PLACES)
    await panel.context.route(ASSETS[place], async (route) =>
      route.fulfill({ contentType: "text/javascript", body: bodyOf(place) }),
    );
}

/** What is said for several, in place of all that a number may come to. */
const PLURAL = /\{\w+, plural,.* other (\{(?:[^{}]|\{[^{}]*\})*\})\}/;

/** A third longer, in words that can break where English ones can; values and plural forms stay. */
export function longer(key: string): string {
  const english = key.split("||")[0] ?? key;
  const said = english.replace(PLURAL, (_, several: string) => several.slice(1, -1));
  const more = Math.ceil(said.replaceAll(/\{[^{}]*\}/g, "").length * 0.35);
  const stretch = "ëxtra".repeat(Math.ceil(more / 5)).slice(0, more);
  return said.includes(" ") ? `${english} ${stretch.match(/.{1,6}/g)?.join(" ") ?? ""}` : english + stretch;
}

/** Of every text of the screen and of the box. */
export function longerTable(): Readonly<Record<string, string>> {
  return Object.fromEntries([...screenKeys().keys(), ...boxKeys().keys()].map((key) => [key, longer(key)]));
}
