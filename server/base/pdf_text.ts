/** Text for PDF: the fonts that every reader has know the letters of Windows-1252 only. */

/** Others are written as their number. */
export function printable(text: string): string {
  return text.replace(
    /[^\n\x20-\x7e\xa0-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/gu,
    (letter) => `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`,
  );
}
