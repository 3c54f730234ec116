/**
 * Runs inside the VM as root: two DCT boards with one id on Linux's own USB stack, driven by the real guardian, with
 * everything done to them that can be. One JSON line on stdout tells each step, with its figures or its error.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownProgram } from "../../../server/base/child.ts";
import { monotonicMs, wait } from "../../../server/base/clock.ts";
import type { Demand, GuardianConfig } from "../../../server/domain/relay.ts";
import { energiseReport } from "../../../server/relay/dct_report.ts";
import { dropList } from "../../../server/relay/drop_list.ts";
import { type FoundBoards, findBoards, LIST } from "../../../server/relay/remote.ts";
import { usbNodes } from "../../../server/relay/usb_ports.ts";
import { until } from "../../support/until.ts";
import { Boards, Held } from "./relay_rig.ts";

export interface StepSeen {
  readonly step: string;
  /** For people. */
  readonly figures?: string;
  readonly error?: string;
}

/** A fifth of the speed of a real machine, so five times what a box holds. */
const LEASE_MS = 2000;
const SWITCHES = Number(process.env.PALISADE_SWITCHES || 150);
/** Longer than two polls of the guardian, in the VM too. */
const POLLS_MS = 1500;
const WITHIN_MS = 3000;

const NOBODY = 65_534;
const ms = (value: number): string => `${value.toFixed(0)} ms`;

const [A, B] = ["1-1", "1-2"];
const RUN: Demand = { permit: "energised", second: "energised" };
const [PERMIT, HORN] = [0b01, 0b10];

/**
 * A program's first start here takes ten times as long as the next, which finds it read and compiled. Two such starts
 * at once would take longer than a board may take to open.
 */
function warmUp(): void {
  startMs("server/hand.ts");
  startMs("server/guardian.ts");
}

function startMs(file: string): number {
  const { command, args } = ownProgram(file, [LIST]);
  const since = monotonicMs();
  spawnSync(command, args, { stdio: "ignore" });
  return monotonicMs() - since;
}

/** The limits of a board's calls mean nothing on a machine slower than this. */
const START_LIMIT_MS = 3_000;
/** The exit code that says so. */
const TOO_SLOW = 75;

function endIfTooSlow(): void {
  const took = startMs("server/hand.ts");
  console.error(`a program starts in ${ms(took)}`);
  if (took <= START_LIMIT_MS) return;
  console.log(`a program took ${ms(took)} to start`);
  process.exit(TOO_SLOW);
}

warmUp();
endIfTooSlow();
await using boards = await Boards.plugIn([`name=A,id=HW554,relays=4`, `name=B,id=HW554,relays=2`]);
const config: GuardianConfig = {
  dataFolder: mkdtempSync(join(tmpdir(), "palisade-")),
  leaseMs: LEASE_MS,
  boards: [
    { id: "a", driver: "dct-hid", channels: 4, address: A },
    { id: "b", driver: "dct-hid", channels: 2, address: B },
  ],
  outputs: [
    { id: "permit", board: "a", channel: 1, permit: true },
    { id: "horn", board: "a", channel: 2, permit: false },
    { id: "second", board: "b", channel: 1, permit: true },
    { id: "lamp", board: "b", channel: 2, permit: false },
  ],
};
let guardian = new Held(config);

function spread(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms (${sorted.length})`;
}

function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1000;
}

function nodeAt(port: string): string | undefined {
  return usbNodes("hidraw").find(({ device }) => device.port === port)?.path;
}

async function plugged(port: string): Promise<string> {
  return await until({ what: `a node at port ${port}`, ms: WITHIN_MS, check: () => nodeAt(port) });
}

/** Somebody else's program on the same board: nothing locks it. */
function orderBehindItsBack(path: string, report: Uint8Array): void {
  const octal = [...report].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  execFileSync("/bin/bash", ["-c", `printf '${octal}' > ${path}`]);
}

/** Armed, everything that permits energised and read back. */
async function run(more: Demand = {}): Promise<void> {
  await guardian.arm();
  const { report } = await guardian.hold({ ...RUN, ...more });
  assert.equal(report.outputs.permit?.readback, "energised");
  assert.equal(report.outputs.second?.readback, "energised");
  await boards.are(more.horn === "energised" ? PERMIT | HORN : PERMIT, PERMIT);
}

async function backAgain(): Promise<void> {
  await guardian.reported("board a is back", (report) => report.boards.a?.kind === "ok");
}

async function lost(pattern: RegExp): Promise<string> {
  const report = await guardian.reported("board a is lost", ({ boards: all }) => all.a?.kind === "lost");
  assert.ok(report.boards.a?.kind === "lost");
  assert.match(report.boards.a.why, pattern);
  assert.equal(report.outputs.permit?.readback, "unknown");
  assert.equal(report.lastDrop.cause, "board");
  return report.boards.a.why;
}

/** What was dropped comes back by no hold alone. */
async function staysDropped(): Promise<void> {
  await guardian.hold(RUN);
  await wait(POLLS_MS);
  assert.deepEqual(await boards.coils(), [0, 0]);
  assert.deepEqual(guardian.last.armed, []);
}

const STEPS: Readonly<Record<string, () => Promise<string | undefined>>> = {
  "both boards are found at their ports, with one id": async () => {
    const found = await findBoards();
    assert.deepEqual(found, {
      hid: [
        { address: A, product: "USBRelay4", channels: 4, identity: "HW554" },
        { address: B, product: "USBRelay2", channels: 2, identity: "HW554" },
      ],
      serial: [],
      problems: [],
    });
    return undefined;
  },

  "a user without rights on the boards is told the cure": async () => {
    const { command, args } = ownProgram("server/hand.ts", [LIST]);
    const text = execFileSync(command, args, { encoding: "utf8", uid: NOBODY, gid: NOBODY });
    const { hid } = JSON.parse(text) as FoundBoards;
    assert.deepEqual(
      hid.map(({ address, identity }) => [address, identity]),
      [
        [A, undefined],
        [B, undefined],
      ],
    );
    for (const { problem } of hid) {
      assert.match(problem ?? "", /install systemd\/70-palisade-relay.rules and add the user to the group/);
    }
    return hid[0]?.problem;
  },

  "the guardian drives two boards with one id, each at its port": async () => {
    await run();
    assert.deepEqual(guardian.last.boards, {
      a: { kind: "ok", identity: "HW554" },
      b: { kind: "ok", identity: "HW554" },
    });
    await guardian.hold({ ...RUN, lamp: "energised" });
    await boards.are(PERMIT, PERMIT | HORN);
    return undefined;
  },

  "every switch is carried out, once, and read back": async () => {
    await run();
    await boards.ask("A", { clear: true });
    const before = guardian.hands.map(residentMb);
    const guardianMb = residentMb(guardian.pid);
    const times: number[] = [];
    const tenth = Math.ceil(SWITCHES / 10);
    for (let i = 0; i < SWITCHES; i++) {
      const horn = i % 2 === 0 ? "energised" : "dropped";
      const { report, tookMs } = await guardian.hold({ ...RUN, horn });
      assert.equal(report.outputs.horn?.readback, horn);
      times.push(tookMs);
    }
    const { changes, writes } = await boards.ask("A");
    await boards.ask("A", { clear: true }); // whoever asks next is told them all again
    assert.equal(changes.length, SWITCHES);
    assert.equal(writes, SWITCHES, "nothing is sent twice, and a channel that stays is sent nothing");
    assert.ok(changes.every(([, coils]) => (coils & PERMIT) === PERMIT));
    const mb = (pids: readonly number[]): string => pids.map((one) => one.toFixed(0)).join(" and ");
    return `${spread(times)}; the first tenth ${spread(times.slice(0, tenth))}, the last ${spread(times.slice(-tenth))}; a hand ${mb(before)} MB before, ${mb(guardian.hands.map(residentMb))} after; the guardian ${guardianMb.toFixed(0)} and ${residentMb(guardian.pid).toFixed(0)}`;
  },

  "a transfer that fails once is made again, and nobody notices": async () => {
    await run();
    const { epoch } = guardian.last;
    for (let i = 0; i < 3; i++) {
      await boards.ask("A", { fault: "eproto", times: 1 });
      await wait(POLLS_MS / 3);
      await guardian.hold({ ...RUN, horn: i % 2 === 0 ? "energised" : "dropped" });
      await until({
        what: "the failure was used up",
        ms: WITHIN_MS,
        check: async () => (await boards.ask("A")).failures_left === 0,
      });
    }
    await boards.are(PERMIT | HORN, PERMIT);
    assert.equal(guardian.last.epoch, epoch);
    await boards.ask("A", { fault: "none" });
    return undefined;
  },

  "somebody else's order is noticed, drops everything, and is put right": async () => {
    await run();
    const since = monotonicMs();
    orderBehindItsBack(await plugged(A), energiseReport(4));
    const [a, b] = [await boards.droppedAfter("A", since), await boards.droppedAfter("B", since)];
    const report = await guardian.reported("why", ({ lastDrop }) => lastDrop.cause === "mismatch");
    assert.deepEqual(report.armed, []);
    await boards.are(0, 0);
    return `dropped after ${ms(a)} and ${ms(b)}`;
  },

  "a stuck relay is told, and drops the other board": async () => {
    await run();
    await boards.ask("A", { fault: "stuck" });
    const since = monotonicMs();
    await guardian.hold({ second: "energised" });
    const b = await boards.droppedAfter("B", since);
    const report = await guardian.reported("a mismatch", ({ outputs }) => outputs.permit?.mismatch === true);
    assert.equal(report.outputs.permit?.readback, "energised");
    assert.equal(report.lastDrop.cause, "mismatch");
    assert.deepEqual(await boards.coils(), [PERMIT, 0]);
    await boards.ask("A", { fault: "none" });
    await boards.are(0, 0); // ordered again at every poll, for as long as it contradicts
    return `the other board dropped after ${ms(b)}`;
  },

  "a relay that welds while energised is told at its drop": async () => {
    await run();
    await boards.ask("A", { fault: "welded", relay: 1 });
    await guardian.hold({ second: "energised" });
    await guardian.reported("a mismatch", ({ outputs }) => outputs.permit?.mismatch === true);
    await boards.are(PERMIT, 0);
    await boards.ask("A", { fault: "none" });
    await boards.are(0, 0);
    return undefined;
  },

  "a read-back that says the contrary drops everything": async () => {
    await run();
    const since = monotonicMs();
    await boards.ask("A", { fault: "inverted" });
    const [a, b] = [await boards.droppedAfter("A", since), await boards.droppedAfter("B", since)];
    const report = await guardian.reported("a mismatch", ({ outputs }) => outputs.permit?.mismatch === true);
    assert.equal(report.lastDrop.cause, "mismatch");
    await boards.ask("A", { fault: "none" });
    return `dropped after ${ms(a)} and ${ms(b)}`;
  },

  "an unplugged board is told and drops the other one; plugged in again it stays dropped": async () => {
    await run({ horn: "energised" });
    const since = monotonicMs();
    await boards.ask("A", { unplug: true });
    const b = await boards.droppedAfter("B", since);
    const why = await lost(/^Cannot (read|write|open) board "a": .*; check its cable$/);
    await boards.ask("A", { plug: true });
    await backAgain();
    await staysDropped();
    return `the other board dropped after ${ms(b)}: ${why}`;
  },

  "boards that come back under each other's number are still told apart": async () => {
    const before = await plugged(A);
    await boards.ask("A", { unplug: true });
    await boards.ask("B", { unplug: true });
    await guardian.reported("both are lost", (report) =>
      Object.values(report.boards).every(({ kind }) => kind === "lost"),
    );
    await wait(POLLS_MS); // until nobody holds their old numbers
    await boards.ask("B", { plug: true });
    const [b, a] = [await plugged(B), await boards.ask("A", { plug: true }).then(() => plugged(A))];
    assert.notEqual(a, before);
    await run({ horn: "energised" });
    return `${before} came back as ${a}, and the other board as ${b}`;
  },

  "transfers that go on failing lose the board, and it comes back dropped by itself": async () => {
    await run();
    const since = monotonicMs();
    await boards.ask("A", { fault: "eproto", times: 1e9 });
    const b = await boards.droppedAfter("B", since);
    const why = await lost(/^Cannot (read|write) board "a": .*Protocol error.*; check its cable$/);
    await boards.ask("A", { fault: "none" });
    await backAgain();
    await staysDropped();
    return `the other board dropped after ${ms(b)}: ${why}`;
  },

  "a board that hangs costs its own process, and nobody else anything": async () => {
    await run();
    const [pid, hands] = [guardian.pid, guardian.hands];
    guardian.takeLongestGapMs();
    const since = monotonicMs();
    await boards.ask("A", { fault: "hang" });
    const b = await boards.droppedAfter("B", since);
    const why = await lost(/did not answer to (read|write) within 250 ms/);
    const times: number[] = [];
    // For longer than Linux keeps a call that hangs: also while the board is tried again.
    while (monotonicMs() - since < 7000) {
      const lamp = times.length % 2 === 0 ? "energised" : "dropped";
      const { report, tookMs } = await guardian.holdUntil({ lamp }, "lamp");
      assert.equal(report.boards.b?.kind, "ok");
      times.push(tookMs);
      await wait(50);
    }
    assert.ok(Math.max(...times) < LEASE_MS, `the other board waited: ${spread(times)}`);
    const gapMs = guardian.takeLongestGapMs();
    assert.ok(gapMs < LEASE_MS, `the guardian said nothing for ${gapMs} ms`);
    assert.equal(guardian.pid, pid);
    assert.equal(guardian.hands.filter((one) => hands.includes(one)).length, 1, "one hand was replaced");
    await boards.ask("A", { fault: "none" });
    await backAgain();
    await staysDropped();
    return `the other board dropped after ${ms(b)} and switched meanwhile in ${spread(times)}; longest silence of the guardian ${ms(gapMs)}: ${why}`;
  },

  "boards are dropped within milliseconds of their guardian's kill -9": async () => {
    const [a, b]: [number[], number[]] = [[], []];
    for (let i = 0; i < 3; i++) {
      await run({ horn: "energised" });
      const { hands } = guardian;
      const since = monotonicMs();
      process.kill(-guardian.pid, "SIGKILL");
      a.push(await boards.droppedAfter("A", since));
      b.push(await boards.droppedAfter("B", since));
      await boards.are(0, 0);
      await until({ what: "its hands are gone", ms: WITHIN_MS, check: () => !hands.some(runsNow) });
      await guardian[Symbol.asyncDispose]();
      guardian = new Held(config);
    }
    return `after ${spread(a)} and ${spread(b)}`;
  },

  "what nobody is left to drop is dropped by the drop helper": async () => {
    await run({ horn: "energised" });
    writeFileSync(join(config.dataFolder, "drop.list"), dropList(config));
    const all = [...guardian.hands, guardian.pid];
    for (const pid of all) process.kill(pid, "SIGSTOP");
    for (const pid of all) process.kill(pid, "SIGKILL");
    await wait(POLLS_MS);
    assert.deepEqual(await boards.coils(), [PERMIT | HORN, PERMIT], "the boards keep what they were told");
    const since = monotonicMs();
    const said = execFileSync("systemd/palisade-drop", [config.dataFolder], { encoding: "utf8" });
    const tookMs = monotonicMs() - since;
    assert.deepEqual(await boards.coils(), [0, 0]);
    return `in ${ms(tookMs)}: ${said.trim()}`;
  },
};

function runsNow(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const seen: StepSeen[] = [];
for (const [step, work] of Object.entries(STEPS)) {
  const since = monotonicMs();
  try {
    const figures = await work();
    seen.push({ step, ...(figures === undefined ? {} : { figures }) });
  } catch (error) {
    seen.push({ step, error: (error as Error).stack ?? String(error) });
    for (const board of ["A", "B"] as const) await boards.ask(board, { fault: "none", plug: true });
    console.error(seen.at(-1)?.error);
    endIfTooSlow();
  }
  console.error(`${((monotonicMs() - since) / 1000).toFixed(1)} s: ${JSON.stringify(seen.at(-1))}`);
}
await guardian[Symbol.asyncDispose]();
console.log(JSON.stringify(seen));
