/** The tokens of the look: contrasts by the formula of WCAG 2.2, and that no other file names a colour or a letter size. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { ROOT } from "../../support/runtime.ts";

const STYLE = `${ROOT}kiosk/style/`;
const TOKENS = readFileSync(`${STYLE}tokens.css`, "utf8");
const THEMES = ["day", "dim"] as const;
type Theme = (typeof THEMES)[number];

/** AA for texts, AAA for those of alarms, and what a shape needs to be told from what it lies on. */
const AA = 4.5;
const AAA = 7;
const SHAPE = 3;

function colourOf(name: string, theme: Theme): string {
  const both = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(TOKENS);
  const one = new RegExp(`--${name}: (#\\w{6});`).exec(TOKENS);
  const found = both?.[theme === "day" ? 1 : 2] ?? one?.[1];
  if (found === undefined) throw new Error(`tokens.css has no colour --${name}`);
  return found;
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** What the priorities are filled and written with. */
function priority(n: number, name: "fill" | "fill-2" | "on-fill"): string {
  const block = new RegExp(`\\.p${n}[^{]*\\{([^}]*)\\}`).exec(TOKENS)?.[1] ?? "";
  const found = new RegExp(`--${name}: (#\\w{6})`).exec(block)?.[1];
  if (found === undefined) throw new Error(`tokens.css has no --${name} for priority ${n}`);
  return found;
}

test("black on white is 21:1 and a colour on itself 1:1", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.equal(contrast("#f58220", "#f58220"), 1);
});

const TEXTS: readonly (readonly [text: string, ...grounds: string[]])[] = [
  ["text", "bg", "card", "raised"],
  ["muted", "bg", "card", "raised"],
  ["bad", "bg", "card", "raised"],
  ["on-ink", "ink"],
  ["white", "blue", "night", "night-2", "coal", "alarm"],
  ["on-coal", "stop-key"],
  ["night-text", "night", "night-2"],
  ["dust", "coal", "coal-2"],
  ["black", "hazard"],
  ["coal", "chalk"],
];

for (const theme of THEMES) {
  test(`every text has AA on what it lies on: ${theme}`, () => {
    const weak = TEXTS.flatMap(([text, ...grounds]) =>
      grounds
        .map((ground) => [ground, contrast(colourOf(text, theme), colourOf(ground, theme))] as const)
        .filter(([, ratio]) => ratio < AA)
        .map(([ground, ratio]) => `${text} on ${ground} has ${ratio.toFixed(2)}:1`),
    );
    assert.deepEqual(weak, []);
  });

  test(`alarms have AAA in both states of their flashing, and a rim that is seen: ${theme}`, () => {
    for (const n of [1, 2, 3, 4])
      for (const fill of ["fill", "fill-2"] as const)
        assert.ok(
          contrast(priority(n, fill), priority(n, "on-fill")) >= AAA,
          `priority ${n}, ${fill}: ${contrast(priority(n, fill), priority(n, "on-fill")).toFixed(2)}:1`,
        );
    assert.ok(contrast(colourOf("edge", theme), colourOf("bg", theme)) >= SHAPE);
  });

  test(`what has the focus, a field's rim and the key of a stop are seen: ${theme}`, () => {
    for (const ground of ["bg", "card", "raised"])
      assert.ok(contrast(colourOf("focus", theme), colourOf(ground, theme)) >= SHAPE, `focus on ${ground}`);
    const stop = Math.max(
      contrast(colourOf("stop-key", theme), colourOf("bg", theme)),
      contrast(colourOf("stop-rim", theme), colourOf("bg", theme)),
    );
    assert.ok(stop >= SHAPE, `stop has ${stop.toFixed(2)}:1`);
  });
}

const OTHERS = readdirSync(STYLE)
  .filter((file) => file.endsWith(".css") && file !== "tokens.css")
  .map((file) => [file, readFileSync(STYLE + file, "utf8")] as const);

test("no other file names a colour", () => {
  assert.ok(OTHERS.length > 10);
  const named = OTHERS.flatMap(([file, text]) =>
    [...text.matchAll(/#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)|\brgba?\(|\bhsla?\(/g)].map(
      ([found]) => `${file}: ${found}`,
    ),
  );
  assert.deepEqual(named, []);
});

test("letters outside of pictures have a size of the scale", () => {
  const odd = OTHERS.flatMap(([file, text]) =>
    [...text.matchAll(/font-size: ([^;]+);/g)]
      .map(([, size = ""]) => size)
      // Units of a drawing, which grows with its picture.
      .filter((size) => !/^(var\(--(xs|s|m|ml|l|xl|xxl|huge)\)|inherit|\d+px)$/.test(size))
      .map((size) => `${file}: ${size}`),
  );
  assert.deepEqual(odd, []);
});

test("every token is used, and every one that is used is there", () => {
  const all = [...OTHERS.map(([, text]) => text), TOKENS].join("\n");
  const made = new Set([...TOKENS.matchAll(/^\s+--([\w-]+):/gm)].map(([, name]) => name));
  const used = new Set([...all.matchAll(/var\(--([\w-]+)/g)].map(([, name]) => name));
  assert.deepEqual(
    [...made].filter((name) => !used.has(name)),
    [],
  );
  const local = new Set(["mm", "fill-for", "stripes", "shape", "at", "han"]);
  assert.deepEqual(
    [...used].filter((name) => name !== undefined && !made.has(name) && !local.has(name)),
    [],
  );
});
