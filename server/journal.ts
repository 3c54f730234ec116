/**
 * Writes what happened into the audit trail: after the outputs have moved, never in their way.
 * What cannot be written waits here, bounded, and is tried again; until then the box refuses to energise.
 */
import { ClockWatch, monotonicMs, wait, wallMs } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import { ALARMS, type Alarm } from "./domain/alarm.ts";
import type { Fact } from "./domain/fact.ts";
import type { ReasonCode } from "./domain/reason_code.ts";
import type { Millis } from "./domain/units.ts";

export interface JournalEntry {
  readonly action: string;
  readonly actor: {
    readonly type: "user" | "panel" | "system" | "api";
    readonly id: string;
    readonly role?: string;
  };
  readonly origin?: string;
  readonly object?: { readonly type: string; readonly id: string };
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
  /** Told where the reason itself is none of the list. */
  readonly reasonCode?: ReasonCode;
  readonly result?: "ok" | "denied" | "failed";
  /** Rows with the same one belong together. */
  readonly correlation?: string;
  readonly monoMs: Millis;
  readonly wallAt: Millis;
}

/** The trail, as the journal needs it. Resolves when the row is on the disk. */
export interface Trail {
  appendAudit(entry: JournalEntry): Promise<unknown>;
}

/** Rows that wait while the disk does not take them; an older one goes when the place is full, counted. */
const WAITING_MAX = 1_000;
const RETRY_MS = 2_000;
const SYSTEM = { type: "system", id: "palisade" } as const;

export interface JournalOptions {
  /** Undefined where there is no database: then nothing can be recorded, and the box says so. */
  readonly trail: Trail | undefined;
  /** Told whenever it turns out that the trail can, or cannot, be written. */
  readonly onRecord: (writable: boolean, why?: string) => void;
  readonly log: Log;
  /** Until a row that failed is tried again; 2 s where it is left out. */
  readonly retryMs?: Millis;
}

export class Journal implements AsyncDisposable {
  readonly #options: JournalOptions;
  readonly #waiting: JournalEntry[] = [];
  readonly #closing = new AbortController();
  #writing: Promise<void> | undefined;
  #writable: boolean | undefined;
  #lost = 0;
  #lostTold = 0;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** Rows that were lost because too many waited. */
  get lost(): number {
    return this.#lost;
  }

  /** Queues rows. Never waits, never throws. */
  tell(...entries: readonly JournalEntry[]): void {
    if (this.#options.trail === undefined || entries.length === 0) return;
    this.#waiting.push(...entries);
    while (this.#waiting.length > WAITING_MAX) {
      this.#waiting.shift();
      this.#lost++;
    }
    this.#writing ??= Promise.resolve().then(() => this.#write());
  }

  /** Writes one row now, before what it allows. Rejects where it cannot be written. */
  async commit(entry: JournalEntry): Promise<void> {
    const { trail } = this.#options;
    if (trail === undefined) throw new Error("There is no database to write the record to");
    try {
      await trail.appendAudit(entry);
      this.#found(true);
    } catch (error) {
      this.#found(false, sentence(error));
      throw error;
    }
  }

  async #write(): Promise<void> {
    const { trail } = this.#options;
    while (trail !== undefined && this.#waiting.length > 0) {
      const entry = this.#waiting[0] as JournalEntry;
      try {
        await trail.appendAudit(entry);
        if (this.#waiting[0] === entry) this.#waiting.shift();
        else this.#lost--; // it was given up while it was being written, and has arrived after all
        this.#found(true);
        this.#tellLost();
      } catch (error) {
        this.#found(false, sentence(error));
        if (this.#closing.signal.aborted) break;
        await wait(this.#options.retryMs ?? RETRY_MS, this.#closing.signal);
      }
    }
    // In the same breath as the last look at what waits: a row told after it starts the next writing.
    this.#writing = undefined;
  }

  /** The trail itself says how many rows it lacks. */
  #tellLost(): void {
    const rows = this.#lost - this.#lostTold;
    if (rows <= 0) return;
    this.#lostTold = this.#lost;
    this.#waiting.push({
      ...stamp(),
      action: "record.rows-lost",
      actor: SYSTEM,
      after: { rows },
      result: "failed",
    });
  }

  #found(writable: boolean, why?: string): void {
    if (this.#writable === writable) return;
    this.#writable = writable;
    if (!writable) this.#options.log.error({ why }, "record cannot be written");
    this.#options.onRecord(writable, why);
  }

  /** Writes what waits, as far as the disk takes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#writing;
    const left = this.#waiting.length + this.#lost;
    if (left > 0) this.#options.log.error({ rows: left }, "rows of the record are lost");
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Now, on both clocks, as every row needs it. */
export function stamp(): { readonly monoMs: Millis; readonly wallAt: Millis } {
  return { monoMs: monotonicMs(), wallAt: wallMs() };
}

const CLOCK_EVERY_MS = 1_000;

/** Notes every step of the wall clock: no timer goes by it, but the rows before and after one do. */
export function watchClock(journal: Pick<Journal, "tell">, log: Log): Disposable {
  const watch = new ClockWatch();
  const look = (): void => {
    const step = watch.see(wallMs(), monotonicMs());
    if (step === undefined) return;
    const byMs = Math.round(step.byMs);
    const [before, after] = [step.wallBefore, step.wallAfter].map((at) => ({
      wallAt: new Date(at).toISOString(),
    }));
    log.warn({ byMs, before, after }, "wall clock was set");
    journal.tell({ ...stamp(), action: "clock.stepped", actor: SYSTEM, before, after: { ...after, byMs } });
  };
  look();
  const timer = setInterval(look, CLOCK_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/**
 * The rows a fact deserves: relays, alarms, bypasses, tests, cycles and the guardian's own acts. Cameras and verdicts
 * go to the log.
 */
export function entriesOf(facts: readonly Fact[]): JournalEntry[] {
  return facts.flatMap((fact): JournalEntry[] => {
    const base = { actor: SYSTEM, monoMs: fact.at, wallAt: wallMs() };
    switch (fact.kind) {
      case "output-changed":
        return [
          {
            ...base,
            action: `output.${fact.to}`,
            object: { type: "output", id: fact.output },
            before: { readback: fact.from },
            after: { readback: fact.to, demand: fact.demand, cycle: fact.cycle },
            reason: fact.why,
            result: fact.to === "unknown" ? "failed" : "ok",
          },
        ];
      case "alarm-changed": {
        const { alarm, event, firstOut } = fact;
        const { state, version, returns, detail, acknowledgedBy: by } = alarm;
        return [
          {
            ...base,
            ...rowOf(alarm, alarm.state),
            before: { state: fact.from },
            after: {
              ...{ event, state, version, returns, priority: ALARMS[alarm.definition].priority },
              ...(firstOut ? { firstOut } : {}),
              ...(event === "acknowledge" && by !== undefined ? { by } : {}),
            },
            ...(detail === undefined ? {} : { reason: detail }),
          },
        ];
      }
      case "alarm-hidden": {
        const { alarm, hiding, was, ended } = fact;
        if (hiding === undefined) {
          const reason = ended === undefined ? {} : { reason: ended };
          return [{ ...base, ...rowOf(alarm, was === "shelved" ? "unshelved" : "in-service"), ...reason }];
        }
        const after = { by: hiding.by, forMs: Math.round(hiding.untilAt - fact.at) };
        return [{ ...base, ...rowOf(alarm, hiding.as), after, reason: hiding.reason }];
      }
      case "alarm-suppressed":
        return [
          {
            ...base,
            ...rowOf(fact.alarm, fact.by === undefined ? "unsuppressed" : "suppressed"),
            ...(fact.by === undefined ? {} : { after: { by: fact.by } }),
          },
        ];
      case "alarm-commented":
        return [{ ...base, ...rowOf(fact.alarm, "commented"), after: { by: fact.by }, reason: fact.text }];
      case "guardian-dropped":
        return [{ ...base, action: "guardian.dropped", after: { cause: fact.cause }, result: "failed" }];
      case "relay-link-changed":
        return [
          {
            ...base,
            action: `guardian.${fact.link}`,
            ...(fact.why === undefined ? {} : { reason: fact.why }),
            result: fact.link === "held" ? "ok" : "failed",
          },
        ];
      case "cycle-begun":
        return [{ ...base, action: "cycle.begun", object: cycleObject(fact.cycle), after: { by: fact.by } }];
      case "cycle-ended":
        return [{ ...base, action: "cycle.ended", object: cycleObject(fact.cycle), reason: fact.why }];
      case "activity-changed": {
        const { inactive: after, zone: id } = fact;
        const action = after === undefined ? "zone.active" : "zone.inactive";
        return [{ ...base, action, object: { type: "zone", id }, ...(after === undefined ? {} : { after }) }];
      }
      case "bypass-changed":
        return [
          {
            ...{ ...base, ...began("bypass", fact, fact.bypass), object: { type: "zone", id: fact.zone } },
            ...(fact.bypass === undefined ? {} : { reasonCode: fact.bypass.reason }),
          },
        ];
      case "output-test-changed": {
        const object = { type: "output", id: fact.output };
        return [{ ...base, ...began("output-test", fact, fact.test), object }];
      }
      case "detector-changed": {
        // What is slower than somebody asked for; a detector that fails has its alarm.
        const reason = fact.state.kind === "ready" ? fact.state.fallback : undefined;
        return reason === undefined ? [] : [{ ...base, action: "detector.fallback", reason }];
      }
      case "camera-changed":
      case "verdict-changed":
        return [];
      default:
        return fact satisfies never;
    }
  });
}

/** Whatever happens to one occurrence of an alarm bears the same correlation. */
export function occurrenceOf({ id, occurrence }: Pick<Alarm, "id" | "occurrence">): string {
  return `${id}@${occurrence}`;
}

function rowOf(alarm: Alarm, what: string): Pick<JournalEntry, "action" | "object" | "correlation"> {
  const { id } = alarm;
  return { action: `alarm.${what}`, object: { type: "alarm", id }, correlation: occurrenceOf(alarm) };
}

const cycleObject = (cycle: number): { readonly type: string; readonly id: string } => ({
  type: "cycle",
  id: String(cycle),
});

/** What begins has its terms in the row, what ends the reason. */
function began(
  what: "bypass" | "output-test",
  { at, ended }: { readonly at: Millis; readonly ended?: string },
  terms: { readonly untilAt: Millis } | undefined,
): Pick<JournalEntry, "action" | "after" | "reason"> {
  if (terms === undefined)
    return { action: `${what}.ended`, ...(ended === undefined ? {} : { reason: ended }) };
  const { untilAt, ...after } = terms;
  return { action: `${what}.begun`, after: { ...after, forMs: Math.round(untilAt - at) } };
}

/** One line of the log for each transition, warnings where something was lost. */
export function logFacts(facts: readonly Fact[], log: Log): void {
  for (const fact of facts) {
    switch (fact.kind) {
      case "camera-changed": {
        const { camera, state } = fact;
        if (state.kind === "error") log.warn({ camera, ...state }, "camera is in error");
        else log.info({ camera, state: state.kind }, "camera changed");
        break;
      }
      case "detector-changed":
        if (fact.state.kind === "failed") log.error({ why: fact.state.why }, "detector failed");
        else log.info({ ...fact.state }, "detector changed");
        break;
      case "verdict-changed":
        log.info(
          { zone: fact.zone, camera: fact.camera, cycle: fact.cycle, from: fact.from, to: fact.to },
          "verdict changed",
        );
        break;
      case "output-changed":
        log.info(
          { output: fact.output, cycle: fact.cycle, from: fact.from, to: fact.to, why: fact.why },
          "output changed",
        );
        break;
      case "alarm-changed":
        log.info({ alarm: fact.alarm.id, from: fact.from, to: fact.alarm.state }, "alarm changed");
        break;
      case "alarm-hidden": {
        const { alarm, hiding, ended } = fact;
        if (hiding === undefined) log.info({ alarm: alarm.id, by: ended }, "alarm is listed again");
        else log.warn({ alarm: alarm.id, as: hiding.as, by: hiding.by }, "alarm is taken from the list");
        break;
      }
      case "alarm-suppressed":
        log.info({ alarm: fact.alarm.id, by: fact.by }, "suppression of an alarm changed");
        break;
      case "alarm-commented":
        log.info({ alarm: fact.alarm.id, by: fact.by }, "alarm has a comment");
        break;
      case "guardian-dropped":
        log.warn({ cause: fact.cause }, "guardian dropped every output");
        break;
      case "relay-link-changed":
        if (fact.link === "lost") log.warn({ why: fact.why }, "guardian is lost");
        else log.info("guardian holds the outputs");
        break;
      case "cycle-begun":
        log.info({ cycle: fact.cycle, by: fact.by }, "machine cycle begun");
        break;
      case "cycle-ended":
        log.info({ cycle: fact.cycle, why: fact.why }, "machine cycle ended");
        break;
      case "activity-changed":
        log.info({ zone: fact.zone, inactive: fact.inactive?.why }, "zone changed its activity");
        break;
      case "bypass-changed":
        if (fact.bypass === undefined) log.info({ zone: fact.zone, by: fact.ended }, "bypass ended");
        else
          log.warn({ zone: fact.zone, by: fact.bypass.by, reason: fact.bypass.reason }, "zone is bypassed");
        break;
      case "output-test-changed":
        if (fact.test === undefined) log.info({ output: fact.output, by: fact.ended }, "output test ended");
        else log.info({ output: fact.output, by: fact.test.by, drive: fact.test.drive }, "output is tested");
        break;
      default:
        fact satisfies never;
    }
  }
}
