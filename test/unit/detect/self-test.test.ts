import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SelfTest } from "../../../server/detect/self_test.ts";
import type { Detection } from "../../../server/domain/eye.ts";
import { manifest } from "./models.ts";

const folder = mkdtempSync(join(tmpdir(), "palisade-golden-"));
after(() => rmSync(folder, { recursive: true }));
const persons = [{ box: [0.1, 0.2, 0.1, 0.4] }, { box: [0.6, 0.2, 0.1, 0.5] }];
writeFileSync(join(folder, "golden.json"), JSON.stringify({ width: 640, height: 360, persons }));

const person = (x0: number, y1 = 0.6, score = 0.9): Detection => ({
  label: "person",
  score,
  box: { x0, y0: 0.2, x1: x0 + 0.1, y1 },
});
const right: readonly Detection[] = [person(0.1), person(0.6, 0.7, 0.5)];
const TEN_MINUTES = 600_000;

/** A detector that answers as told, and the last answer from then on. */
function detector(...answers: readonly (readonly Detection[] | Error | number)[]) {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    detect: async () => {
      const answer = answers[Math.min(calls++, answers.length - 1)] ?? [];
      if (answer instanceof Error) throw answer;
      return typeof answer === "number"
        ? { detections: right, inferenceMs: answer }
        : { detections: answer, inferenceMs: 20 };
    },
  };
}

async function opened(golden: unknown = { picture: "golden.jpg", truth: "golden.json" }): Promise<SelfTest> {
  return await SelfTest.open({
    manifest: manifest({ golden }),
    manifestPath: join(folder, "small.json"),
    readPicture: async (path, { width, height }) => {
      assert.equal(path, join(folder, "golden.jpg"));
      return new Uint8Array(3 * width * height);
    },
  });
}

test("a model that finds the people of the golden picture passes, and is due again after ten minutes", async () => {
  const selfTest = await opened();
  assert.ok(selfTest.isDue(5));
  const model = detector(right);
  await selfTest.run(model, 5);
  assert.equal(model.calls, 1);
  assert.ok(!selfTest.isDue(4 + TEN_MINUTES));
  assert.ok(selfTest.isDue(5 + TEN_MINUTES));
  await selfTest.run(model, 5 + TEN_MINUTES);
});

test("a model that misses somebody, tells nobody, or tells somebody who is not there fails", async () => {
  const cases: readonly [readonly Detection[], RegExp][] = [
    [
      [person(0.1)],
      /^Error: Model "small" failed its self-test on the golden picture: of 2 people it found 1, and told 1; install/,
    ],
    [[], /of 2 people it found 0, and told 0; install its weights again$/],
    [[...right, person(0.8)], /of 2 people it found 2, and told 3/],
    [[person(0.1), person(0.3)], /of 2 people it found 1, and told 2/],
  ];
  for (const [found, says] of cases) await assert.rejects((await opened()).run(detector(found), 0), says);
});

test("classes that mean no person are not counted, but must stay the same", async () => {
  const selfTest = await opened();
  const cart = { ...person(0.4), label: "cart" };
  const model = detector([...right, cart], right);
  await selfTest.run(model, 0);
  await assert.rejects(selfTest.run(model, 1), /answers otherwise than at its start/);
});

test("answers that are no numbers fail, at the start and later", async () => {
  const broken = new RangeError("The model answered the score NaN in row 7; install its weights again");
  await assert.rejects((await opened()).run(detector(broken), 0), broken);
  const selfTest = await opened();
  const model = detector(right, broken);
  await selfTest.run(model, 0);
  await assert.rejects(selfTest.run(model, TEN_MINUTES), broken);
});

test("an answer that has changed since the start fails, a trifle does not", async () => {
  const moved = [person(0.1), person(0.605, 0.7, 0.5)];
  const surer = [person(0.1), person(0.6, 0.7, 0.51)];
  for (const changed of [moved, surer, right.slice(0, 1), right.toReversed(), []]) {
    const selfTest = await opened();
    const model = detector(right, changed);
    await selfTest.run(model, 0);
    await assert.rejects(
      selfTest.run(model, TEN_MINUTES),
      /answers otherwise than at its start; start the box again$/,
    );
  }
  const selfTest = await opened();
  const model = detector(right, [person(0.1), person(0.6, 0.7, 0.501)]);
  await selfTest.run(model, 0);
  await selfTest.run(model, TEN_MINUTES);
});

test("a model that needs more than a second three times is too slow, one that is held up once is not", async () => {
  const slow = detector(1_500, 1_200, 1_300);
  await assert.rejects((await opened()).run(slow, 0), /it takes 1200 ms for a picture; choose a lighter one/);
  assert.equal(slow.calls, 3);
  const heldUp = detector(1_500, 30);
  await (await opened()).run(heldUp, 0);
  assert.equal(heldUp.calls, 2);
});

test("without a golden picture the model may see what it likes, but always the same", async () => {
  const selfTest = await SelfTest.open({
    manifest: manifest(),
    manifestPath: join(folder, "small.json"),
    readPicture: () => assert.fail("there is no picture"),
  });
  const model = detector([], [], [person(0.1)]);
  await selfTest.run(model, 0);
  await selfTest.run(model, 1);
  await assert.rejects(selfTest.run(model, 2), /answers otherwise/);
});

test("a golden picture whose people cannot be read is told with its cure", async () => {
  await assert.rejects(
    opened({ picture: "golden.jpg", truth: "nowhere.json" }),
    /^Error: Cannot test model "small" on its golden picture \(ENOENT.*\); correct its manifest$/,
  );
  writeFileSync(
    join(folder, "wrong.json"),
    JSON.stringify({ width: 640, height: 360, persons: [{ box: [1, 2, 3] }] }),
  );
  await assert.rejects(opened({ picture: "golden.jpg", truth: "wrong.json" }), /Cannot test model "small"/);
});
