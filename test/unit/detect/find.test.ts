import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { listModels, MODELS_FOLDER, resolveModel } from "../../../server/detect/find.ts";
import { parseManifest } from "../../../server/detect/manifest.ts";
import { manifest } from "./models.ts";

test("every manifest of the project can be used, is named like its file, and ours is installed", () => {
  const models = listModels({ further: undefined });
  assert.ok(models.length >= 11, `${models.length} manifests`);
  for (const { manifest, manifestPath } of models) {
    assert.equal(manifestPath, join(MODELS_FOLDER, `${manifest.name}.json`));
    assert.match(manifest.licence, /^(Apache-2\.0|MIT|BSD-3-Clause)$/);
  }
  assert.deepEqual(
    models.filter((each) => each.manifest.recommended).map((each) => each.manifest.name),
    ["yolox-tiny-416"],
  );
  const ours = resolveModel("palisade-person-256x416", { further: undefined });
  assert.ok(ours.ok);
});

test("weights are found in further folders, also under their official name, and the recommended model is the default then", () => {
  const root = mkdtempSync(join(tmpdir(), "palisade-"));
  try {
    const further = [join(root, "nowhere"), root].join(delimiter);
    const without = resolveModel("default", { further });
    assert.ok(without.ok);
    writeFileSync(join(root, "yolox_tiny.onnx"), "");
    const found = resolveModel("default", { further });
    assert.ok(found.ok);
    assert.equal(found.model.weightsPath, join(root, "yolox_tiny.onnx"));
    assert.equal(found.model.manifest.name, "yolox-tiny-416");
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("a further folder brings models of its own, but no second one of a name and no other default", () => {
  const root = mkdtempSync(join(tmpdir(), "palisade-"));
  try {
    const own = manifest({ name: "own", file: "own.onnx", recommended: true });
    writeFileSync(join(root, "own.json"), JSON.stringify(own));
    writeFileSync(join(root, "own.onnx"), "");
    writeFileSync(join(root, "yolox-tiny-416.json"), JSON.stringify({ ...own, name: "yolox-tiny-416" }));
    writeFileSync(join(root, "package.json"), "{}");
    const found = resolveModel("own", { further: root });
    assert.ok(found.ok);
    assert.equal(found.model.weightsPath, join(root, "own.onnx"));
    const models = listModels({ further: root });
    assert.equal(models.filter((each) => each.manifest.name === "own").length, 1);
    const tiny = models.filter((each) => each.manifest.name === "yolox-tiny-416");
    assert.deepEqual(
      tiny.map(({ manifestPath }) => manifestPath),
      [join(MODELS_FOLDER, "yolox-tiny-416.json")],
    );
    const standard = resolveModel("default", { further: root });
    assert.ok(standard.ok && standard.model.manifest.name !== "own");
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("what lies in a further folder under a manifest's name, and is none, hides nobody and is not waited for", () => {
  const root = mkdtempSync(join(tmpdir(), "palisade-"));
  try {
    writeFileSync(join(root, "own.json"), JSON.stringify(manifest({ name: "own", file: "own.onnx" })));
    writeFileSync(join(root, "own.onnx"), "");
    mkdirSync(join(root, "a-folder.json"));
    writeFileSync(join(root, "huge.json"), "{");
    truncateSync(join(root, "huge.json"), 64 * 2 ** 30); // takes no room on the disk
    if (process.platform !== "win32") spawnSync("mkfifo", [join(root, "pipe.json")]);
    assert.ok(resolveModel("own", { further: root }).ok);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("a model that is unknown or not installed is told with its cure", () => {
  const folder = mkdtempSync(join(tmpdir(), "palisade-"));
  try {
    writeFileSync(
      join(folder, "small.json"),
      JSON.stringify(manifest({ download: "https://example.org/s.onnx" })),
    );
    const options = { folder, further: undefined };
    assert.deepEqual(resolveModel("big", options), {
      ok: false,
      why: 'Cannot find model "big": choose one of small',
    });
    assert.deepEqual(resolveModel("small", options), {
      ok: false,
      why: 'Cannot load model "small": its weights are missing; put small.onnx from https://example.org/s.onnx into models/',
    });
    writeFileSync(join(folder, "small.json"), "{");
    assert.throws(() => listModels(options), /small\.json: it is not JSON: .*; correct the file$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a manifest with something wrong is refused with its place", () => {
  const good = manifest();
  const cases: readonly [unknown, RegExp][] = [
    [{ ...good, sha256: "abc" }, /^sha256: /],
    [{ ...good, family: "yolov9" }, /^family: /],
    [{ ...good, file: "../../etc/passwd.onnx" }, /^file: /],
    [{ ...good, input: { ...good.input, width: 417 } }, /^input\.width: /],
    [{ ...good, download: "http://example.org/a.onnx" }, /^download: /],
    [{ ...good, bytes: 2 ** 40 }, /^bytes: /],
    [{ ...good, classes: [{ index: 1, label: "person" }] }, /^classes\.0\.index: there is no class 1 /],
    [{ ...good, classes: [{ index: 0, label: "helmet" }] }, /^persons: none of the classes means a person/],
    [
      { ...good, golden: { picture: "../golden.jpg", truth: "golden.json" } },
      /^golden\.picture: must be a path/,
    ],
    [{ ...good, golden: { picture: "a/../../b.jpg", truth: "golden.json" } }, /^golden\.picture: /],
    [{ ...good, golden: { picture: "golden.jpg", truth: "/etc/passwd" } }, /^golden\.truth: /],
    [{ ...good, extra: 1 }, /^the file: /],
    [[], /^the file: /],
  ];
  for (const [json, why] of cases) {
    const parsed = parseManifest(JSON.stringify(json));
    assert.ok(!parsed.ok);
    assert.match(parsed.why, why);
  }
});

test("whoever means a person is called one, whatever the model's own word is", () => {
  const raw = {
    ...manifest(),
    output: { classes: 3 },
    classes: [
      { index: 0, label: "worker" },
      { index: 1, label: "forklift" },
      { index: 2, label: "visitor" },
    ],
    persons: ["worker", "visitor"],
  };
  const parsed = parseManifest(JSON.stringify(raw));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.deepEqual(
    parsed.manifest.classes.map(({ label }) => label),
    ["person", "forklift", "person"],
  );
});
