/**
 * Writes test/golden/tensors.json: what one model of each family that can be had answered to the golden picture.
 * Run by hand (`node test/support/record-tensors.ts`, with PALISADE_SHARED) when a family reads more than before.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { preparePlanes } from "../../server/detect/family.ts";
import { listModels } from "../../server/detect/find.ts";
import type { Manifest } from "../../server/detect/manifest.ts";
import { outsidePath } from "./missing.ts";
import { planesOf } from "./planes.ts";
import { pack, type Stored } from "./tensors.ts";

const GOLDEN = join(import.meta.dirname, "../../models/demo/golden.jpg");
const FILE = new URL("../golden/tensors.json", import.meta.url);
/** Rows that score less are left out; every model's threshold lies higher. */
const KEEP = 0.3;
const MODELS = [
  "nanodet-m-416",
  "nanodet-plus-m-416",
  "picodet-s-416",
  "rtmdet-nano-person-320x320",
  "rtmdet-nano-person-mmdeploy",
  "yolox-nano-416",
];

type Floats = readonly Float32Array[];

/** How sure an output says it is of a person in a row; an output of sides follows the one of scores. */
function score({ family }: Manifest, data: Floats, output: number, row: number): number {
  const at = (index: number): number => data[output]?.[index] ?? 0;
  switch (family) {
    case "yolox":
      return at(row * 85 + 4) * at(row * 85 + 5);
    case "nanodet-plus":
      return at(row * 112);
    case "nanodet":
    case "picodet":
      return data[output % (data.length / 2)]?.[row * 80] ?? 0;
    default:
      return data[0]?.[row * 5 + 4] ?? 0;
  }
}

async function answer(name: string): Promise<Stored> {
  const model = listModels({ further: outsidePath("models") }).find((each) => each.manifest.name === name);
  if (model?.weightsPath === undefined) throw new Error(`There is no ${name} in PALISADE_SHARED/models`);
  const { manifest } = model;
  const { width, height } = manifest.input;
  const session = await InferenceSession.create(model.weightsPath, { logSeverityLevel: 3 });
  const into = new Float32Array(3 * width * height);
  for await (const planes of planesOf(["-i", GOLDEN], manifest.input)) preparePlanes(planes, into, manifest);
  const input = new Tensor("float32", into, [1, 3, height, width]);
  const answered = await session.run({ [session.inputNames[0] ?? ""]: input });
  const outputs = session.outputNames.map((each) => {
    const { dims, data } = answered[each] as Tensor;
    return { dims, data: data as Float32Array | BigInt64Array };
  });
  const data = outputs.map((each) => each.data as Float32Array);
  const tensors = outputs.map((each, output) => {
    const rows = Array.from({ length: each.dims[1] ?? 0 }, (_, row) => row);
    return pack(each, new Set(rows.filter((row) => score(manifest, data, output, row) >= KEEP)));
  });
  return { model: name, tensors };
}

const stored: Stored[] = [];
for (const name of MODELS) stored.push(await answer(name));
writeFileSync(FILE, `[\n${stored.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
