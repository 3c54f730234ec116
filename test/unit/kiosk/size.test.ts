/** What a panel keeps of itself, and the millimetre that follows from it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pxPerMm, pxPerMmOf } from "../../../kiosk/measure.ts";
import { parseKept } from "../../../kiosk/panel/kept_text.ts";

test("what was kept is read again, and anything else is as if nothing had been kept", () => {
  assert.deepEqual(parseKept('{"pxPerMm":6.68,"theme":"dim"}'), { pxPerMm: 6.68, theme: "dim" });
  for (const text of [null, "", "{", "null", "7", '"day"', '{"pxPerMm":"6","theme":"red"}', '{"pxPerMm":99}'])
    assert.deepEqual(parseKept(text), { theme: "system" }, String(text));
});

test("what was measured comes before the address, and the address before what is usual", () => {
  const seven = { width: 1024, height: 600 };
  assert.equal(pxPerMm({ ...seven, kept: 6.68, query: "5" }), 6.68);
  assert.equal(pxPerMm({ ...seven, kept: 40, query: "5" }), 5);
  assert.equal(pxPerMm({ ...seven, query: "x" }), 4.63);
});

test("the diagonal of a panel gives its millimetre, turned or not", () => {
  assert.equal(pxPerMmOf({ width: 1024, height: 600 }, 7).toFixed(2), "6.68");
  assert.equal(pxPerMmOf({ width: 600, height: 1024 }, 7).toFixed(2), "6.68");
  assert.equal(pxPerMmOf({ width: 1920, height: 1080 }, 21.5).toFixed(2), "4.03");
  assert.equal(pxPerMmOf({ width: 1920, height: 1080 }, 1), 12);
});
