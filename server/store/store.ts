/**
 * The store as the server sees it: settings, people and the audit trail, all by promises. The database is
 * owned by a thread of its own; nothing here waits for a disk on the caller's loop.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { monotonicMs, wallMs } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../domain/config.ts";
import type { AuditRow, ChainReport } from "./chain.ts";
import { changedPeople, draftRow, type Publish, publishDraft, type Stamp } from "./change.ts";
import { explain } from "./faults.ts";
import { Line, type WriterThread } from "./line.ts";
import type { Origin } from "./origins.ts";
import { People, type PinCheck } from "./people.ts";
import type {
  Actor,
  AlarmQuery,
  AlarmRow,
  Appended,
  AuditDraft,
  AuditEntry,
  AuditQuery,
  OutputTestRecord,
  PersonRow,
  RelayOperations,
  SaveScene,
  StoredScene,
  VersionQuery,
  VersionRow,
  Walked,
  WalkRecord,
  WriterOptions,
} from "./protocol.ts";
import { sceneOf, sceneRow } from "./scene.ts";
import { ShiftReports } from "./shift_reports.ts";
import { StoredArchive } from "./stored_archive.ts";
import { usable } from "./versions.ts";

export interface StoreOptions {
  /** Made where it is missing; the database is `palisade.db` in it, its secrets `pepper` and `camera-key`. */
  readonly folder: string;
  readonly migrationsFolder: string;
  readonly log: Log;
  /** Stands in every row of the trail. */
  readonly appVersion: string;
  /** Whether the wall clock follows a time server; noted in every row. */
  readonly clock?: Stamp["clock"];
  /** Deadline of each call, 5 s unless told. */
  readonly deadlineMs?: number;
  /** Starts the database's thread; only a test tells another one. */
  readonly spawn?: (options: WriterOptions) => WriterThread;
}

export type OpenedStore =
  | { readonly kind: "open"; readonly store: Store }
  /** The box goes on without it; `why` is one sentence with the cure. */
  | { readonly kind: "failed"; readonly why: string };

export interface CurrentConfig {
  readonly version: number;
  readonly config: Config;
  readonly demonstration: boolean;
  /** SHA-256 of the last provisioning file that was applied, even where settings were changed after it. */
  readonly provisionHash?: string;
  /**
   * Whose stored credentials nobody can open now (`camera:front`, `board:lamps`), each with a sentence; the
   * address shows *** instead, and published so it keeps them. Absent where there is none.
   */
  readonly locked?: ReadonlyMap<string, string>;
}

export interface Published {
  /** False where everything was as told already: then nothing was written. */
  readonly changed: boolean;
  readonly version: number;
}

const DEADLINE_MS = 5_000;
/** The first opening may bring the tables up to date. */
const OPEN_DEADLINE_MS = 30_000;
const VERIFY_SLICE = 1_000;

function startWriter(options: WriterOptions): WriterThread {
  return new Worker(new URL("./writer.ts", import.meta.url), { workerData: options, name: "store" });
}

/** The boot of the machine, to which monotonic times belong; where the kernel tells none, of this process. */
async function bootIdentity(): Promise<string> {
  try {
    return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
  } catch {
    return randomUUID();
  }
}

export class Store implements AsyncDisposable {
  readonly shifts: ShiftReports;
  readonly #stamp: Stamp;
  readonly #line: Line;
  readonly crew: People;
  #changes: Promise<unknown> = Promise.resolve();
  /** Anchors and sealed segments of the trail. */
  readonly archive: StoredArchive;

  private constructor(options: StoreOptions, bootId: string, line: Line) {
    const { appVersion, clock } = options;
    this.#stamp = { bootId, appVersion, ...(clock === undefined ? {} : { clock }) };
    this.#line = line;
    this.archive = new StoredArchive(line, this.#stamp);
    const { folder, log } = options;
    this.crew = new People({ folder, line, stamp: this.#stamp, log, inTurn: (work) => this.#inTurn(work) });
    this.shifts = new ShiftReports(line);
  }

  /** Opens the database, or says why not. A damaged file is left as it is, for a person to judge. Never throws. */
  static async open(options: StoreOptions): Promise<OpenedStore> {
    try {
      await mkdir(options.folder, { recursive: true });
    } catch (error) {
      return { kind: "failed", why: `Cannot make the folder "${options.folder}": ${explain(error)}` };
    }
    const bootId = await bootIdentity();
    const file = join(options.folder, "palisade.db");
    const spawn = options.spawn ?? startWriter;
    const line = new Line({
      spawn: () => spawn({ file, migrationsFolder: options.migrationsFolder }),
      log: options.log,
      deadlineMs: options.deadlineMs ?? DEADLINE_MS,
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<string>((resolve) => {
      const text = `Cannot open the database "${file}": no answer in ${OPEN_DEADLINE_MS / 1_000} s; check the disk`;
      timer = setTimeout(() => resolve(text), OPEN_DEADLINE_MS);
    });
    const why = await Promise.race([line.first, late]);
    clearTimeout(timer);
    if (why === undefined) return { kind: "open", store: new Store(options, bootId, line) };
    await line[Symbol.asyncDispose]();
    return { kind: "failed", why };
  }

  /** The boot of the machine to which monotonic times belong. */
  get bootId(): string {
    return this.#stamp.bootId;
  }

  /** Of the program, as it stands in every row. */
  get appVersion(): string {
    return this.#stamp.appVersion;
  }

  /** Rows refused since the start because too many were waiting. */
  get auditRefused(): number {
    return this.#line.refused;
  }

  /** How often the database's thread died and was started again. */
  get restarts(): number {
    return this.#line.restarts;
  }

  /** The configuration in force; undefined on a new box. Rejects where the stored one cannot be understood. */
  async currentConfig(): Promise<CurrentConfig | undefined> {
    const stored = await this.#line.ask("config", undefined);
    return stored && usable(stored);
  }

  /** One version; undefined where there is none of this number. Rejects where it cannot be understood. */
  async version(number: number): Promise<CurrentConfig | undefined> {
    const stored = await this.#line.ask("version", number);
    return stored && usable(stored);
  }

  /** What is known of the versions, newest first. */
  async versions(query: VersionQuery): Promise<readonly VersionRow[]> {
    return await this.#line.ask("versions", query);
  }

  /** Since when these members of the configuration are what they are. */
  async origins(paths: readonly string[]): Promise<readonly Origin[]> {
    return await this.#line.ask("origins", paths);
  }

  /**
   * Puts a configuration, and people, in force: one transaction with the rows that tell of it.
   * The same again changes nothing. A file that was applied before and changed by hand since is a change.
   */
  publishConfig(publish: Publish): Promise<Published> {
    return this.#inTurn(() => this.#publish(publish));
  }

  /** One change at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#changes.then(work);
    this.#changes = result.catch(() => undefined);
    return result;
  }

  async #publish(publish: Publish): Promise<Published> {
    const current = await this.#line.ask("config", undefined);
    const people =
      publish.people === undefined
        ? []
        : await changedPeople(publish, await this.#line.ask("people", undefined), await this.crew.pepper());
    const draft = publishDraft(publish, current, people, this.#stamp);
    if (draft === undefined) return { changed: false, version: current?.version ?? 0 };
    return { changed: true, version: await this.#line.ask("publish", draft) };
  }

  /** Keeps the scene of a camera, instead of the one it had. Rejects with a sentence where it is not whole. */
  async saveScene(save: SaveScene): Promise<Pick<StoredScene, "takenWallAt">> {
    const row = sceneRow(save);
    const { camera, key, width, height, luma: _luma, jpeg, takenWallAt } = row;
    const after = { key, width, height, picture: save.scene.picture, jpegBytes: jpeg?.length ?? null };
    const entry = this.#sceneRow("camera.scene-taught", camera, save.takenBy, after);
    await this.#line.ask("saveScene", { row, entry });
    return { takenWallAt };
  }

  /** The scenes of all cameras that have one. */
  async scenes(): Promise<readonly StoredScene[]> {
    return (await this.#line.ask("scenes", undefined)).flatMap((row) => sceneOf(row) ?? []);
  }

  /** Whether there was one. */
  async forgetScene(camera: string, by: Actor): Promise<boolean> {
    const entry = this.#sceneRow("camera.scene-forgotten", camera, by);
    return await this.#line.ask("forgetScene", { camera, entry });
  }

  #sceneRow(action: string, camera: string, actor: Actor, after?: unknown): AuditDraft {
    const object = { type: "camera", id: camera };
    return this.#row({ action, actor, object, ...(after === undefined ? {} : { after }) });
  }

  /** A row of what happens now. */
  #row(entry: Omit<AuditEntry, "monoMs" | "wallAt">): AuditDraft {
    return draftRow({ ...entry, monoMs: monotonicMs(), wallAt: wallMs() }, this.#stamp);
  }

  /** Adds a test of the outputs, with the row that tells of it. */
  async recordTest(row: OutputTestRecord, by: Actor): Promise<void> {
    const { test, passed, results, note } = row;
    const failed = results.filter((result) => !result.passed).map(({ output }) => output);
    const entry = this.#row({
      action: "output-test.recorded",
      actor: by,
      object: { type: "output-test", id: test },
      after: { passed, results, ...(failed.length === 0 ? {} : { failed }) },
      ...(note === null ? {} : { reason: note }),
    });
    await this.#line.ask("recordTest", { row, entry });
  }

  /** Tests of the outputs, newest first. */
  async tests(limit: number): Promise<readonly OutputTestRecord[]> {
    return await this.#line.ask("tests", { limit });
  }

  /** Adds a walk test, with the row that tells of it. The same one again adds nothing. */
  async recordWalk(row: WalkRecord, by: Actor): Promise<void> {
    const { zone, outcome, why, camera, model, attempts } = row;
    const entry = this.#row({
      action: "walk-test.ended",
      actor: by,
      object: { type: "zone", id: zone },
      after: { test: row.test, outcome, camera, model, attempts },
      result: outcome === "failed" ? "failed" : "ok",
      ...(why === null ? {} : { reason: why }),
    });
    await this.#line.ask("recordWalk", { row, entry });
  }

  /** Walk tests: the newest records, what was counted since then, and every pass. */
  async walks(limit: number, since: string): Promise<Walked> {
    return await this.#line.ask("walks", { limit, since });
  }

  async operations(): Promise<readonly RelayOperations[]> {
    return await this.#line.ask("operations", undefined);
  }

  /** Adds to what was counted before. */
  async addOperations(more: readonly RelayOperations[]): Promise<void> {
    await this.#line.ask("addOperations", more);
  }

  /** Begins the count of a board's relays anew, of one or of all; `before` stands in the row that tells of it. */
  async forgetOperations(
    place: { readonly board: string; readonly channel?: number },
    by: Actor,
    before: readonly RelayOperations[],
  ): Promise<void> {
    const object = { type: "board", id: place.board };
    const entry = this.#row({ action: "board.counters-reset", actor: by, object, before });
    await this.#line.ask("forgetOperations", { ...place, entry });
  }

  /** What the trail tells of alarms, newest first. */
  async alarmRows(query: AlarmQuery): Promise<readonly AlarmRow[]> {
    return await this.#line.ask("alarmRows", query);
  }

  /** Every single value that is kept, by its name. */
  async kept(): Promise<Readonly<Record<string, string>>> {
    return await this.#line.ask("kept", undefined);
  }

  async keep(name: string, value: string): Promise<void> {
    await this.#line.ask("keep", { name, value });
  }

  /** Joins the side file to the database and lets go of memory. */
  async tidy(): Promise<void> {
    await this.#line.ask("tidy", undefined);
  }

  /** Adds one row; resolves when it is on the disk. Rejects when it could not be written, and says why. */
  async appendAudit(entry: AuditEntry): Promise<Appended> {
    return await this.#line.append(draftRow(entry, this.#stamp));
  }

  /** Rows of the trail, newest first. */
  async audit(query: AuditQuery): Promise<readonly AuditRow[]> {
    const limit = Math.max(1, Math.min(1_000, Math.floor(query.limit)));
    return await this.#line.ask("audit", { ...query, limit });
  }

  /** Checks the guards and the whole chain, slice by slice, so that appends go on meanwhile. */
  async verifyAudit(): Promise<ChainReport> {
    const why = await this.#line.ask("guards", undefined);
    if (why !== undefined) return { ok: false, firstBadSeq: 0, why };
    let place = await this.archive.base();
    for (;;) {
      const slice = await this.#line.ask("verify", { after: place, limit: VERIFY_SLICE });
      if (!slice.ok) return slice;
      place = { seq: place.seq + slice.count, hash: slice.head };
      if (slice.count < VERIFY_SLICE) return { ok: true, count: place.seq, head: place.hash };
    }
  }

  /** Everybody the box knows, without hashes. */
  async people(): Promise<readonly PersonRow[]> {
    return await this.crew.all();
  }

  async checkPin(name: string, pin: string): Promise<PinCheck> {
    return await this.crew.checkPin(name, pin);
  }

  /** Writes what waits, then closes; at most 10 s. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#line[Symbol.asyncDispose]();
  }
}
