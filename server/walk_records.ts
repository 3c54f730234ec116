/**
 * What is known of walk tests over weeks: the records, when each zone is due, and how often people who stood in it
 * were seen.
 */
import { createHash } from "node:crypto";
import { wallMs } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import type { Config, ZoneConfig } from "./domain/config.ts";
import { redactSource } from "./domain/source.ts";
import type { OverdueTest } from "./domain/supervision.ts";
import type { Millis, ZoneId } from "./domain/units.ts";
import type { Actor, WalkCount, WalkRecord } from "./store/protocol.ts";
import type { Store } from "./store/store.ts";
import { type Due, dayOf } from "./upkeep.ts";

/** Records that are remembered and listed. */
const RECORDS_KEPT = 100;
const DAY_MS = 24 * 60 * 60_000;
/** The detection rate is over so many days. */
const RATE_DAYS = 30;
const RETRY_MS = 10_000;
/** Records that wait while the disk does not take them: nobody walks more tests meanwhile. */
const WAITING_MAX = 20;
/** Names of values that outlast a start. */
const SINCE = "walk-since";
export const RUNNING = "walk-running";

/** Seen at a point, of all who stood at one. */
export interface WalkRate {
  readonly walked: number;
  readonly detected: number;
}

export interface ZoneRate extends WalkRate {
  /** Newest first; days without a walk test are left out. */
  readonly days: readonly (WalkRate & { readonly day: string })[];
}

/** Since when a test of the zone, as it is, is asked for. */
type Since = Readonly<Record<ZoneId, { readonly subject: string; readonly sinceWallAt: Millis }>>;

/** Stands for everything a walk test is about: it says nothing about another zone, camera, model or output. */
export function subjectOf(config: Config, zone: ZoneConfig): string {
  const camera = config.cameras.find(({ id }) => id === zone.camera);
  const permits = config.outputs.filter(
    ({ role, zones }) => role === "run-permit" && zones.includes(zone.id),
  );
  const boards = new Set(permits.flatMap(({ board, second }) => [board, second?.board]));
  const about = [
    [zone.camera, zone.kind, zone.polygon, zone.dwellMs],
    [redactSource(camera?.source ?? ""), camera?.fps],
    [config.detector.model, config.detector.threshold],
    permits.map(({ id, board, channel, second, feedback }) => [id, board, channel, second, feedback]),
    config.boards.filter(({ id }) => boards.has(id)).map(({ id, driver }) => [id, driver]),
  ];
  return createHash("sha256").update(JSON.stringify(about)).digest("hex").slice(0, 16);
}

/** The zones that are walked: each stops a machine, by a run permit. */
export function walkedZones({ zones, outputs }: Config): readonly ZoneConfig[] {
  const follows = (id: ZoneId): boolean =>
    outputs.some((output) => output.role === "run-permit" && output.zones.includes(id));
  return zones.filter(({ id, kind }) => kind === "stop" && follows(id));
}

export interface WalkRecordsOptions {
  readonly store: Store | undefined;
  /** Keeps a value over a start. */
  readonly keep: (name: string, value: string) => void;
  readonly log: Log;
}

export class WalkRecords {
  readonly #options: WalkRecordsOptions;
  /** Newest first. */
  #records: readonly WalkRecord[] = [];
  #counts: readonly WalkCount[] = [];
  readonly #passes = new Map<string, Millis>();
  #since: Since = {};
  #waiting: { readonly record: WalkRecord; readonly by: Actor }[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: string | undefined;
  #interrupted: string | undefined;

  private constructor(options: WalkRecordsOptions) {
    this.#options = options;
  }

  /** Reads what is kept. Never rejects: without it the box guards all the same. */
  static async open(options: WalkRecordsOptions, now: Millis = wallMs()): Promise<WalkRecords> {
    const records = new WalkRecords(options);
    try {
      await records.#load(now);
    } catch (error) {
      options.log.error({ err: error }, "walk tests cannot be read");
    }
    return records;
  }

  async #load(now: Millis): Promise<void> {
    const { store } = this.#options;
    if (store === undefined) return;
    const since = new Date(now - RATE_DAYS * DAY_MS).toISOString();
    const { records, counts, passes } = await store.walks(RECORDS_KEPT, since);
    this.#records = records;
    this.#counts = counts;
    for (const { zone, subject, wallAt } of passes)
      this.#passes.set(`${zone} ${subject}`, Date.parse(wallAt));
    const kept = await store.kept();
    if (kept[SINCE] !== undefined) this.#since = JSON.parse(kept[SINCE]) as Since;
    this.#interrupted = kept[RUNNING] === "" ? undefined : kept[RUNNING];
  }

  /** Newest first, at most 100. */
  get records(): readonly WalkRecord[] {
    return this.#records;
  }

  /** The test that ran when the box ended last, as it was kept; once. */
  takeInterrupted(): string | undefined {
    const kept = this.#interrupted;
    this.#interrupted = undefined;
    return kept;
  }

  /** A configuration goes to work. Where a zone is another one now, the time until its first test begins. */
  wire(config: Config, now: Millis = wallMs()): void {
    // A box whose settings cannot be read guards nothing for now; what it had is not forgotten for that.
    if (config.boards.length === 0) return;
    const asked = config.tests.demandWalk ? walkedZones(config) : [];
    const since: Since = Object.fromEntries(
      asked.map((zone) => {
        const subject = subjectOf(config, zone);
        const before = this.#since[zone.id];
        return [zone.id, before?.subject === subject ? before : { subject, sinceWallAt: now }];
      }),
    );
    if (JSON.stringify(since) === JSON.stringify(this.#since)) return;
    this.#since = since;
    this.#options.keep(SINCE, JSON.stringify(since));
  }

  /** When the zone, as it is now, passed last and is due; due is null where no walk test is asked for. */
  due(zone: ZoneConfig, config: Config, now: Millis = wallMs()): Due {
    const lastWallAt = this.#passes.get(`${zone.id} ${subjectOf(config, zone)}`) ?? null;
    const since = this.#since[zone.id]?.sinceWallAt;
    if (since === undefined) return { lastWallAt, dueWallAt: null, overdue: false };
    const dueWallAt = (lastWallAt ?? since) + config.tests.walkDays * DAY_MS;
    return { lastWallAt, dueWallAt, overdue: now >= dueWallAt };
  }

  /** At most one reminder, which names every zone that is overdue. */
  overdue(config: Config, now: Millis = wallMs()): OverdueTest[] {
    const late = walkedZones(config)
      .map((zone) => ({ zone, ...this.due(zone, config, now) }))
      .filter(({ overdue }) => overdue);
    if (late.length === 0) return [];
    const day = (wallAt: Millis): string => dayOf(wallAt, config.site.timezone);
    const told = late.map(({ zone, lastWallAt, dueWallAt }) => {
      const last = lastWallAt === null ? "none has passed" : `the last one passed on ${day(lastWallAt)}`;
      return `The walk test of ${zone.name} was due on ${day(dueWallAt ?? now)}; ${last}`;
    });
    const long = late.some(({ dueWallAt }) => now >= (dueWallAt ?? now) + config.tests.walkDays * DAY_MS);
    return [{ test: "walk", message: told.join(". "), ...(long ? { long } : {}) }];
  }

  /** How often whoever stood at a point of the zone was seen there, over the newest 30 days. */
  rate(zone: ZoneId, timezone: string, now: Millis = wallMs()): ZoneRate {
    const from = now - RATE_DAYS * DAY_MS;
    const counts = this.#counts.filter((one) => one.zone === zone && Date.parse(one.wallAt) >= from);
    const days = new Map<string, WalkCount[]>();
    for (const count of counts) {
      const day = dayOf(Date.parse(count.wallAt), timezone);
      days.set(day, [...(days.get(day) ?? []), count]);
    }
    return { ...sum(counts), days: [...days].map(([day, some]) => ({ day, ...sum(some) })) };
  }

  /**
   * Adds a test that has ended. Never rejects; what the disk does not take is tried again.
   * @returns why it is not written yet
   */
  async add(record: WalkRecord, by: Actor): Promise<string | undefined> {
    if (this.#options.store === undefined) return "There is no database to record the test in";
    this.#waiting = [...this.#waiting, { record, by }].slice(-WAITING_MAX);
    await this.flush();
    return this.#failure;
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { store, log } = this.#options;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        await store?.recordWalk(next.record, next.by);
        this.#waiting = this.#waiting.filter((one) => one !== next);
        this.#take(next.record);
      }
      this.#failure = undefined;
    } catch (error) {
      if (this.#failure === undefined) log.error({ err: error }, "walk test cannot be written");
      this.#failure = (error as Error).message;
      this.#timer = setTimeout(() => void this.flush(), RETRY_MS).unref();
    }
  }

  #take(record: WalkRecord): void {
    const { zone, subject, outcome, wallAt, attempts } = record;
    const gone = attempts.filter((attempt) => attempt.outcome !== "skipped");
    const detected = gone.filter((attempt) => attempt.outcome === "detected").length;
    const from = Date.parse(wallAt) - RATE_DAYS * DAY_MS;
    this.#records = [record, ...this.#records].slice(0, RECORDS_KEPT);
    this.#counts = [{ zone, wallAt, walked: gone.length, detected }, ...this.#counts].filter(
      (count) => Date.parse(count.wallAt) >= from,
    );
    if (outcome === "passed") this.#passes.set(`${zone} ${subject}`, Date.parse(wallAt));
  }
}

function sum(counts: readonly WalkCount[]): WalkRate {
  return {
    walked: counts.reduce((all, { walked }) => all + walked, 0),
    detected: counts.reduce((all, { detected }) => all + detected, 0),
  };
}
