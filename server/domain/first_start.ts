/** The steps by which a new box comes to guard something, each with its true state: what is set up says what is done. */

/** In the order in which they are done. */
export const FIRST_STEPS = [
  "language",
  "panel",
  "demonstration",
  "people",
  "site",
  "camera",
  "zone",
  "output",
  "walk",
] as const;
export type FirstStepId = (typeof FIRST_STEPS)[number];

/** What a step needs to be done before it. */
const NEEDS: Readonly<Record<FirstStepId, readonly FirstStepId[]>> = {
  language: [],
  panel: [],
  demonstration: [],
  people: [],
  site: ["demonstration", "people"],
  camera: ["demonstration", "people"],
  zone: ["camera"],
  output: ["zone"],
  walk: ["zone", "output"],
};

export interface FirstFacts {
  /** Somebody has chosen the language of this panel. */
  readonly languageChosen: boolean;
  /** Somebody has said how large this panel is. */
  readonly sizeChosen: boolean;
  readonly demonstration: boolean;
  /** Somebody may set up the box. */
  readonly hasPeople: boolean;
  readonly site: { readonly name: string; readonly timezone: string };
  readonly cameras: number;
  readonly stopZones: number;
  readonly outputs: number;
  /** Stop zones whose walk test has passed; undefined where that is not known yet. */
  readonly walkedZones: number | undefined;
}

export interface FirstStep {
  readonly id: FirstStepId;
  /** `waits` for another step; `unknown` until somebody is signed in. */
  readonly state: "done" | "open" | "waits" | "unknown";
  /** The first step that it waits for. */
  readonly needs?: FirstStepId;
}

/** What a box is called and where it stands as long as nobody has said so. */
const UNTOLD = { name: "Palisade", timezone: "UTC" } as const;

function isDone(id: FirstStepId, facts: FirstFacts): boolean | undefined {
  // The demonstration's own cameras, zones and outputs are nothing that was set up.
  if (facts.demonstration && !["people", "language", "panel"].includes(id)) return false;
  switch (id) {
    case "language":
      return facts.languageChosen;
    case "panel":
      return facts.sizeChosen;
    case "demonstration":
      return true;
    case "people":
      return facts.hasPeople;
    case "site":
      return facts.site.name !== UNTOLD.name || facts.site.timezone !== UNTOLD.timezone;
    case "camera":
      return facts.cameras > 0;
    case "zone":
      return facts.stopZones > 0;
    case "output":
      return facts.outputs > 0;
    case "walk":
      if (facts.stopZones === 0) return false;
      return facts.walkedZones === undefined ? undefined : facts.walkedZones >= facts.stopZones;
  }
}

/** Every step of this box; one that says nothing here, because no demonstration runs, is left out. */
export function firstSteps(facts: FirstFacts): readonly FirstStep[] {
  return FIRST_STEPS.filter((id) => id !== "demonstration" || facts.demonstration).map((id): FirstStep => {
    const done = isDone(id, facts);
    if (done === true) return { id, state: "done" };
    const needs = NEEDS[id].find((need) => isDone(need, facts) !== true);
    if (needs !== undefined) return { id, state: "waits", needs };
    return { id, state: done === undefined ? "unknown" : "open" };
  });
}
