/** The keyboard on the screen: every sign an address or a password holds, and what each key does to a text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Edit, type Key, keysFor, layerAfter, pressKey } from "../../../kiosk/parts/keys.ts";

const typed = (text: string): Key => ({ kind: "type", text });
const MOST = 20;
const SHAPES = ["landscape", "portrait", "narrow"] as const;

/** A text with its cursor at `|`, or what is marked between two of them. */
function edit(drawn: string): Edit {
  const [before = "", marked, after] = drawn.split("|");
  if (after === undefined) return { text: before + (marked ?? ""), from: before.length, to: before.length };
  return { text: before + marked + after, from: before.length, to: before.length + (marked ?? "").length };
}

const TABLE: readonly (readonly [from: string, key: Key, to: string])[] = [
  ["rts|", typed("p"), "rtsp|"],
  ["r|sp", typed("t"), "rt|sp"],
  ["a|bc|d", typed("x"), "ax|d"],
  ["abc|", { kind: "erase" }, "ab|"],
  ["|abc", { kind: "erase" }, "|abc"],
  ["a|bc|d", { kind: "erase" }, "a|d"],
  ["ab|c", { kind: "left" }, "a|bc"],
  ["|abc", { kind: "left" }, "|abc"],
  ["a|bc|d", { kind: "left" }, "a|bcd"],
  ["ab|c", { kind: "right" }, "abc|"],
  ["abc|", { kind: "right" }, "abc|"],
  ["a|bc|d", { kind: "right" }, "abc|d"],
  ["Halle 🏭|", { kind: "erase" }, "Halle |"],
  ["Halle |🏭", { kind: "right" }, "Halle 🏭|"],
  ["abc|", { kind: "shift" }, "abc|"],
  ["12345678901234567890|", typed("x"), "12345678901234567890|"],
];

test("each key does to the text and its cursor what is written on it", () => {
  for (const [from, key, to] of TABLE) assert.deepEqual(pressKey(edit(from), key, MOST), edit(to), from);
});

test("letters, digits and every sign of an address or a sentence are there in every shape, without another layer", () => {
  for (const shape of SHAPES) {
    const rows = keysFor(shape, "small").flat();
    const texts = new Set(rows.map((key) => (key.kind === "type" ? key.text : key.kind)));
    for (const wanted of [..."abcdefghijklmnopqrstuvwxyz0123456789:/.,@-_?&= ", "erase", "shift", "signs"])
      assert.ok(texts.has(wanted), `"${wanted}" in ${shape}`);
  }
});

test("the cursor has its keys in every shape, where space is wide with the signs", () => {
  for (const shape of SHAPES) {
    const kinds = (["small", "signs"] as const).flatMap((layer) => keysFor(shape, layer).flat());
    for (const wanted of ["left", "right"] as const)
      assert.ok(
        kinds.some(({ kind }) => kind === wanted),
        `${wanted} in ${shape}`,
      );
  }
});

test("space is as wide as three keys where letters are written", () => {
  for (const shape of SHAPES)
    for (const layer of ["small", "capital"] as const) {
      const space = keysFor(shape, layer)
        .flat()
        .find((key) => key.kind === "type" && key.text === " ");
      assert.equal(space?.kind === "type" && space.wide, true, `${shape}, ${layer}`);
    }
});

test("every printable sign of ASCII can be typed: a password may hold any", () => {
  for (const shape of SHAPES) {
    const texts = new Set(
      (["small", "capital", "signs"] as const)
        .flatMap((layer) => keysFor(shape, layer).flat())
        .map((key) => (key.kind === "type" ? key.text : "")),
    );
    for (let code = 32; code < 127; code++)
      assert.ok(texts.has(String.fromCharCode(code)), `"${String.fromCharCode(code)}"`);
  }
});

test("a row has room for thirteen keys in landscape, eight on a narrow panel, and none types the same as another", () => {
  for (const layer of ["small", "capital", "signs"] as const) {
    const [wide, narrow] = [keysFor("landscape", layer), keysFor("narrow", layer)];
    // The space of the last row is as wide as three, but with the signs in landscape.
    assert.deepEqual(
      wide.map((row) => row.length),
      [13, 13, 13, layer === "signs" ? 13 : 11],
    );
    assert.deepEqual(
      narrow.map((row) => row.length),
      [8, 8, 8, 8, 8, 8, 6],
    );
    for (const row of [...wide, ...narrow]) {
      const names = row.map((key) => (key.kind === "type" ? key.text : key.kind));
      assert.equal(new Set(names).size, names.length, names.join(" "));
    }
  }
});

test("a capital is one letter long, and signs stay until they are left", () => {
  const shift: Key = { kind: "shift" };
  const signs: Key = { kind: "signs" };
  assert.equal(layerAfter("small", shift), "capital");
  assert.equal(layerAfter("capital", typed("A")), "small");
  assert.equal(layerAfter("capital", shift), "small");
  assert.equal(layerAfter("capital", { kind: "left" }), "capital");
  assert.equal(layerAfter("small", signs), "signs");
  assert.equal(layerAfter("signs", typed("!")), "signs");
  assert.equal(layerAfter("signs", signs), "small");
});
