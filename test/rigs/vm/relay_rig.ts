/** In the VM: emulated boards on a real USB stack, and a real guardian on pipes that holds what it is told to. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { exited, hasExited, killGroup, spawnOwn } from "../../../server/base/child.ts";
import { monotonicMs } from "../../../server/base/clock.ts";
import type { Demand, GuardianConfig, GuardianReport } from "../../../server/domain/relay.ts";
import type { Millis } from "../../../server/domain/units.ts";
import { HOLD_EVERY_MS } from "../../../server/relay/link.ts";
import { lineSplitter, parseReport } from "../../../server/relay/protocol.ts";
import { until } from "../../support/until.ts";

const BOARDS = fileURLToPath(new URL("../relay_board.py", import.meta.url));
const GUARDIAN = fileURLToPath(new URL("../../../server/guardian.ts", import.meta.url));
/** The VM is slow, and slower still where its host is busy. */
const LIMIT_MS = 20_000;

export type BoardName = "A" | "B";

export interface BoardTruth {
  /** Bit 0 is channel 1. */
  readonly coils: number;
  readonly changes: readonly (readonly [at: Millis, coils: number])[];
  readonly writes: number;
  readonly plugged: boolean;
  readonly failures_left: number;
}

/** The plugged-in boards, as only their maker knows them. */
export class Boards implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: Interface;

  private constructor(child: ChildProcess, lines: Interface) {
    this.#child = child;
    this.#lines = lines;
  }

  static async plugIn(specs: readonly string[]): Promise<Boards> {
    const child = spawn("/usr/bin/python3", [BOARDS, ...specs], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    await once(lines, "line");
    return new Boards(child, lines);
  }

  async ask(board: BoardName, wish: Readonly<Record<string, unknown>> = {}): Promise<BoardTruth> {
    const answer = once(this.#lines, "line") as Promise<[string]>;
    this.#child.stdin?.write(`${JSON.stringify({ board, ...wish })}\n`);
    const [line] = await answer;
    return JSON.parse(line) as BoardTruth;
  }

  async coils(): Promise<readonly [a: number, b: number]> {
    return [(await this.ask("A")).coils, (await this.ask("B")).coils];
  }

  async are(a: number, b: number, ms = LIMIT_MS): Promise<void> {
    await until({
      what: `coils ${a.toString(2)} on A and ${b.toString(2)} on B`,
      ms,
      check: async () => {
        const [isA, isB] = await this.coils();
        return isA === a && isB === b;
      },
    });
  }

  /** Milliseconds from `since` until the first channel dropped. */
  async droppedAfter(board: BoardName, since: Millis): Promise<Millis> {
    return await until({
      what: `the permit of ${board} drops`,
      ms: LIMIT_MS,
      check: async () => {
        const { changes } = await this.ask(board);
        const dropped = changes.find(([at, coils]) => at >= since && (coils & 1) === 0);
        return dropped === undefined ? undefined : dropped[0] - since;
      },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    await exited(this.#child);
  }
}

export interface Carried {
  readonly report: GuardianReport;
  readonly tookMs: Millis;
}

/** A guardian that is held for as long as this lives, with the newest demand. */
export class Held implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #config: GuardianConfig;
  readonly #timer: NodeJS.Timeout;
  #demand: Demand = {};
  #seq = 0;
  #last: GuardianReport | undefined;
  #reportedAt = monotonicMs();
  #longestGapMs = 0;

  constructor(config: GuardianConfig) {
    this.#config = config;
    this.child = spawnOwn(GUARDIAN, [], ["pipe", "pipe", "inherit"]);
    this.child.stdin?.on("error", () => undefined); // killed on purpose
    this.child.stdin?.write(`${JSON.stringify(config)}\n`); // not in its command line, for everybody to read
    this.child.stdout?.setEncoding("utf8").on(
      "data",
      lineSplitter((line) => this.#take(line)),
    );
    this.#timer = setInterval(() => this.#order({ kind: "hold", demand: this.#demand }), HOLD_EVERY_MS);
  }

  get pid(): number {
    assert.ok(this.child.pid !== undefined);
    return this.child.pid;
  }

  /** The processes that it started: one for each board. */
  get hands(): readonly number[] {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8");
    return children.trim().split(/\s+/).filter(Boolean).map(Number);
  }

  get last(): GuardianReport {
    assert.ok(this.#last !== undefined, "the guardian has not reported yet");
    return this.#last;
  }

  /** Between two reports, since this was asked last. */
  takeLongestGapMs(): Millis {
    const gap = Math.max(this.#longestGapMs, monotonicMs() - this.#reportedAt);
    this.#longestGapMs = 0;
    return gap;
  }

  async reported(what: string, check: (report: GuardianReport) => boolean): Promise<GuardianReport> {
    return await until({
      what: `${what}; the last report: ${JSON.stringify(this.#last)}`,
      ms: LIMIT_MS,
      everyMs: 2,
      check: () => (this.#last !== undefined && check(this.#last) ? this.#last : undefined),
    });
  }

  /** Holds this from now on; resolves when it is carried out and read back. */
  async hold(demand: Demand): Promise<Carried> {
    const since = monotonicMs();
    this.#demand = demand;
    const seq = this.#order({ kind: "hold", demand });
    const report = await this.reported("the hold is carried out", (newest) => newest.seq >= seq);
    return { report, tookMs: monotonicMs() - since };
  }

  /** Holds this from now on; resolves when this output reads so, whatever the other boards do. */
  async holdUntil(demand: Demand, output: string): Promise<Carried> {
    const since = monotonicMs();
    this.#demand = demand;
    this.#order({ kind: "hold", demand });
    const wanted = demand[output] ?? "dropped";
    const report = await this.reported(
      `${output} reads ${wanted}`,
      ({ outputs }) => outputs[output]?.readback === wanted,
    );
    return { report, tookMs: monotonicMs() - since };
  }

  /** As a person's reset does it: nothing is wanted, all boards agree, the permits are armed. */
  async arm(): Promise<void> {
    this.#demand = {};
    await this.reported("every board is there, dropped", ({ boards, outputs }) => {
      const there = Object.values(boards).every(({ kind }) => kind === "ok");
      return there && Object.values(outputs).every((one) => one.readback === "dropped" && !one.mismatch);
    });
    const { epoch } = (await this.hold({})).report;
    const outputs = this.#config.outputs.filter(({ permit }) => permit).map(({ id }) => id);
    this.#order({ kind: "arm", epoch, outputs });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    if (!hasExited(this.child)) killGroup(this.child);
    await exited(this.child);
  }

  #order(fields: object): number {
    this.child.stdin?.write(`${JSON.stringify({ ...fields, seq: ++this.#seq, at: monotonicMs() })}\n`);
    return this.#seq;
  }

  #take(line: string): void {
    const read = parseReport(line);
    assert.ok(read.ok, line);
    const now = monotonicMs();
    this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#reportedAt);
    this.#reportedAt = now;
    this.#last = read.value;
  }
}
