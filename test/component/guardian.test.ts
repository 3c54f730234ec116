/** The real guardian process and its link, with everything done to them that can be; each drop is timed. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { exited, ownProgram, signalChild } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import {
  Bare,
  bench,
  coils,
  GUARDIAN,
  judge,
  LIMIT_MS,
  RUNS,
  setCoils,
  timeToDrop,
} from "../fakes/guardian-bench.ts";
import { until } from "../support/until.ts";

test("guardian drops every permit on garbage, says so, and lives", async (t) => {
  const it = await bench(t);
  await using guardian = new Bare(it.config);
  const garbage = [
    "hello\n",
    '{"kind":"hold"\n',
    "\n",
    "null\n",
    `${"x".repeat(70_000)}\n`,
    '{"kind":"hold","seq":1,"at":1,"demand":{"permit":"energised"}}\n',
    `{"kind":"hold","seq":99999,"at":${monotonicMs() + 60_000},"demand":{"permit":"energised"}}\n`,
    "\u0000\ufffd\u{1f600}\n",
  ];
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    await guardian.energise(it);
    const before = guardian.last?.epoch ?? 0;
    const since = monotonicMs();
    guardian.write(garbage[i % garbage.length] ?? "");
    times.push(await timeToDrop(it, since));
    const report = await guardian.reported("the drop is told", ({ epoch }) => epoch > before);
    assert.equal(report.lastDrop.cause, "malformed");
  }
  judge(t, "garbage", times);
});

test("guardian that is flooded with garbage, and whose reports nobody reads, is not held up", async (t) => {
  const it = await bench(t);
  await using guardian = new Bare(it.config);
  await guardian.energise(it);
  guardian.child.stdout?.pause();
  guardian.stopHolding();
  for (let i = 0; i < 20; i++) guardian.write("garbage\n".repeat(1000));
  await until({
    what: "the flood is handed over",
    ms: 20_000,
    check: () => guardian.child.stdin?.writableLength === 0,
  });
  setCoils(it.file, [true, true, true, true]);
  await until({
    what: "every channel is dropped",
    ms: LIMIT_MS,
    everyMs: 5,
    check: () => !coils(it.file).includes(true),
  });
  // Handed over is not read: what still lay in the pipe would be the newest cause. A hold behind it tells when it was.
  guardian.child.stdout?.resume();
  await guardian.carriedOut("dropped", 20_000);
  setCoils(it.file, [true, true, true, true]);
  const report = await guardian.reported(
    "the newest is told",
    ({ lastDrop }) => lastDrop.cause === "mismatch",
  );
  assert.deepEqual(report.armed, []);
  assert.ok(guardian.reports.length < 10_000, `${guardian.reports.length} reports of 20,000 lines`);
});

test("guardian finds a foreign change, drops every board and puts the channel back", async (t) => {
  const it = await bench(t);
  await using guardian = new Bare(it.config);
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    await guardian.energise(it);
    const before = guardian.last?.epoch ?? 0;
    const since = monotonicMs();
    // Turns: a channel of nobody energised, the horn dropped.
    setCoils(it.file, i % 2 === 0 ? [true, true, false, true] : [true, false, false, false]);
    times.push(await timeToDrop(it, since));
    assert.equal(coils(it.file)[3], false);
    const report = await guardian.reported("the drop is told", ({ epoch }) => epoch > before);
    assert.equal(report.lastDrop.cause, "mismatch");
    assert.ok(
      guardian.reports.some(({ epoch, outputs }) => epoch > before && outputs.horn?.mismatch) || i % 2 === 0,
    );
    await guardian.reported("the board agrees again", ({ outputs }) =>
      Object.values(outputs).every(({ mismatch }) => !mismatch),
    );
  }
  judge(t, "a foreign change", times, LIMIT_MS);
});

test("guardian drops the other board when one is lost, tells it, and opens it again dropped", async (t) => {
  const it = await bench(t);
  await using guardian = new Bare(it.config);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    await guardian.energise(it);
    const since = monotonicMs();
    rmSync(it.file);
    mkdirSync(it.file);
    times.push(
      await until({
        what: "the other board is dropped",
        ms: 3000,
        everyMs: 2,
        check: () => !coils(it.other)[0] && monotonicMs() - since,
      }),
    );
    const lost = await guardian.reported("the loss is told", ({ boards }) => boards.a?.kind === "lost");
    assert.match(
      lost.boards.a?.kind === "lost" ? lost.boards.a.why : "",
      /^Cannot (read|write) board "a": make /,
    );
    assert.equal(lost.lastDrop.cause, "board");
    assert.equal(lost.outputs.permit?.readback, "unknown");
    rmSync(it.file, { recursive: true });
    await guardian.reported("the board is back", ({ boards }) => boards.a?.kind === "ok");
    assert.equal(coils(it.file)[0], false);
  }
  judge(t, "loss of the other board", times);
});

test("guardian drops every board before it says its first word, also one that it found energised", async (t) => {
  const it = await bench(t);
  setCoils(it.file, [true, true, true, true]);
  writeFileSync(it.other, "nothing that can be read");
  await using guardian = new Bare(it.config);
  const first = await guardian.reported("the first report", () => true);
  assert.deepEqual(
    [coils(it.file), coils(it.other)],
    [
      [false, false, false, false],
      [false, false],
    ],
  );
  assert.equal(first.lastDrop.cause, "start");
  assert.deepEqual(first.armed, []);
});

test("guardian reports every hold, each with a growing number", async (t) => {
  const it = await bench(t);
  await using guardian = new Bare(it.config);
  await guardian.energise(it);
  await wait(1000);
  const seqs = guardian.reports.map(({ seq }) => seq).filter((seq) => seq > 0);
  assert.ok(seqs.length >= 8, `${seqs.length} reports in a second`);
  assert.deepEqual(
    seqs,
    [...seqs].sort((a, b) => a - b),
  );
  const { outputs, armed } = guardian.last ?? {};
  assert.deepEqual(outputs?.permit, { demand: "energised", readback: "energised", mismatch: false });
  assert.deepEqual(armed, ["permit", "second"]);
});

for (const [what, end] of [
  ["SIGTERM", (guardian: Bare) => signalChild(guardian.child, "SIGTERM")],
  ["SIGINT", (guardian: Bare) => signalChild(guardian.child, "SIGINT")],
  ["SIGHUP", (guardian: Bare) => signalChild(guardian.child, "SIGHUP")],
  ["the end of its orders", (guardian: Bare) => guardian.child.stdin?.end()],
  ["a bye", (guardian: Bare) => guardian.order({ kind: "bye" })],
  ["a reader of its reports that is gone", (guardian: Bare) => guardian.child.stdout?.destroy()],
] as const) {
  test(`guardian drops everything and ends with code 0 on ${what}`, async (t) => {
    const it = await bench(t);
    await using guardian = new Bare(it.config);
    await guardian.energise(it);
    end(guardian);
    await Promise.race([exited(guardian.child), wait(2000)]);
    assert.equal(guardian.child.exitCode, 0);
    assert.deepEqual(
      [coils(it.file), coils(it.other)],
      [
        [false, false, false, false],
        [false, false],
      ],
    );
  });
}

for (const [what, input, sentence] of [
  [
    "a wrong configuration",
    '{"dataFolder":"x","leaseMs":500,"boards":[],"outputs":[{"id":"permit","board":"a"}]}\n',
    'output "permit" names no board of this configuration',
  ],
  ["no configuration", "", "no configuration came on stdin"],
] as const) {
  test(`guardian refuses ${what} with a sentence and code 2`, async () => {
    const { command, args } = ownProgram(GUARDIAN);
    const child = spawn(command, args);
    let text = "";
    child.stderr.on("data", (piece: Buffer) => {
      text += piece.toString();
    });
    child.stdin.end(input);
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 2);
    assert.equal(text, `guardian: Cannot start: ${sentence}\n`);
  });
}
