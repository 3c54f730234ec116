/** Every text of the versions' pages. Loaded with them only. */

export const VERSIONS = {
  title: "Versions",
  how: "Everything that was ever set up on this box. Each change is a version of its own, and none is lost.",
  none: "Nothing was set up yet",
  noneHow: "The first version comes with the first change.",
  waiting: "Asking the box",
  number: (version: number) => `Version ${version}`,
  inForce: "in force",
  when: (date: string, time: string, by: string) => `${date}, ${time}, ${by}`,
  older: "Show older versions",
  made: "What it changed",
  madeNothing: "Nothing that is set up here",
  wouldMake: "What putting it in force changes",
  wouldMakeNothing: "Nothing: it says the same as what is in force",
  isInForce: "This is what the box goes by now.",
  use: "Put in force",
  useAsk: (version: number) => `Put version ${version} in force?`,
  useHow:
    "It becomes a new version; what was in force since stays in the list. People and their PINs are not touched.",
  drops: "Every output drops, the watching starts anew, and a reset is needed.",
  why: "Why?",
  busy: "Putting in force",
  done: (version: number) => `Version ${version} is in force again`,
} as const;

export const REASONS = [
  "A change was a mistake",
  "The cell was changed back",
  "To compare with how it was",
] as const;
