import assert from "node:assert/strict";
import { test } from "node:test";
import { DISK_LOW_BYTES } from "../../../server/base/disk.ts";
import { DiskWatch, lowDiskText, troublesOf } from "../../../server/troubles.ts";

test("a disk is told as low below its limit, until there is a tenth more room again", () => {
  assert.equal(lowDiskText(DISK_LOW_BYTES, false), undefined);
  assert.equal(lowDiskText(DISK_LOW_BYTES - 1, false), "1023 MiB are free on the disk of the data folder");
  assert.equal(lowDiskText(DISK_LOW_BYTES, true), "1024 MiB are free on the disk of the data folder");
  assert.equal(lowDiskText(1.1 * DISK_LOW_BYTES, true), undefined);
  assert.equal(lowDiskText(undefined, true), undefined, "nobody can tell");
});

test("a watch looks before it is used, and troubles are told only where there are any", async () => {
  using watch = await DiskWatch.open(import.meta.dirname);
  assert.ok(watch.low === undefined || /MiB are free/.test(watch.low));
  assert.deepEqual(troublesOf({}, undefined), {});
  assert.deepEqual(troublesOf({ disk: { low: "3 MiB" } }, "Version 1"), {
    diskLow: "3 MiB",
    fellBack: "Version 1",
  });
  assert.deepEqual(troublesOf({ certificates: { due: "It ends" } }, undefined), {
    certificateDue: "It ends",
  });
});
