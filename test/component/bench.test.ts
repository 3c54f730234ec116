/** The bench as it is called: the names of its rows, a row that is really measured, and what it refuses. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { program, ROOT } from "../support/runtime.ts";

function bench(...args: string[]): { status: number | null; lines: string[]; stderr: string } {
  const { command, args: first } = program("test/bench/run.ts");
  const { status, stdout, stderr } = spawnSync(command, [...first, ...args], {
    cwd: ROOT,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, lines: stdout.trimEnd().split("\n"), stderr };
}

test("bench --list names every row and measures nothing", () => {
  const { status, lines } = bench("--list");
  assert.equal(status, 0);
  for (const name of ["reaction-p50", "reaction-p95", "reaction-p99", "inference-rate", "capture-cpu"])
    assert.ok(lines.includes(name), name);
  assert.equal(new Set(lines).size, lines.length);
  for (const line of lines) assert.match(line, /^[a-z0-9-]+$/);
});

test("bench measures the rows whose names begin as asked and tells each as a line of JSON and in a table", () => {
  const { status, lines, stderr } = bench("--quick", "capture");
  assert.equal(status, 0, stderr);
  const told = lines.filter((line) => line.startsWith("{"));
  assert.equal(told.length, 1);
  const row = JSON.parse(told[0] ?? "");
  assert.deepEqual(Object.keys(row), ["bench", "ratio", "goal", "better", "spread", "runs"]);
  assert.equal(row.bench, "capture-cpu");
  assert.equal(row.better, "lower");
  assert.equal(row.goal, null);
  assert.equal(row.runs, 2);
  // Ours decodes the same film and makes two pictures of every frame on top.
  assert.ok(row.ratio > 1 && row.ratio < 100, `ratio ${row.ratio}`);
  assert.ok(row.spread[0] <= row.ratio && row.ratio <= row.spread[1], `spread ${row.spread}`);
  assert.ok(
    lines.some((line) => line.startsWith("capture-cpu ")),
    "the table has the row",
  );
});

test("bench refuses a row that it does not have, and names those it has", () => {
  const { status, stderr } = bench("no-such-row");
  assert.equal(status, 2);
  assert.match(stderr, /^There is no row "no-such-row"; the rows are .*capture-cpu/);
});

test("bench accuracy tells what a model finds and when a zone trips, as JSON and in tables", () => {
  const { status, lines, stderr } = bench("--quick", "accuracy");
  assert.equal(status, 0, stderr);
  const told = lines.filter((line) => line.startsWith("{"));
  assert.equal(told.length, 1);
  const row = JSON.parse(told[0] ?? "");
  assert.equal(row.bench, "accuracy");
  // In the first ten seconds of the demonstration somebody enters the cell once.
  assert.equal(row.eventRecall, 1);
  assert.ok(row.tripMedianSeconds >= 0 && row.tripMedianSeconds < 1, `${row.tripMedianSeconds} s`);
  assert.ok(lines.some((line) => line.startsWith(`${row.model} `) && line.includes("2 of 3")));
});
