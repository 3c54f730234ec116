/**
 * The words that the box puts into its sentences. Any other value of one word is a name that somebody gave, and
 * stays as it is.
 */
export const WORDS: readonly string[] = [
  ...["added", "changed", "removed"],
  ...["open", "write", "read", "read its inputs", "readInputs", "drop", "close"],
  ...["forward", "back"],
  ...["relay", "proof"],
  ...["camera", "zone", "board", "output"],
  ...["energised", "dropped", "unknown"],
  ...["shelved", "suppressed"],
  ...["operator", "supervisor", "maintenance", "an operator", "a supervisor", "{these} or {last}"],
];
