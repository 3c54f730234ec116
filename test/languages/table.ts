/** One language's table, and what is wrong with a translation in it. */
import { existsSync } from "node:fs";
import { IntlMessageFormat } from "intl-messageformat";
import { ROOT } from "../support/runtime.ts";
import { read } from "../support/source.ts";
import { claimOf } from "./claims.ts";
import { BOX } from "./texts.ts";

export type Table = Readonly<Record<string, string>>;

/** What the screen says at once, what the box says at once, and what either says on a page that is loaded later. */
export const PLACES = ["screen", "box", "later"] as const;
export type Place = (typeof PLACES)[number];
const FILES = { screen: "", box: ".box", later: ".later" } as const satisfies Record<Place, string>;

export const fileOf = (language: string, place: Place): string =>
  `kiosk/languages/${language}${FILES[place]}.json`;

/** Only what the box says stands in one of them, which needs no mark. */
export const storedKey = (key: string, place: Place): string =>
  place === "box" ? key.slice(0, -BOX.length) : key;

/** As they are loaded; what the box says bears its mark in all of them. */
export function tablesOf(language: string): Readonly<Record<Place, Table>> {
  const tableIn = (place: Place): Table => {
    const file = fileOf(language, place);
    return existsSync(ROOT + file) ? (JSON.parse(read(file)) as Table) : {};
  };
  const box = Object.entries(tableIn("box")).map(([key, text]) => [key + BOX, text] as const);
  return { screen: tableIn("screen"), box: Object.fromEntries(box), later: tableIn("later") };
}

/** All it says. */
export function tableOf(language: string): Table {
  const { screen, box, later } = tablesOf(language);
  return { ...screen, ...box, ...later };
}

/** What has to be the same in a text and its translation. */
interface Shape {
  readonly values: ReadonlySet<string>;
  /** Values that a plural goes by, with the categories it names. */
  readonly plurals: ReadonlyMap<string, readonly string[]>;
}

type Part = ReturnType<IntlMessageFormat["getAst"]>[number];
/** As the parser numbers them. */
const TYPE = { text: 0, pound: 7, plural: 6 } as const;

function shapeOf(text: string, language: string): Shape {
  const values = new Set<string>();
  const plurals = new Map<string, readonly string[]>();
  const walk = (parts: readonly Part[]): void => {
    for (const part of parts) {
      if (part.type === TYPE.text || part.type === TYPE.pound) continue;
      values.add(part.value);
      if (!("options" in part)) continue;
      if (part.type === TYPE.plural) plurals.set(part.value, Object.keys(part.options));
      for (const option of Object.values(part.options)) walk(option.value);
    }
  };
  walk(new IntlMessageFormat(text, language).getAst());
  return { values, plurals };
}

/** One sentence for each fault of the translation; none where it may be shown. */
export function faultsOf(language: string, key: string, translation: string): readonly string[] {
  const claim = claimOf(language, key, translation);
  const faults = claim === undefined ? [] : [`claims safety: ${claim}`];
  if (translation.trim() === "") return [...faults, "is empty"];
  try {
    return [...faults, ...shapeFaults(language, shapeOf(key, "en"), shapeOf(translation, language))];
  } catch (error) {
    return [...faults, `cannot be read: ${(error as Error).message}`];
  }
}

function shapeFaults(language: string, english: Shape, own: Shape): readonly string[] {
  const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  return [
    ...[...english.values].filter((name) => !own.values.has(name)).map((name) => `lacks {${name}}`),
    ...[...own.values].filter((name) => !english.values.has(name)).map((name) => `has an unknown {${name}}`),
    ...[...english.plurals.keys()]
      .filter((name) => categories.length > 1 && !own.plurals.has(name))
      .map((name) => `has no plural for {${name}}`),
    ...[...own.plurals].flatMap(([name, told]) =>
      categories
        .filter((category) => !told.includes(category))
        .map((category) => `lacks the plural form "${category}" of {${name}}`),
    ),
  ];
}
