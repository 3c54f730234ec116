/** The keys of the keyboard on the screen, and what each does to a text and its cursor. Pure. */

export type Key =
  | { readonly kind: "type"; readonly text: string; readonly wide?: boolean }
  | { readonly kind: "erase" | "left" | "right" | "shift" | "signs" };

/** A text being written: what lies between `from` and `to` is marked; where both are the same is the cursor. */
export interface Edit {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Which characters the letter keys type. */
export type Layer = "small" | "capital" | "signs";

const type = (characters: string): Key[] => [...characters].map((text) => ({ kind: "type", text }));
const SPACE: Key = { kind: "type", text: " ", wide: true };
const ERASE: Key = { kind: "erase" };
const SHIFT: Key = { kind: "shift" };
const SIGNS: Key = { kind: "signs" };
const LEFT: Key = { kind: "left" };
const RIGHT: Key = { kind: "right" };

/** Thirteen columns: an address needs no second layer, nor does a sentence. */
const UPPER_ROWS: readonly (readonly Key[])[] = [
  [...type("1234567890-_"), ERASE],
  type("qwertyuiop/:@"),
  [SHIFT, ...type("asdfghjkl=&?")],
];
const LANDSCAPE: readonly (readonly Key[])[] = [...UPPER_ROWS, [SIGNS, ...type("zxcvbnm,."), SPACE]];
/** The wide space makes room for what moves the cursor; a touch in the text does so too. */
const LANDSCAPE_SIGNS: readonly (readonly Key[])[] = [
  ...UPPER_ROWS,
  [SIGNS, ...type("zxcvbnm,. "), LEFT, RIGHT],
];

/** Ten columns and two more rows. */
const PORTRAIT: readonly (readonly Key[])[] = [
  type("1234567890"),
  type("qwertyuiop"),
  [...type("asdfghjkl"), ERASE],
  [SHIFT, ...type("zxcvbnm-_")],
  type("/:.,@?&=%+"),
  [SIGNS, SPACE, LEFT, RIGHT],
];

/** What passwords hold besides, one for each letter key. */
const SIGN_OF: Readonly<Record<string, string>> = Object.fromEntries(
  [..."qwertyuiopasdfghjklzxcvbnm"].map((letter, n) => [
    letter,
    [..."!\"#$'()*+%;<>[]\\^`{|}~€§°£"][n] ?? "",
  ]),
);

/** Eight columns, as many keys of 10 mm as a panel of 90 mm has: too few for the usual rows, so by the alphabet. */
const NARROW: readonly (readonly Key[])[] = [
  type("12345678"),
  type("90.-_@:/"),
  type("abcdefgh"),
  type("ijklmnop"),
  type("qrstuvwx"),
  type("yz,?&=%+"),
  [SHIFT, SIGNS, SPACE, LEFT, RIGHT, ERASE],
];

const BOARDS = { landscape: LANDSCAPE, portrait: PORTRAIT, narrow: NARROW } as const;
export type BoardShape = keyof typeof BOARDS;

/** The rows of keys for a panel, each key with what it types in this layer. */
export function keysFor(shape: BoardShape, layer: Layer): readonly (readonly Key[])[] {
  const board = shape === "landscape" && layer === "signs" ? LANDSCAPE_SIGNS : BOARDS[shape];
  return board.map((row) =>
    row.map((key) => (key.kind === "type" ? { ...key, text: inLayer(key.text, layer) } : key)),
  );
}

function inLayer(text: string, layer: Layer): string {
  if (!/^[a-z]$/.test(text) || layer === "small") return text;
  return layer === "capital" ? text.toUpperCase() : (SIGN_OF[text] ?? text);
}

/** The layer after a key: a capital is one letter long, signs stay until they are left. */
export function layerAfter(layer: Layer, key: Key): Layer {
  if (key.kind === "shift") return layer === "capital" ? "small" : "capital";
  if (key.kind === "signs") return layer === "signs" ? "small" : "signs";
  return layer === "capital" && key.kind === "type" ? "small" : layer;
}

/** The text after a key. Characters count whole, as people see them. */
export function pressKey(edit: Edit, key: Key, maxLength: number): Edit {
  const { text, from, to } = edit;
  const at = (place: number): Edit => ({ text, from: place, to: place });
  switch (key.kind) {
    case "type": {
      const next = text.slice(0, from) + key.text + text.slice(to);
      if (next.length > maxLength) return edit;
      return { text: next, from: from + key.text.length, to: from + key.text.length };
    }
    case "erase": {
      const start = from < to ? from : from - lastOf(text.slice(0, from));
      return { text: text.slice(0, start) + text.slice(to), from: start, to: start };
    }
    case "left":
      return at(from < to ? from : from - lastOf(text.slice(0, from)));
    case "right":
      return at(from < to ? to : to + ([...text.slice(to)][0]?.length ?? 0));
    default:
      return edit;
  }
}

function lastOf(text: string): number {
  return [...text].at(-1)?.length ?? 0;
}
