/**
 * What a person may ask of a box that guards. What can only make things calmer is carried out at once; what takes
 * something out of the rules, or may energise, is recorded first and refused where it cannot be.
 */
import { monotonicMs, wallMs } from "./base/clock.ts";
import { needsAcknowledge } from "./domain/alarm.ts";
import { type HideRequest, type Hiding, hideRefusals } from "./domain/annunciation.ts";
import { bypassRefusals } from "./domain/bypass.ts";
import type { ConfigError } from "./domain/config.ts";
import { refusals } from "./domain/interlock.ts";
import { testRefusals } from "./domain/output_test.ts";
import { REASON_WORDS, type Why } from "./domain/reason_code.ts";
import { shiftIn } from "./domain/shift.ts";
import { listedAlarms } from "./domain/supervision.ts";
import type { BoardId, Drive, OutputId, ZoneId } from "./domain/units.ts";
import type { Guard } from "./guard.ts";
import { type Journal, type JournalEntry, occurrenceOf, stamp } from "./journal.ts";
import type { Told } from "./pipeline.ts";
import type { OutputTestRecord, OutputTestResult } from "./store/protocol.ts";
import { type Upkeep, wiringOf } from "./upkeep.ts";

/** Who asks: a panel without a name, or a person by PIN. */
export interface Asker {
  readonly type: "panel" | "user" | "api";
  readonly id: string;
  readonly role?: string;
  /** Address the request came from. */
  readonly origin?: string;
}

export type Answer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly status: 400 | 404 | 409 | 503;
      readonly detail: string;
      readonly refusals?: readonly string[];
      readonly errors?: readonly ConfigError[];
    };

export interface BypassOrder {
  readonly zone: ZoneId;
  readonly reason: string;
  readonly minutes: number;
  readonly role: "supervisor" | "maintenance";
}

export interface HideOrder extends Omit<HideRequest, "untilAt"> {
  readonly minutes: number;
}

export interface OutputTestOrder {
  readonly output: OutputId;
  readonly drive: Drive;
  readonly seconds: number;
}

export interface TestReport {
  readonly test: OutputTestRecord["test"];
  readonly results: readonly OutputTestResult[];
  readonly note?: string;
}

/** An order that is recorded before it is carried out. */
interface Grave {
  /** As sentences begin with it. */
  readonly name: string;
  readonly entry: Pick<JournalEntry, "action"> & Partial<JournalEntry>;
  /** Why it is refused now; asked again when the record is written. */
  readonly refused: () => readonly string[];
  readonly input: () => Told;
}

export interface CommandsOptions {
  /** The one at work now. */
  readonly guard: () => Guard;
  readonly journal: Journal;
  readonly upkeep: Upkeep;
}

/** A bypass ends so long before its shift does: its end stands in the report of the shift that agreed to it. */
const WITHIN_SHIFT_MS = 1_000;

export class Commands {
  readonly #guard: () => Guard;
  readonly #journal: Journal;
  readonly #upkeep: Upkeep;

  constructor({ guard, journal, upkeep }: CommandsOptions) {
    this.#guard = guard;
    this.#journal = journal;
    this.#upkeep = upkeep;
  }

  /** "I have seen it." Never restores an output, never needs a PIN, never waits for the record. */
  acknowledge(alarmId: string, version: number | undefined, asker: Asker): Answer {
    const { pipeline } = this.#guard();
    const alarm = listedAlarms(pipeline.state).find(({ id }) => id === alarmId);
    if (alarm === undefined) return { ok: false, status: 404, detail: `No alarm "${alarmId}" is listed` };
    if (version !== undefined && version !== alarm.version)
      return { ok: false, status: 409, detail: "The alarm has changed meanwhile; look again and repeat" };
    if (!needsAcknowledge(alarm.state)) return { ok: true };
    pipeline.feed({
      kind: "acknowledge",
      alarm: alarmId,
      by: asker.id,
      ...(version === undefined ? {} : { version }),
    });
    const object = { type: "alarm", id: alarmId };
    this.#journal.tell(
      noteOf(asker, {
        ...{ action: "command.acknowledge", object, before: { version: alarm.version } },
        correlation: occurrenceOf(alarm),
      }),
    );
    return { ok: true };
  }

  /** "Stop the noise." */
  silence(asker: Asker): Answer {
    return this.#calm({ kind: "silence", by: asker.id }, noteOf(asker, { action: "command.silence" }));
  }

  /** Drops every run permit. */
  requestStop(asker: Asker): Answer {
    const note = noteOf(asker, { action: "command.stop-request" });
    return this.#calm({ kind: "stop-request", by: asker.id }, note);
  }

  /** Brings a zone back into the rules. */
  endBypass(zone: ZoneId, asker: Asker): Answer {
    const { pipeline } = this.#guard();
    if (!pipeline.state.bypasses.has(zone))
      return { ok: false, status: 404, detail: `Zone "${zone}" is not bypassed` };
    const object = { type: "zone", id: zone };
    const note = noteOf(asker, { action: "command.bypass-end", object });
    return this.#calm({ kind: "bypass-end", zone, by: asker.id }, note);
  }

  /** Takes an alarm from the list for a while, and changes nothing else. A PIN was given for this very order. */
  async hideAlarm({ alarm: id, minutes, ...order }: HideOrder, asker: Asker): Promise<Answer> {
    const alarm = this.#guard().pipeline.state.alarms.get(id)?.alarm;
    if (alarm === undefined || alarm.state === "normal")
      return { ok: false, status: 404, detail: `No alarm "${id}" is listed` };
    const request = () => ({ ...order, alarm: id, untilAt: monotonicMs() + minutes * 60_000 });
    const shelves = order.as === "shelved";
    const name = shelves ? "Shelving" : "Taking out of service";
    const answer = await this.#grave(asker, {
      name,
      entry: {
        action: shelves ? "command.shelve" : "command.out-of-service",
        object: { type: "alarm", id },
        reason: order.reason,
        after: { minutes },
        correlation: occurrenceOf(alarm),
      },
      refused: () => hideRefusals(this.#guard().pipeline.state, this.#guard().rules, request()),
      input: () => ({ kind: "hide-alarm", by: asker.id, ...request() }),
    });
    // Whoever is told that it is done may rely on it over a power cut.
    if (!answer.ok || (await this.#upkeep.kept())) return answer;
    await this.bringBackAlarm(id, order.as, asker);
    const detail = `${name} is refused: it could not be written down for a restart; check the disk`;
    return { ok: false, status: 503, detail };
  }

  /** Puts an alarm on the list again before its time: at once, and answered when that outlasts a power cut. */
  async bringBackAlarm(id: string, as: Hiding["as"], asker: Asker): Promise<Answer> {
    if (this.#guard().pipeline.state.hidden.get(id)?.as !== as) {
      const detail = `Alarm "${id}" is not ${as === "shelved" ? "shelved" : "out of service"}`;
      return { ok: false, status: 409, detail };
    }
    const action = as === "shelved" ? "command.unshelve" : "command.return-to-service";
    const note = noteOf(asker, { action, object: { type: "alarm", id } });
    this.#guard().pipeline.feed({ kind: "bring-back-alarm", alarm: id, by: asker.id });
    const [row, kept] = await Promise.allSettled([this.#journal.commit(note), this.#upkeep.kept()]);
    if (row.status === "rejected") this.#journal.tell(note);
    if (row.status === "fulfilled" && kept.status === "fulfilled" && kept.value) return { ok: true };
    const detail = "It is listed again, but that could not be written down for a restart; check the disk";
    return { ok: false, status: 503, detail };
  }

  /** Writes something about an alarm that is listed: in words, or as a code, which stands there in words too. */
  commentAlarm(id: string, { words, code }: Why, asker: Asker): Answer {
    const alarm = this.#guard().pipeline.state.alarms.get(id)?.alarm;
    if (alarm === undefined || alarm.state === "normal")
      return { ok: false, status: 404, detail: `No alarm "${id}" is listed` };
    const object = { type: "alarm", id };
    const text = words ?? (code === undefined ? "" : REASON_WORDS[code]);
    const note = {
      ...{ action: "command.comment", object, reason: text, correlation: occurrenceOf(alarm) },
      ...(code === undefined ? {} : { reasonCode: code }),
    };
    return this.#calm({ kind: "comment", alarm: id, text, by: asker.id }, noteOf(asker, note));
  }

  /** Ends the test of an output before its time. */
  endTest(output: OutputId, asker: Asker): Answer {
    const { pipeline } = this.#guard();
    if (!pipeline.state.tests.has(output))
      return { ok: false, status: 404, detail: `Output "${output}" is not being tested` };
    const object = { type: "output", id: output };
    const note = noteOf(asker, { action: "command.output-test-end", object });
    return this.#calm({ kind: "output-test-end", output, by: asker.id }, note);
  }

  #calm(input: Told, note: JournalEntry): Answer {
    this.#guard().pipeline.feed(input);
    this.#journal.tell(note);
    return { ok: true };
  }

  /** "The cause is removed, the area is checked." Energises only what nothing speaks against, after its row. */
  async reset(asker: Asker): Promise<Answer> {
    return await this.#grave(asker, {
      name: "Reset",
      entry: { action: "command.reset" },
      refused: () => refusals(this.#guard().pipeline.state, this.#guard().rules),
      input: () => ({ kind: "reset", by: asker.id }),
    });
  }

  /** Takes one zone out of the rules for a while. Whoever asks has given a PIN for this very order. */
  async bypass({ zone, reason, minutes, role }: BypassOrder, asker: Asker): Promise<Answer> {
    const request = () => ({
      ...{ zone, reason, role, untilAt: monotonicMs() + minutes * 60_000 },
      shiftEndsAt: monotonicMs() + this.#shiftLeftMs(),
    });
    return await this.#grave(asker, {
      name: "The bypass",
      entry: { action: "command.bypass", object: { type: "zone", id: zone }, reason, after: { minutes } },
      refused: () => bypassRefusals(this.#guard().pipeline.state, this.#guard().rules, request()),
      input: () => ({ kind: "bypass", by: asker.id, ...request() }),
    });
  }

  #shiftLeftMs(): number {
    const now = wallMs();
    return shiftIn(this.#guard().config, now).untilWallAt - now - WITHIN_SHIFT_MS;
  }

  /** Drives one output for some seconds, whatever its zones say. */
  async testOutput({ output, drive, seconds }: OutputTestOrder, asker: Asker): Promise<Answer> {
    const request = () => ({ output, drive, untilAt: monotonicMs() + seconds * 1_000 });
    const object = { type: "output", id: output };
    return await this.#grave(asker, {
      name: "The output test",
      entry: { action: "command.output-test", object, after: { drive, seconds } },
      refused: () => testRefusals(this.#guard().pipeline.state, this.#guard().rules, request()),
      input: () => ({ kind: "output-test", by: asker.id, ...request() }),
    });
  }

  async #grave(asker: Asker, order: Grave): Promise<Answer> {
    const refused = this.#refused(asker, order);
    if (refused !== undefined) return refused;
    try {
      await this.#journal.commit(noteOf(asker, order.entry));
    } catch (error) {
      const detail = `${order.name} is refused: the record cannot be written (${(error as Error).message})`;
      return { ok: false, status: 503, detail };
    }
    // The row took time; what has come up meanwhile counts.
    const since = this.#refused(asker, order);
    if (since !== undefined) return since;
    this.#guard().pipeline.feed(order.input());
    return { ok: true };
  }

  #refused(asker: Asker, { name, entry, refused }: Grave): Answer | undefined {
    const reasons = refused();
    if (reasons.length === 0) return undefined;
    this.#journal.tell(noteOf(asker, { ...entry, result: "denied", reason: reasons.join("; ") }));
    return { ok: false, status: 409, detail: `${name} is not possible now`, refusals: reasons };
  }

  /** Keeps what a person found in a test of the outputs. */
  async recordTest({ test, results, note }: TestReport, asker: Asker): Promise<Answer> {
    const guard = this.#guard();
    const errors = this.#wrongResults(test, results);
    if (errors.length > 0) {
      const detail = errors.map(({ path, message }) => `${path} ${message}`).join("; ");
      return { ok: false, status: 400, detail, errors };
    }
    const { relay } = guard.pipeline.state;
    const known = relay.kind === "held" ? relay.report.outputs : {};
    const record: OutputTestRecord = {
      wallAt: new Date(wallMs()).toISOString(),
      testedBy: asker.id,
      role: asker.role ?? null,
      test,
      wiring: wiringOf(guard.config),
      passed: results.every(({ passed }) => passed),
      // What the person did not measure the guardian has.
      results: results.map((result) => {
        const dropMs = result.dropMs ?? known[result.output]?.dropMs;
        return dropMs === undefined ? result : { ...result, dropMs };
      }),
      note: note ?? null,
    };
    try {
      await this.#upkeep.record(record, { type: asker.type, id: asker.id, ...roleOf(asker) });
    } catch (error) {
      return { ok: false, status: 503, detail: (error as Error).message };
    }
    this.#guard().lookAfter();
    return { ok: true };
  }

  /** The relays of a board are new ones: their operations are counted from now on. */
  async relaysReplaced(board: BoardId, asker: Asker): Promise<Answer> {
    try {
      await this.#upkeep.replaced(board, { type: asker.type, id: asker.id, ...roleOf(asker) });
    } catch (error) {
      return { ok: false, status: 503, detail: (error as Error).message };
    }
    this.#guard().lookAfter();
    return { ok: true };
  }

  /** Each output once, and none left out. A withheld permit cannot move, so it may be. */
  #wrongResults(
    test: OutputTestRecord["test"],
    results: readonly OutputTestResult[],
  ): readonly ConfigError[] {
    const { config, pipeline } = this.#guard();
    const withheld = pipeline.state.maintenance.withheld !== undefined;
    const permit = (role: string): boolean => role === "run-permit";
    const due = config.outputs.filter(({ role }) =>
      test === "relay" ? !(withheld && permit(role)) : permit(role),
    );
    const missing = due.filter(({ id }) => !results.some(({ output }) => output === id)).map(({ id }) => id);
    return [
      ...results.flatMap(({ output }, i): ConfigError[] => {
        const path = `results[${i}].output`;
        if (!config.outputs.some(({ id }) => id === output))
          return [{ path, message: `names no output: "${output}"` }];
        const twice = results.findIndex((other) => other.output === output) < i;
        return twice ? [{ path, message: `is named twice: "${output}"; remove one` }] : [];
      }),
      ...(missing.length === 0
        ? []
        : [{ path: "results", message: `lacks ${missing.join(", ")}: test every output` }]),
    ];
  }
}

function roleOf({ role }: Asker): { readonly role?: string } {
  return role === undefined ? {} : { role };
}

/** A row in the name of whoever asked, now. */
export function noteOf(
  asker: Asker,
  entry: Pick<JournalEntry, "action"> & Partial<JournalEntry>,
): JournalEntry {
  const { origin, type, id } = asker;
  const actor = { type, id, ...roleOf(asker) };
  return { ...stamp(), actor, ...(origin === undefined ? {} : { origin }), ...entry };
}
