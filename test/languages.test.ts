/** Every text of the screen is translated, in every language it offers, and none of them claims more than the box is. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hear, heard } from "../kiosk/heard.ts";
import { LANGUAGES } from "../kiosk/language.ts";
import { speak } from "../kiosk/say.ts";
import { ALARMS } from "../server/domain/alarm.ts";
import { PERMISSIONS, type PermissionId, whoMay } from "../server/domain/permission.ts";
import { TRUST_CHECKS } from "../server/domain/trust.ts";
import { boxKeys } from "./languages/box_texts.ts";
import { claimOf } from "./languages/claims.ts";
import { placesOfKeys } from "./languages/places.ts";
import { faultsOf, fileOf, PLACES, tableOf, tablesOf } from "./languages/table.ts";
import { screenKeys, untold } from "./languages/texts.ts";

const screen = screenKeys();
const box = boxKeys();
const keys = [...screen.keys(), ...box.keys()];

test("no text of the screen stands there in English alone", () => {
  assert.deepEqual(untold(), []);
});

test("the texts of the screen and the sentences of the box are found", () => {
  assert.ok(screen.has("Request stop"), "a text");
  assert.ok(screen.has("PIN of {name}"), "a text with a value");
  for (const sentence of [
    "Person in {source}",
    "Clear the area, acknowledge, check that nobody is inside, then reset.",
    "must be a whole number",
    "server answered 401; check the user and the password",
    "A person is in {zone}",
  ])
    assert.ok(box.has(`${sentence}||box`), sentence);
});

test("every English text can be formatted and claims nothing", () => {
  assert.deepEqual(
    keys.flatMap((key) => faultsOf("en", key, key.split("||")[0] ?? "").map((fault) => `${key}: ${fault}`)),
    [],
  );
});

for (const language of Object.keys(LANGUAGES).filter((each) => each !== "en")) {
  const table = tableOf(language);
  test(`${language} is complete, with the values and plural forms it needs`, () => {
    const wanted = new Set(keys);
    assert.deepEqual(
      [
        ...keys.filter((key) => !Object.hasOwn(table, key)).map((key) => `${key}: is missing`),
        ...Object.keys(table).flatMap((key) => (wanted.has(key) ? [] : [`${key}: nobody says it`])),
        ...Object.entries(table).flatMap(([key, text]) =>
          faultsOf(language, key, text).map((fault) => `${key}: ${fault}`),
        ),
      ],
      [],
    );
  });
}

test("no page waits for words that only a later one says, and none lacks its own", () => {
  const places = placesOfKeys();
  assert.equal(places.get("Request stop"), "screen");
  assert.equal(places.get("Person in {source}||box"), "box");
  assert.equal(places.get("Begin walk test"), "later");
  for (const language of Object.keys(LANGUAGES).filter((each) => each !== "en")) {
    const tables = tablesOf(language);
    const misplaced = PLACES.flatMap((place) =>
      Object.keys(tables[place]).flatMap((key) =>
        places.get(key) === place ? [] : [`${fileOf(language, place)}: ${key}`],
      ),
    );
    assert.deepEqual(misplaced, [], "node test/languages/places.ts puts them where they belong");
  }
});

test("what the box really says is heard: alarms, responses, checks and refusals", () => {
  speak("de", {});
  const templates = [...box.keys()].map((key) => key.slice(0, -"||box".length));
  hear(Object.fromEntries(templates.map((template) => [template, `«${template}»`])));
  const said = [
    ...Object.values(ALARMS).flatMap(({ text, response }) => [text.replace("{source}", "Cell"), response]),
    ...Object.values(TRUST_CHECKS).flatMap(({ title, text }) => [title, text]),
    ...(Object.keys(PERMISSIONS) as PermissionId[]).map(whoMay),
    "Door is not seen: camera Front is covered",
    'Cannot open camera "front": server answered 401; check the user and the password',
  ];
  assert.deepEqual(
    said.filter((sentence) => !heard(sentence).startsWith("«")),
    [],
  );
  speak("en", {});
  hear({});
});

test("the search finds what is wrong with a translation", () => {
  const count = "{count, plural, one {# frame} other {# frames}}";
  assert.deepEqual(faultsOf("pl", count, "{count, plural, one {# klatka} other {# klatek}}"), [
    'lacks the plural form "few" of {count}',
    'lacks the plural form "many" of {count}',
  ]);
  assert.deepEqual(faultsOf("de", count, "{count} Bilder"), ["has no plural for {count}"]);
  assert.deepEqual(faultsOf("ja", count, "{count} フレーム"), []);
  assert.deepEqual(faultsOf("fr", "PIN of {name}", "PIN d'{name}"), ["lacks {name}"]);
  assert.deepEqual(faultsOf("de", "Clear", ""), ["is empty"]);
  assert.equal(faultsOf("de", "PIN of {name}", "PIN von {name").length, 1);
  const claims: readonly (readonly [string, string])[] = [
    ...([
      ["de", "Sicher"],
      ["es", "Zona segura"],
      ["fr", "Zone sûre"],
      ["pl", "Bezpieczny"],
    ] as const),
    ...([
      ["zh", "安全"],
      ["ja", "安全です"],
      ["en", "Safe"],
    ] as const),
  ];
  for (const [language, text] of claims) assert.notEqual(claimOf(language, "Clear", text), undefined, text);
  assert.equal(claimOf("fr", "Set up", "Sur la caméra"), undefined, "a word that only looks like one");
});
