import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeOrphans } from "../../../server/system/orphans.ts";

test("files left half written are removed once they are old; nothing else is touched", async () => {
  const folder = await mkdtemp(join(tmpdir(), "palisade-orphans-"));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
  await mkdir(join(folder, "record"));
  const old = [`boards.json.${randomUUID()}.tmp`, `record/rows.jsonl.${randomUUID()}.part`];
  const others = ["palisade.db", "record/rows.jsonl", "notes.tmp", `a.${randomUUID()}`];
  const fresh = `boards.json.${randomUUID()}.tmp`;
  for (const name of [...old, ...others, fresh]) await writeFile(join(folder, name), "12345");
  for (const name of [...old, ...others]) await utimes(join(folder, name), 1, 1);
  assert.deepEqual(await removeOrphans(folder), { files: 2, bytes: 10 });
  for (const name of old) assert.ok(!existsSync(join(folder, name)), name);
  for (const name of [...others, fresh]) assert.ok(existsSync(join(folder, name)), name);
});

test("a folder that is not there has none", async () => {
  assert.deepEqual(await removeOrphans("/nowhere/at/all"), { files: 0, bytes: 0 });
});
