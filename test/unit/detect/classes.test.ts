/** Zones that look for classes of the model: what a configuration makes of them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseProvision } from "../../../server/domain/config.ts";
import { workOf } from "../../../server/guard.ts";
import { camera, zone } from "../../fakes/config_files.ts";
import { manifest } from "./models.ts";

const folder = mkdtempSync(join(tmpdir(), "palisade-classes-"));
after(() => rmSync(folder, { recursive: true }));
const classes = [
  { index: 0, label: "person" },
  { index: 1, label: "forklift" },
];
const yard = manifest({ name: "yard", file: "yard.onnx", family: "yolov8", output: { classes: 2 }, classes });
writeFileSync(join(folder, "yard.json"), JSON.stringify(yard));
writeFileSync(join(folder, "yard.onnx"), "");

function work(wanted: readonly string[], kind = "warn") {
  const zones = [zone({ kind, name: "Yard", classes: wanted })];
  const parsed = parseProvision({ cameras: [camera()], zones, detector: { model: "yard" } });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  // Only meanwhile: other tests of the same process look for models too.
  const before = process.env.PALISADE_MODELS;
  process.env.PALISADE_MODELS = folder;
  try {
    return workOf(parsed.value);
  } finally {
    if (before === undefined) delete process.env.PALISADE_MODELS;
    else process.env.PALISADE_MODELS = before;
  }
}

test("a zone counts the classes that it names, if the model knows them", () => {
  const { rules, plan } = work(["forklift"]);
  assert.deepEqual(rules.zones[0]?.classes, ["forklift"]);
  assert.ok("weightsPath" in plan.model);
});

test("a stop zone counts people, whatever it counts besides", () => {
  assert.deepEqual(work(["forklift"], "stop").rules.zones[0]?.classes, ["person", "forklift"]);
  assert.deepEqual(work(["forklift", "person"], "stop").rules.zones[0]?.classes, ["forklift", "person"]);
});

test("a class that the model does not know fails the detector in words: nothing would ever be found", () => {
  const { plan } = work(["forklift", "helmet"]);
  assert.deepEqual(plan.model, {
    failed:
      'Zone "Yard" looks for "helmet", and model "yard" knows person, forklift; correct the zone or choose another model',
  });
});
