/** Names on a picture: broken between words, and only where nothing else helps cut. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nameLines, widthOf } from "../../../kiosk/parts/name_lines.ts";

const LETTER = 14;
const NAME = "Approach from the north aisle";

test("a name stands in one line where it fits, else in several, broken between words", () => {
  assert.deepEqual(nameLines(NAME, 400, LETTER), [NAME]);
  assert.deepEqual(nameLines(NAME, 160, LETTER), ["Approach from the", "north aisle"]);
  assert.deepEqual(nameLines(NAME, 100, LETTER), ["Approach", "from the", "north aisle"]);
});

test("a word wider than a line is broken, and what a third line has no room for ends in an ellipsis", () => {
  assert.deepEqual(nameLines("Verpackungsmaschine", 100, LETTER), ["Verpackungs", "maschine"]);
  assert.deepEqual(nameLines(NAME, 80, LETTER), ["Approach", "from the", "north…"]);
  assert.deepEqual(nameLines("机器人单元后面的围栏", 70, LETTER), ["机器人单元", "后面的围栏"]);
});

test("no line is wider than its room but for the ellipsis, and no letter is lost in what is not cut", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 80 }),
      fc.integer({ min: 40, max: 600 }),
      (name, room) => {
        const lines = nameLines(name, room, LETTER);
        for (const line of lines) assert.ok(widthOf(line.replace(/…$/, ""), LETTER) <= room, line);
        const whole = (text: string): string => text.replaceAll(" ", "");
        if (!lines.at(-1)?.endsWith("…")) assert.equal(whole(lines.join("")), whole(name));
      },
    ),
  );
});
