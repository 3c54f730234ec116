/** Which version is passed over, by real files, over starts that end as they should and starts that do not. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openLog } from "../../../server/base/log.ts";
import { Starts } from "../../../server/starts.ts";
import { until } from "../../support/until.ts";

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "palisade-starts-"));
  folders.push(path);
  return path;
}

const logged: string[] = [];
const log = openLog("test", { write: (line) => void logged.push(line) });
const NEVER_MS = 3_600_000;

/** A box that begins with this version, or with the one before where it is passed over, and dies. */
async function dies(data: string, newest: number): Promise<number> {
  using starts = await Starts.open(data, log, NEVER_MS);
  const loop = starts.crashLoop(newest);
  await starts.begin(loop?.good ?? newest, loop);
  return loop?.good ?? newest;
}

async function lives(data: string, version: number): Promise<void> {
  using starts = await Starts.open(data, log, 1);
  await starts.begin(version);
  const kept = (): string => readFileSync(join(data, "starts.json"), "utf8");
  await until({ what: "it has lived", ms: 5_000, check: () => kept().includes(`"good":${version}`) });
}

test("a version with which the box dies three times at its start is passed over, and stays so until another is the newest", async () => {
  const data = folder();
  await lives(data, 4);
  // Version 5 was published and replaced at once: nobody knows whether it works, so it is nothing to go back to.
  assert.deepEqual([await dies(data, 6), await dies(data, 6), await dies(data, 6)], [6, 6, 6]);
  {
    using starts = await Starts.open(data, log, NEVER_MS);
    assert.deepEqual(starts.crashLoop(6), {
      ...{ version: 6, good: 4 },
      why: "the box ended 3 times within a minute of its start with it",
    });
  }
  assert.deepEqual([await dies(data, 6), await dies(data, 6)], [4, 4], "however often it starts");
  await lives(data, 4);
  assert.equal(await dies(data, 6), 4, "that it lives with the earlier one makes the newer no better");
  assert.equal(await dies(data, 7), 7, "a person has put another in force");
});

test("ends that are no crashes, and a box that never lived, pass over nothing", async () => {
  const fresh = folder();
  for (let i = 0; i < 5; i++) assert.equal(await dies(fresh, 1), 1, "there is nothing to go back to");
  const data = folder();
  await lives(data, 1);
  await dies(data, 2);
  await dies(data, 2);
  {
    const starts = await Starts.open(data, log, NEVER_MS);
    await starts.begin(2);
    await starts.endInOrder();
  }
  assert.deepEqual(
    [await dies(data, 2), await dies(data, 2)],
    [2, 2],
    "they count anew after an orderly end",
  );
  await lives(data, 2);
  for (let i = 0; i < 5; i++) assert.equal(await dies(data, 2), 2, "the box has lived with it");
  assert.equal(await dies(data, 1), 1, "another database");
});

test("a change in a box that runs counts from then on: what was good stays so, and the new one has to be lived with", async () => {
  const data = folder();
  await lives(data, 1);
  {
    using starts = await Starts.open(data, log, NEVER_MS);
    await starts.begin(1);
    await starts.begin(2);
  }
  await dies(data, 2);
  await dies(data, 2);
  assert.equal(await dies(data, 2), 1);
});

test("a file that cannot be read passes over nothing and is told, and a disk that takes nothing stops no start", async () => {
  const data = folder();
  writeFileSync(join(data, "starts.json"), "{");
  assert.equal(await dies(data, 3), 3);
  assert.ok(logged.some((line) => line.includes("how earlier starts ended cannot be read")));
  const gone = folder();
  rmSync(gone, { recursive: true });
  assert.equal(await dies(gone, 3), 3);
  assert.ok(logged.some((line) => line.includes("how this start ends cannot be written down")));
});
