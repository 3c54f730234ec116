/** Zones and measured floors added, changed and removed one by one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { changeBoard, changeCamera, removeBoard } from "../../../server/domain/edit.ts";
import { addZone, changeZone, removeZone } from "../../../server/domain/edit_zones.ts";
import { configOf, PROVISION } from "./scenario.ts";

const CONFIG = configOf(PROVISION);
const BAY = {
  ...{ name: "Bay 2", camera: "front", kind: "dwell", dwellMs: 5_000 },
  polygon: [
    [0, 0],
    [0.2, 0],
    [0.2, 0.2],
  ],
};

const errorsOf = (edited: { readonly ok: boolean }): unknown => ("errors" in edited ? edited.errors : edited);

test("a new zone is held against every rule, and errors are named by its own members", () => {
  const added = addZone(CONFIG, BAY);
  assert.ok(added.ok, JSON.stringify(added));
  assert.deepEqual(added.item, { ...BAY, id: "bay-2" });
  assert.deepEqual({ ...added.config, zones: CONFIG.zones }, CONFIG);
  assert.deepEqual(errorsOf(addZone(CONFIG, { ...BAY, id: "cell", camera: "back", minHeight: 2 })), [
    { path: "camera", message: 'names no camera: "back"' },
    { path: "id", message: '"cell" is already used by zone "Cell"; choose another' },
    { path: "minHeight", message: "must be 0 to 0.5" },
  ]);
});

test("a changed zone keeps what the draft leaves out, loses what is null, and never its id", () => {
  const first = changeZone(CONFIG, "cell", { minHeight: 0.1, stopTimeMs: 300 });
  assert.ok(first.ok);
  const again = changeZone(first.config, "cell", { stopTimeMs: null, name: "Press" });
  assert.deepEqual(again.ok && again.item, { ...CONFIG.zones[0], name: "Press", minHeight: 0.1 });
  assert.deepEqual(errorsOf(changeZone(CONFIG, "cell", { id: "x" })), [
    { path: "id", message: "cannot be changed: its outputs go by it" },
  ]);
});

test("a zone goes when no output follows it", () => {
  assert.deepEqual(errorsOf(removeZone(CONFIG, "cell")), [
    {
      path: "id",
      message: "is still followed by outputs: permit, horn, pulse, beacon; bind them to other zones first",
    },
  ]);
  const added = addZone(CONFIG, BAY);
  assert.ok(added.ok);
  const removed = removeZone(added.config, "bay-2");
  assert.deepEqual(removed.ok && removed.config, CONFIG);
});

test("a board stays while a zone has its condition on it", () => {
  const io = changeBoard({ ...CONFIG, outputs: [] }, "sim", { inputs: 2 });
  assert.ok(io.ok);
  const bound = changeZone(io.config, "cell", { condition: { board: "sim", input: 1, name: "Set-up" } });
  assert.ok(bound.ok, JSON.stringify(bound));
  assert.deepEqual(errorsOf(removeBoard(bound.config, "sim")), [
    { path: "id", message: "still has conditions of zones on it: Cell; move or remove them first" },
  ]);
});

test("a camera's floor is measured, and forgotten by null", () => {
  const ground = {
    points: [
      [0.2, 0.9],
      [0.8, 0.9],
      [0.65, 0.5],
      [0.35, 0.5],
    ],
    sides: [3, 4, 3, 4],
    diagonal: 5,
  };
  const measured = changeCamera(CONFIG, "front", { ground });
  assert.ok(measured.ok, JSON.stringify(measured));
  assert.deepEqual(measured.item.ground, ground);
  const forgotten = changeCamera(measured.config, "front", { ground: null });
  assert.deepEqual(forgotten.ok && forgotten.config, CONFIG);
  const wrong = changeCamera(CONFIG, "front", { ground: { ...ground, diagonal: 9 } });
  assert.deepEqual(errorsOf(wrong), [
    { path: "ground.sides", message: "and the diagonal make no triangles; measure them again" },
  ]);
});
