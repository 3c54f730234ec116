/** A model in a process that watches nothing: proven, looked with, refused in words, and ended. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Candidate, noRoom } from "../../server/detect/candidate.ts";
import { resolveModel } from "../../server/detect/find.ts";
import { ROOT } from "../support/runtime.ts";

const NAME = "palisade-person-256x416";
const SIZE = { width: 1280, height: 720 };

function own(): { manifestPath: string; weightsPath: string } {
  const found = resolveModel(NAME);
  assert.ok(found.ok);
  return found.model;
}

const picture = async (file: string) => ({
  jpeg: await readFile(join(ROOT, "models/demo", file)),
  size: SIZE,
});

/** Those of this test that live. */
function processes(): readonly number[] {
  const isOurs = (pid: number): boolean => {
    try {
      const ours = readFileSync(`/proc/${pid}/status`, "utf8").includes(`PPid:\t${process.pid}\n`);
      return ours && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("server/candidate.ts");
    } catch {
      return false; // gone meanwhile
    }
  };
  return readdirSync("/proc").map(Number).filter(isOurs);
}

test("it counts the people of a picture, behind everything else on the machine, and leaves nothing", async () => {
  {
    await using candidate = await Candidate.open({ name: NAME, ...own() });
    assert.equal(getPriority(processes()[0]), 19);
    const golden = await candidate.look(await picture("golden.jpg"));
    assert.equal(golden.people, 2);
    assert.ok(golden.ms > 0);
    assert.equal((await candidate.look(await picture("empty.jpg"))).people, 0);
    const nothing = { jpeg: Buffer.from("no picture"), size: SIZE };
    await assert.rejects(candidate.look(nothing), /Cannot read a camera's picture/);
  }
  assert.deepEqual(processes(), []);
});

test("weights that are not the manifest's are refused in words, and nothing is left", async () => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-candidate-"));
  try {
    const weightsPath = join(folder, "other.onnx");
    const { manifestPath, weightsPath: whole } = own();
    const bytes = await readFile(whole);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 255;
    await writeFile(weightsPath, bytes);
    await assert.rejects(
      Candidate.open({ name: NAME, manifestPath, weightsPath }),
      /have SHA-256 .* install/,
    );
    assert.deepEqual(processes(), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("it can be ended while it loads", async () => {
  const ending = new AbortController();
  const opened = Candidate.open({ name: NAME, ...own(), signal: ending.signal });
  ending.abort();
  await assert.rejects(opened, /Cannot use model "palisade-person-256x416": it was ended/);
  assert.deepEqual(processes(), []);
});

test("a box without the memory for it is told so", () => {
  assert.equal(noRoom(2 ** 30), undefined);
  assert.match(
    noRoom(100 * 2 ** 20) ?? "",
    /has 100 MiB of memory left, .* may take 768; end other programs/,
  );
});
