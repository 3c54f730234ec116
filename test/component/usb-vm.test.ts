/** A camera on V4L2 for real: the kernel's own virtual one, found, read, pulled out and plugged in again, in a VM. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { UsbSeen } from "../rigs/vm/usb.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";

const VM = join(ROOT, "test/rigs/vm/vm.sh");
const PREPARE_LIMIT_MS = 60_000;
const LIMIT_S = 140;
/** What test/rigs/vm/usb.ts ends with where nothing can be told in time. */
const TOO_SLOW = 75;

test("a plugged-in camera is found, read, lost when it is pulled out, and comes back by itself", {
  skip: missing.vm(),
}, async (t) => {
  const prepared = spawnSync(VM, ["prepare"], { encoding: "utf8", timeout: PREPARE_LIMIT_MS });
  if (prepared.status !== 0) {
    t.skip(
      `no kernel for the VM (${prepared.stderr.trim().split("\n").at(-1)}); cure: apt-get update, as root`,
    );
    return;
  }
  const out = await mkdtemp(join(tmpdir(), "palisade-vm-"));
  try {
    const command = `${realpathSync(process.execPath)} test/rigs/vm/usb.ts 2>/out/errors`;
    const run = spawnSync(VM, ["-t", String(LIMIT_S), "-o", out, "--", command], {
      cwd: ROOT,
      encoding: "utf8",
    });
    if (run.status === TOO_SLOW) {
      t.skip(`this machine is too busy for the VM (${run.stdout.trim()}); cure: run this file alone`);
      return;
    }
    const errors = await readFile(join(out, "errors"), "utf8").catch(() => "");
    assert.equal(run.status, 0, `${run.stdout}${run.stderr}${errors}`);
    const seen = JSON.parse(run.stdout) as UsbSeen;
    assert.deepEqual(seen.before, []);
    const [camera] = seen.plugged;
    assert.equal(seen.plugged.length, 1);
    assert.equal(camera?.source, "/dev/v4l/by-path/platform-vivid.0-video-index0");
    assert.equal(camera?.stable, true);
    assert.equal(camera?.device, "/dev/video0");
    assert.equal(camera?.name, "vivid-000-vid-cap");
    assert.equal(camera?.problem, undefined);
    const yuyv = seen.formats.find(({ format }) => format === "yuyv422");
    assert.ok(yuyv?.sizes.some(({ width, height }) => width === 640 && height === 360));
    assert.ok(seen.changes >= 3, "the picture moves");
    assert.deepEqual(seen.size, { width: 320, height: 180 });
    const [lost, again, vain] = seen.states;
    assert.equal(again?.kind, "starting");
    assert.ok(lost?.kind === "error" && lost.why === "lost");
    assert.match(lost.message, /^Camera "bench" was lost: /);
    assert.deepEqual(seen.unplugged, []);
    assert.ok(vain?.kind === "error" && vain.why === "lost");
    assert.match(vain.message, /the device is not there; check its plug/);
    assert.equal(seen.states.at(-1)?.kind, "running");
    t.diagnostic(
      `in the VM, 5 to 20 times slower (ffmpeg starts in ${seen.startMs.toFixed(0)} ms): lost after ${seen.lostMs.toFixed(0)} ms, back after ${seen.backMs.toFixed(0)} ms`,
    );
  } finally {
    await rm(out, { recursive: true });
  }
});
