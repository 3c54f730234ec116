/** Real models on real pictures, through the same ffmpeg arguments as a camera. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import { captureArgs } from "../../server/camera/args.ts";
import { findFfmpeg } from "../../server/camera/ffmpeg.ts";
import { readStill } from "../../server/camera/still.ts";
import { listModels, type ModelEntry } from "../../server/detect/find.ts";
import { SelfTest } from "../../server/detect/self_test.ts";
import { Detector } from "../../server/detect/session.ts";
import type { Detection } from "../../server/domain/eye.ts";
import { iou } from "../../server/domain/geometry.ts";

const DEMO = join(import.meta.dirname, "../../models/demo");
const SIZE = { width: 640, height: 360 };
const truth = JSON.parse(readFileSync(join(DEMO, "golden.json"), "utf8")) as {
  persons: { box: [number, number, number, number] }[];
};
const people = truth.persons.map(({ box: [x, y, w, h] }) => ({ x0: x, y0: y, x1: x + w, y1: y + h }));

/** The first frame of a still, as a camera's pipe would carry it. */
async function planesOf(file: string, model: ModelEntry): Promise<Uint8Array> {
  const ffmpeg = findFfmpeg();
  assert.ok(ffmpeg.ok);
  const order = { id: "still", source: `file:${join(DEMO, file)}`, fps: 10, transport: "tcp" } as const;
  const loop = ["-re", "-stream_loop", "-1"];
  const args = captureArgs(order, model.manifest.input).filter((arg) => !loop.includes(arg));
  const child = spawn(ffmpeg.path, args, { stdio: ["ignore", "pipe", "ignore", "pipe"] });
  (child.stdio[3] as Readable).resume();
  return await buffer(child.stdio[1] as Readable);
}

async function detect(
  file: string,
  model: ModelEntry & { weightsPath: string },
): Promise<readonly Detection[]> {
  const planes = await planesOf(file, model);
  await using detector = await Detector.open({
    manifest: model.manifest,
    weightsPath: model.weightsPath,
    keepThreshold: 0.05,
  });
  const { manifest, manifestPath } = model;
  const selfTest = await SelfTest.open({ manifest, manifestPath, readPicture: readStill });
  await selfTest.run(detector, 0);
  let released = 0;
  const { detections, inferenceMs } = await detector.detect(planes, SIZE, () => released++);
  assert.equal(released, 1);
  assert.ok(inferenceMs > 0);
  await selfTest.run(detector, 1);
  return detections;
}

const shared = process.env.PALISADE_SHARED;
const models = listModels({ further: shared === undefined ? undefined : join(shared, "models") });

for (const model of models) {
  const { name, threshold } = model.manifest;
  test(`${name} finds the two people of the golden picture and nobody in the empty cell`, async (t) => {
    const { weightsPath } = model;
    if (weightsPath === undefined) {
      t.skip(
        `the weights of ${name} are not installed; set PALISADE_SHARED or put ${model.manifest.file} into models/`,
      );
      return;
    }
    const installed = { ...model, weightsPath };
    const found = (await detect("golden.jpg", installed)).filter(({ score }) => score >= threshold);
    assert.equal(found.length, people.length);
    for (const person of people) {
      const best = Math.max(...found.map(({ box }) => iou(box, person)));
      assert.ok(best >= 0.5, `overlap ${best.toFixed(2)}`);
    }
    const ghosts = (await detect("empty.jpg", installed)).filter(({ score }) => score >= threshold);
    assert.deepEqual(ghosts, []);
  });
}
