/** One language's table, and what is wrong with a translation in it. */
import { IntlMessageFormat } from "intl-messageformat";
import { read } from "../support/source.ts";
import { claimOf } from "./claims.ts";
import { BOX } from "./texts.ts";

export type Table = Readonly<Record<string, string>>;

const tableIn = (name: string): Table => JSON.parse(read(`kiosk/languages/${name}.json`)) as Table;

/** What the screen says, and what the box says with its mark. */
export function tableOf(language: string): Table {
  const sentences = Object.entries(tableIn(`${language}.box`)).map(
    ([key, text]) => [key + BOX, text] as const,
  );
  return { ...tableIn(language), ...Object.fromEntries(sentences) };
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
