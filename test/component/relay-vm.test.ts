/** The real HID path: DCT boards on Linux's own USB stack in a VM, driven by the real guardian, with their faults. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { StepSeen } from "../rigs/vm/relay.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";

const VM = join(ROOT, "test/rigs/vm/vm.sh");
const PREPARE_LIMIT_MS = 60_000;
const STEPS = 15;
/** What test/rigs/vm/relay.ts ends with where nothing can be told in time. */
const TOO_SLOW = 75;
/** How often the relays are switched, where more is wanted than in the ordinary run; each takes up to 0.1 s. */
const SWITCHES = process.env.PALISADE_SWITCHES ?? "";
const LIMIT_S = 280 + Math.ceil(Number(SWITCHES) / 10);

test("real HID boards are driven, lost, found again and dropped as they should be", {
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
    const environment = `NODE_COMPILE_CACHE=/run/compiled PALISADE_SWITCHES=${SWITCHES}`;
    const command = `${environment} ${realpathSync(process.execPath)} test/rigs/vm/relay.ts 2>/out/errors`;
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
    const seen = JSON.parse(run.stdout) as readonly StepSeen[];
    for (const { step, figures, error } of seen) {
      await t.test(step, (one) => {
        if (figures !== undefined) one.diagnostic(`in the VM, 5 to 20 times slower: ${figures}`);
        assert.equal(error, undefined, `${error}\n${errors}`);
      });
    }
    assert.equal(seen.length, STEPS);
  } finally {
    await rm(out, { recursive: true });
  }
});
