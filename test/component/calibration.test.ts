/** The model that watches is measured in a process of its own, and what was found outlasts a start. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openLog } from "../../server/base/log.ts";
import { Calibration, calibrationText } from "../../server/calibration.ts";
import { resolveModel } from "../../server/detect/find.ts";
import { USUAL } from "../../server/domain/tuning.ts";
import { writeNobodyModel } from "../support/nobody-model.ts";
import { until } from "../support/until.ts";

const log = openLog("test", { write: () => undefined });
const LIMIT_MS = 2_000;

async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "palisade-calibration-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

function open(dataFolder: string) {
  const ends: object[] = [];
  const calibration = new Calibration({
    ...{ dataFolder, log, limitMs: LIMIT_MS },
    idleModel: () => undefined,
    onEnd: (name, end) => ends.push({ name, ...end }),
  });
  return { calibration, ends };
}

function own() {
  const found = resolveModel("palisade-person-256x416", { further: undefined });
  assert.ok(found.ok);
  return found.model;
}

test("figures are kept for this model on this machine, and for nothing else", async () => {
  await using data = await folder();
  const model = own();
  const { sha256 } = model.manifest;
  {
    const { calibration, ends } = open(data.path);
    using _calibration = calibration;
    assert.deepEqual(calibration.view(sha256), { running: false, chosen: USUAL });
    assert.equal(calibrationText(data.path, sha256), undefined);
    calibration.begin(model);
    assert.ok(calibration.running);
    await until({ what: "it has ended", ms: 30_000, check: () => ends.length > 0 && !calibration.running });
    const { record, chosen } = calibration.view(sha256);
    assert.ok(record !== undefined && record.usualMs > 0 && record.figures.length > 0, JSON.stringify(ends));
    assert.deepEqual(record.refused, [], "every way answers as the usual one does");
    assert.deepEqual(ends, [{ name: model.manifest.name, chosen }]);
    assert.ok(record.figures.every(({ ratio, rounds }) => ratio > 0.2 && ratio < 5 && rounds > 0));
  }
  // A way that was found much better is taken by the next start, where there is room for its threads.
  const file = join(data.path, "calibration.json");
  const [record] = JSON.parse(await readFile(file, "utf8"));
  const arena = { tuning: { ...USUAL, arena: false }, ms: 3, ratio: 0.5, faster: 1, rounds: 20 };
  await writeFile(file, JSON.stringify([{ ...record, figures: [arena] }]));
  {
    using calibration = open(data.path).calibration;
    assert.deepEqual(calibration.tuning(model.weightsPath, 1), arena.tuning);
    assert.deepEqual(calibration.tuning("another.onnx", 1), USUAL);
    assert.match(
      calibrationText(data.path, sha256) ?? "",
      /one thread, memory given back chosen on 20.* 0\.50\)$/,
    );
  }
  for (const text of [
    JSON.stringify([{ ...record, figures: [arena], processor: "another" }]),
    JSON.stringify([{ ...record, figures: [arena], runtime: "1.0.0" }]),
    JSON.stringify([{ ...record, figures: [{ ...arena, tuning: { threads: 1_000 } }] }]),
    "{",
  ]) {
    await writeFile(file, text);
    using calibration = open(data.path).calibration;
    assert.deepEqual(calibration.tuning(model.weightsPath, 1), USUAL, text);
  }
});

test("a model that cannot be measured is told, and one that is ended is not", async () => {
  await using data = await folder();
  await writeNobodyModel(data.path);
  const found = resolveModel("nobody", { further: data.path });
  assert.ok(found.ok);
  const { calibration, ends } = open(data.path);
  using _calibration = calibration;
  const { model } = found;
  calibration.begin({ ...model, weightsPath: join(data.path, "nobody.json") });
  await until({ what: "it has failed", ms: 20_000, check: () => !calibration.running });
  assert.match(JSON.stringify(ends), /have \d+ bytes instead of/);
  assert.match(calibration.view(model.manifest.sha256).fault ?? "", /install nobody\.onnx again/);
  calibration.begin(model);
  calibration.end();
  await until({ what: "it is gone", ms: 5_000, check: () => !calibration.running });
  assert.equal(ends.length, 1);
});
