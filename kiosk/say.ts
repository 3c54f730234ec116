/**
 * Says a text in the screen's language. The English text is its own key, written in ICU MessageFormat; a language is
 * a table from it to its translation, and a change of language loads the page anew, so that words may be constants.
 */
import { IntlMessageFormat } from "intl-messageformat";

export type Values = Readonly<Record<string, string | number>>;

/** What tells two meanings of one English text apart stands behind it and is not said: "Clear||the digits". */
const REMARK = "||";

/** BCP 47. */
let language = "en";
let translations: Readonly<Record<string, string>> = {};
const formats = new Map<string, IntlMessageFormat>();

/** Before the first text is said. */
export function speak(tag: string, table: Readonly<Record<string, string>>): void {
  language = tag;
  translations = table;
  formats.clear();
}

/** Before the first text of a page that is loaded later. */
export function speakMore(table: Readonly<Record<string, string>>): void {
  translations = { ...translations, ...table };
}

/** A text that has no translation is said in English. */
export function t(english: string, values?: Values): string {
  const text = translations[english] ?? english.split(REMARK, 1)[0] ?? english;
  if (values === undefined) return text;
  let format = formats.get(text);
  if (format === undefined) {
    format = new IntlMessageFormat(text, locale());
    formats.set(text, format);
  }
  return String(format.format(values));
}

/** For numbers and instants. English is written as in Europe: 24 hours, the day before the month. */
export function locale(): string {
  return language === "en" ? "en-GB" : language;
}

/** A text that may begin a line, put in the middle of one. German words keep their capitals. */
export function inside(text: string): string {
  return language === "de" ? text : text.toLocaleLowerCase(language);
}
