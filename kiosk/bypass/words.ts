/** Every text of the dialog that bypasses a zone. Loaded with it only. */

export const ASK = {
  which: "Which zone?",
  none: "No zone is set up",
  noneHow: "There is nothing to bypass.",
  again: (time: string) => `Bypassed, ${time} left`,
  why: (zone: string) => `Why is ${zone} bypassed?`,
  howLong: (zone: string) => `How long is ${zone} bypassed?`,
  minutes: "Minutes",
  fewer: "Fewer minutes",
  more: "More minutes",
  means: [
    "Nobody in this zone stops the machine, sounds the horn or keeps Reset away until the time is over.",
    "Watch the zone yourself. Anybody may end it at any time, and a restart of the box ends it.",
  ],
  next: "Next",
  who: "Who bypasses it?",
  nobodyMay: "Nobody set up here may bypass a zone: a supervisor or a maintenance person is needed",
  hold: "Hold to bypass",
  holdFor: "Hold 2 s",
  done: (zone: string, minutes: number) => `${zone} is bypassed for ${minutes} min`,
  outcomes: {
    short: {
      title: "Bypass: held too briefly",
      detail: "Hold the button until the ring is full, then let go",
    },
    late: { title: "Bypass: let go too late", detail: "Let go within 5 s after the ring is full" },
    left: { title: "Bypass: cancelled", detail: "The finger left the button" },
    stuck: {
      title: "Bypass: held over 10 s",
      detail: "The button is taken for stuck; let it go and begin again",
    },
  },
} as const;
