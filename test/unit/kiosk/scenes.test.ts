/** Every page and every place of the kiosk, as its own sources name them, is among the scenes that are looked at. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { STATES } from "../../browser/scene_parts.ts";
import { PAGES, SCENES } from "../../browser/scenes.ts";
import { filesUnder, read, withoutComments } from "../../support/source.ts";

/** A folder of the kiosk whose page is called otherwise. */
const PAGE_OF: Readonly<Record<string, string>> = { walk: "walks" };

/** The names in a union of words, or of the kinds of places. */
function namesIn(union: string): readonly string[] {
  const kinds = union.includes("kind")
    ? [...union.matchAll(/kind:((?:\s*\|?\s*"[\w-]+")+)/g)].map(([, words = ""]) => words)
    : [union];
  return kinds.flatMap((words) => [...words.matchAll(/"([\w-]+)"/g)].map(([, name = ""]) => name));
}

function unionOf(code: string, start: RegExp): string {
  const at = code.search(start);
  return at < 0 ? "" : (code.slice(at).match(/^[^=(<]*[=<]((?:[^;]|;(?=[^\n]*\}))*?)(?:;\n|>\()/)?.[1] ?? "");
}

const state = withoutComments(read("kiosk/state.ts"));
const pages = (): readonly string[] => [
  ...namesIn(unionOf(state, /type Page =/)),
  ...namesIn(unionOf(state, /const room = signal</)),
  ...namesIn(unionOf(state, /type Asking =/)),
];

/** Each place within a page, as `page-place`. */
const places = (): readonly string[] =>
  filesUnder(["kiosk"], [".ts", ".tsx"]).flatMap((path) => {
    const folder = path.split("/")[1] ?? "";
    const code = withoutComments(read(path));
    return ["Place", "Step", "Tab", "Ask"]
      .filter((name) => path.endsWith("place.ts") || name === "Place" || folder === "bypass")
      .flatMap((name) => namesIn(unionOf(code, new RegExp(`type ${name} =`))))
      .map((name) => `${PAGE_OF[folder] ?? folder} ${name}`);
  });

test("every page has its six states, or says why not", () => {
  assert.ok(pages().length >= 20, `found ${pages().join(", ")}`);
  const lacks = pages().flatMap((name) => {
    const page = PAGES.find((one) => one.name === name);
    if (page === undefined) return [`${name}: add a line to PAGES or ROOMS in test/browser`];
    const states = SCENES.filter((scene) => scene.page === name).map((scene) => scene.state);
    return STATES.filter((one) => {
      const look = one === "alarm" || one === "lost" ? undefined : page.looks[one];
      return !states.includes(one) && !(typeof look === "object" && "never" in look);
    }).map((one) => `${name}: nothing looks at it ${one}`);
  });
  assert.deepEqual(lacks, []);
});

test("every place within a page is looked at", () => {
  assert.ok(places().length >= 60, `found ${places().join(", ")}`);
  const lacks = places().filter((place) => {
    const [name, within = ""] = place.split(" ");
    const page = PAGES.find((one) => one.name === name);
    return page?.home !== within && !Object.keys(page?.parts ?? {}).includes(within);
  });
  assert.deepEqual(lacks, []);
});

test("no two scenes have the same name", () => {
  const names = SCENES.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, n) => names.indexOf(name) !== n),
    [],
  );
});
