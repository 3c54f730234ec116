/**
 * The plug pulled on a machine in the middle of writing its trail: a VM with a disk of its own ends at once, and what
 * its system had not flushed is gone. It takes 50 s a cut, so `npm test` leaves
 * it out: `PALISADE_POWER_CUTS=20 node --test test/component/power-cut.test.ts`
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { exited } from "../../server/base/child.ts";
import * as missing from "../support/missing.ts";
import { ROOT } from "../support/runtime.ts";

const VM = join(ROOT, "test/rigs/vm/vm.sh");
const CUTS = Number(process.env.PALISADE_POWER_CUTS ?? 0);
/** Rows of one run before its plug is pulled. */
const ROWS = 400;
const LIMIT_S = 200;

function rowsOf(lines: readonly string[]): Map<number, string> {
  const rows = new Map<number, string>();
  for (const line of lines) {
    const [, seq, hash] = /^row (\d+) ([0-9a-f]{64})\r?$/.exec(line) ?? [];
    if (seq !== undefined && hash !== undefined) rows.set(Number(seq), hash);
  }
  return rows;
}

class Machine implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "palisade-power-"));
  readonly #disk = join(this.#folder, "disk");

  constructor() {
    execFileSync("truncate", ["-s", "256M", this.#disk]);
    execFileSync("mkfs.ext4", ["-q", this.#disk], { env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` } });
  }

  #run(program: string, errors: "inherit" | "ignore" = "inherit"): ChildProcess {
    const node = `NODE_COMPILE_CACHE=/run/compiled ${realpathSync(process.execPath)}`;
    const command = `mkdir -p /run/disk && mount /dev/vda /run/disk && ${node} ${program} /run/disk/data`;
    const args = ["-t", String(LIMIT_S), "-d", this.#disk, "-o", join(this.#folder, "out"), "--", command];
    return spawn(VM, args, { cwd: ROOT, stdio: ["ignore", "pipe", errors] });
  }

  /** Writes, and has its plug pulled after so many rows. Resolves to what was acknowledged. */
  async cutAfter(rows: number): Promise<Map<number, string>> {
    const child = this.#run("test/fakes/appender.ts", "ignore"); // the shell tells of the plug
    const lines: string[] = [];
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    child.stdout &&
      createInterface({ input: child.stdout }).on("line", (line) => {
        lines.push(line);
        if (lines.length === rows) resolve();
      });
    await Promise.race([enough, exited(child)]);
    assert.ok(lines.length >= rows, `it wrote only ${lines.length} rows: ${lines.at(-1)}`);
    process.kill(Number(readFileSync(join(this.#folder, "out/qemu.pid"), "utf8")), "SIGKILL");
    await exited(child);
    return rowsOf(lines);
  }

  /** What the next start finds. */
  async read(): Promise<readonly string[]> {
    const child = this.#run("test/fakes/acknowledged.ts");
    const lines: string[] = [];
    const input =
      child.stdout && createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    if (input !== null) await once(input, "close");
    await exited(child);
    return lines;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

test(`after a power cut in the middle of writing, ${CUTS} times, the chain holds and no acknowledged row is missing`, {
  skip:
    (CUTS === 0 && "takes 50 s a cut; PALISADE_POWER_CUTS says how many") ||
    missing.vm() ||
    missing.programs("mkfs.ext4", "truncate"),
}, async (t) => {
  const prepared = spawnSync(VM, ["prepare"], { encoding: "utf8", timeout: 60_000 });
  if (prepared.status !== 0) {
    t.skip(
      `no kernel for the VM (${prepared.stderr.trim().split("\n").at(-1)}); cure: apt-get update, as root`,
    );
    return;
  }
  using machine = new Machine();
  const acknowledged = new Map<number, string>();
  for (let cut = 0; cut < CUTS; cut++)
    for (const [seq, hash] of await machine.cutAfter(ROWS + 37 * cut)) acknowledged.set(seq, hash);
  const lines = await machine.read();
  assert.match(lines.at(-1) ?? "nothing", /^holds \d+\r?$/);
  const found = rowsOf(lines);
  for (const [seq, hash] of acknowledged) assert.equal(found.get(seq), hash, `row ${seq} was acknowledged`);
  t.diagnostic(`${acknowledged.size} rows acknowledged, ${found.size} found after ${CUTS} power cuts`);
});
