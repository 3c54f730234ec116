/**
 * The box: the configuration in force, the guard that works by it, and what a person may ask of it.
 * A request that may only make things calmer is carried out at once; one that may energise is recorded first.
 */
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { monotonicMs, wallMs } from "./base/clock.ts";
import { writeAtomic } from "./base/files.ts";
import type { Log } from "./base/log.ts";
import { needsAcknowledge } from "./domain/alarm.ts";
import { type Config, EMPTY_CONFIG, type UserConfig } from "./domain/config.ts";
import { refusals } from "./domain/interlock.ts";
import { viewOf } from "./domain/screen.ts";
import { listedAlarms } from "./domain/supervision.ts";
import type { CameraId } from "./domain/units.ts";
import type { View } from "./domain/view.ts";
import { Guard, guardianConfig } from "./guard.ts";
import { entriesOf, Journal, type JournalEntry, logFacts, stamp } from "./journal.ts";
import { freezeModel, type Settled } from "./settle.ts";
import type { Store } from "./store/store.ts";

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
      readonly status: 404 | 409 | 503;
      readonly detail: string;
      readonly refusals?: readonly string[];
    };

export interface Publication {
  readonly config: Config;
  readonly demonstration: boolean;
  readonly author: Asker | { readonly type: "system"; readonly id: string };
  readonly reason: string;
  readonly provisionHash?: string;
  readonly people?: readonly UserConfig[];
}

export interface BoxOptions {
  readonly dataFolder: string;
  readonly version: string;
  /** Undefined where the database cannot be opened; `storeFault` then says why. */
  readonly store: Store | undefined;
  readonly storeFault?: string;
  /** What the box guards from the start. */
  readonly settled: Settled;
  readonly log: Log;
}

/** What a guardian-less shell and the next start need to drop the boards, without a database. */
export const BOARDS_FILE = "boards.json";

export class Box {
  readonly boot: string = randomUUID();
  readonly store: Store | undefined;
  readonly journal: Journal;
  readonly version: string;
  readonly #options: BoxOptions;
  readonly #changed = new EventEmitter().setMaxListeners(0);
  /** What is broken and cannot be seen in the guard, by what it is about. */
  readonly #faults = new Map<string, string>();
  #guard: Guard;
  #demonstration = false;
  #provisionHash: string | undefined;
  #views = 0;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(options: BoxOptions) {
    this.#options = options;
    this.store = options.store;
    this.version = options.version;
    if (options.storeFault !== undefined) this.#faults.set("database", options.storeFault);
    for (const [about, sentence] of options.settled.faults) this.#faults.set(about, sentence);
    this.journal = new Journal({
      trail: options.store,
      onRecord: (writable, why) => this.#onRecord(writable, why),
      log: options.log.child({ part: "journal" }),
    });
    const { config, demonstration, provisionHash } = options.settled;
    this.#demonstration = demonstration;
    this.#provisionHash = provisionHash;
    this.#guard = this.#openGuard(config);
  }

  static async open(options: BoxOptions): Promise<Box> {
    const fault = await rememberBoards(options.settled.config, options.dataFolder);
    const box = new Box(options);
    box.setFault("boards", fault);
    return box;
  }

  get guard(): Guard {
    return this.#guard;
  }

  get demonstration(): boolean {
    return this.#demonstration;
  }

  get provisionHash(): string | undefined {
    return this.#provisionHash;
  }

  #openGuard(config: Config): Guard {
    const guard = new Guard({
      config,
      dataFolder: this.#options.dataFolder,
      tell: (facts) => {
        this.journal.tell(...entriesOf(facts));
        logFacts(facts, this.#options.log);
        this.#changed.emit("change", facts.length > 0);
      },
      broken: (error, part) => this.#onBroken(error, part),
      log: this.#options.log,
    });
    if (this.store === undefined) {
      const why = this.#options.storeFault;
      guard.pipeline.feed({ kind: "record", writable: false, ...(why === undefined ? {} : { why }) });
    }
    return guard;
  }

  #onBroken(error: unknown, part: "rules" | "listener"): void {
    const sentence =
      part === "rules"
        ? "The box met an error of its own and dropped every output; restart it and report the log"
        : "The box met an error of its own while telling what it did; it goes on guarding, report the log";
    // A listener that fails once fails ten times a second: told once.
    if (this.#faults.get(part) === sentence) return;
    this.#faults.set(part, sentence);
    this.#options.log.fatal({ err: error, part }, "pipeline met an error");
  }

  #onRecord(writable: boolean, why: string | undefined): void {
    this.#guard.pipeline.feed({ kind: "record", writable, ...(why === undefined ? {} : { why }) });
  }

  /** Called whenever something a screen shows may have changed; `news` where it is more than another frame. */
  onChange(listener: (news: boolean) => void): Disposable {
    this.#changed.on("change", listener);
    return { [Symbol.dispose]: () => void this.#changed.off("change", listener) };
  }

  setFault(about: string, sentence: string | undefined): void {
    if (sentence === undefined) this.#faults.delete(about);
    else this.#faults.set(about, sentence);
    this.#changed.emit("change", true);
  }

  get faults(): readonly string[] {
    return [...this.#faults.values()];
  }

  /** Puts a configuration to work: the old guard ends with every output dropped, then the new one starts. */
  async #use(config: Config, demonstration: boolean, provisionHash: string | undefined): Promise<void> {
    await this.#guard[Symbol.asyncDispose]();
    this.setFault("boards", await rememberBoards(config, this.#options.dataFolder));
    this.#demonstration = demonstration;
    this.#provisionHash = provisionHash;
    this.#guard = this.#openGuard(config);
    this.#changed.emit("change", true);
  }

  /** Stores a configuration with its audit row, then puts it to work. The same again changes nothing. */
  publish(publication: Publication): Promise<{ readonly changed: boolean }> {
    const result = this.#changing.then(() => this.#publish(publication));
    this.#changing = result.catch(() => undefined);
    return result;
  }

  async #publish(publication: Publication): Promise<{ readonly changed: boolean }> {
    if (this.store === undefined) throw new Error("There is no database to store the settings in");
    const { people, provisionHash, demonstration, reason, author } = publication;
    const inForce = this.#demonstration ? undefined : this.#guard.config.detector.model;
    const config = freezeModel(publication.config, inForce);
    const { changed } = await this.store.publishConfig({
      config,
      demonstration,
      author,
      reason,
      ...(provisionHash === undefined ? {} : { provisionHash }),
      ...(people === undefined ? {} : { people }),
    });
    if (changed) await this.#use(config, demonstration, provisionHash ?? this.#provisionHash);
    return { changed };
  }

  /** The whole state of a screen, now. */
  view(): View {
    const guard = this.#guard;
    return viewOf(guard.pipeline.state, guard.rules, {
      seq: ++this.#views,
      boot: this.boot,
      version: this.version,
      wallAt: wallMs(),
      at: monotonicMs(),
      site: { name: guard.config.site.name, timezone: guard.config.site.timezone },
      demonstration: this.#demonstration,
      pictures: guard.pictures.facts(),
      reaction: guard.pipeline.reaction(),
      model: guard.model,
      faults: this.faults,
    });
  }

  #note(asker: Asker, entry: Pick<JournalEntry, "action"> & Partial<JournalEntry>): JournalEntry {
    const { origin, type, id, role } = asker;
    const actor = { type, id, ...(role === undefined ? {} : { role }) };
    return { ...stamp(), actor, ...(origin === undefined ? {} : { origin }), ...entry };
  }

  /** "I have seen it." Never restores an output, never needs a PIN, never waits for the record. */
  acknowledge(alarmId: string, version: number | undefined, asker: Asker): Answer {
    const { pipeline } = this.#guard;
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
    this.journal.tell(
      this.#note(asker, { action: "command.acknowledge", object, before: { version: alarm.version } }),
    );
    return { ok: true };
  }

  /** "Stop the noise." */
  silence(asker: Asker): Answer {
    this.#guard.pipeline.feed({ kind: "silence", by: asker.id });
    this.journal.tell(this.#note(asker, { action: "command.silence" }));
    return { ok: true };
  }

  /** Drops every run permit. */
  requestStop(asker: Asker): Answer {
    this.#guard.pipeline.feed({ kind: "stop-request", by: asker.id });
    this.journal.tell(this.#note(asker, { action: "command.stop-request" }));
    return { ok: true };
  }

  /** "The cause is removed, the area is checked." Energises only what nothing speaks against, after its row. */
  async reset(asker: Asker): Promise<Answer> {
    const refused = this.#resetRefused(asker);
    if (refused !== undefined) return refused;
    try {
      await this.journal.commit(this.#note(asker, { action: "command.reset" }));
    } catch (error) {
      const detail = `Reset is refused: the record cannot be written (${(error as Error).message})`;
      return { ok: false, status: 503, detail };
    }
    // The row took time; what has come up meanwhile counts.
    const since = this.#resetRefused(asker);
    if (since !== undefined) return since;
    this.#guard.pipeline.feed({ kind: "reset", by: asker.id });
    return { ok: true };
  }

  #resetRefused(asker: Asker): Answer | undefined {
    const { pipeline } = this.#guard;
    const reasons = refusals(pipeline.state, pipeline.rules);
    if (reasons.length === 0) return undefined;
    const note = this.#note(asker, { action: "command.reset", result: "denied", reason: reasons.join("; ") });
    this.journal.tell(note);
    return { ok: false, status: 409, detail: "Reset is not possible now", refusals: reasons };
  }

  /** Starts cameras that are stopped; the others answer that they run already. */
  startCameras(ids: readonly CameraId[], asker: Asker): Record<CameraId, string> {
    return this.#each(ids, (id) => {
      const kind = this.#guard.pipeline.state.cameras.get(id)?.state.kind ?? "idle";
      if (kind !== "idle" && kind !== "stopping") return "already running";
      this.#guard.start(id);
      this.journal.tell(
        this.#note(asker, { action: "command.camera-start", object: { type: "camera", id } }),
      );
      return "starting";
    });
  }

  /** Stops cameras. What they saw becomes blind at once, so the permits drop. */
  stopCameras(ids: readonly CameraId[], asker: Asker): Record<CameraId, string> {
    return this.#each(ids, (id) => {
      const state = this.#guard.pipeline.state.cameras.get(id)?.state ?? { kind: "idle" };
      if (state.kind === "idle" || state.kind === "stopping") return "already stopped";
      // Blind first: the machine does not wait for a camera to end.
      this.#guard.pipeline.feed({
        kind: "camera",
        camera: id,
        state: { kind: "stopping", since: monotonicMs() },
      });
      this.#guard.stop(id);
      this.journal.tell(this.#note(asker, { action: "command.camera-stop", object: { type: "camera", id } }));
      return "stopping";
    });
  }

  #each(ids: readonly CameraId[], act: (id: CameraId) => string): Record<CameraId, string> {
    return Object.fromEntries(ids.map((id) => [id, act(id)]));
  }

  /** Ends the demonstration for good: the box then guards nothing until somebody sets it up. */
  async endDemonstration(asker: Asker): Promise<Answer> {
    if (!this.#demonstration) return { ok: true };
    try {
      const config = { ...EMPTY_CONFIG, site: { ...EMPTY_CONFIG.site } };
      await this.publish({
        config,
        demonstration: false,
        author: asker,
        reason: "The demonstration was ended",
      });
      return { ok: true };
    } catch (error) {
      return { ok: false, status: 503, detail: `Cannot end the demonstration: ${(error as Error).message}` };
    }
  }
}

/**
 * Writes down which boards there are before they are driven, so that the next start can drop them whatever
 * happens to this one. Returns a sentence where that fails.
 */
async function rememberBoards(config: Config, dataFolder: string): Promise<string | undefined> {
  const file = join(dataFolder, BOARDS_FILE);
  try {
    await writeAtomic(file, JSON.stringify(guardianConfig(config, dataFolder)));
    return undefined;
  } catch (error) {
    return `Cannot write "${file}": ${(error as Error).message}; check the disk`;
  }
}
