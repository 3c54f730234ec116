/**
 * The box: the configuration in force, the guard that works by it, the cameras and the records beside both, and how
 * one configuration becomes another.
 */
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { monotonicMs, wallMs } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import type { LogLines } from "./base/log_lines.ts";
import { oneAtATime } from "./base/turns.ts";
import { Calibration } from "./calibration.ts";
import { Cameras } from "./camera/cameras.ts";
import type { KnownScene } from "./camera/scenes.ts";
import { CameraCommands } from "./camera_commands.ts";
import { type Answer, type Asker, Commands } from "./commands.ts";
import { type Config, EMPTY_CONFIG, type UserConfig } from "./domain/config.ts";
import type { ReasonCode } from "./domain/reason_code.ts";
import { viewOf } from "./domain/screen.ts";
import { shiftIn } from "./domain/shift.ts";
import type { Maintenance } from "./domain/supervision.ts";
import type { View } from "./domain/view.ts";
import { Evidence } from "./evidence_kept.ts";
import { Faults } from "./faults.ts";
import { Guard, rememberBoards, type Work, workOf } from "./guard.ts";
import { entriesOf, Journal, logFacts, stamp } from "./journal.ts";
import { Models } from "./models.ts";
import { PANELS_KEPT, Panels } from "./panels.ts";
import { Recorder } from "./record.ts";
import { type FoundBoards, findBoards } from "./relay/remote.ts";
import { Self } from "./self.ts";
import { freezeModel, type Settled, storedScenes } from "./settle.ts";
import type { Starts } from "./starts.ts";
import type { Store } from "./store/store.ts";
import { type Troubled, troublesOf } from "./troubles.ts";
import { Upkeep } from "./upkeep.ts";
import { Versions } from "./versions.ts";
import { WalkRecords } from "./walk_records.ts";
import { Walks } from "./walks.ts";

export type { Answer, Asker } from "./commands.ts";

export interface Publication {
  readonly config: Config;
  readonly demonstration: boolean;
  readonly author: Asker | { readonly type: "system"; readonly id: string };
  readonly reason: string;
  readonly reasonCode?: ReasonCode;
  readonly provisionHash?: string;
  readonly people?: readonly UserConfig[];
}

/** A change of what is in force; worked out only when every earlier one is done. */
export type Change = (
  config: Config,
) => ({ readonly ok: true } & Pick<Publication, "config" | "reason" | "reasonCode">) | { readonly ok: false };

export interface BoxOptions extends Troubled {
  readonly dataFolder: string;
  readonly version: string;
  /** Undefined where the database cannot be opened; `storeFault` then says why. */
  readonly store: Store | undefined;
  readonly storeFault?: string;
  /** The newest lines of the log, for people to read. */
  readonly lines?: LogLines;
  /** Whether the wall clock follows a time server; not, where nobody tells. */
  readonly synchronised?: () => boolean;
  /** What the box guards from the start. */
  readonly settled: Settled;
  /** Told which version is in force. */
  readonly starts?: Pick<Starts, "begin">;
  readonly log: Log;
}

export class Box {
  readonly boot: string = randomUUID();
  readonly store: Store | undefined;
  readonly journal: Journal;
  readonly version: string;
  readonly cameras: Cameras;
  readonly upkeep: Upkeep;
  readonly walkRecords: WalkRecords;
  readonly walks: Walks;
  readonly models: Models;
  readonly panels: Panels;
  /** Undefined where there is no database. */
  readonly record: Recorder | undefined;
  readonly evidence: Evidence;
  readonly versions: Versions = new Versions(this);
  readonly calibration: Calibration;
  /** What the box tells of itself. */
  readonly self: Self;
  /** What a person may ask of the guard, and of cameras. */
  readonly commands: Commands;
  readonly cameraCommands: CameraCommands;
  /** What is plugged in; undefined while somebody else looks. */
  readonly findBoards: () => Promise<FoundBoards | undefined> = oneAtATime(findBoards);
  readonly #options: BoxOptions;
  readonly #changed = new EventEmitter().setMaxListeners(0);
  readonly #faults: Faults;
  #guard: Guard;
  #demonstration = false;
  #provisionHash: string | undefined;
  #version: number | undefined;
  #views = 0;
  #changing: Promise<unknown> = Promise.resolve();
  #ended = false;

  private constructor(
    options: BoxOptions,
    scenes: readonly KnownScene[],
    upkeep: Upkeep,
    walkRecords: WalkRecords,
  ) {
    this.#options = options;
    this.upkeep = upkeep;
    this.walkRecords = walkRecords;
    this.store = options.store;
    this.version = options.version;
    this.#faults = new Faults(options.settled.faults, options.log);
    this.#faults.set("database", options.storeFault);
    this.journal = new Journal({
      trail: options.store,
      onRecord: (writable, why) => this.#onRecord(writable, why),
      log: options.log.child({ part: "journal" }),
    });
    this.commands = new Commands({ guard: () => this.#guard, journal: this.journal, upkeep });
    this.walks = new Walks({
      guard: () => this.#guard,
      records: walkRecords,
      journal: this.journal,
      keep: (name, value) => upkeep.keep(name, value),
      log: options.log.child({ part: "walks" }),
    });
    const { config, demonstration, provisionHash, version } = options.settled;
    this.#demonstration = demonstration;
    this.#version = version;
    this.#provisionHash = provisionHash;
    this.cameras = new Cameras({
      store: options.store,
      scenes,
      tuning: (weights, eyes) => this.calibration.tuning(weights, eyes),
      log: options.log.child({ part: "cameras" }),
    });
    this.cameraCommands = new CameraCommands({
      guard: () => this.#guard,
      cameras: this.cameras,
      journal: this.journal,
    });
    this.models = new Models(this, options.log.child({ part: "models" }));
    this.panels = new Panels({
      kept: upkeep.keptBefore(PANELS_KEPT),
      keep: (name, value) => upkeep.keep(name, value),
      tell: (entry) => this.journal.tell(entry),
      onChange: () => this.#guard.lookAfter(),
    });
    this.record = options.store && this.#recorder(options.store);
    this.evidence = new Evidence({
      ...{ dataFolder: options.dataFolder, cameras: this.cameras, journal: this.journal, log: options.log },
      config: () => this.#guard.config,
    });
    this.calibration = new Calibration({
      dataFolder: options.dataFolder,
      idleModel: () => this.models.idle,
      onEnd: (name, end) => this.models.noteMeasured(name, end),
      log: options.log.child({ part: "calibration" }),
    });
    this.self = new Self({
      box: this,
      dataFolder: options.dataFolder,
      ...(options.lines === undefined ? {} : { lines: options.lines }),
      synchronised: options.synchronised ?? (() => false),
      log: options.log.child({ part: "self" }),
    });
    const work = workOf(config);
    // The guardian first: it drops everything before anything is looked at.
    this.#guard = this.#openGuard(work);
    void this.cameras.configure(work.plan);
  }

  #recorder(store: Store): Recorder {
    return new Recorder({
      dataFolder: this.#options.dataFolder,
      store,
      config: () => this.#guard.config.record,
      shift: () => shiftIn(this.#guard.config, wallMs()),
      tell: (entry) => this.journal.tell({ ...entry, ...stamp() }),
      setFault: (sentence) => this.setFault("anchor", sentence),
      log: this.#options.log.child({ part: "record" }),
    });
  }

  static async open(options: BoxOptions): Promise<Box> {
    const { config } = options.settled;
    // Without settings nothing is known of the boards; what was known of them stays, so that they can be dropped.
    const fault = config === EMPTY_CONFIG ? undefined : await rememberBoards(config, options.dataFolder);
    const upkeep = await Upkeep.open(options.store, options.log.child({ part: "upkeep" }));
    const walkRecords = await WalkRecords.open({
      store: options.store,
      keep: (name, value) => upkeep.keep(name, value),
      log: options.log.child({ part: "walks" }),
    });
    const scenes = await storedScenes(options.store, options.log);
    const box = new Box(options, scenes, upkeep, walkRecords);
    box.setFault("boards", fault);
    await box.models.load();
    return box;
  }

  get guard(): Guard {
    return this.#guard;
  }

  get demonstration(): boolean {
    return this.#demonstration;
  }

  /** The number of the configuration in force; undefined where it is not a stored one. */
  get inForce(): number | undefined {
    return this.#version;
  }

  get provisionHash(): string | undefined {
    return this.#provisionHash;
  }

  #openGuard(work: Work): Guard {
    const { config } = work;
    this.upkeep.wire(config);
    this.walkRecords.wire(config);
    this.models.note(config.detector);
    const guard = new Guard({
      work,
      cameras: this.cameras,
      dataFolder: this.#options.dataFolder,
      past: this.upkeep.past,
      // Nobody tests or wears out what is only shown.
      maintenance: () => ({ ...this.#due(config), offline: this.panels.offline }),
      tell: (facts, state) => {
        this.journal.tell(...entriesOf(facts));
        this.upkeep.take(facts, config);
        this.upkeep.takeAlarms(facts, state);
        this.self.totals.take(facts);
        logFacts(facts, this.#options.log);
        this.#changed.emit("change", facts.length > 0);
        this.walks.watch(state, work.rules);
        this.evidence.take(facts, state, work.rules);
      },
      broken: (error, part) => this.#faults.broken(error, part),
      log: this.#options.log,
    });
    if (this.store === undefined) {
      const why = this.#options.storeFault;
      guard.pipeline.feed({ kind: "record", writable: false, ...(why === undefined ? {} : { why }) });
    }
    return guard;
  }

  #due(config: Config): Maintenance {
    const { settled } = this.#options;
    // It stands there until something is published.
    const fellBack = settled.fellBack && this.#faults.about("settings");
    const troubles = troublesOf(this.#options, fellBack, this.record?.backups.due(config.record));
    if (this.#demonstration) return { overdue: [], worn: [], ...troubles };
    const { overdue, ...others } = this.upkeep.maintenance(config);
    return { ...others, ...troubles, overdue: [...overdue, ...this.walkRecords.overdue(config)] };
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
    this.#faults.set(about, sentence);
    this.#changed.emit("change", true);
  }

  get faults(): readonly string[] {
    return this.#faults.list;
  }

  /**
   * Puts a configuration to work: the old guard ends with every output dropped, then the new one starts. Cameras
   * that did not change go on meanwhile.
   */
  async #use(config: Config, demonstration: boolean, provisionHash: string | undefined): Promise<void> {
    await this.#guard[Symbol.asyncDispose]();
    this.walks.end("change");
    this.setFault("boards", await rememberBoards(config, this.#options.dataFolder));
    this.#demonstration = demonstration;
    this.#provisionHash = provisionHash;
    this.#faults.forgetAddresses(config);
    const work = workOf(config);
    await this.cameras.configure(work.plan);
    if (this.#ended) return;
    this.#guard = this.#openGuard(work);
    this.#changed.emit("change", true);
  }

  /** Drops every output at once and for good: the box ends, whatever it was about to change. */
  drop(): void {
    this.#ended = true;
    this.#guard.drop();
    this.walks.end("restart");
    this.models.endTrial("shutdown");
    this.calibration[Symbol.dispose]();
    this.panels[Symbol.dispose]();
    void this.upkeep.flush();
  }

  /** Stores a configuration with its audit row, then puts it to work. The same again changes nothing. */
  async publish(publication: Publication): Promise<{ readonly changed: boolean }> {
    return await this.#inTurn(() => this.#publish(publication));
  }

  /** Changes what is in force, in the name of somebody. Undefined where the change itself is refused. */
  async change(change: Change, author: Asker): Promise<{ readonly changed: boolean } | undefined> {
    return await this.#inTurn(async () => {
      const changed = change(this.#guard.config);
      if (!changed.ok) return undefined;
      const { ok: _, ...publication } = changed;
      return await this.#publish({ ...publication, author, demonstration: this.#demonstration });
    });
  }

  /** One change after the other. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#changing.then(work);
    this.#changing = result.catch(() => undefined);
    return result;
  }

  async #publish(publication: Publication): Promise<{ readonly changed: boolean }> {
    if (this.store === undefined) throw new Error("There is no database to store the settings in");
    const { provisionHash, demonstration } = publication;
    const inForce = this.#demonstration ? undefined : this.#guard.config.detector.model;
    const config = freezeModel(publication.config, inForce);
    workOf(config); // throws before anything is stored or dropped
    const { changed, version } = await this.store.publishConfig({ ...publication, config });
    // An answer of the database that came too late may have left a version there that is not in force.
    if (!changed && version === this.#version) return { changed };
    this.#version = version;
    this.setFault("settings", undefined); // it was about the version that this one replaces
    await this.#options.starts?.begin(version);
    this.evidence.zonePictures.take(this.#guard.config, config);
    await this.#use(config, demonstration, provisionHash ?? this.#provisionHash);
    return { changed: true };
  }

  /** The whole state of a screen, now. */
  view(): View {
    const guard = this.#guard;
    const walk = this.walks.view(guard.config);
    const headroom = this.cameras.headroom();
    const view = viewOf(guard.pipeline.state, guard.rules, {
      seq: ++this.#views,
      boot: this.boot,
      version: this.version,
      wallAt: wallMs(),
      at: monotonicMs(),
      site: { name: guard.config.site.name, timezone: guard.config.site.timezone },
      demonstration: this.#demonstration,
      pictures: this.cameras.facts(),
      reaction: guard.pipeline.reaction(),
      model: guard.model,
      ...(headroom === undefined ? {} : { headroom }),
      faults: this.faults,
    });
    return walk === undefined ? view : { ...view, walk };
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
