/**
 * Every page of scenes.ts with texts a third longer, on the two narrowest panels. It takes minutes: asked for by
 * PALISADE_LONGER, the folder for the pictures of what is wrong.
 */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { openPanel } from "../support/browser.ts";
import * as missing from "../support/missing.ts";
import { layoutFaults } from "./geometry.ts";
import { longer, longerTable, translate } from "./longer.ts";
import { become, type PanelSize } from "./profiles.ts";
import { openLab } from "./rooms-lab.ts";
import { SCENES } from "./scenes.ts";
import { play } from "./stage.ts";
import { startStub } from "./stub.ts";

const OUT = process.env.PALISADE_LONGER;
const NAMED = process.env.PALISADE_SCENES?.split(",");
const PANELS: readonly (PanelSize & { readonly name: string })[] = [
  { name: "seven-inch", width: 1024, height: 600, mm: 6.68 },
  { name: "seven-inch-upright", width: 600, height: 1024, mm: 6.68 },
  { name: "compact", width: 1024, height: 600, mm: 4.63 },
];

type Find = Page["getByRole"];
type Name = NonNullable<Parameters<Find>[1]>["name"];

const PLURAL = /\{(\w+), plural,[^{}]*one \{([^{}]*)\}[^{}]*other \{([^{}]*)\}\}/;

/** The text for one and for several, with the number as a value; itself where it has no plural. */
const inNumbers = (text: string): readonly string[] =>
  [2, 3].map((form) =>
    text.replace(PLURAL, (...found: string[]) => (found[form] ?? "").replaceAll("#", `{${found[1]}}`)),
  );

/** What an English text may be now: itself, longer, and longer with its values as they are or longer too. */
function longerOf(table: Readonly<Record<string, string>>): (english: string) => readonly string[] {
  const texts = Object.entries(table).map(([key, text]) => [key.split("||")[0] ?? key, text] as const);
  const named = new Map(texts);
  const VALUE = /\{(\w+)\}/g;
  const templates = texts
    .flatMap(([key, text]) => inNumbers(key).map((one, n) => [one, inNumbers(text)[n] ?? ""] as const))
    .filter(([key]) => /^\w/.test(key) && key.replaceAll(VALUE, "").search(/[{}]/) < 0)
    .map(([key, text]) => ({
      text,
      words: key.replaceAll(VALUE, "").length,
      like: new RegExp(`^${RegExp.escape(key).replaceAll(/\\\{(?:\\x)?(\w+)\\\}/g, "(?<$1>.+)")}$`),
    }))
    .sort((a, b) => b.words - a.words);
  return (english) => {
    const whole = named.get(english);
    if (whole !== undefined) return [english, whole];
    for (const { like, text } of templates) {
      const values = like.exec(english)?.groups;
      if (values === undefined) continue;
      const filled = (say: (value: string) => string): string =>
        text.replaceAll(VALUE, (_, name: string) => say(values[name] ?? ""));
      return [english, filled((value) => value), filled((value) => named.get(value) ?? value)];
    }
    return [english];
  };
}

/** A scene that waits for an English text waits for the longer one. */
function wantsLonger(wants: string, longer: (english: string) => readonly string[]): string {
  const english = /^text="(.+)"$/.exec(wants)?.[1];
  return english === undefined ? wants : `text=/^(?:${longer(english).map(RegExp.escape).join("|")})$/`;
}

/** The scenes look for English names: here they find the longer ones, and what somebody has named so. */
function findLonger(page: Page, longer: (english: string) => readonly string[]): void {
  const said = (name: Name): Name =>
    typeof name === "string" ? new RegExp(`^(?:${longer(name).map(RegExp.escape).join("|")})$`) : name;
  for (const has of [page, Object.getPrototypeOf(page.locator("body")) as Locator]) {
    const find = has.getByRole;
    has.getByRole = function getByRole(this: Page & Locator, role, options = {}) {
      const { name, ...rest } = options;
      return find.call(this, role, name === undefined ? rest : { ...rest, name: said(name) as string });
    } as Find;
  }
}

test("no page cuts off what is a third longer", {
  skip: missing.chromium() || (OUT === undefined && "set PALISADE_LONGER to a folder; it takes minutes"),
  timeout: 1_500_000,
}, async (t) => {
  const folder = OUT ?? ".";
  mkdirSync(folder, { recursive: true });
  const table = longerTable();
  assert.equal(longer("Live").length, 6);
  await using stub = await startStub();
  const lab = openLab(stub);
  await using panel = await openPanel({ url: stub.url, width: 1024, height: 600 });
  await translate(panel, table);
  const said = longerOf(table);
  findLonger(panel.page, said);
  const faults: string[] = [];
  for (const scene of SCENES) {
    if (scene.goesOn || !(NAMED?.includes(scene.name) ?? true)) continue;
    try {
      await panel.page.evaluate(() => localStorage.setItem("language", "de"));
      const setting = { ...scene.setting, wants: wantsLonger(scene.setting.wants, said) };
      await play({ panel, stub, lab }, scene.way, setting, scene.besides);
      for (const size of PANELS) {
        await become(panel.page, size, "day");
        const found = await layoutFaults(panel.page, { mayScroll: true });
        const what = `${scene.name}-${size.name}`;
        if (found.length > 0) await panel.page.screenshot({ path: `${folder}/${what}.png` });
        faults.push(...found.map((fault) => `${what}: ${fault}`));
      }
    } catch (error) {
      faults.push(`${scene.name}: cannot be opened: ${String(error).slice(0, 300)}`);
    }
    writeFileSync(`${folder}/faults.txt`, faults.join("\n"));
  }
  t.diagnostic(`the pictures are in ${folder}`);
  assert.deepEqual(faults, []);
});
