/**
 * What the outputs need over weeks: tests that come due, relays that wear, the number of the last machine cycle,
 * when bypasses began, and the alarms that outlast a start.
 * All of it is kept beside the stop path and never in it; what cannot be written now is written later.
 */
import { createHash } from "node:crypto";
import { monotonicMs, wallMs } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import { alarmsToKeep, type PastAlarms } from "./domain/alarm_past.ts";
import type { Config } from "./domain/config.ts";
import type { Fact } from "./domain/fact.ts";
import type { CoilPlace } from "./domain/relay.ts";
import type { Maintenance, OverdueTest, Past, Supervision } from "./domain/supervision.ts";
import type { BoardId, Millis } from "./domain/units.ts";
import { type Instant, keptBypasses, withBegun } from "./store/begun_bypasses.ts";
import { alarmsText, keptAlarms } from "./store/kept_alarms.ts";
import type { Actor, OutputTestRecord, RelayOperations } from "./store/protocol.ts";
import type { Store } from "./store/store.ts";

/** Counted operations wait this long to be written together: a disk is no place for every switching. */
const WRITE_EVERY_MS = 10_000;
/** Tests that are remembered and listed. */
const RECORDS_KEPT = 100;
const DAY_MS = 24 * 60 * 60_000;
/** From this share of its rated operations on a relay is called worn. */
const WORN_SHARE = 0.5;

const SYSTEM: Actor = { type: "system", id: "palisade" };

type Test = OutputTestRecord["test"];

/** When a test was last passed, and when the next one is due. */
export interface Due {
  readonly lastWallAt: Millis | null;
  /** Null where no output is configured. */
  readonly dueWallAt: Millis | null;
  readonly overdue: boolean;
}

/** Since when the outputs are wired as they are. */
interface Wired {
  readonly wiring: string;
  readonly sinceWallAt: Millis;
}

const place = (board: BoardId, channel: number): string => `${board}/${channel}`;
const boardOf = (key: string): BoardId => key.slice(0, key.indexOf("/"));
const channelOf = (key: string): number => Number(key.slice(key.indexOf("/") + 1));

/** Stands for how boards and outputs are wired: what was tested on another wiring says nothing about this one. */
export function wiringOf({ boards, outputs }: Pick<Config, "boards" | "outputs">): string {
  const wires = [
    boards.map(({ id, driver, channels, address, unit, firstCoil, firstInput }) => [
      ...[id, driver, channels, address, unit, firstCoil, firstInput],
    ]),
    outputs.map(({ id, role, board, channel, second, feedback }) => [
      ...[id, role, board, channel, second?.board, second?.channel],
      ...[feedback?.board, feedback?.input, feedback?.closed],
    ]),
  ];
  return createHash("sha256").update(JSON.stringify(wires)).digest("hex").slice(0, 16);
}

/** The day at the site, such as `2026-11-21`. */
export function dayOf(wallAt: Millis, timeZone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(wallAt);
}

export class Upkeep {
  readonly #store: Store | undefined;
  readonly #log: Log;
  /** Newest first. */
  #records: readonly OutputTestRecord[] = [];
  readonly #counts = new Map<string, number>();
  #uncounted = new Map<string, RelayOperations>();
  readonly #unkept = new Map<string, string>();
  #kept: Readonly<Record<string, string>> = {};
  #cycle = 0;
  #bypasses: readonly Instant[] = [];
  #alarms: () => Omit<PastAlarms, "versions"> = () => ({ alarms: [], hidden: new Map() });
  #alarmsWaiting: Supervision | undefined;
  #wired: Wired = { wiring: "", sinceWallAt: 0 };
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failed = false;

  private constructor(store: Store | undefined, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Reads what is kept. Never rejects: without it the box guards all the same, and says that tests are due. */
  static async open(store: Store | undefined, log: Log): Promise<Upkeep> {
    const upkeep = new Upkeep(store, log);
    try {
      await upkeep.#load();
    } catch (error) {
      log.error({ err: error }, "tests and wear of the outputs cannot be read");
    }
    return upkeep;
  }

  async #load(): Promise<void> {
    if (this.#store === undefined) return;
    const kept = await this.#store.kept();
    this.#kept = kept;
    this.#cycle = Number(kept.cycle ?? 0) || 0;
    if (kept.wiring !== undefined) this.#wired = JSON.parse(kept.wiring) as Wired;
    for (const { board, channel, count } of await this.#store.operations())
      this.#counts.set(place(board, channel), count);
    this.#records = await this.#store.tests(RECORDS_KEPT);
    this.#bypasses = keptBypasses(kept.bypasses, this.#now());
    const alarms = keptAlarms(kept.alarms, this.#now());
    this.#alarms = () => alarms;
  }

  /** What the rules must know from before a start. */
  get past(): Past {
    return {
      cycle: this.#cycle,
      bypassedAt: this.#bypasses.map(({ monoMs }) => monoMs),
      // Tenths of a second since 1970: no alarm has ever changed more often than that.
      alarms: { versions: Math.floor(wallMs() / 100), ...this.#alarms() },
    };
  }

  #now(): Instant {
    return { bootId: this.#store?.bootId ?? "", monoMs: monotonicMs(), wallAt: wallMs() };
  }

  /** Newest first, at most 100. */
  get records(): readonly OutputTestRecord[] {
    return this.#records;
  }

  /** How often the relay was energised. */
  operations({ board, channel }: CoilPlace): number {
    return this.#counts.get(place(board, channel)) ?? 0;
  }

  /** A configuration goes to work. Where it wires otherwise, the time until its first tests begins. */
  wire(config: Config, now: Millis = wallMs()): void {
    // A box whose settings cannot be read guards nothing for now; what it had is not forgotten for that.
    if (config.boards.length === 0) return;
    this.#forgetAllBut(config.boards.map(({ id }) => id));
    const wiring = wiringOf(config);
    if (wiring === this.#wired.wiring) return;
    this.#wired = { wiring, sinceWallAt: now };
    this.#keep("wiring", JSON.stringify(this.#wired));
  }

  /** A board that comes under the name of one that went has relays of its own. */
  #forgetAllBut(boards: readonly BoardId[]): void {
    const gone = new Set([...this.#counts.keys()].map(boardOf).filter((board) => !boards.includes(board)));
    for (const board of gone)
      this.replaced(board, SYSTEM).catch((error: unknown) => {
        this.#log.error({ err: error, board }, "count of a removed board cannot be forgotten");
      });
  }

  /** Counts what the outputs did, and bypasses that began. */
  take(facts: readonly Fact[], { outputs }: Pick<Config, "outputs">): void {
    const begun = facts.filter((fact) => fact.kind === "bypass-changed" && fact.bypass !== undefined);
    if (begun.length > 0) {
      const instants = begun.map(({ at }) => at);
      this.#bypasses = withBegun(this.#bypasses, instants, this.#now());
      this.#keep("bypasses", JSON.stringify(this.#bypasses));
    }
    for (const fact of facts) {
      if (fact.kind === "cycle-begun") {
        this.#cycle = fact.cycle;
        this.#keep("cycle", String(fact.cycle));
      }
      if (fact.kind !== "output-changed" || fact.from !== "dropped" || fact.to !== "energised") continue;
      const output = outputs.find(({ id }) => id === fact.output);
      if (output === undefined) continue;
      this.#count(output);
      if (output.second !== undefined) this.#count(output.second);
    }
  }

  /** Keeps the alarms as they are now, for the next start and for the next configuration. */
  takeAlarms(facts: readonly Fact[], state: Supervision): void {
    // What a box that ends still hears of its own outputs is no alarm of the next start.
    if (state.ended || !facts.some(({ kind }) => kind.startsWith("alarm-"))) return;
    this.#alarms = () => alarmsToKeep(state);
    // What changes in the same moment is written together.
    if (this.#alarmsWaiting === undefined)
      setImmediate(() => {
        if (this.#alarmsWaiting !== undefined)
          this.#keep("alarms", alarmsText(this.#alarmsWaiting, this.#now()));
        this.#alarmsWaiting = undefined;
      });
    this.#alarmsWaiting = state;
  }

  /** Resolves when what was taken up to now is on the disk; with false where the disk does not take it. */
  async kept(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve)); // alarms of this moment are written after it
    await this.flush();
    return !this.#failed;
  }

  #count({ board, channel }: CoilPlace): void {
    const key = place(board, channel);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const count = (this.#uncounted.get(key)?.count ?? 0) + 1;
    this.#uncounted.set(key, { board, channel, count });
    this.#writeLater();
  }

  #writeLater(): void {
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_EVERY_MS).unref();
  }

  /** What was kept under this name before the start. */
  keptBefore(name: string): string | undefined {
    return this.#kept[name];
  }

  /** Keeps a value that outlasts a start, as soon as the disk takes it. */
  keep(name: string, value: string): void {
    this.#keep(name, value);
  }

  #keep(name: string, value: string): void {
    this.#unkept.set(name, value);
    void this.flush();
  }

  /** Writes what waits. Never rejects; what the disk does not take is tried again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const store = this.#store;
    if (store === undefined) {
      this.#unkept.clear();
      this.#uncounted.clear();
      return;
    }
    const counted = this.#uncounted;
    this.#uncounted = new Map();
    try {
      for (const [name, value] of this.#unkept) {
        await store.keep(name, value);
        if (this.#unkept.get(name) === value) this.#unkept.delete(name);
      }
      if (counted.size > 0) await store.addOperations([...counted.values()]);
      this.#failed = false;
    } catch (error) {
      // A call that came too late may have been written: a few operations counted twice wear nothing out.
      for (const [key, row] of counted)
        this.#uncounted.set(key, { ...row, count: row.count + (this.#uncounted.get(key)?.count ?? 0) });
      if (!this.#failed) this.#log.error({ err: error }, "wear of the outputs cannot be written");
      this.#failed = true;
      this.#writeLater();
    }
  }

  /** Adds a test that a person ran. Rejects where it cannot be written. */
  async record(record: OutputTestRecord, by: Actor): Promise<void> {
    if (this.#store === undefined) throw new Error("There is no database to record the test in");
    await this.#store.recordTest(record, by);
    this.#records = [record, ...this.#records].slice(0, RECORDS_KEPT);
  }

  /** The relays of a board were replaced: their count begins anew. Rejects where that cannot be written. */
  async replaced(board: BoardId, by: Actor): Promise<void> {
    if (this.#store === undefined) throw new Error("There is no database to write the count to");
    await this.flush();
    const before = [...this.#counts]
      .filter(([key]) => boardOf(key) === board)
      .map(([key, count]) => ({ board, channel: channelOf(key), count }));
    await this.#store.forgetOperations({ board }, by, before);
    for (const { channel } of before) {
      this.#counts.delete(place(board, channel));
      this.#uncounted.delete(place(board, channel));
    }
  }

  /** When this test was passed and is due, with the outputs wired as they are. */
  due(test: Test, { tests, outputs }: Config, now: Millis = wallMs()): Due {
    const last = this.#passed(test);
    const lastWallAt = last === undefined ? null : Date.parse(last.wallAt);
    if (outputs.length === 0) return { lastWallAt, dueWallAt: null, overdue: false };
    const days = test === "relay" ? tests.relayDays : tests.proofDays;
    const dueWallAt = (lastWallAt ?? this.#wired.sinceWallAt) + days * DAY_MS;
    return { lastWallAt, dueWallAt, overdue: now >= dueWallAt };
  }

  #passed(test: Test): OutputTestRecord | undefined {
    const { wiring } = this.#wired;
    return this.#records.find((record) => record.test === test && record.passed && record.wiring === wiring);
  }

  /** What the rules must know of tests and wear. */
  maintenance(config: Config, now: Millis = wallMs()): Maintenance {
    const withheld = this.#withheld(config, now);
    return {
      ...(withheld === undefined ? {} : { withheld }),
      overdue: (["relay", "proof"] as const).flatMap((test) => this.#overdue(test, config, now)),
      worn: this.#worn(config),
    };
  }

  #withheld({ tests, site }: Config, now: Millis): string | undefined {
    if (!tests.withholdPermit) return undefined;
    const last = this.#passed("relay");
    const today = dayOf(now, site.timezone);
    if (last !== undefined && dayOf(Date.parse(last.wallAt), site.timezone) === today) return undefined;
    return "Run permits are withheld until today's relay test has passed: run it and record it";
  }

  #overdue(test: Test, config: Config, now: Millis): OverdueTest[] {
    const { lastWallAt, dueWallAt, overdue } = this.due(test, config, now);
    if (!overdue || dueWallAt === null) return [];
    const day = (wallAt: Millis): string => dayOf(wallAt, config.site.timezone);
    const since = this.#wired.sinceWallAt;
    const last =
      lastWallAt === null
        ? `none has passed since the outputs were wired so on ${day(since)}`
        : `the last one passed on ${day(lastWallAt)}`;
    const long = now >= dueWallAt + (dueWallAt - (lastWallAt ?? since));
    const message = `The ${test} test was due on ${day(dueWallAt)}; ${last}`;
    return [{ test, message, ...(long ? { long } : {}) }];
  }

  #worn({ boards, outputs }: Config): Maintenance["worn"] {
    return outputs.flatMap(({ id, board, channel, second }) => {
      const coils = [{ board, channel }, ...(second === undefined ? [] : [second])];
      const shares = coils.map((coil) => {
        const rated = boards.find((one) => one.id === coil.board)?.ratedOperations;
        return { ...coil, rated, share: this.operations(coil) / (rated ?? Number.POSITIVE_INFINITY) };
      });
      const worn = shares.find(({ share }) => share >= WORN_SHARE);
      if (worn === undefined) return [];
      // Whole percents: a sentence that changes every minute would be another alarm every minute.
      const used = `${Math.floor(worn.share * 100)} % of its rated ${worn.rated} operations`;
      return [{ output: id, message: `Channel ${worn.channel} of board ${worn.board} has used ${used}` }];
    });
  }
}
