/** Tiles, panel sizes: where things go. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { chooseFocus, chooseGrid, fit, MODEL_MM, makeRoom, placeIn } from "../../../kiosk/layout.ts";
import { pxPerMm } from "../../../kiosk/measure.ts";

/** The room for the tiles as measured on a 1280x800 panel, and turned. */
const WIDE = { width: 949, height: 516 };
const TALL = { width: 782, height: 590 };
const MM = 5.88;

test("tiles stand in the grid that makes the pictures largest", () => {
  const shape = (count: number) => {
    const { columns, rows } = chooseGrid(count, WIDE, MM);
    return `${columns}x${rows}`;
  };
  assert.equal(shape(1), "1x1");
  assert.equal(shape(2), "2x1");
  assert.equal(shape(3), "2x2");
  assert.equal(shape(4), "2x2");
  assert.equal(shape(5), "3x2");
  assert.equal(shape(9), "3x3");
  assert.equal(shape(16), "4x4");
});

test("two tiles are stacked in portrait", () => {
  const { columns, rows } = chooseGrid(2, TALL, MM);
  assert.deepEqual([columns, rows], [1, 2]);
});

test("the head is lower where it would cost the picture, and roomy where it does not", () => {
  const [stacked, beside] = [chooseGrid(2, TALL, MM), chooseGrid(2, WIDE, MM)];
  assert.ok(stacked.headPx < beside.headPx);
  assert.equal(stacked.picture.height, stacked.cell.height - stacked.headPx);
});

test("zones are listed under the picture only where there is room for them", () => {
  assert.equal(chooseGrid(2, WIDE, MM).detail, "zones");
  assert.equal(chooseGrid(9, WIDE, MM).detail, "none");
});

test("the detector's card stands under the tiles only where it costs no picture and no zone's row", () => {
  const room = (count: number, zones: number) =>
    makeRoom(chooseGrid(count, WIDE, MM), { count, area: WIDE, mm: MM, zones });
  const two = room(2, 1);
  assert.ok(two !== undefined);
  assert.equal(two.detail, "zones");
  assert.deepEqual(two.picture, chooseGrid(2, WIDE, MM).picture);
  assert.ok(two.cell.height + MODEL_MM * MM <= WIDE.height);
  assert.equal(room(2, 3), undefined, "three zones need the room for their rows");
  assert.equal(room(1, 1), undefined, "one picture would get smaller");
  assert.equal(room(4, 1), undefined);
});

test("a grid always fits into its room", () => {
  const side = fc.integer({ min: 0, max: 3_000 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 16 }), side, side, (count, width, height) => {
      const grid = chooseGrid(count, { width, height }, MM);
      assert.ok(grid.columns * grid.rows >= count);
      assert.ok(grid.cell.width === 0 || grid.cell.width * grid.columns <= width);
      assert.ok(grid.picture.width <= grid.cell.width);
      assert.ok(grid.picture.height === 0 || grid.picture.height + grid.headPx <= grid.cell.height);
    }),
  );
});

test("a picture of any shape is fitted whole", () => {
  assert.deepEqual(fit(16 / 9, { width: 640, height: 1000 }), { width: 640, height: 360 });
  assert.deepEqual(fit(4 / 3, { width: 1000, height: 300 }), { width: 400, height: 300 });
  assert.deepEqual(fit(4 / 3, { width: 100, height: -20 }), { width: 0, height: 0 });
});

test("a millimetre is known for usual panels, turned too, and told by the installer for others", () => {
  assert.equal(pxPerMm({ width: 1280, height: 800 }), 5.88);
  assert.equal(pxPerMm({ width: 800, height: 1280 }), 5.88);
  assert.equal(pxPerMm({ width: 1024, height: 600 }), 4.63);
  assert.equal(pxPerMm({ width: 1920, height: 1080 }), 5.56);
  assert.equal(pxPerMm({ width: 1366, height: 768 }), 1366 / 217);
  assert.equal(pxPerMm({ width: 1280, height: 800, query: "4.91" }), 4.91);
  for (const query of ["", "nonsense", "0", "99", null])
    assert.equal(pxPerMm({ width: 1280, height: 800, query }), 5.88);
});

test("one camera large is larger than in the grid of many, and all of the others are still seen", () => {
  for (const area of [WIDE, TALL])
    for (let count = 2; count <= 16; count++) {
      const { large, others, aside } = chooseFocus(1, count - 1, area, MM);
      const grid = chooseGrid(count, area, MM);
      const what = `${count} in ${area.width}x${area.height}`;
      assert.ok(count < 4 || large.picture.width > grid.picture.width, `${what}: ${large.picture.width}`);
      assert.ok(others.columns * others.rows >= count - 1, what);
      assert.ok(others.picture.width >= 14 * MM, `${what}: ${others.picture.width} wide`);
      assert.ok(
        aside.x >= large.cell.width + large.gapPx || aside.y >= large.cell.height + large.gapPx,
        what,
      );
    }
});

test("tiles that share a wall never lie over each other or over its edge, large and small ones", () => {
  const side = fc.integer({ min: 300, max: 3_000 });
  const many = fc.integer({ min: 1, max: 8 });
  fc.assert(
    fc.property(many, many, side, side, (large, small, width, height) => {
      const focus = chooseFocus(large, small, { width, height }, MM);
      const cells = [
        ...Array.from({ length: large }, (_, n) => ({ ...placeIn(focus.large, n), ...focus.large.cell })),
        ...Array.from({ length: small }, (_, n) => ({
          ...placeIn(focus.others, n, focus.aside),
          ...focus.others.cell,
        })),
      ];
      for (const [n, one] of cells.entries()) {
        assert.ok(one.x + one.width <= width && one.y + one.height <= height, "within the wall");
        for (const other of cells.slice(n + 1))
          assert.ok(
            one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y,
            "apart",
          );
      }
    }),
  );
});
