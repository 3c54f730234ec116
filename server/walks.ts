/**
 * The walk test that somebody goes through now: begun, answered and ended by people, moved on by what the rules see.
 * It stands beside the stop path: it is told after the outputs have moved, and moves none.
 */
import { randomUUID } from "node:crypto";
import { monotonicMs, wallMs } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import { type Answer, type Asker, noteOf } from "./commands.ts";
import type { Config } from "./domain/config.ts";
import type { Rules } from "./domain/rules.ts";
import type { Supervision } from "./domain/supervision.ts";
import type { ZoneId } from "./domain/units.ts";
import type { WalkView } from "./domain/view.ts";
import {
  advanceWalk,
  beginWalk,
  type Cancelled,
  sightOf,
  type WalkInput,
  type WalkTest,
  walkRefusals,
} from "./domain/walk_test.ts";
import type { Guard } from "./guard.ts";
import type { Journal } from "./journal.ts";
import type { WalkRecord } from "./store/protocol.ts";
import { RUNNING, subjectOf, type WalkRecords } from "./walk_records.ts";

/** A walk test with what its record will say. */
interface Running {
  readonly walk: WalkTest;
  readonly by: Asker;
  readonly terms: Omit<WalkRecord, "wallAt" | "outcome" | "why" | "attempts">;
}

/** What a person answers while they walk. `at`: the point and the number of goings they saw, lest it meant another. */
export type WalkAnswer = {
  readonly at: { readonly point: number; readonly attempts: number };
} & ({ readonly kind: "missed" } | { readonly kind: "skip"; readonly reason: string });

export interface WalksOptions {
  /** The one at work now. */
  readonly guard: () => Guard;
  readonly records: WalkRecords;
  readonly journal: Journal;
  /** Keeps a value over a start. */
  readonly keep: (name: string, value: string) => void;
  readonly log: Log;
}

const NOBODY_WALKS: Answer = { ok: false, status: 404, detail: "Nobody walks a test now" };

export class Walks {
  readonly #options: WalksOptions;
  #running: Running | undefined;
  /** The ends that are being written. */
  #ending: Promise<string | undefined> = Promise.resolve(undefined);

  constructor(options: WalksOptions) {
    this.#options = options;
    this.#recordInterrupted();
  }

  /** The box ended in the middle of a test: what was walked until then is kept. */
  #recordInterrupted(): void {
    const { records, log } = this.#options;
    const kept = records.takeInterrupted();
    if (kept === undefined) return;
    try {
      const { by, ...rest } = JSON.parse(kept) as Pick<Running, "by"> & Running["terms"] & WalkRecord;
      if (records.records.some(({ test }) => test === rest.test)) return;
      this.#write(
        { ...rest, wallAt: new Date(wallMs()).toISOString(), outcome: "cancelled", why: "restart" },
        by,
      );
    } catch (error) {
      log.error({ err: error }, "walk test of the last run cannot be read");
    }
  }

  /** Begins the test of one zone, in the name of whoever asks. One at a time. */
  begin(zone: ZoneId, by: Asker): Answer {
    const { guard, journal } = this.#options;
    const { config, rules, pipeline, model } = guard();
    const found = config.zones.find(({ id }) => id === zone);
    if (found === undefined) return { ok: false, status: 404, detail: `No zone "${zone}" is configured` };
    const refusals =
      this.#running === undefined
        ? walkRefusals(pipeline.state, rules, zone)
        : [`${this.#running.by.id} walks ${this.#running.terms.zoneName} already`];
    if (refusals.length > 0)
      return { ok: false, status: 409, detail: "The walk test is not possible now", refusals };
    const walk = beginWalk(rules, zone, monotonicMs());
    const terms = {
      test: randomUUID(),
      begunWallAt: new Date(wallMs()).toISOString(),
      walkedBy: by.id,
      role: by.role ?? null,
      zone,
      zoneName: found.name,
      camera: found.camera,
      model: model.name,
      subject: subjectOf(config, found),
      points: walk.points,
    };
    this.#running = { walk, by, terms };
    this.#keep(this.#running);
    const after = { test: terms.test, points: walk.points, camera: terms.camera, model: terms.model };
    journal.tell(noteOf(by, { action: "walk-test.begun", object: { type: "zone", id: zone }, after }));
    return { ok: true };
  }

  /** Told after every step of the rules. */
  watch(state: Supervision, rules: Rules): void {
    const running = this.#running;
    if (running === undefined) return;
    const sight = sightOf(state, rules, running.walk.zone);
    const { at } = state;
    this.#feed(sight === undefined ? { kind: "cancel", why: "change", at } : { kind: "saw", sight, at });
  }

  answer(answer: WalkAnswer, by: Asker): Answer {
    const refused = this.#refused(answer.at);
    if (refused !== undefined) return refused;
    const { at: _, ...input } = answer;
    const before = this.#running;
    this.#feed({ ...input, at: monotonicMs() }, by);
    if (this.#running !== before) return { ok: true };
    return {
      ok: false,
      status: 409,
      detail: "The zone must be proven clear first: leave it, then go to the point",
    };
  }

  /** Goes to a point once more. */
  repeat(point: number): Answer {
    if (this.#running === undefined) return NOBODY_WALKS;
    if (this.#running.walk.points[point] === undefined)
      return { ok: false, status: 404, detail: `The zone has no point ${point + 1}` };
    const before = this.#running;
    this.#feed({ kind: "repeat", point, at: monotonicMs() });
    if (this.#running !== before) return { ok: true };
    return {
      ok: false,
      status: 409,
      detail: "Every point needs its result first, and 40 goings are enough: save it",
    };
  }

  /** Ends the test as it stands; every point must have a result. Resolves when it is written. */
  async finish(by: Asker): Promise<Answer> {
    if (this.#running === undefined) return NOBODY_WALKS;
    this.#feed({ kind: "finish", at: monotonicMs() }, by);
    if (this.#running !== undefined)
      return { ok: false, status: 409, detail: "Not every point has a result yet: go to it, or skip it" };
    return await this.#written();
  }

  async cancel(by: Asker): Promise<Answer> {
    if (this.#running === undefined) return NOBODY_WALKS;
    this.#feed({ kind: "cancel", why: "person", at: monotonicMs() }, by);
    return await this.#written();
  }

  async #written(): Promise<Answer> {
    const why = await this.#ending;
    this.#options.guard().lookAfter();
    if (why === undefined) return { ok: true };
    return { ok: false, status: 503, detail: `The test is over, but its record waits to be written: ${why}` };
  }

  /** Another configuration, or the end of the box, ends the test that runs. */
  end(why: Cancelled): void {
    this.#feed({ kind: "cancel", why, at: monotonicMs() });
  }

  /** Who walks now. */
  get walker(): string | undefined {
    return this.#running?.by.id;
  }

  view(config: Config): WalkView | undefined {
    if (this.#running === undefined) return undefined;
    const { walk, terms } = this.#running;
    const { zone, points, reach, attempts, phase, untilAt } = walk;
    if (phase.kind === "ended") return undefined;
    const measures =
      phase.kind === "awaiting"
        ? phase.energised.length > 0
        : phase.kind === "entered" && phase.drops.some(({ kind }) => kind !== "already");
    return {
      test: terms.test,
      zone,
      name: config.zones.find(({ id }) => id === zone)?.name ?? terms.zoneName,
      camera: terms.camera,
      by: terms.walkedBy,
      points,
      reach,
      phase: phase.kind,
      ...(phase.kind === "review" ? {} : { point: phase.point }),
      measures,
      seen: phase.kind === "entered" && phase.seen !== undefined,
      attempts,
      leftMs: Math.max(0, Math.round(untilAt - monotonicMs())),
    };
  }

  #refused(at: WalkAnswer["at"]): Answer | undefined {
    if (this.#running === undefined) return NOBODY_WALKS;
    const { attempts, phase } = this.#running.walk;
    const same = "point" in phase && phase.point === at.point && attempts.length === at.attempts;
    if (same) return undefined;
    return { ok: false, status: 409, detail: "The test has gone on meanwhile; look again" };
  }

  /** @param by who caused it; the person who walks, where nobody else did */
  #feed(input: WalkInput, by?: Asker): void {
    const running = this.#running;
    if (running === undefined) return;
    const walk = advanceWalk(running.walk, input);
    if (walk === running.walk) return;
    const next: Running = { ...running, walk };
    this.#running = next;
    const attempt = walk.attempts[running.walk.attempts.length];
    if (attempt !== undefined) {
      this.#keep(next);
      const object = { type: "zone", id: walk.zone };
      const after = { test: running.terms.test, ...attempt };
      this.#options.journal.tell(noteOf(by ?? running.by, { action: "walk-test.point", object, after }));
    }
    if (walk.phase.kind !== "ended") return;
    this.#running = undefined;
    const why = walk.phase.outcome === "cancelled" ? walk.phase.why : null;
    const { outcome } = walk.phase;
    const wallAt = new Date(wallMs()).toISOString();
    this.#write({ ...running.terms, wallAt, outcome, why, attempts: walk.attempts }, by ?? running.by);
  }

  /** Forgotten only when its record is written: a box that ends before finds it again. */
  #write(record: WalkRecord, by: Asker): void {
    const { records, keep } = this.#options;
    const { type, id, role } = by;
    const adding = records.add(record, { type, id, ...(role === undefined ? {} : { role }) });
    this.#ending = adding.then((why) => {
      if (why === undefined && this.#running === undefined) keep(RUNNING, "");
      return why;
    });
  }

  #keep({ terms, by, walk }: Running): void {
    this.#options.keep(RUNNING, JSON.stringify({ ...terms, by, attempts: walk.attempts }));
  }
}
