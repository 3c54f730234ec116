/** How a model's weights come into the models folder: proven, or not at all. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fetchModel, installModel, weightsFault } from "../../../server/detect/add.ts";
import { type Manifest, parseManifest } from "../../../server/detect/manifest.ts";

const WEIGHTS = Buffer.alloc(300_000, "weights ");
const RAW = {
  ...{ name: "trial-32", family: "boxes5", file: "trial-32.onnx", bytes: WEIGHTS.length },
  sha256: createHash("sha256").update(WEIGHTS).digest("hex"),
  input: { width: 32, height: 32, colour: "rgb", pad: 114 },
  ...{ output: {}, classes: [{ index: 0, label: "person" }], nmsIou: 0.6, threshold: 0.4 },
  ...{
    licence: "Apache-2.0",
    origin: "a test",
    grade: "None",
    quality: "None",
    download: "https://127.0.0.1/trial.onnx",
  },
};

function manifest(download?: string): Manifest {
  const parsed = parseManifest(JSON.stringify(RAW));
  assert.ok(parsed.ok);
  const { download: _, ...rest } = parsed.manifest;
  return download === undefined ? rest : { ...rest, download };
}

/** A folder with the trial's manifest, and nothing else. */
async function folder(): Promise<{ path: string; files(): Promise<string[]> } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "palisade-models-"));
  await writeFile(join(path, "trial-32.json"), JSON.stringify(RAW));
  return {
    path,
    files: async () => (await readdir(path)).filter((name) => !name.endsWith(".json")).toSorted(),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
}

async function serve(listener: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/trial.onnx`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

test("a download that is the manifest's lies under the manifest's name, whole, and alone", async () => {
  await using models = await folder();
  await using server = await serve((_, response) => {
    response.write(WEIGHTS.subarray(0, 1000));
    response.end(WEIGHTS.subarray(1000));
  });
  const path = await fetchModel(manifest(server.url), { folder: models.path });
  assert.equal(path, join(models.path, "trial-32.onnx"));
  assert.deepEqual(await readFile(path), WEIGHTS);
  assert.deepEqual(await models.files(), ["trial-32.onnx"]);
  assert.equal(await weightsFault(manifest(), path), undefined);
});

test("a download that is not the manifest's leaves nothing behind and says why", async () => {
  await using models = await folder();
  const wrong = Buffer.from(WEIGHTS).fill("x", 5, 6);
  const answers: readonly [RegExp, RequestListener][] = [
    [/SHA-256 is [0-9a-f]{12}… instead of/, (_, response) => response.end(wrong)],
    [/has 1000 bytes instead of 300000/, (_, response) => response.end(WEIGHTS.subarray(0, 1000))],
    [/has more than 300000 bytes/, (_, response) => response.end(Buffer.concat([WEIGHTS, WEIGHTS]))],
    [/the server answered 404/, (_, response) => response.writeHead(404).end()],
    [/did not come whole within 0\.1 s/, (_, response) => void response.write(WEIGHTS.subarray(0, 9))],
  ];
  for (const [why, listener] of answers) {
    await using server = await serve(listener);
    const fetched = fetchModel(manifest(server.url), { folder: models.path, limitMs: 100 });
    await assert.rejects(fetched, (error: Error) => {
      assert.match(error.message, why);
      assert.match(error.message, /^Cannot fetch model "trial-32" from http.*; check the network/);
      return true;
    });
    assert.deepEqual(await models.files(), []);
  }
});

test("a failed download leaves the weights that were there", async () => {
  await using models = await folder();
  await writeFile(join(models.path, "trial-32.onnx"), "older");
  await using server = await serve((_, response) => response.end("no weights"));
  await assert.rejects(fetchModel(manifest(server.url), { folder: models.path }));
  assert.equal(await readFile(join(models.path, "trial-32.onnx"), "utf8"), "older");
});

test("a model without an official download asks for its file", async () => {
  await assert.rejects(
    fetchModel(manifest()),
    /no official download; bring its weights trial-32\.onnx and name/,
  );
});

test("a file is known by its hash, whatever it is called", async () => {
  await using models = await folder();
  await using elsewhere = await folder();
  const file = join(elsewhere.path, "from a stick.bin");
  await writeFile(file, WEIGHTS);
  const { manifest: found, path } = await installModel(file, { folder: models.path });
  assert.equal(found.name, "trial-32");
  assert.deepEqual(await readFile(path), WEIGHTS);
  assert.deepEqual(await readFile(file), WEIGHTS, "the file stays where it was");
});

test("a file that no manifest knows is refused with its hash and the models there are", async () => {
  await using models = await folder();
  await using elsewhere = await folder();
  const file = join(elsewhere.path, "other.onnx");
  await writeFile(file, "other");
  const hash = createHash("sha256").update("other").digest("hex");
  await assert.rejects(
    installModel(file, { folder: models.path }),
    (error: Error) => error.message.includes(hash) && error.message.includes("(trial-32)"),
  );
  await assert.rejects(installModel(join(elsewhere.path, "none"), { folder: models.path }), /ENOENT/);
  assert.deepEqual(await models.files(), []);
});

test("damaged weights are told by length, by hash, and when they cannot be read", async () => {
  await using models = await folder();
  const path = join(models.path, "trial-32.onnx");
  assert.match((await weightsFault(manifest(), path)) ?? "", /cannot be read/);
  await writeFile(path, "short");
  assert.match((await weightsFault(manifest(), path)) ?? "", /has 5 bytes instead of 300000/);
  await writeFile(path, Buffer.from(WEIGHTS).fill("x", 5, 6));
  assert.match((await weightsFault(manifest(), path)) ?? "", /has SHA-256 /);
});
