/** What the keys say on which a text is written. */

export const KEYS = {
  done: "Done",
  show: "Show",
  hide: "Hide",
  erase: "Erase",
  left: "Cursor left",
  right: "Cursor right",
  shift: "Capital letter",
  signs: "#+=",
  letters: "abc",
  signsName: "More signs",
  lettersName: "Letters",
  space: "Space",
} as const;
