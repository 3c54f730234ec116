/** The ordered end of a whole box: the outputs first, each step timed, and a second signal that ends it at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import { startBox } from "../support/box.ts";
import { until } from "../support/until.ts";

const STEPS = [
  "drop outputs",
  "release outputs",
  "close the way in for other panels",
  "close connections",
  "stop views",
  "stop figures",
  "stop cameras and detector",
  "keep evidence",
  "write record",
  "anchor record",
  "close database",
  "leave clock",
  "note end",
  "leave data folder",
];

function stepsOf(lines: readonly string[]): { readonly step: string; readonly tookMs: number }[] {
  return lines
    .filter((line) => line.includes('"shutdown step done"'))
    .map((line) => JSON.parse(line) as { readonly step: string; readonly tookMs: number });
}

test("SIGTERM ends a box in order, the outputs first, with the time of each step in the log", async () => {
  await using box = await startBox();
  await box.waitFor(({ cameras }) => cameras.every(({ state }) => state === "RUNNING"), 15_000);
  process.kill(box.pid, "SIGTERM");
  process.kill(box.pid, "SIGTERM"); // as npm and a terminal send it: twice, and one wish
  assert.equal(await box.stop(), 0);
  const steps = stepsOf(box.lines);
  assert.deepEqual(
    steps.map(({ step }) => step),
    STEPS,
  );
  assert.ok(steps.every(({ tookMs }) => Number.isFinite(tookMs)));
  assert.deepEqual(box.processes(), []);
});

test("a second signal ends at once a box whose eye hangs, and the outputs are dropped before it", async (t) => {
  await using box = await startBox();
  await box.waitFor(({ cameras }) => cameras.every(({ state }) => state === "RUNNING"), 15_000);
  for (const eye of box.eyePids()) process.kill(eye, "SIGSTOP");
  process.kill(box.pid, "SIGTERM");
  await wait(700);
  assert.ok(
    box.processes().some(({ pid }) => pid === box.pid),
    "the hung eye holds the orderly end up",
  );
  assert.ok(
    box.board("sim")?.channels.every((energised) => !energised),
    "but not the outputs",
  );
  const at = monotonicMs();
  process.kill(box.pid, "SIGTERM");
  await until({
    what: "the box is gone",
    ms: 1_000,
    everyMs: 5,
    check: () => !box.processes().some(({ pid }) => pid === box.pid),
  });
  t.diagnostic(`gone after ${(monotonicMs() - at).toFixed(0)} ms`);
});
