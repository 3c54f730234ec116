/**
 * Backups of a running box: when somebody asks, and every day into a folder that the settings name. A process of its own
 * makes each, behind everything else.
 */
import type { ReadStream } from "node:fs";
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { wait, wallMs } from "./base/clock.ts";
import { writeAtomic } from "./base/files.ts";
import type { Asker } from "./commands.ts";
import { furtherFolders, listModels, resolveModel } from "./detect/find.ts";
import type { Config } from "./domain/config.ts";
import type { BackupConfig, RecordConfig } from "./domain/record_config.ts";
import type { RecorderOptions } from "./record.ts";
import { Restores } from "./restores.ts";
import type { MadeBackup } from "./store/backup.ts";
import { keyOf, type PassKey, passKey } from "./store/backup_secrets.ts";
import { Clerk } from "./store/clerk.ts";
import { recordKey } from "./store/record_key.ts";

/** The newest one that was made. */
export interface LastBackup {
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
  readonly file: string;
  readonly bytes: number;
  /** Whether keys and passwords are in it. */
  readonly secrets: boolean;
  /** The folder it was written into; null where somebody took it with them. */
  readonly folder: string | null;
}

export interface BackupState {
  readonly last: LastBackup | null;
  /** Since when one is being made, ISO 8601 in UTC. */
  readonly running: string | null;
  /** Why the newest daily one could not be made. */
  readonly failed: string | null;
  readonly daily: BackupConfig | null;
  /** Whether the daily ones have the keys in them. */
  readonly dailySecrets: boolean;
}

/** The days go by it; a test lets them go faster. */
export interface BackupClock {
  readonly wallMs: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface BackupsOptions extends Omit<RecorderOptions, "shift"> {
  readonly clock?: BackupClock;
}

type Author = Asker | { readonly type: "system"; readonly id: string };

export interface TakenBackup {
  readonly name: string;
  readonly bytes: number;
  readonly content: ReadStream;
}

const KEPT = "last-backup";
const KEY_FILE = "backup-key";
const LOOK_MS = 30_000;
const DAY_MS = 24 * 60 * 60_000;
const AGAIN_MS = 60 * 60_000;
/** Not in the minute in which a box starts and everything else wants the disk. */
const FIRST_MS = 60_000;

const lastShape = z.object({
  ...{ wallAt: z.iso.datetime(), file: z.string(), bytes: z.number(), secrets: z.boolean() },
  folder: z.string().nullable(),
});

export class Backups implements AsyncDisposable {
  readonly restores: Restores;
  readonly #options: BackupsOptions;
  readonly #clock: BackupClock;
  readonly #clerk: Clerk;
  readonly #closing = new AbortController();
  readonly #round: Promise<void>;
  #last: LastBackup | undefined;
  #running: string | undefined;
  #failed: { readonly why: string; readonly wallAt: number } | undefined;
  #read = false;

  constructor(options: BackupsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? { wallMs, wait };
    this.#clerk = new Clerk(options.dataFolder);
    this.restores = new Restores(options, this.#clerk);
    this.#round = this.#rounds();
  }

  async state(): Promise<BackupState> {
    await this.#readLast();
    return {
      last: this.#last ?? null,
      running: this.#running ?? null,
      failed: this.#failed?.why ?? null,
      daily: this.#options.config().backup ?? null,
      dailySecrets: (await this.#key()) !== undefined,
    };
  }

  /** Why a backup is due; undefined where none is, or nobody wants any. */
  due({ backup }: RecordConfig): string | undefined {
    if (backup === undefined || !this.#read || this.#running !== undefined) return undefined;
    const why = this.#failed === undefined ? "" : `: ${this.#failed.why}`;
    if (this.#last === undefined) return `No backup was made yet${why}`;
    const days = Math.floor((this.#clock.wallMs() - Date.parse(this.#last.wallAt)) / DAY_MS);
    return days >= backup.dueDays ? `No backup was made for ${days} days${why}` : undefined;
  }

  /**
   * Makes one for somebody to take along; its file is gone as soon as nobody reads it any more.
   * @throws Error with a sentence
   */
  async forTaking(by: Asker, passphrase: string | undefined): Promise<TakenBackup> {
    const key = passphrase === undefined ? undefined : await keyOf(passphrase);
    const { path } = await this.#make(this.#options.dataFolder, by, { key, folder: null });
    const file = await open(path);
    await rm(path);
    return { name: basename(path), bytes: (await file.stat()).size, content: file.createReadStream() };
  }

  /** Makes one in the folder of the daily ones, now. */
  async now(by: Asker): Promise<MadeBackup> {
    const { backup } = this.#options.config();
    if (backup === undefined) throw new Error("No folder is set for backups: set one first");
    return await this.#daily(backup, by);
  }

  /** From now on the daily ones have the keys in them, or not any more. */
  async setPassphrase(passphrase: string | undefined): Promise<void> {
    const path = join(this.#options.dataFolder, KEY_FILE);
    if (passphrase === undefined) await rm(path, { force: true });
    else await writeAtomic(path, JSON.stringify(await keyOf(passphrase)));
  }

  async #key(): Promise<PassKey | undefined> {
    try {
      return passKey.parse(JSON.parse(await readFile(join(this.#options.dataFolder, KEY_FILE), "utf8")));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        this.#options.log.error({ err: error }, "key of the daily backups cannot be read");
      return undefined;
    }
  }

  async #daily({ folder, keep }: BackupConfig, by: Author): Promise<MadeBackup> {
    try {
      if (!(await stat(folder)).isDirectory()) throw new Error("it is no folder");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === "ENOENT" ? "it is not there; plug its disk in, or choose another one" : message;
      throw new Error(`The folder "${folder}" of the backups cannot be used: ${why}`, { cause: error });
    }
    const { made } = await this.#make(folder, by, { key: await this.#key(), folder });
    this.#failed = undefined;
    const { fingerprint } = await recordKey(this.#options.dataFolder);
    const own = new RegExp(`^palisade-${fingerprint}-\\d{8}-\\d{6}\\.tar\\.gz$`);
    // The newest stays, however far back the clock was set that it is named by.
    const before = (await readdir(folder))
      .filter((name) => own.test(name) && name !== made.file)
      .toSorted()
      .toReversed();
    for (const name of before.slice(keep - 1)) await rm(join(folder, name), { force: true });
    return made;
  }

  async #make(
    into: string,
    by: Author,
    { key, folder }: { readonly key: PassKey | undefined; readonly folder: string | null },
  ): Promise<{ readonly path: string; readonly made: MadeBackup }> {
    if (this.#running !== undefined) throw new Error("A backup is being made already: wait until it is done");
    const { dataFolder, store, tell } = this.#options;
    const wallAt = new Date(this.#clock.wallMs()).toISOString();
    this.#running = wallAt;
    try {
      const { fingerprint } = await recordKey(dataFolder);
      const config = (await store.currentConfig().catch(() => undefined))?.config;
      const stamp = wallAt.replace(/[-:]|\.\d+Z/g, "").replace("T", "-");
      const path = join(into, `palisade-${fingerprint}-${stamp}.tar.gz`);
      const made = await this.#clerk.backup({
        ...{ file: path, version: store.appVersion, by: by.id, wallAt, models: modelsByHand(config) },
        ...(key === undefined ? {} : { key }),
      });
      const { file, bytes, sha256 } = made;
      const secrets = key !== undefined;
      this.#last = { wallAt, file, bytes, secrets, folder };
      await store.keep(KEPT, JSON.stringify(this.#last));
      const { type, id } = by;
      const role = "role" in by ? by.role : undefined;
      const origin = "origin" in by ? by.origin : undefined;
      tell({
        action: "backup.made",
        actor: { type, id, ...(role === undefined ? {} : { role }) },
        ...(origin === undefined ? {} : { origin }),
        object: { type: "backup", id: file },
        after: { bytes, sha256, secrets, folder, trail: made.manifest.trail },
      });
      return { path, made };
    } finally {
      this.#running = undefined;
    }
  }

  async #readLast(): Promise<void> {
    if (this.#read) return;
    const text = (await this.#options.store.kept())[KEPT];
    const parsed = lastShape.safeParse(text === undefined ? undefined : JSON.parse(text));
    if (parsed.success) this.#last ??= parsed.data;
    this.#read = true;
  }

  async #rounds(): Promise<void> {
    const { signal } = this.#closing;
    await this.#clock.wait(FIRST_MS, signal);
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => {
        if (signal.aborted) return;
        this.#failed = { why: (error as Error).message, wallAt: this.#clock.wallMs() };
        this.#options.log.error({ err: error }, "daily backup cannot be made");
      });
      await this.#clock.wait(LOOK_MS, signal);
    }
  }

  async #look(): Promise<void> {
    await this.#readLast();
    const { backup } = this.#options.config();
    const now = this.#clock.wallMs();
    if (backup === undefined || this.#running !== undefined) return;
    // A clock that was set back makes one more, never none.
    const since = (at: number): number => Math.abs(now - at);
    const last = this.#last;
    if (last !== undefined && last.folder === backup.folder && since(Date.parse(last.wallAt)) < DAY_MS)
      return;
    if (this.#failed !== undefined && since(this.#failed.wallAt) < AGAIN_MS) return;
    await this.#daily(backup, { type: "system", id: "palisade" });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#clerk[Symbol.asyncDispose]();
    await this.#round;
  }
}

/** Files of models that were put in by hand: those of further folders, and the one that watches where it is not ours. */
export function modelsByHand(config: Config | undefined): readonly string[] {
  const watching = config && resolveModel(config.detector.model);
  const further = furtherFolders();
  return listModels().flatMap(({ manifest, manifestPath, weightsPath }) => {
    const byHand = further.some((folder) => manifestPath.startsWith(join(folder, "/")));
    const watches = watching?.ok === true && watching.model.manifest.name === manifest.name;
    const wanted = weightsPath !== undefined && (byHand || (watches && manifest.download !== undefined));
    return wanted ? [manifestPath, weightsPath] : [];
  });
}
