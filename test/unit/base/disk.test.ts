import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { diskRoom } from "../../../server/base/disk.ts";

test("diskRoom tells what df tells of the same folder, also where the folder is not there yet", async () => {
  const df = execFileSync("df", ["-B1", "--output=avail,size", import.meta.dirname], { encoding: "utf8" });
  const [free = 0, total = 0] = (df.split("\n")[1] ?? "").trim().split(/\s+/).map(Number);
  for (const folder of [import.meta.dirname, `${import.meta.dirname}/none/nowhere`]) {
    const room = await diskRoom(folder);
    assert.ok(room);
    assert.ok(Math.abs(room.freeBytes - free) < 1024 ** 3, `${room.freeBytes} against ${free}`);
    assert.equal(room.totalBytes, total);
  }
});
