/** Model files that are damaged, or made to do harm: refused in words, and nothing else is disturbed. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { wait } from "../../server/base/clock.ts";
import { openLog } from "../../server/base/log.ts";
import { Eyes } from "../../server/camera/eyes.ts";
import { MODELS_FOLDER } from "../../server/detect/find.ts";
import { onnxFault } from "../../server/detect/onnx.ts";
import { SelfTest } from "../../server/detect/self_test.ts";
import { Detector } from "../../server/detect/session.ts";
import type { EyeReport } from "../../server/domain/eye.ts";
import { type Bytes, FLOAT, nested, text, valueInfo, whole } from "../support/nobody-model.ts";
import { until } from "../support/until.ts";
import { manifest } from "../unit/detect/models.ts";

const INPUT = { name: "images", width: 64, height: 32, colour: "rgb", pad: 114 };
const [DOUBLE, INT64] = [11, 7];
const own = await readFile(join(MODELS_FOLDER, "palisade-person-256x416.onnx"));
const log = openLog("test", { write: () => undefined });

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "palisade-hostile-"));
});
after(() => rm(folder, { recursive: true }));

/** `t` of a Constant: sizes, type and the rest of a TensorProto. */
const constant = (sizes: readonly number[], type: number, ...rest: readonly Bytes[]): Bytes =>
  nested(
    1,
    text(2, "boxes"),
    text(4, "Constant"),
    nested(
      5,
      text(1, "value"),
      nested(5, ...sizes.map((size) => whole(1, size)), whole(2, type), ...rest),
      whole(20, 4),
    ),
  );
const zeros = (bytes: number): Bytes => nested(9, new Array<number>(bytes).fill(0));
const input = valueInfo(11, "images", [1, 3, 32, 64]);
const graph = (...parts: readonly Bytes[]): Uint8Array =>
  Uint8Array.from([...whole(1, 8), ...nested(7, ...parts, text(2, "g")), ...nested(8, whole(2, 13))]);
const answering = (sizes: readonly number[], data: Bytes): Uint8Array =>
  graph(constant(sizes, FLOAT, data), input, valueInfo(12, "boxes", sizes));
/** A graph in a node in a graph, and so on. */
const deep = (levels: number): Bytes =>
  levels === 0
    ? []
    : nested(1, text(4, "If"), nested(5, text(1, "then_branch"), nested(6, deep(levels - 1))));
const elsewhere = (path: string): Bytes => [
  ...nested(13, text(1, "location"), text(2, path)),
  ...whole(14, 1),
];

/** Opens these bytes as a model whose manifest agrees with them. */
async function opened(bytes: Uint8Array): Promise<Detector> {
  const weightsPath = join(folder, "model.onnx");
  await writeFile(weightsPath, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const own = manifest({ name: "hostile", input: INPUT, bytes: bytes.length, sha256 });
  return await Detector.open({ manifest: own, weightsPath, keepThreshold: 0.2 });
}

const CASES: readonly [what: string, bytes: Uint8Array, says: RegExp][] = [
  [
    "is cut short",
    own.subarray(0, own.length - 1000),
    /Cannot load .*: it is no ONNX model, or was cut short; install another$/,
  ],
  [
    "is no model at all",
    Buffer.from("this is no model at all"),
    /it is no ONNX model, or was cut short; install/,
  ],
  ["is all zeros", new Uint8Array(1000), /it is no ONNX model.*; install another$/],
  [
    "keeps weights in another file",
    graph(
      constant([1, 1, 5], FLOAT, elsewhere("../../../../etc/passwd")),
      input,
      valueInfo(12, "boxes", [1, 1, 5]),
    ),
    /it keeps weights in another file, and a model must be a single one; install another$/,
  ],
  [
    "keeps an initializer of a graph within a graph in another file",
    graph(nested(1, text(4, "If"), nested(5, nested(6, nested(5, elsewhere("weights.bin"))))), input),
    /it keeps weights in another file/,
  ],
  [
    "says that it is larger than it is",
    graph(nested(5, whole(1, 2 ** 20), whole(1, 2 ** 20), whole(2, FLOAT), text(8, "w")), input),
    /it says that it holds more numbers than fit into it/,
  ],
  [
    "has a loop",
    graph(nested(1, text(4, "Loop")), input),
    /it has a loop \(Loop\), and nobody knows how long/,
  ],
  ["has graphs in graphs", graph(deep(30), input), /its graphs lie in one another 40 deep/],
  [
    "answers rows of six",
    answering([1, 1, 6], zeros(24)),
    /its outputs are boxes \(float32 1,1,6\), and none is a float32 1,n,5 for family boxes5; correct its manifest$/,
  ],
  [
    "answers doubles",
    graph(
      constant([1, 1, 5], DOUBLE, zeros(40)),
      input,
      nested(12, text(1, "boxes"), nested(2, nested(1, whole(1, DOUBLE)))),
    ),
    /its outputs are boxes \(.*\), and none is a float32 1,n,5/,
  ],
  [
    "wants whole numbers",
    graph(
      constant([1, 1, 5], FLOAT, zeros(20)),
      nested(
        11,
        text(1, "images"),
        nested(
          2,
          nested(1, whole(1, INT64), nested(2, ...[1, 3, 32, 64].map((size) => nested(1, whole(1, size))))),
        ),
      ),
      valueInfo(12, "boxes", [1, 1, 5]),
    ),
    /its input is int64 1,3,32,64 instead of float32 1,3,32,64; correct its manifest$/,
  ],
  [
    "wants a larger picture",
    graph(
      constant([1, 1, 5], FLOAT, zeros(20)),
      valueInfo(11, "images", [1, 3, 64, 64]),
      valueInfo(12, "boxes", [1, 1, 5]),
    ),
    /its input is float32 1,3,64,64 instead of float32 1,3,32,64/,
  ],
  [
    "answers what are no numbers",
    answering([1, 1, 5], nested(9, [...new Uint8Array(new Float32Array([0, 0, 9, 9, Number.NaN]).buffer)])),
    /answered the score NaN in row 0; install its weights again$/,
  ],
  [
    "asks for work that nobody knows",
    graph(
      nested(1, text(1, "images"), text(2, "boxes"), text(4, "Explode"), text(7, "evil")),
      input,
      valueInfo(12, "boxes", [1, 1, 5]),
    ),
    /Cannot load model "hostile": it is no ONNX model \(.*\); install another$/,
  ],
];

for (const [what, bytes, says] of CASES) {
  test(`a model that ${what} is refused in words`, async () => {
    await assert.rejects(opened(bytes), says);
  });
}

test("a model that answers the same picture otherwise every time fails its self-test", async () => {
  const shape = nested(5, text(1, "shape"), ...[1, 50, 5].map((size) => whole(8, size)), whole(20, 7));
  const chance = nested(1, text(2, "boxes"), text(4, "RandomUniform"), shape);
  await using detector = await opened(graph(chance, input, valueInfo(12, "boxes", [1, 50, 5])));
  const options = { manifest: manifest({ input: INPUT }), manifestPath: join(folder, "model.json") };
  const selfTest = await SelfTest.open({ ...options, readPicture: () => assert.fail("there is no picture") });
  await selfTest.run(detector, 0);
  await assert.rejects(
    selfTest.run(detector, 1),
    /it answers otherwise than at its start; start the box again$/,
  );
});

test("a file that is much larger than its manifest says is not even read", async () => {
  const weightsPath = join(folder, "huge.onnx");
  await using file = await open(weightsPath, "w");
  await file.truncate(64 * 2 ** 30); // takes no room on the disk, and would take all memory
  await assert.rejects(
    Detector.open({ manifest: manifest({ bytes: 1000 }), weightsPath, keepThreshold: 0.2 }),
    /its weights have 68719476736 bytes instead of 1000; install small\.onnx again$/,
  );
});

test("ours is read through without a fault, and whatever is changed in it ends in a word or in nothing", () => {
  assert.equal(onnxFault(own), undefined);
  const head = own.subarray(0, 4_000);
  const change = fc.record({ at: fc.nat({ max: head.length - 1 }), to: fc.nat({ max: 255 }) });
  fc.assert(
    fc.property(
      fc.array(change, { minLength: 1, maxLength: 8 }),
      fc.nat({ max: head.length }),
      (changes, length) => {
        const bytes = Uint8Array.from(head);
        for (const { at, to } of changes) bytes[at] = to;
        const fault = onnxFault(bytes.subarray(0, length));
        return fault === undefined || fault.length > 0;
      },
    ),
    { numRuns: 500 },
  );
});

const camera = {
  id: "side",
  source: `file:${join(MODELS_FOLDER, "demo/cell-side.mp4")}`,
  fps: 10,
  transport: "tcp",
} as const;

test("an eye with a hostile model goes on showing pictures", async () => {
  const bytes = CASES.find(([what]) => what === "keeps weights in another file")?.[1] ?? new Uint8Array();
  const weightsPath = join(folder, "small.onnx");
  const manifestPath = join(folder, "small.json");
  await writeFile(weightsPath, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await writeFile(manifestPath, JSON.stringify(manifest({ input: INPUT, bytes: bytes.length, sha256 })));
  const reports: EyeReport[] = [];
  await using _eyes = Eyes.open({
    cameras: [camera],
    model: { manifestPath, weightsPath, keepThreshold: 0.2 },
    onReport: (report) => reports.push(report),
    log,
  });
  await until({ what: "a picture", ms: 15_000, check: () => reports.some(({ kind }) => kind === "picture") });
  const failed = reports.find((report) => report.kind === "detector" && report.state.kind === "failed");
  assert.match(JSON.stringify(failed), /it keeps weights in another file/);
  assert.ok(!reports.some(({ kind }) => kind === "observed"));
});

test("a model that ends its process twice is given up, and the pictures go on without it", async () => {
  const model = {
    manifestPath: join(MODELS_FOLDER, "palisade-person-256x416.json"),
    weightsPath: join(MODELS_FOLDER, "palisade-person-256x416.onnx"),
    keepThreshold: 0.2,
  };
  const reports: EyeReport[] = [];
  await using eyes = Eyes.open({ cameras: [camera], model, onReport: (report) => reports.push(report), log });
  const crashed = new Set<number>();
  while (crashed.size < 2) {
    const pid = eyes.pids[0];
    if (pid !== undefined && !crashed.has(pid)) {
      process.kill(pid, "SIGSEGV"); // as the runtime ends where it writes to where it may not
      crashed.add(pid);
    }
    await wait(10);
  }
  await until({ what: "a picture", ms: 15_000, check: () => reports.some(({ kind }) => kind === "picture") });
  const last = reports.findLast(({ kind }) => kind === "detector");
  assert.deepEqual(last, {
    kind: "detector",
    state: {
      kind: "failed",
      why: "The model stopped its process while it was loaded: it crashed (SIGSEGV), then it crashed (SIGSEGV); choose another",
    },
  });
});
