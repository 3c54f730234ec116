/**
 * The trail when its process is killed and when its disk is full. `npm test` kills ten times; 500 times:
 * `PALISADE_KILLS=500 node --test test/component/store_failures.test.ts`
 */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { exited, ownProgram, stopChild } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { Folder } from "../fakes/store_folder.ts";

const KILLS = Number(process.env.PALISADE_KILLS ?? 10);
const APPENDER = join(import.meta.dirname, "../fakes/appender.ts");

/** The lines a child prints, as they come. */
class Lines {
  readonly lines: string[] = [];
  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error("the child has no output");
    createInterface({ input: child.stdout }).on("line", (line) => this.lines.push(line));
  }
  async seen(pattern: RegExp, ms: number): Promise<string> {
    const until = monotonicMs() + ms;
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (monotonicMs() > until)
        throw new Error(`Waited ${ms} ms for ${pattern}; the last line was "${this.lines.at(-1)}"`);
      await wait(5);
    }
  }
}

test(`after kill -9 in the middle of writing, ${KILLS} times, the chain holds and no acknowledged row is missing`, async (t) => {
  using folder = new Folder();
  const acknowledged = new Map<number, string>();
  for (let round = 0; round < KILLS; round++) {
    const { command, args } = ownProgram(APPENDER, [folder.path]);
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    const output = new Lines(child);
    try {
      await output.seen(/^row /, 20_000);
      await wait(20 + 17 * (round % 10));
      assert.ok(child.kill("SIGKILL"));
    } finally {
      await stopChild(child, 0);
    }
    await wait(20); // what the pipe still holds
    for (const line of output.lines) {
      // The last line may be cut: a hash that is not whole was not acknowledged.
      const [, seq, hash] = /^row (\d+) ([0-9a-f]{64})$/.exec(line) ?? [];
      if (seq !== undefined && hash !== undefined) acknowledged.set(Number(seq), hash);
    }
  }
  await using store = await folder.open();
  const report = await store.verifyAudit();
  assert.ok(report.ok, JSON.stringify(report));
  const rows = new Map<number, string>();
  for (let beforeSeq = report.count + 1; beforeSeq > 1; beforeSeq -= 1_000) {
    for (const row of await store.audit({ limit: 1_000, beforeSeq })) rows.set(row.seq, row.hash);
  }
  for (const [seq, hash] of acknowledged) assert.equal(rows.get(seq), hash, `row ${seq}`);
  assert.ok(acknowledged.size > 100);
  t.diagnostic?.(`${acknowledged.size} rows acknowledged, ${report.count} in the trail`);
});

function mayMount(): boolean {
  try {
    execFileSync("unshare", ["-m", "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

test("on a full disk a write is refused with its cause, reading goes on, and with space it writes again", async (t) => {
  using folder = new Folder();
  const { command, args } = ownProgram(APPENDER, [join(folder.path, "disk")]);
  const disk = join(folder.path, "disk");
  mkdirSync(disk);
  const mounts = mayMount();
  t.diagnostic?.(mounts ? "a file system of 2 MB" : "no right to mount: a limit of 1 MB for each file");
  // Without the right to mount, a limit on the size of files stands in; it reads as a failing disk.
  const child = mounts
    ? spawn(
        "unshare",
        [
          "-m",
          "sh",
          "-c",
          'mount -t tmpfs -o size=2m tmpfs "$0" && head -c 300000 /dev/zero > "$0/ballast" && exec "$@"',
          disk,
          command,
          ...args,
        ],
        { stdio: ["pipe", "pipe", "inherit"] },
      )
    : spawn("sh", ["-c", "trap '' XFSZ; ulimit -S -f 1024; exec \"$@\"", "sh", command, ...args], {
        stdio: ["pipe", "pipe", "inherit"],
      });
  const output = new Lines(child);
  try {
    const refused = await output.seen(/^refused /, 30_000);
    assert.match(
      refused,
      mounts
        ? /Cannot write the audit trail: the disk is full; free space on it/
        : /Cannot write the audit trail/,
    );
    await output.seen(/^readable /, 10_000);
    const last = Math.max(...output.lines.flatMap((line) => /^row (\d+)/.exec(line)?.[1] ?? []).map(Number));
    assert.ok(output.lines.includes(`readable ${last}`));
    if (mounts) execFileSync("nsenter", ["-m", "-t", String(child.pid), "rm", join(disk, "ballast")]);
    else execFileSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited"]);
    const before = output.lines.length;
    child.stdin?.end("go\n");
    await output.seen(/^(holds|broken) /, 10_000);
    assert.deepEqual(
      output.lines.slice(before).map((line) => line.split(" ").slice(0, 2).join(" ")),
      [`row ${last + 1}`, `holds ${last + 1}`],
    );
    await Promise.race([exited(child), wait(10_000)]);
    assert.equal(child.exitCode, 0);
  } finally {
    await stopChild(child, 0);
  }
});
