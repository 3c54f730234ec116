import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import {
  exited,
  hasExited,
  killGroup,
  ownProgram,
  signalChild,
  spawnOwn,
  stopChild,
} from "../../../server/base/child.ts";
import { monotonicMs } from "../../../server/base/clock.ts";
import { runs } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

const STUBBORN = `${import.meta.dirname}/stubborn.ts`;

/** A child that ignores SIGTERM, and the pid of the child it started itself. */
async function stubborn(...args: string[]): Promise<{ child: ChildProcess; grandchild: number }> {
  const child = spawnOwn(STUBBORN, args, ["ignore", "pipe", "inherit"]);
  assert.ok(child.stdout);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const [pid, grandchild] = line.split(" ").map(Number);
  assert.equal(pid, child.pid, "the program runs in the very process that was started, with nothing between");
  return { child, grandchild: grandchild ?? 0 };
}

test("stopChild kills a child that ignores SIGTERM, once its grace is over", async () => {
  const { child } = await stubborn("alone");
  const began = monotonicMs();
  await stopChild(child, 100);
  assert.equal(child.signalCode, "SIGKILL");
  assert.ok(hasExited(child));
  const took = monotonicMs() - began;
  assert.ok(took >= 95 && took < 2000, `it took ${took} ms`);
});

test("stopChild does not wait for its grace when the child goes at once", async () => {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  const began = monotonicMs();
  await stopChild(child, 60_000);
  assert.ok(hasExited(child));
  assert.ok(monotonicMs() - began < 2000);
});

test("stopChild and exited resolve at once for a child that is gone, and for one that never started", async () => {
  const gone = spawn("true", { stdio: "ignore" });
  await exited(gone);
  await stopChild(gone, 60_000);
  const never = spawn("palisade-no-such-program", { stdio: "ignore" });
  const failed = once(never, "error");
  await stopChild(never, 60_000);
  await exited(never);
  const [error] = (await failed) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ENOENT");
});

test("killGroup takes grandchildren along", async () => {
  const { child, grandchild } = await stubborn();
  assert.ok(runs(grandchild));
  killGroup(child);
  await exited(child);
  await until({ what: "the grandchild goes", ms: 2000, check: () => !runs(grandchild) });
  assert.equal(child.signalCode, "SIGKILL");
});

test("killGroup takes grandchildren along even after the child itself is gone", async () => {
  const { child, grandchild } = await stubborn();
  signalChild(child, "SIGKILL");
  await exited(child);
  assert.ok(runs(grandchild), "the grandchild outlives its parent");
  killGroup(child);
  await until({ what: "the grandchild goes", ms: 2000, check: () => !runs(grandchild) });
});

test("killGroup is no error for a group that is gone", async () => {
  const { child } = await stubborn("alone");
  killGroup(child);
  await exited(child);
  killGroup(child);
});

test("ownProgram names this runtime and passes arguments on", () => {
  const { command, args } = ownProgram("server/eye.ts", ["--x"]);
  assert.equal(command, process.execPath);
  assert.deepEqual(args.slice(-2), ["server/eye.ts", "--x"]);
});

test("signalChild can signal twice, and hasExited tells the truth between", async () => {
  const { child } = await stubborn("alone");
  signalChild(child, "SIGTERM");
  assert.equal(hasExited(child), false);
  signalChild(child, "SIGKILL");
  await exited(child);
  assert.equal(child.signalCode, "SIGKILL");
});
