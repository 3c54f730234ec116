/** What the tests of the guardian and its link share: a box's two boards, bare pipes, a link that holds, a watch. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { exited, hasExited, killGroup, spawnOwn } from "../../server/base/child.ts";
import { monotonicMs } from "../../server/base/clock.ts";
import type { GuardianConfig, GuardianReport, RelayLinkState } from "../../server/domain/relay.ts";
import { HOLD_EVERY_MS, LEASE_MS, RelayLink } from "../../server/relay/link.ts";
import { lineSplitter, parseReport } from "../../server/relay/protocol.ts";
import { simulatedFile } from "../../server/relay/simulated.ts";
import { until } from "../support/until.ts";

export const GUARDIAN = fileURLToPath(new URL("../../server/guardian.ts", import.meta.url));
export const PARENT = fileURLToPath(new URL("./guardian-parent.ts", import.meta.url));

/** From the fault to the dropped coil, whatever the fault: half a second of lease and as much for a restart. */
export const LIMIT_MS = 1000;
/** How often each fault is timed; the ones that wait for a lease less often. */
export const RUNS = 20;
export const SLOW_RUNS = 8;

export interface Bench {
  readonly config: GuardianConfig;
  readonly file: string;
  readonly other: string;
}

export async function bench(t: TestContext, outputs?: GuardianConfig["outputs"]): Promise<Bench> {
  const dataFolder = await mkdtemp(join(tmpdir(), "palisade-guardian-"));
  t.after(() => rm(dataFolder, { recursive: true, force: true }));
  return {
    file: simulatedFile(dataFolder, "a"),
    other: simulatedFile(dataFolder, "b"),
    config: {
      dataFolder,
      leaseMs: LEASE_MS,
      boards: [
        { id: "a", driver: "simulated", channels: 4 },
        { id: "b", driver: "simulated", channels: 2 },
      ],
      outputs: outputs ?? [
        { id: "permit", board: "a", channel: 1, permit: true },
        { id: "horn", board: "a", channel: 2, permit: false },
        { id: "second", board: "b", channel: 1, permit: true },
      ],
    },
  };
}

export function coils(file: string): readonly boolean[] {
  return (JSON.parse(readFileSync(file, "utf8")) as { channels: boolean[] }).channels;
}

/** Somebody else's hand on the board. */
export function setCoils(file: string, channels: readonly boolean[]): void {
  const now = { channels, writes: 1, wallAt: new Date().toISOString(), monotonicNs: "0" };
  writeFileSync(`${file}.hand`, JSON.stringify(now));
  renameSync(`${file}.hand`, file);
}

export const energised = ({ file, other }: Bench) => coils(file)[0] === true && coils(other)[0] === true;

/** Milliseconds until neither permit is energised any more. */
export async function timeToDrop({ file, other }: Bench, since: number): Promise<number> {
  return await until({
    what: "every permit is dropped",
    ms: 3000,
    everyMs: 2,
    check: () => coils(file)[0] !== true && coils(other)[0] !== true && monotonicMs() - since,
  });
}

export function judge(t: TestContext, what: string, times: readonly number[], limitMs = LIMIT_MS): void {
  const sorted = [...times].sort((a, b) => a - b);
  const [median, max] = [sorted[sorted.length >> 1] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
  t.diagnostic(
    `${what}: dropped after median ${median.toFixed(0)}, max ${max.toFixed(0)} ms (${times.length} times)`,
  );
  assert.ok(max <= limitMs, `${what}: ${max.toFixed(0)} ms, needed ${limitMs}`);
}

/** A guardian on two bare pipes, with the orders written by the test. */
export class Bare implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly reports: GuardianReport[] = [];
  readonly #config: GuardianConfig;
  #seq = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(config: GuardianConfig) {
    this.#config = config;
    this.child = spawnOwn(GUARDIAN, [], ["pipe", "pipe", "pipe"]);
    this.child.stdin?.on("error", () => undefined); // it may be gone: its exit is what the tests look at
    this.write(`${JSON.stringify(config)}\n`);
    this.child.stdout?.setEncoding("utf8");
    this.child.stdout?.on(
      "data",
      lineSplitter((line) => this.#take(line)),
    );
    this.child.stderr?.resume();
  }

  get last(): GuardianReport | undefined {
    return this.reports.at(-1);
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  hold(drive: "energised" | "dropped"): void {
    const demand = Object.fromEntries(this.#config.outputs.map(({ id }) => [id, drive]));
    this.order({ kind: "hold", demand });
  }

  order(fields: object): void {
    this.write(`${JSON.stringify({ ...fields, seq: ++this.#seq, at: monotonicMs() })}\n`);
  }

  /** Arms and energises everything, and keeps holding it; `it`, where its boards are files that can be looked at. */
  async energise(it?: Bench): Promise<void> {
    clearInterval(this.#timer);
    await this.reported("the guardian opened its boards", ({ boards }) =>
      Object.values(boards).every(({ kind }) => kind === "ok"),
    );
    await until({ what: "the guardian arms", ms: 3000, everyMs: 10, check: () => this.#arm() });
    this.#timer = setInterval(() => this.hold("energised"), HOLD_EVERY_MS);
    // Read back, not only written: a hand on the board between the two looks like a slow relay, which is tried again.
    await this.reported("everything is energised and read back", ({ outputs }) =>
      Object.values(outputs).every(
        ({ readback, second = "energised" }) => readback === "energised" && second === "energised",
      ),
    );
    if (it !== undefined) assert.ok(energised(it));
  }

  /** Refused for a moment after a drop: until every contact was read again. */
  async #arm(): Promise<boolean> {
    const { epoch } = await this.carriedOut("dropped");
    const permits = this.#config.outputs.filter(({ permit }) => permit).map(({ id }) => id);
    this.order({ kind: "arm", epoch, outputs: permits });
    this.hold("energised");
    const then = this.#seq;
    const { armed } = await this.reported("the arm was heard", ({ seq }) => seq >= then);
    return armed.length === permits.length;
  }

  stopHolding(): void {
    clearInterval(this.#timer);
  }

  /** Holds, and waits until that was read and carried out, and so everything that was written before. */
  async carriedOut(drive: "energised" | "dropped", ms?: number): Promise<GuardianReport> {
    this.hold(drive);
    const held = this.#seq;
    return await this.reported("the hold was carried out", ({ seq }) => seq >= held, ms);
  }

  async reported(
    what: string,
    check: (report: GuardianReport) => boolean,
    ms = 3000,
  ): Promise<GuardianReport> {
    return await until({
      what,
      ms,
      everyMs: 2,
      check: () => (this.last !== undefined && check(this.last) ? this.last : undefined),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stopHolding();
    if (!hasExited(this.child)) killGroup(this.child);
    await exited(this.child);
  }

  #take(line: string): void {
    const read = parseReport(line);
    assert.ok(read.ok, line);
    this.reports.push(read.value);
  }
}

export interface Parent {
  readonly child: ChildProcess;
  readonly guardian: number;
}

export async function startParent(t: TestContext, it: Bench): Promise<Parent> {
  const child = spawnOwn(PARENT, [JSON.stringify(it.config)], ["ignore", "pipe", "inherit"]);
  let guardian = 0;
  child.stdout?.setEncoding("utf8");
  child.stdout?.on(
    "data",
    lineSplitter((line) => {
      guardian = (JSON.parse(line) as { guardian?: number }).guardian ?? guardian;
    }),
  );
  t.after(() => {
    if (!hasExited(child)) killGroup(child);
  });
  await until({ what: "the parent energised the permits", ms: 8000, everyMs: 5, check: () => isReady(it) });
  return { child, guardian };
}

export function isReady(it: Bench): boolean {
  try {
    return energised(it);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

export interface Linked extends AsyncDisposable {
  readonly link: RelayLink;
  readonly states: RelayLinkState[];
  readonly logged: string[];
  energise(): Promise<void>;
}

export function openLink(it: Bench): Linked {
  const states: RelayLinkState[] = [];
  const logged: string[] = [];
  const note = (_fields: object, message: string) => void logged.push(message);
  const link = RelayLink.open({
    config: it.config,
    onChange: (state) => states.push(state),
    log: { info: note, warn: note, error: note },
  });
  let drive: "energised" | "dropped" = "dropped";
  const demand = () => Object.fromEntries(it.config.outputs.map(({ id }) => [id, drive]));
  const timer = setInterval(() => link.hold(demand()), HOLD_EVERY_MS);
  return {
    link,
    states,
    logged,
    energise: async () => {
      drive = "dropped";
      link.hold(demand());
      const report = await until({
        what: "the link holds what is dropped, with no board lost",
        ms: 8000,
        everyMs: 2,
        check: () => {
          const { state } = link;
          if (state.kind !== "held" || state.report.seq === 0) return undefined;
          const { boards, outputs } = state.report;
          const calm = Object.values(outputs).every(({ readback }) => readback === "dropped");
          return calm && Object.values(boards).every(({ kind }) => kind === "ok") && state.report;
        },
      });
      assert.equal(link.arm(report.epoch, ["permit", "second"]), true);
      drive = "energised";
      link.hold(demand());
      await until({ what: "the permits are energised", ms: 2000, everyMs: 5, check: () => isReady(it) });
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await link[Symbol.asyncDispose]();
    },
  };
}
