/**
 * Which table of a language a text stands in: one of those that every page waits for, or the one of what is loaded later.
 * `node test/languages/places.ts` puts every text where it belongs, in the order of the source.
 */
import { writeFileSync } from "node:fs";
import { LANGUAGES } from "../../kiosk/language.ts";
import { ROOT } from "../support/runtime.ts";
import { importsOf } from "../support/source.ts";
import { boxKeys } from "./box_texts.ts";
import { fileOf, PLACES, type Place, storedKey, tablesOf } from "./table.ts";
import { screenKeys } from "./texts.ts";

const FIRST = "kiosk/main.ts";

/** All that a page has loaded before it is drawn: what main.ts brings, and what that imports. */
function early(): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (path: string): void => {
    if (found.has(path) || !/^kiosk\/.*\.tsx?$/.test(path)) return;
    found.add(path);
    for (const { target, kind } of importsOf(path))
      if (kind === "value" || (kind === "later" && path === FIRST)) walk(target);
  };
  walk(FIRST);
  return found;
}

/** What these say is told by a page that is loaded later: answers to what somebody does there, and papers. */
const LATE = new RegExp(
  `^server/(?:${[
    "http/(?!(?:session|access|problem|alarms|why|panels?|far|fields)\\.)",
    "domain/(?:wiring|\\w*config|shift_|difference|edit|planning|permission|walk_test|ground|output_test)",
    "domain/(?:annunciation|tuning|reason_code|pin)\\.",
    "(?:store/|network/|detect/(?:add|find)\\.|camera/(?:onvif|onvif_find|discover|probe)\\.)",
    "(?:models|versions|restores|backups|walks|walk_records|camera_commands|calibration)\\.",
  ].join("|")})`,
);

/** Every key with the table it belongs into, in the order of the source. */
export function placesOfKeys(): ReadonlyMap<string, Place> {
  const files = early();
  const box = (paths: readonly string[]): Place => (paths.every((path) => LATE.test(path)) ? "later" : "box");
  const screen = (paths: readonly string[]): Place =>
    paths.some((path) => files.has(path)) ? "screen" : "later";
  return new Map([
    ...[...screenKeys()].map(([key, paths]) => [key, screen(paths)] as const),
    ...[...boxKeys()].map(([key, paths]) => [key, box(paths)] as const),
  ]);
}

function putInPlace(language: string): void {
  const tables = tablesOf(language);
  const all = { ...tables.screen, ...tables.box, ...tables.later };
  const places = [...placesOfKeys()].filter(([key]) => Object.hasOwn(all, key));
  for (const place of PLACES) {
    const here = places.flatMap(([key, at]) =>
      at === place ? [[storedKey(key, place), all[key]] as const] : [],
    );
    const json = `${JSON.stringify(Object.fromEntries(here), null, 2)}\n`;
    writeFileSync(ROOT + fileOf(language, place), json);
  }
}

if (import.meta.main)
  for (const language of Object.keys(LANGUAGES)) if (language !== "en") putInPlace(language);
