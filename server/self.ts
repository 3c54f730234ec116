/**
 * What the box tells of itself besides guarding: the figures of the machine, what was counted, its log, what it is,
 * and what it can let go.
 */
import { readFile, stat } from "node:fs/promises";
import { uptime } from "node:os";
import { join } from "node:path";
import { monotonicMs, wallMs } from "./base/clock.ts";
import { type DiskRoom, diskRoom } from "./base/disk.ts";
import type { Log } from "./base/log.ts";
import type { LogLines } from "./base/log_lines.ts";
import type { Box } from "./box.ts";
import type { Sample } from "./domain/figures.ts";
import { percentiles, type Reactions } from "./domain/reaction.ts";
import { listedAlarms } from "./domain/supervision.ts";
import type { Millis } from "./domain/units.ts";
import { HONEST_LABEL } from "./domain/view.ts";
import { PROJECT_FOLDER } from "./environment.ts";
import { type DiskUse, diskUse } from "./system/disk_use.ts";
import { removeOrphans } from "./system/orphans.ts";
import { Resources } from "./system/resources.ts";
import { Totals } from "./system/totals.ts";

export interface SelfOptions {
  readonly box: Box;
  readonly dataFolder: string;
  /** Absent where the log goes elsewhere. */
  readonly lines?: LogLines;
  /** Whether the wall clock follows a time server. */
  readonly synchronised: () => boolean;
  readonly log: Log;
}

export interface About {
  readonly version: string;
  readonly licence: string;
  readonly label: string;
  readonly runtime: string;
  readonly model: { readonly name: string; readonly licence: string | null; readonly origin: string | null };
  /** How long the box, and the machine beneath it, have been up. */
  readonly upMs: Millis;
  readonly machineUpMs: Millis;
  readonly clock: "synced" | "unsynced";
  /** With what is not yet joined to it; null where there is no database. */
  readonly databaseBytes: number | null;
  /** What others wrote and this program is made of, by licence; null where the list is missing. */
  readonly thirdParty: readonly { readonly licence: string; readonly packages: number }[] | null;
}

/** What was let go. */
export interface Freed {
  readonly temporaryFiles: number;
  readonly temporaryBytes: number;
  /** Of the database's side file, which is joined to it. */
  readonly databaseBytes: number;
}

const DATABASE_FILES = ["palisade.db", "palisade.db-wal", "palisade.db-shm"] as const;

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly license?: string; readonly link?: boolean }>
  >;
}

/** Of everything that is installed to run the box; the first entry is this program itself. */
async function thirdParty(): Promise<About["thirdParty"]> {
  let lock: Lock;
  try {
    lock = JSON.parse(await readFile(join(PROJECT_FOLDER, "package-lock.json"), "utf8")) as Lock;
  } catch {
    return null;
  }
  const ours = Object.entries(lock.packages).filter(([path, { dev }]) => path !== "" && dev !== true);
  const byLicence = Map.groupBy(ours, ([, { license = "not told" }]) => license);
  return [...byLicence]
    .map(([licence, packages]) => ({ licence, packages: packages.length }))
    .sort((a, b) => b.packages - a.packages || a.licence.localeCompare(b.licence));
}

async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0; // SQLite makes and removes its side files as it needs them
  }
}

export class Self implements Disposable {
  readonly totals = new Totals();
  readonly resources: Resources;
  readonly #options: SelfOptions;
  readonly #startedAt = monotonicMs();
  readonly #news: Disposable;
  /** Whose frames were told last, and how many there were. */
  #told: { readonly of: Reactions | undefined; readonly count: number } = { of: undefined, count: 0 };
  #thirdParty: Promise<About["thirdParty"]> | undefined;
  #cleaning: Promise<Freed> | undefined;

  constructor(options: SelfOptions) {
    this.#options = options;
    this.resources = new Resources({ dataFolder: options.dataFolder, work: () => this.#work() });
    this.#news = options.box.cameras.follow((news) => {
      if (news.kind === "observed") this.totals.inferred.add(news.observation.inferenceMs);
    });
  }

  /** What the box did since it was asked last. */
  #work(): Sample {
    const { guard, cameras } = this.#options.box;
    const { reactions, state } = guard.pipeline;
    const took = reactions.after(this.#told.of === reactions ? this.#told.count : 0);
    this.#told = { of: reactions, count: reactions.count };
    const found = percentiles(took);
    const facts = [...cameras.facts().values()];
    const listed = listedAlarms(state);
    return {
      ...(found === undefined
        ? {}
        : { "reaction.median": found.p50Ms, "reaction.p95": found.p95Ms, "reaction.worst": found.maxMs }),
      "frames.received": facts.reduce((sum, { fps30s }) => sum + fps30s, 0),
      "frames.looked": facts.reduce((sum, { looked }) => sum + (looked?.fps ?? 0), 0),
      "alarms.listed": listed.length,
      "alarms.unacknowledged": listed.filter((one) => one.state.endsWith("unacknowledged")).length,
    };
  }

  get lines(): LogLines | undefined {
    return this.#options.lines;
  }

  get upMs(): Millis {
    return monotonicMs() - this.#startedAt;
  }

  get synchronised(): boolean {
    return this.#options.synchronised();
  }

  async about(): Promise<About> {
    const { box, dataFolder } = this.#options;
    this.#thirdParty ??= thirdParty();
    const { name } = box.guard.model;
    const model = box.models.list.find((one) => one.name === name);
    const sizes = await Promise.all(DATABASE_FILES.map((file) => bytesOf(join(dataFolder, file))));
    return {
      ...{ version: box.version, licence: "Apache-2.0", label: HONEST_LABEL },
      runtime: "Deno" in globalThis ? `Deno ${process.versions.deno}` : `Node ${process.versions.node}`,
      model: { name, licence: model?.licence ?? null, origin: model?.origin ?? null },
      upMs: Math.round(this.upMs),
      machineUpMs: Math.round(uptime() * 1_000),
      clock: this.synchronised ? "synced" : "unsynced",
      databaseBytes: box.store === undefined ? null : sizes.reduce((sum, bytes) => sum + bytes, 0),
      thirdParty: await this.#thirdParty,
    };
  }

  /** Room on the disk, and what takes how much of it. */
  async disk(): Promise<{ readonly disk: DiskRoom | null; readonly parts: readonly DiskUse[] }> {
    const { dataFolder } = this.#options;
    const [room, parts] = await Promise.all([diskRoom(dataFolder), diskUse(dataFolder)]);
    return { disk: room ?? null, parts };
  }

  /** Lets go of what nobody needs. Asked twice at once it does it once. */
  cleanUp(): Promise<Freed> {
    this.#cleaning ??= this.#cleanUp().finally(() => {
      this.#cleaning = undefined;
    });
    return this.#cleaning;
  }

  async #cleanUp(): Promise<Freed> {
    const { box, dataFolder, log } = this.#options;
    const orphans = await removeOrphans(dataFolder, wallMs());
    const wal = join(dataFolder, DATABASE_FILES[1]);
    const before = await bytesOf(wal);
    await box.store?.tidy();
    const databaseBytes = Math.max(0, before - (await bytesOf(wal)));
    const freed = { temporaryFiles: orphans.files, temporaryBytes: orphans.bytes, databaseBytes };
    log.info(freed, "cleaned up");
    return freed;
  }

  [Symbol.dispose](): void {
    this.resources[Symbol.dispose]();
    this.#news[Symbol.dispose]();
  }
}
