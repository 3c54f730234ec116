/** A board in a process of its own, with everything done to that process and to its owner that can be. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { exited, killGroup, ownProgram, signalChild } from "../../server/base/child.ts";
import { monotonicMs, wait } from "../../server/base/clock.ts";
import type { BoardPlace } from "../../server/relay/driver.ts";
import {
  CALL_DEADLINE_MS,
  findBoards,
  type HandAnswer,
  openRemote,
  type RemoteBoard,
} from "../../server/relay/remote.ts";
import { simulatedFile } from "../../server/relay/simulated.ts";
import { runs } from "../support/processes.ts";
import { ROOT } from "../support/runtime.ts";
import { until } from "../support/until.ts";

const HAND = join(ROOT, "server/hand.ts");
const PARENT = join(ROOT, "test/fakes/hand-parent.ts");
const [DROPPED, ENERGISED] = [
  [false, false, false, false],
  [true, true, true, true],
];
/** From the end of a hand's owner to the dropped coils, on a busy machine. */
const DROP_LIMIT_MS = 250;
/** A timer on a busy machine fires this late. */
const SLACK_MS = 200;
/** From the last call to the drop: `OWNER_SILENT_MS` of server/hand.ts, which is a program and exports nothing. */
const OWNER_SILENT_MS = 450;
const RUNS = 10;

interface Bench {
  readonly place: BoardPlace;
  coils(): readonly boolean[];
  /** Milliseconds from `since` until every coil is dropped. */
  dropped(since: number): Promise<number>;
}

async function bench(t: TestContext): Promise<Bench> {
  const dataFolder = await mkdtemp(join(tmpdir(), "palisade-hand-"));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  const file = simulatedFile(dataFolder, "a");
  const coils = () => (JSON.parse(readFileSync(file, "utf8")) as { channels: boolean[] }).channels;
  return {
    place: { dataFolder, board: { id: "a", driver: "simulated", channels: 4 } },
    coils,
    dropped: (since) =>
      until({
        what: "every coil is dropped",
        ms: 3000,
        everyMs: 1,
        check: () => !coils().includes(true) && monotonicMs() - since,
      }),
  };
}

function judge(t: TestContext, what: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const [median, max] = [sorted[sorted.length >> 1] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
  t.diagnostic(`${what}: median ${median.toFixed(1)}, max ${max.toFixed(1)} ms (${times.length} times)`);
  assert.ok(max <= DROP_LIMIT_MS, `${what}: ${max.toFixed(0)} ms`);
}

function pidOf(board: RemoteBoard): number {
  assert.ok(board.pid !== undefined);
  return board.pid;
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;
}

async function energised(it: Bench): Promise<RemoteBoard> {
  const board = await openRemote(it.place);
  await board.write(ENERGISED);
  assert.deepEqual(it.coils(), ENERGISED);
  return board;
}

// --- one board, one hand -------------------------------------------------------------------------------

test("a board in a hand does what its driver does, and is dropped when it is closed", async (t) => {
  const it = await bench(t);
  const board = await energised(it);
  assert.equal(board.channels, 4);
  assert.deepEqual(await board.read(), ENERGISED);
  await assert.rejects(board.write([true]), /^Error: Cannot write board "a": got 1 channels, it has 4$/);
  board.dropNow();
  assert.deepEqual(await board.read(), DROPPED);
  await board.write(ENERGISED);
  const since = monotonicMs();
  await board[Symbol.asyncDispose]();
  judge(t, "closed and dropped", [await it.dropped(since)]);
  assert.equal(runs(pidOf(board)), false);
  await assert.rejects(board.read(), /^Error: Cannot read board "a": it is closed; /);
  assert.throws(() => board.dropNow(), /^Error: Cannot drop board "a": it is closed; /);
});

test("what the driver says of an error is handed on, and the hand lives", async (t) => {
  const it = await bench(t);
  await using board = await openRemote(it.place);
  const file = simulatedFile(it.place.dataFolder, "a");
  await rm(file);
  mkdirSync(file);
  await assert.rejects(board.write(ENERGISED), /^Error: Cannot write board "a": make .* writable folder: /);
  await assert.rejects(board.read(), /^Error: Cannot read board "a": make .* a readable file: /);
  await rm(file, { recursive: true });
  await board.write(ENERGISED);
  assert.deepEqual(it.coils(), ENERGISED);
});

test("a board that cannot be opened is told in its driver's words, and leaves no process", async (t) => {
  const it = await bench(t);
  mkdirSync(simulatedFile(it.place.dataFolder, "a"));
  await assert.rejects(openRemote(it.place), /^Error: Cannot write board "a": make /);
  const nobody = { ...it.place.board, driver: "toaster" } as unknown as BoardPlace["board"];
  await assert.rejects(openRemote({ ...it.place, board: nobody }), /no driver is named "toaster"/);
});

test("thousands of calls keep a hand's memory", async (t) => {
  const it = await bench(t);
  await using board = await openRemote(it.place);
  const turn = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await board.write(i % 2 === 0 ? ENERGISED : DROPPED);
      await board.read();
    }
  };
  const openedMb = residentMb(pidOf(board));
  await turn(1000);
  const beforeMb = residentMb(pidOf(board));
  const since = monotonicMs();
  await turn(2000);
  const eachMs = (monotonicMs() - since) / 2000;
  const afterMb = residentMb(pidOf(board));
  t.diagnostic(
    `a hand: ${openedMb.toFixed(0)} MB opened, ${beforeMb.toFixed(0)} after 1000 writes with read-back, ` +
      `${afterMb.toFixed(0)} after 3000, ${eachMs.toFixed(2)} ms each`,
  );
  assert.ok(afterMb - beforeMb < 8, `grew from ${beforeMb} to ${afterMb} MB`);
});

// --- a call that does not return -----------------------------------------------------------------------

test("a call that hangs is rejected at its deadline, its hand killed, and no other board's call waits", async (t) => {
  const [it, other] = [await bench(t), await bench(t)];
  await using good = await openRemote(other.place);
  const board = await energised(it);
  const pid = pidOf(board);
  process.kill(pid, "SIGSTOP");
  const since = monotonicMs();
  const hung = assert.rejects(
    board.read(),
    /^Error: Cannot read board "a": it did not answer to read within 250 ms; check its cable$/,
  );
  let [slowest, calls] = [0, 0];
  while (monotonicMs() - since < CALL_DEADLINE_MS) {
    const before = monotonicMs();
    await good.write(ENERGISED);
    await good.read();
    slowest = Math.max(slowest, monotonicMs() - before);
    calls++;
  }
  await hung;
  const tookMs = monotonicMs() - since;
  t.diagnostic(
    `rejected after ${tookMs.toFixed(0)} ms; the other board: ${calls} calls, ${slowest.toFixed(0)} ms at most`,
  );
  assert.ok(tookMs >= CALL_DEADLINE_MS - 1 && tookMs < CALL_DEADLINE_MS + SLACK_MS, `${tookMs} ms`);
  assert.ok(calls > 5 && slowest < SLACK_MS, `${calls} calls, ${slowest} ms`);
  const again = monotonicMs();
  await assert.rejects(board.write(DROPPED), /it did not answer to read within 250 ms/);
  await board[Symbol.asyncDispose]();
  assert.ok(monotonicMs() - again < SLACK_MS / 2, "a lost board rejects at once");
  await until({ what: "the hand is gone", ms: 1000, check: () => !runs(pid) });
  await wait(50); // as the board's keeper does
  // Nobody dropped it: the next opening finds it as it was, and its keeper drops it first.
  await using next = await openRemote(it.place);
  assert.deepEqual(await next.read(), ENERGISED);
});

test("a hand that is killed is told at once, with the signal", async (t) => {
  const it = await bench(t);
  const board = await energised(it);
  process.kill(pidOf(board), "SIGSTOP");
  const pending = assert.rejects(
    board.read(),
    /^Error: Cannot read board "a": its process ended with SIGKILL; /,
  );
  const since = monotonicMs();
  process.kill(pidOf(board), "SIGKILL");
  await pending;
  assert.ok(monotonicMs() - since < SLACK_MS);
  await assert.rejects(board.write(DROPPED), /ended with SIGKILL/);
});

test("an answer that came in time is not called late by an owner that was held up itself", async (t) => {
  const it = await bench(t);
  await using board = await openRemote(it.place);
  for (let i = 0; i < 5; i++) {
    const answer = board.read();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CALL_DEADLINE_MS * 2);
    assert.deepEqual(await answer, DROPPED);
  }
});

// --- the owner's end -----------------------------------------------------------------------------------

async function startParent(it: Bench): Promise<{ child: ChildProcess; hand: number }> {
  const { command, args } = ownProgram(PARENT, [JSON.stringify(it.place)]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], detached: true });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  assert.deepEqual(it.coils(), ENERGISED);
  return { child, hand: (JSON.parse(line) as { hand: number }).hand };
}

test("a board is dropped within milliseconds of its owner's kill -9, and its hand goes", async (t) => {
  const it = await bench(t);
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { child, hand } = await startParent(it);
    const since = monotonicMs();
    // Its whole group, as the server does it: the hand is in a group of its own.
    killGroup(child);
    times.push(await it.dropped(since));
    await until({ what: "the hand is gone", ms: 1000, check: () => !runs(hand) });
  }
  judge(t, "kill -9 of the owner", times);
});

test("an owner that is stopped keeps its board, and loses it when it is killed so", async (t) => {
  const it = await bench(t);
  const { child } = await startParent(it);
  signalChild(child, "SIGSTOP");
  await wait(300);
  assert.deepEqual(it.coils(), ENERGISED);
  const since = monotonicMs();
  killGroup(child);
  judge(t, "kill -9 of a stopped owner", [await it.dropped(since)]);
});

test("an owner that stands still loses a board that is energised, and only such a one", async (t) => {
  const [it, idle] = [await bench(t), await bench(t)];
  await using resting = await openRemote(idle.place);
  await resting.write(DROPPED);
  const { child, hand } = await startParent(it);
  t.after(() => killGroup(child));
  const since = monotonicMs();
  signalChild(child, "SIGSTOP");
  const tookMs = await it.dropped(since);
  t.diagnostic(`SIGSTOP of the owner: dropped after ${tookMs.toFixed(0)} ms`);
  assert.ok(tookMs < OWNER_SILENT_MS + DROP_LIMIT_MS, `${tookMs} ms`);
  await until({ what: "the hand is gone", ms: 1000, check: () => !runs(hand) });
  assert.deepEqual(await resting.read(), DROPPED, "nobody asked this one for as long");
});

// --- what comes through the pipe -----------------------------------------------------------------------

interface Pipes {
  readonly child: ChildProcess;
  readonly answers: HandAnswer[];
  said(): string;
  send(text: string): void;
}

/** A hand on bare pipes, with its board energised. */
async function bareHand(t: TestContext, it: Bench): Promise<Pipes> {
  const { command, args } = ownProgram(HAND, [JSON.stringify(it.place)]);
  const child = spawn(command, args, { stdio: "pipe" });
  t.after(() => signalChild(child, "SIGKILL"));
  const answers: HandAnswer[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => answers.push(JSON.parse(line) as HandAnswer));
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stdin.on("error", () => undefined); // the hand's end is what is looked at
  child.stdin.write(`{"n":1,"call":"write","states":${JSON.stringify(ENERGISED)}}\n`);
  await until({ what: "the board is energised", ms: 5000, everyMs: 2, check: () => answers.length === 2 });
  assert.deepEqual(it.coils(), ENERGISED);
  return { child, answers, said: () => said, send: (text) => void child.stdin.write(text) };
}

for (const [what, garbage] of [
  ["words", "hello\n"],
  ["half an order", '{"n":2,"call":"write","states":[true\n'],
  ["nothing", "\n"],
  ["null", "null\n"],
  ["an order without a number", '{"call":"write","states":[true,true,true,true]}\n'],
  ["70,000 characters", "x".repeat(70_000)],
  ["no text", "\u0000\ufffd\u{1f600}\n"],
] as const) {
  test(`a hand that is sent ${what} drops its board and ends with code 1`, async (t) => {
    const it = await bench(t);
    const hand = await bareHand(t, it);
    const since = monotonicMs();
    hand.send(`${garbage}{"n":3,"call":"write","states":${JSON.stringify(ENERGISED)}}\n`);
    judge(t, what, [await it.dropped(since)]);
    await exited(hand.child);
    assert.equal(hand.child.exitCode, 1);
    assert.deepEqual(it.coils(), DROPPED, "what came after it was not obeyed");
    assert.equal(hand.said(), "hand: Its orders cannot be understood\n");
  });
}

test("a call that does not exist, or does not fit, is answered with an error and changes nothing", async (t) => {
  const it = await bench(t);
  const hand = await bareHand(t, it);
  hand.send('{"n":2,"call":"explode"}\n{"n":3,"call":"write"}\n{"n":4,"call":"write","states":[true]}\n');
  hand.send('{"n":5,"call":"read"}\n');
  await until({ what: "five answers", ms: 3000, check: () => hand.answers.length === 6 });
  const [, , unknown, missing, short, read] = hand.answers;
  assert.ok(unknown !== undefined && "error" in unknown && missing !== undefined && "error" in missing);
  assert.match(unknown.error, /^it knows no call "explode"$/);
  assert.ok(short !== undefined && "error" in short);
  assert.match(short.error, /^Cannot write board "a": got 1 channels/);
  assert.deepEqual(read, { n: 5, value: ENERGISED });
});

for (const [what, end] of [
  ["the end of its orders", ({ child }: Pipes) => child.stdin?.end()],
  ["SIGTERM", ({ child }: Pipes) => signalChild(child, "SIGTERM")],
  ["SIGINT", ({ child }: Pipes) => signalChild(child, "SIGINT")],
  ["SIGHUP", ({ child }: Pipes) => signalChild(child, "SIGHUP")],
  [
    "a reader of its answers that is gone",
    ({ child, send }: Pipes) => {
      child.stdout?.destroy();
      send('{"n":2,"call":"read"}\n');
    },
  ],
] as const) {
  test(`a hand drops its board and ends with code 0 on ${what}`, async (t) => {
    const it = await bench(t);
    const hand = await bareHand(t, it);
    const since = monotonicMs();
    end(hand);
    judge(t, what, [await it.dropped(since)]);
    await exited(hand.child);
    assert.equal(hand.child.exitCode, 0);
  });
}

// --- what is plugged in --------------------------------------------------------------------------------

test("the boards of this machine are listed by a process that is gone afterwards", async () => {
  const found = await findBoards();
  assert.deepEqual(found.problems, []);
  for (const { address, channels } of found.hid) {
    assert.match(address, /^\d+-\d+(\.\d+)*$/);
    assert.ok(channels >= 1 && channels <= 8);
  }
  for (const { path, name } of found.serial) assert.match(`${path} ${name}`, /^\/dev\/.+ at USB port /);
});
