/**
 * The server's side of the guardian: starts it, holds the outputs through it, and replaces it for as long as
 * the link lives. Its caller's every hold is a finished step of the rules; the link never holds by itself.
 */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exited, hasExited, killGroup, spawnOwn } from "../base/child.ts";
import { monotonicMs, wait } from "../base/clock.ts";
import type { Demand, GuardianConfig, GuardianOrder, RelayLinkState } from "../domain/relay.ts";
import type { Millis, OutputId } from "../domain/units.ts";
import { dropAll } from "./drop.ts";
import { lineSplitter, parseReport } from "./protocol.ts";

/**
 * How long the outputs stay held without a hold. A server that hangs has dropped within a second even on a box with
 * four times as much to do as it has cores: measured 482 ms at the median and 951 at most with a lease of 500.
 */
export const LEASE_MS = 400;
/** A hold is due this often: three may be lost or late before the lease ends. */
export const HOLD_EVERY_MS = 100;

/**
 * A guardian answers every hold in a few ms, however slow its boards are; one that does not is hung or stopped.
 * With the hold's period before it and a start on a busy box after it, the outputs drop within a second.
 */
const ANSWER_MS = 350;
/** Starting a process takes 0.1 s, and many times that on a box that is starting everything else. */
const START_MS = 5000;
const WATCH_MS = 25;
/** 64 KiB is a minute of holds that nobody took. */
const BACKLOG_BYTES = 64 * 1024;
const BYE_MS = 500;
const LAST_DROP_MS = 2500;
/** From the second guardian that dies young on, its successor waits, so that the box can still do other work. */
const BACKOFF_MS = [0, 100, 200, 400, 800, 1000] as const;
/** A guardian that lived this long did not die young. */
const GROWN_MS = 10_000;

const GUARDIAN = fileURLToPath(new URL("../guardian.ts", import.meta.url));

export interface LinkLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface RelayLinkOptions {
  readonly config: GuardianConfig;
  /** Called with every report, and at once when the link is lost. Must not throw. */
  readonly onChange: (state: RelayLinkState) => void;
  readonly log: LinkLog;
}

/** Fields without their `seq` and `at`, which are the link's to give. */
type Order = GuardianOrder extends infer Each
  ? Each extends unknown
    ? Omit<Each, "seq" | "at">
    : never
  : never;

function isSameDemand(one: Demand, other: Demand): boolean {
  if (one === other) return true;
  const ids = Object.keys(one);
  return ids.length === Object.keys(other).length && ids.every((id) => one[id] === other[id]);
}

/** Waits for the child's end, but no longer than `ms`; leaves no timer behind that would hold the process up. */
async function goneWithin(child: ChildProcess, ms: Millis): Promise<void> {
  const over = new AbortController();
  await Promise.race([exited(child), wait(ms, over.signal)]);
  over.abort();
}

/**
 * What keeps a guardian small. What Node compiled and stripped of its types is kept beside the data, by the set-up or
 * by the first start: a guardian is there in half the time, and without Node's TypeScript stripper: 53 MB resident
 * instead of 88. And it makes little garbage, for which V8 would otherwise come to keep 10 MB more, and 20 MB after
 * 300,000 switchings; all measured. What it holds is 10 to 15 MB whatever it did.
 */
function smallness(dataFolder: string): Readonly<Record<string, string>> {
  const options = [process.env.NODE_OPTIONS ?? "", "--max-semi-space-size=1", "--max-old-space-size=32"];
  return { NODE_COMPILE_CACHE: join(dataFolder, "compiled"), NODE_OPTIONS: options.join(" ").trim() };
}

/** Its configuration is the first thing it reads. */
function spawnGuardian(config: GuardianConfig, reports: "pipe" | "ignore"): ChildProcess {
  const child = spawnOwn(GUARDIAN, [], ["pipe", reports, "inherit"], smallness(config.dataFolder));
  // A broken pipe means that its reader ended or is about to: its exit tells.
  child.stdin?.on("error", () => undefined);
  child.stdin?.write(`${JSON.stringify(config)}\n`);
  return child;
}

export class RelayLink implements AsyncDisposable {
  readonly #options: RelayLinkOptions;
  readonly #watch: NodeJS.Timeout;
  #state: RelayLinkState;
  #child: ChildProcess | undefined;
  #spawnedAt: Millis = 0;
  #seq = 0;
  #skipped = 0;
  #starts = 0;
  /** The demand of the last hold that was sent to this guardian. */
  #demand: Demand | undefined;
  /** `onChange` is running. */
  #telling = false;
  /** Since when the guardian owes an answer. */
  #owedSince: Millis | undefined;
  #watchedAt: Millis;
  #diedYoung = 0;
  #respawn: NodeJS.Timeout | undefined;
  #disposing = false;
  /** This guardian was told to arm something. */
  #armed = false;

  /** Starts a guardian and returns at once; the first state comes with `onChange`. */
  static open(options: RelayLinkOptions): RelayLink {
    return new RelayLink(options);
  }

  private constructor(options: RelayLinkOptions) {
    this.#options = options;
    this.#watchedAt = monotonicMs();
    this.#state = { kind: "lost", why: "The guardian is starting", since: this.#watchedAt };
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
    this.#spawn();
  }

  get state(): RelayLinkState {
    return this.#state;
  }

  /** The guardian's process id, for health pages and tests; undefined while none is running. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How many holds were not sent because the guardian took none. */
  get skipped(): number {
    return this.#skipped;
  }

  /** How many guardians were started, the first included. */
  get starts(): number {
    return this.#starts;
  }

  /**
   * Sends what every output should be, and renews the lease. Never waits, never throws. Called from `onChange`,
   * it sends a change only: an answer that brings the next hold would bring the next answer, without end.
   * @returns the order's number, which the report that answers it carries
   */
  hold(demand: Demand): number {
    if (this.#telling && this.#demand !== undefined && isSameDemand(this.#demand, demand)) return this.#seq;
    if (this.#send({ kind: "hold", demand })) {
      this.#demand = demand;
      this.#owedSince ??= monotonicMs();
    } else this.#skipped++;
    return this.#seq;
  }

  /**
   * Lets permits be energised by the holds that follow: call it before the first hold that demands them.
   * @param epoch the report's to which the person's reset answers; the guardian refuses any other
   * @returns false where no guardian is there to take it
   */
  arm(epoch: number, outputs: readonly OutputId[]): boolean {
    if (outputs.length === 0 || !this.#send({ kind: "arm", epoch, outputs })) return false;
    this.#armed = true;
    return true;
  }

  /** Drops everything and ends the guardian; makes certain with a fresh one where it did not confirm. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposing) return;
    const child = this.#child;
    this.#send({ kind: "bye" });
    this.#disposing = true;
    clearInterval(this.#watch);
    clearTimeout(this.#respawn);
    if (child !== undefined) {
      await goneWithin(child, BYE_MS);
      if (!hasExited(child)) killGroup(child);
    }
    this.#state = { kind: "lost", why: "The link is closed", since: monotonicMs() };
    // Its exit code 0 says that it read every channel dropped after the bye.
    if (child?.exitCode !== 0) await this.#dropOnce();
  }

  /** A guardian drops everything before it does anything else, so one that is told to end at once will do. */
  async #dropOnce(): Promise<void> {
    const { config, log } = this.#options;
    const child = spawnGuardian(config, "ignore");
    child.on("error", (error) => log.error({ err: error.message }, "Cannot start the last guardian"));
    child.stdin?.end(`${JSON.stringify({ kind: "bye", seq: 1, at: monotonicMs() })}\n`);
    await goneWithin(child, LAST_DROP_MS);
    if (!hasExited(child)) killGroup(child);
    if (child.exitCode !== 0) {
      log.error(
        { exitCode: child.exitCode },
        "Cannot prove the outputs dropped at the end; check the boards",
      );
    }
  }

  #send(order: Order): boolean {
    const stdin = this.#child?.stdin;
    if (this.#disposing || this.#state.kind !== "held" || !stdin?.writable) return false;
    if (stdin.writableLength > BACKLOG_BYTES) return false;
    stdin.write(`${JSON.stringify({ ...order, seq: ++this.#seq, at: monotonicMs() })}\n`);
    return true;
  }

  #spawn(): void {
    const { config, log } = this.#options;
    const child = spawnGuardian(config, "pipe");
    this.#child = child;
    this.#spawnedAt = monotonicMs();
    this.#owedSince = this.#spawnedAt;
    this.#armed = false;
    this.#demand = undefined;
    this.#starts++;
    log.info({ guardian: child.pid }, "Guardian started");
    child.on("error", (error) => this.#gone(child, `Cannot start the guardian: ${error.message}`));
    child.on("exit", (code, signal) =>
      this.#gone(child, `The guardian ended with ${signal ?? `code ${code}`}`),
    );
    child.stdout?.setEncoding("utf8");
    child.stdout?.on(
      "data",
      lineSplitter((line) => this.#take(child, line)),
    );
  }

  #take(child: ChildProcess, line: string): void {
    if (child !== this.#child) return;
    const read = parseReport(line);
    if (!read.ok) {
      this.#kill(child, `The guardian sent a report that cannot be read: ${read.why}`);
      return;
    }
    this.#owedSince = undefined;
    this.#set({ kind: "held", report: read.value });
  }

  /** Looks whether the guardian owes an answer for too long. Only time in which our own loop ran counts. */
  #look(): void {
    const now = monotonicMs();
    const lagMs = Math.max(0, now - this.#watchedAt - WATCH_MS);
    this.#watchedAt = now;
    if (this.#owedSince !== undefined) this.#owedSince += lagMs;
    const child = this.#child;
    if (child === undefined || this.#owedSince === undefined) return;
    const limitMs = this.#state.kind === "held" ? ANSWER_MS : START_MS;
    if (now - this.#owedSince < limitMs) return;
    this.#kill(child, `The guardian did not answer for ${limitMs} ms`);
  }

  /** Told before the process is gone: from now on nobody is known to hold the outputs. */
  #kill(child: ChildProcess, why: string): void {
    killGroup(child);
    this.#gone(child, why);
  }

  #gone(child: ChildProcess, why: string): void {
    if (child !== this.#child) return;
    this.#child = undefined;
    this.#owedSince = undefined;
    if (this.#disposing) return;
    this.#dropDirectly();
    this.#set({ kind: "lost", why, since: monotonicMs() });
    // Its successor drops and proves it as its first act: no waiting where a permit may have been left energised. It
    // cannot become a fast loop, for each arm is a person's reset.
    const urgent = this.#armed;
    const grown = monotonicMs() - this.#spawnedAt > GROWN_MS;
    this.#diedYoung = urgent || grown ? 0 : this.#diedYoung + 1;
    const delayMs = BACKOFF_MS[Math.min(this.#diedYoung, BACKOFF_MS.length) - 1] ?? 0;
    this.#options.log.error({ why, delayMs }, "Guardian lost, starting another");
    if (delayMs === 0) this.#spawn();
    else this.#respawn = setTimeout(() => this.#spawn(), delayMs);
  }

  /** Nobody owns the boards at this instant, and starting a process takes a tenth of a second: drop here and now. */
  #dropDirectly(): void {
    const { config, log } = this.#options;
    dropAll(config).catch((error: Error) =>
      log.error({ why: error.message }, "Outputs could not be dropped directly; the next guardian will"),
    );
  }

  #set(state: RelayLinkState): void {
    this.#state = state;
    this.#telling = true;
    try {
      this.#options.onChange(state);
    } finally {
      this.#telling = false;
    }
  }
}
