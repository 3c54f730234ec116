/** The languages the screen knows, and which of them this panel speaks. */

type Table = Readonly<Record<string, string>>;

/** Each by its own name, so that everybody finds theirs whatever the screen speaks now. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  pl: "Polski",
  zh: "中文",
  ja: "日本語",
} as const;

export type Language = keyof typeof LANGUAGES;

type Tables = Readonly<Record<Exclude<Language, "en">, () => Promise<{ readonly default: Table }>>>;

/** What the screen says at once. Only the language that is spoken is loaded; English is its own key and needs no table. */
const TABLES: Tables = {
  de: () => import("./languages/de.json", { with: { type: "json" } }),
  es: () => import("./languages/es.json", { with: { type: "json" } }),
  fr: () => import("./languages/fr.json", { with: { type: "json" } }),
  pl: () => import("./languages/pl.json", { with: { type: "json" } }),
  zh: () => import("./languages/zh.json", { with: { type: "json" } }),
  ja: () => import("./languages/ja.json", { with: { type: "json" } }),
};

/** What the box says. */
const SENTENCES: Tables = {
  de: () => import("./languages/de.box.json", { with: { type: "json" } }),
  es: () => import("./languages/es.box.json", { with: { type: "json" } }),
  fr: () => import("./languages/fr.box.json", { with: { type: "json" } }),
  pl: () => import("./languages/pl.box.json", { with: { type: "json" } }),
  zh: () => import("./languages/zh.box.json", { with: { type: "json" } }),
  ja: () => import("./languages/ja.box.json", { with: { type: "json" } }),
};

/** What both say on the pages that are loaded later, more than half of all; `test/languages/places.ts` tells which that is. */
const LATER: Tables = {
  de: () => import("./languages/de.later.json", { with: { type: "json" } }),
  es: () => import("./languages/es.later.json", { with: { type: "json" } }),
  fr: () => import("./languages/fr.later.json", { with: { type: "json" } }),
  pl: () => import("./languages/pl.later.json", { with: { type: "json" } }),
  zh: () => import("./languages/zh.later.json", { with: { type: "json" } }),
  ja: () => import("./languages/ja.later.json", { with: { type: "json" } }),
};

const KEPT = "language";

/** Whether somebody has chosen it at this panel. */
export function isLanguageChosen(): boolean {
  return localStorage.getItem(KEPT) !== null;
}

/** What was chosen at this panel, else what its browser asks for, else English. */
export function chosenLanguage(): Language {
  const asked = [localStorage.getItem(KEPT) ?? "", ...navigator.languages];
  return asked.map(languageOf).find((known) => known !== undefined) ?? "en";
}

/** "de" of "de-AT". */
export function languageOf(tag: string): Language | undefined {
  const base = tag.split("-", 1)[0]?.toLowerCase() ?? "";
  return Object.hasOwn(LANGUAGES, base) ? (base as Language) : undefined;
}

/** The one this page is drawn in. */
export function spoken(): Language {
  return languageOf(document.documentElement.lang) ?? "en";
}

/** The page begins anew: its texts were said when it was loaded. */
export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  location.reload();
}

/** Of the screen's own texts. */
export async function tableOf(language: Language): Promise<Table> {
  return await loaded(TABLES, language);
}

/** Of the box's sentences. */
export async function sentencesOf(language: Language): Promise<Table> {
  return await loaded(SENTENCES, language);
}

/** Of both, for pages that are loaded later; the box's bear a mark. */
export async function laterTableOf(language: Language): Promise<Table> {
  return await loaded(LATER, language);
}

/** A table that cannot be had is an empty one: a screen in English is better than none. */
async function loaded(tables: Tables, language: Language): Promise<Table> {
  if (language === "en") return {};
  try {
    return (await tables[language]()).default;
  } catch {
    return {}; // said by the screen itself, which then speaks English
  }
}
