/** The first start as scenes: each of its steps on a box that has come so far, by the person at its own screen. */
import {
  answered,
  head,
  NOTHING,
  PAD,
  type Page,
  type Part,
  part,
  QUESTION,
  WRITING,
} from "./scene_parts.ts";
import { LIMIT_MS, press, type Setting, type Stage, unlock, write } from "./stage.ts";

/** A box that nobody has set up yet, for the page that asks it anew. */
const EMPTY = (wants: string): Setting => ({ cell: "nothing", answers: "empty", wants });
const LIST = ".firstStart .row";
const NEW_BOX = { site: { name: "Palisade", timezone: "UTC" } };
const OPEN = "Open first start";
const CHOSEN_PIN = "480259";

async function anew({ panel: { page } }: Stage, wants: string): Promise<void> {
  await page.reload({ waitUntil: "domcontentloaded" });
  await page.locator(wants).first().waitFor({ timeout: LIMIT_MS });
  await page.locator(".top .says").tap({ timeout: LIMIT_MS });
}

/** Nobody is signed in any more. */
const signOut = async (stage: Stage): Promise<void> => await anew(stage, ".wall .nothing");

/** Nobody may set it up yet: the list opens by itself. */
async function turnOn(stage: Stage): Promise<void> {
  stage.lab.answers("empty");
  await anew(stage, LIST);
}

/** Somebody stands at another screen than the box's own; asked once. */
async function elsewhere(stage: Stage): Promise<void> {
  const { stub, panel } = stage;
  const usual = stub.answerOf("GET /api/setup");
  stub.answer("GET /api/setup", () => ({ body: { needed: true, here: false } }));
  await press(stage, OPEN);
  await panel.page.locator(".firstStart .bad").waitFor({ timeout: LIMIT_MS });
  if (usual !== undefined) stub.answer("GET /api/setup", usual);
}

async function typeNewPin(stage: Stage): Promise<void> {
  for (const digit of CHOSEN_PIN) await press(stage, digit);
}

const FIRST_PERSON = ["People and PINs", write("Name", "Sam"), "Choose a PIN"] as const;
const FIND = ["First camera", "Add camera", "Find ONVIF cameras"] as const;
const NO_ZONES = { zones: [] };
const NO_OUTPUTS = { outputs: [], boards: [] };

/** As far as the box has come, told in what it tells. */
const steps: Readonly<Record<string, Part>> = {
  // Before anybody is there.
  new: part([turnOn], EMPTY(LIST), NEW_BOX),
  "new-language": part([turnOn, "Language"], EMPTY(head("Language"))),
  "new-panel": part([turnOn, "Size of the panel"], EMPTY(".ruler")),
  demonstration: part([], LIST, { demonstration: true }),
  "demonstration-end": part(["End the demonstration"], QUESTION, { demonstration: true }),
  // People.
  elsewhere: part([signOut, elsewhere], { cell: "nothing", wants: ".firstStart .bad" }),
  person: part([turnOn, "People and PINs"], EMPTY(head("First person")), NEW_BOX),
  "person-name": part([turnOn, "People and PINs", "Name"], EMPTY(WRITING)),
  "person-pin": part([turnOn, ...FIRST_PERSON], EMPTY(PAD)),
  "person-again": part([turnOn, ...FIRST_PERSON, typeNewPin, "Next"], EMPTY('text="Save PIN"')),
  "signed-out": part([signOut, OPEN], { cell: "nothing", wants: LIST }),
  "sign-in": part([signOut, OPEN, "First camera"], { cell: "nothing", wants: ".tilesOfNames" }),
  // Site and time zone.
  site: part(["Site and time zone"], ".rows .row"),
  "site-error": answered(["Site and time zone"], "error"),
  "site-zone": part(["Site and time zone", "Change Time zone"], ".half .card"),
  // Camera.
  camera: part(["First camera"], EMPTY(NOTHING)),
  "camera-add": part(["First camera", "Add camera"], EMPTY(".page .question")),
  "camera-find": part([...FIND], { cell: "nothing", wants: ".rows .row" }),
  "camera-find-loading": answered([...FIND], "late", NOTHING),
  "camera-find-empty": part([...FIND], EMPTY(NOTHING)),
  "camera-find-error": answered([...FIND], "error"),
  "camera-form": part(["First camera", "Add camera", "Network address"], EMPTY(".form .field")),
  // Zone.
  zone: part(["First stop zone"], { answers: "empty", wants: ".of-camera" }, NO_ZONES),
  "zone-kind": part(["First stop zone", "Add zone to Front"], ".picks button", NO_ZONES),
  "zone-draw": part(["First stop zone", "Add zone to Front", "Stop zone"], ".drawing", NO_ZONES),
  // Output.
  output: part(["First output"], { answers: "empty", wants: NOTHING }, NO_OUTPUTS),
  "output-board": part(["First output", "Add board"], ".rows .row", NO_OUTPUTS),
  // Walk test.
  walk: part(["Walk test"], ".rows .row"),
  "walk-zone": part(["Walk test", "Cell"], "table"),
};

export const FIRST: Page = {
  ...{ name: "first", way: [unlock, OPEN] },
  looks: {
    ...{ normal: LIST, empty: EMPTY(LIST) },
    ...{ loading: { answers: "late", wants: LIST }, error: { answers: "error", wants: ".bad" } },
  },
  parts: {
    language: part(["Language"], head("Language")),
    panel: part(["Size of the panel"], ".ruler"),
    ...steps,
  },
};
