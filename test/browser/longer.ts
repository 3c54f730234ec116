/** A language whose texts are all a third longer than the English ones, spoken in place of the German one. */
import { boxKeys } from "../languages/box_texts.ts";
import { screenKeys } from "../languages/texts.ts";
import type { Panel } from "../support/browser.ts";

/** In place of the bundle's German table. */
export async function translate(panel: Panel, table: Readonly<Record<string, string>>): Promise<void> {
  const bodyOf = (ofBox: boolean): string => {
    const own = Object.entries(table).filter(([key]) => key.endsWith("||box") === ofBox);
    return `export default ${JSON.stringify(Object.fromEntries(own.map(([key, text]) => [key.replace(/\|\|box$/, ""), text])))};`;
  };
  for (const ofBox of [false, true])
    await panel.context.route(ofBox ? "**/assets/de.box-*.js" : "**/assets/de-*.js", async (route) =>
      route.fulfill({ contentType: "text/javascript", body: bodyOf(ofBox) }),
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
