/**
 * What a guardian must bear: lines that nobody should send, thousands of switchings, and little memory.
 * PALISADE_SWITCHES=100000 switches as often as a relay is rated for.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { monotonicMs } from "../../server/base/clock.ts";
import type { GuardianConfig } from "../../server/domain/relay.ts";
import { RelayLink } from "../../server/relay/link.ts";
import { percentile } from "../bench/row.ts";
import { fuzzedOrders, type Moment, randomFrom } from "../fakes/fuzzed_orders.ts";
import { Bare, bench, coils } from "../fakes/guardian-bench.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const LINES = 10_000;
const SWITCHES = Number(process.env.PALISADE_SWITCHES ?? 2_000);
/** What the project allows a guardian to take of a small box's memory. */
const LIMIT_MB = 60;
const underDeno = "Deno" in globalThis;

function residentMb(pid: number | undefined): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

function writesOf(file: string): number {
  return (JSON.parse(readFileSync(file, "utf8")) as { writes: number }).writes;
}

test(`guardian that is sent ${LINES} broken, late and hostile lines moves no coil, and lives`, async (t) => {
  const it = await bench(t);
  const outputs = it.config.outputs.map((output) => ({ ...output, permit: true }));
  await using guardian = new Bare({ ...it.config, outputs });
  await guardian.reported("the boards are open", ({ boards }) =>
    Object.values(boards).every(({ kind }) => kind === "ok"),
  );
  const seed = Math.floor(Math.random() * 2 ** 32);
  t.diagnostic(`seed ${seed}`);
  const next = fuzzedOrders(randomFrom(seed), ["permit", "second"], ["horn"]);
  const before = [writesOf(it.file), writesOf(it.other)];
  const moment = (seq: number): Moment => ({ seq, epoch: 1, at: monotonicMs() });
  for (let i = 0; i < LINES; i++) {
    // Numbers that grow, so that many of the holds are obeyed; an epoch that is never the guardian's own.
    guardian.write(`${next(moment(i * 1000)).replaceAll("\n", " ")}\n`);
    if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  guardian.write('{"the":"end"}\n');
  await until({ what: "all is read", ms: 20_000, check: () => guardian.child.stdin?.writableLength === 0 });
  const last = guardian.last?.epoch ?? 0;
  guardian.write("and one more\n");
  await guardian.reported("it lives", ({ epoch }) => epoch > last);
  assert.ok(
    (guardian.last?.epoch ?? 0) - (guardian.reports[0]?.epoch ?? 0) > LINES / 10,
    "it has dropped again and again",
  );
  assert.deepEqual([writesOf(it.file), writesOf(it.other)], before, "nothing was written to a board");
  assert.deepEqual([...coils(it.file), ...coils(it.other)].filter(Boolean), []);
});

interface Switched {
  readonly times: readonly number[];
  readonly residentMb: number;
  readonly growthMb: number;
}

/** Each time from the order to the read-back in the report; the memory once all is warm, and at the end. */
async function switchOften(
  link: RelayLink,
  reported: (seq: number) => Promise<void>,
  count: number,
): Promise<Switched> {
  const times: number[] = [];
  let warmMb = 0;
  for (let i = 0; i < count; i++) {
    const at = monotonicMs();
    await reported(link.hold({ horn: i % 2 === 0 ? "energised" : "dropped" }));
    times.push(monotonicMs() - at);
    if (i === Math.floor(count / 4)) warmMb = residentMb(link.pid);
  }
  const endMb = residentMb(link.pid);
  return { times, residentMb: endMb, growthMb: endMb - warmMb };
}

interface Horn extends AsyncDisposable {
  readonly link: RelayLink;
  /** Resolves when this order is carried out and read back. */
  readonly reported: (seq: number) => Promise<void>;
  readonly file: string;
}

async function openHorn(t: TestContext): Promise<Horn> {
  const it = await bench(t);
  const config: GuardianConfig = {
    ...it.config,
    boards: it.config.boards.slice(0, 1),
    outputs: [{ id: "horn", board: "a", channel: 2, permit: false }],
  };
  await startOnce(config);
  let told: (() => void) | undefined;
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const link = RelayLink.open({ config, log: silent, onChange: () => told?.() });
  const carried = (): number => (link.state.kind === "held" ? link.state.report.seq : -1);
  await until({ what: "the guardian is there", ms: 8000, check: () => carried() >= 0 });
  const reported = async (seq: number): Promise<void> => {
    while (carried() < seq) {
      await new Promise<void>((resolve) => {
        told = resolve;
      });
    }
  };
  return { link, reported, file: it.file, [Symbol.asyncDispose]: () => link[Symbol.asyncDispose]() };
}

test(`guardian switches a coil ${SWITCHES} times, each read back, without growing`, {
  timeout: 400_000,
}, async (t) => {
  await using horn = await openHorn(t);
  const { link, reported, file } = horn;
  const before = writesOf(file);
  const { times, residentMb, growthMb } = await switchOften(link, reported, SWITCHES);
  const [p50, p99, max] = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times.slice(-1000))];
  t.diagnostic(
    `${SWITCHES} switchings, order to read-back: p50 ${p50.toFixed(2)}, p99 ${p99.toFixed(2)}, ` +
      `max of the last 1000 ${max.toFixed(1)} ms; ${residentMb.toFixed(0)} MB resident, ${growthMb.toFixed(1)} MB more than after the first quarter`,
  );
  assert.equal(link.starts, 1);
  assert.equal(writesOf(file) - before, SWITCHES, "each of them reached the board, once");
  assert.ok(growthMb < 10, `${growthMb.toFixed(1)} MB`);
  assert.ok(underDeno || residentMb < LIMIT_MB, `${residentMb.toFixed(1)} MB while it works hard`);
  assert.ok(p99 < 100, `${p99.toFixed(1)} ms`);
});

interface Start {
  readonly tookMs: number;
  readonly residentMb: number;
}

/** A guardian over this data that has done some work, and has ended in order. */
async function startOnce(config: GuardianConfig): Promise<Start> {
  const at = monotonicMs();
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await using link = RelayLink.open({ config, log: silent, onChange: () => undefined });
  await until({
    what: "the guardian is there",
    ms: 8000,
    everyMs: 2,
    check: () => link.state.kind === "held",
  });
  const tookMs = monotonicMs() - at;
  for (let n = 0; n < 300; n++) {
    link.hold({ horn: n % 2 === 0 ? "energised" : "dropped" });
    await until({ what: "an answer", ms: 2000, everyMs: 1, check: () => link.state.kind === "held" });
  }
  assert.equal(link.starts, 1);
  return { tookMs, residentMb: residentMb(link.pid) };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

test(`guardian takes less than ${LIMIT_MB} MB from its second start on, and bears what it kept being spoilt`, {
  skip: underDeno && "Deno keeps what it compiled elsewhere",
}, async (t) => {
  const it = await bench(t);
  const [first, later] = [await startOnce(it.config), await startOnce(it.config)];
  t.diagnostic(
    `resident: first start ${first.residentMb.toFixed(0)} MB, there after ${first.tookMs.toFixed(0)} ms; ` +
      `later ${later.residentMb.toFixed(0)} MB, there after ${later.tookMs.toFixed(0)} ms`,
  );
  assert.ok(later.residentMb < LIMIT_MB, `${later.residentMb.toFixed(1)} MB`);
  const kept = filesUnder(join(it.config.dataFolder, "compiled"));
  assert.ok(kept.length > 5);
  for (const [i, file] of kept.entries()) {
    const bytes = readFileSync(file);
    writeFileSync(file, i % 2 === 0 ? bytes.subarray(0, bytes.length / 2) : bytes.fill(0x5a, 40));
  }
  await startOnce(it.config);
});

test("the rules of the guardian and its protocol are covered to the last branch", {
  skip: underDeno,
}, (t) => {
  const unit = (name: string): string => join("test/unit/relay", `${name}.test.ts`);
  // Else it would take itself for a part of this run.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      "--test",
      "--experimental-test-coverage",
      "--test-coverage-include=server/relay/{lease,protocol,feedback,drop_time,report}.ts",
      ...["lines", "branches", "functions"].map((kind) => `--test-coverage-${kind}=100`),
      ...["lease", "lease_signals", "protocol", "feedback", "drop_time"].map(unit),
    ],
    { cwd: ROOT, encoding: "utf8", env, timeout: 60_000 },
  );
  const table = stdout.split("\n").filter((line) => /\.ts +\|/.test(line));
  for (const line of table) t.diagnostic(line.replace(/^ℹ +/, ""));
  assert.equal(table.length, 5, stdout.slice(-2000));
  assert.equal(status, 0, stdout.slice(-2000));
});
