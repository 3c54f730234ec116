/** A name on a picture, broken into the lines that there is room for. Pure. */

/** Of a letter's height: how wide bold ones are on average, and how far lines are apart. */
const LETTER_WIDTH = 0.64;
export const LINE_HEIGHT = 1.15;
const MOST_LINES = 3;
/** Chinese, Japanese and Korean letters are as wide as they are high. */
const isSquare = (letter: string): boolean => letter >= "\u2e80";

/** About how wide it is, in the unit of the letter's height. */
export function widthOf(text: string, letter: number): number {
  const wide = [...text].filter(isSquare).length;
  return letter * (wide + ([...text].length - wide) * LETTER_WIDTH);
}

/** Breaks between words where it can; what finds no room ends in an ellipsis. */
export function nameLines(name: string, room: number, letter: number): readonly string[] {
  const fits = (text: string): boolean => widthOf(text, letter) <= room;
  const lines: string[] = [];
  let line = "";
  for (const word of name.split(" ").flatMap((whole) => pieces(whole, fits))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || fits(longer)) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  lines.push(line);
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES - 1), `${lines[MOST_LINES - 1]}…`];
}

/** A word that is wider than a whole line. */
function pieces(word: string, fits: (text: string) => boolean): readonly string[] {
  const all = [""];
  for (const letter of word) {
    const last = all.at(-1) ?? "";
    if (last === "" || fits(last + letter)) all[all.length - 1] = last + letter;
    else all.push(letter);
  }
  return all;
}
