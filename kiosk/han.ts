/** Chinese and Japanese letters: a panel may have none, so the box brings them, and only where they are drawn. */
import smallest from "@fontsource-variable/noto-sans-sc/files/noto-sans-sc-97-wght-normal.woff2?url";
import { type Language, languageOf } from "./language.ts";

/** Han letters have other shapes in each. The browser loads them in pieces of some letters; style/base.css names both. */
const FONTS = {
  zh: {
    font: '1em "Noto Sans SC Variable", sans-serif',
    bring: async () => await import("@fontsource-variable/noto-sans-sc/wght.css"),
  },
  ja: {
    font: '1em "Noto Sans JP Variable", sans-serif',
    bring: async () => await import("@fontsource-variable/noto-sans-jp/wght.css"),
  },
} as const;

type Written = keyof typeof FONTS;

/** Han, kana, and the marks and wide letters that go with them. */
const HAN = "U+2E80-2FDF, U+3000-30FF, U+31C0-4DBF, U+4E00-9FFF, U+F900-FAFF, U+FF00-FFEF, U+20000-323AF";

const isWritten = (language: Language | undefined): language is Written =>
  language === "zh" || language === "ja";

/** At once for a page that speaks one of the two, and for any other once a name asks for them. Letters that cannot be had stay boxes. */
export async function bringHan(language: Language): Promise<void> {
  const first = [language, ...navigator.languages.map(languageOf)].find(isWritten) ?? "zh";
  // The Chinese font has every Japanese letter, if in the Chinese shape; the Japanese one lacks many of China's.
  for (const next of first === "ja" ? (["ja", "zh"] as const) : (["zh"] as const)) {
    if (next !== language) await lacking();
    await FONTS[next].bring().catch(() => undefined);
  }
}

/** So that what is said when the box no longer answers can be read, too. */
export async function keepHan(language: Language, texts: readonly string[]): Promise<void> {
  if (!isWritten(language)) return;
  const { font, bring } = FONTS[language];
  await bring();
  await document.fonts.load(font, texts.join("").replaceAll(/\p{ASCII}/gu, ""));
}

/** Until the page draws such a letter that no font has so far: a browser fetches a font, here the smallest piece, only then. */
async function lacking(): Promise<void> {
  const piece = new FontFace("lacking", `url(${smallest})`, { unicodeRange: HAN });
  document.fonts.add(piece);
  await piece.loaded.catch(() => undefined);
  document.fonts.delete(piece);
}
