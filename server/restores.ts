/**
 * Bringing a backup back, as a person asks for it: it is received and looked at as a whole, what it would change is
 * said, and only an order with PIN and reason ends this run of the box, drops every output and begins the next with it.
 */
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { monotonicMs, wallMs } from "./base/clock.ts";
import type { Asker } from "./commands.ts";
import { receiveManifest, receiveModel } from "./detect/add.ts";
import { furtherFolders, listModels, MODELS_FOLDER } from "./detect/find.ts";
import { parseManifest } from "./detect/manifest.ts";
import { type Config, EMPTY_CONFIG } from "./domain/config.ts";
import { difference } from "./domain/difference.ts";
import { PROJECT_FOLDER } from "./environment.ts";
import type { RecorderOptions } from "./record.ts";
import { codeOf } from "./store/anchor.ts";
import { needRoom } from "./store/backup.ts";
import { BACKUP_MAX_BYTES, MODELS_FOLDER_IN_BACKUP } from "./store/backup_format.ts";
import type { Clerk } from "./store/clerk.ts";
import {
  type Inspection,
  newestReplaced,
  RESTORE_FOLDER,
  type RestoreSource,
  STAGE_FOLDER,
  stagedSecrets,
  UPLOAD_FILE,
} from "./store/restore.ts";
import { orderRestore } from "./store/swap.ts";

export const MIGRATIONS_FOLDER = join(PROJECT_FOLDER, "migrations");

/** What somebody reads before they order it. */
export interface InspectionView {
  readonly id: string;
  /** ISO 8601 in UTC. */
  readonly madeAt: string;
  /** Of the program that made it. */
  readonly version: string;
  readonly site: string;
  /** First letters of the hash of the key that signed it; whether that is the key of this box. */
  readonly fingerprint: string;
  readonly own: boolean;
  /** `continues`: the record of this box stays and goes on; `replaces`: it ends, is kept, and the backup's goes on. */
  readonly mode: Inspection["mode"];
  readonly trail: { readonly seq: number; readonly code: string; readonly ok: boolean };
  readonly here: { readonly seq: number; readonly code: string } | null;
  /** What would be different, in words. */
  readonly changes: readonly string[];
  readonly people: readonly string[];
  readonly models: readonly string[];
  /** Whether its keys are in it, and so a passphrase is asked for. */
  readonly secrets: boolean;
  readonly pinsFit: boolean;
  readonly passwordsFit: boolean;
}

export interface RestoreAsk {
  readonly id: string;
  readonly passphrase?: string;
  readonly reason: string;
}

/** What would be different, held against the settings in force. */
export function inspectionView(inspection: Inspection, current: Config | undefined): InspectionView {
  const { id, manifest, fingerprint, own, mode, here, config, people, models, pinsFit, passwordsFit } =
    inspection;
  const { wallAt: madeAt, version, site, trail, secrets } = manifest;
  return {
    ...{ id, madeAt, version, site, fingerprint, own, mode, people, models, secrets, pinsFit, passwordsFit },
    trail: { seq: trail.seq, code: codeOf(trail.hash), ok: trail.ok },
    here: here && { seq: here.seq, code: codeOf(here.hash) },
    changes: difference(current ?? EMPTY_CONFIG, config ?? EMPTY_CONFIG),
  };
}

export class Restores {
  readonly #options: Omit<RecorderOptions, "shift">;
  readonly #clerk: Clerk;
  #inspection: Inspection | undefined;
  #busy = false;
  readonly #ordered = Promise.withResolvers<void>();

  constructor(options: Omit<RecorderOptions, "shift">, clerk: Clerk) {
    this.#options = options;
    this.#clerk = clerk;
  }

  /** Resolves once one is ordered: this run of the box is over then. */
  get ordered(): Promise<void> {
    return this.#ordered.promise;
  }

  /** What was looked at last; null where nothing was. */
  async seen(): Promise<InspectionView | null> {
    if (this.#inspection === undefined) return null;
    const current = await this.#options.store.currentConfig().catch(() => undefined);
    return inspectionView(this.#inspection, current?.config);
  }

  /** Whether there is something to go back to. */
  async canGoBack(): Promise<boolean> {
    return (await newestReplaced(this.#options.dataFolder)) !== undefined;
  }

  /**
   * Takes a file as it comes, and looks at it.
   * @throws Error with a sentence where it cannot be used
   */
  async receive(chunks: AsyncIterable<Uint8Array>, bytes: number | undefined): Promise<InspectionView> {
    return await this.#afresh(async (folder) => {
      const path = join(folder, UPLOAD_FILE);
      if ((bytes ?? 0) > BACKUP_MAX_BYTES)
        throw new Error("This file cannot be brought back: no backup is as large as this");
      await needRoom(folder, bytes ?? 0);
      let size = 0;
      {
        await using file = await open(path, "wx", 0o600);
        for await (const chunk of chunks) {
          size += chunk.length;
          if (size > (bytes ?? BACKUP_MAX_BYTES))
            throw new Error("This file cannot be brought back: more came than was announced");
          await file.writeFile(chunk);
        }
      }
      return await this.#inspect({ kind: "file", file: path });
    });
  }

  /** Looks at what stood here before the last backup was brought back. */
  async before(): Promise<InspectionView> {
    return await this.#afresh(async () => await this.#inspect({ kind: "before" }));
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Error("A backup is being looked at already: wait until that is done");
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  /** Instead of what was looked at before; what fails leaves nothing behind. */
  async #afresh(work: (folder: string) => Promise<InspectionView>): Promise<InspectionView> {
    return await this.#alone(async () => {
      await this.forget();
      const folder = join(this.#options.dataFolder, RESTORE_FOLDER);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        return await work(folder);
      } catch (error) {
        await this.forget();
        throw error;
      }
    });
  }

  async #inspect(source: RestoreSource): Promise<InspectionView> {
    const { appVersion: version } = this.#options.store;
    this.#inspection = await this.#clerk.inspect({ source, version, migrationsFolder: MIGRATIONS_FOLDER });
    await rm(join(this.#options.dataFolder, RESTORE_FOLDER, UPLOAD_FILE), { force: true });
    return (await this.seen()) as InspectionView;
  }

  async forget(): Promise<void> {
    this.#inspection = undefined;
    await rm(join(this.#options.dataFolder, RESTORE_FOLDER), { recursive: true, force: true });
  }

  /**
   * Orders what was looked at. When this resolves the order lies on the disk, and the box is about to end this run.
   * @throws Error with a sentence where it is not what was looked at, or the passphrase does not fit
   */
  async apply({ id, passphrase, reason }: RestoreAsk, by: Asker): Promise<void> {
    await this.#alone(async () => {
      const inspection = this.#inspection;
      if (inspection === undefined || inspection.id !== id)
        throw new Error("Another backup was looked at meanwhile: choose the file again");
      const { dataFolder, store } = this.#options;
      const secrets = await stagedSecrets(dataFolder, passphrase);
      const faults = await bringModels(dataFolder, inspection.models);
      const { type, role, origin } = by;
      const { manifest, mode, fingerprint } = inspection;
      await store.appendAudit({
        action: "backup.restore-ordered",
        actor: { type, id: by.id, ...(role === undefined ? {} : { role }) },
        ...(origin === undefined ? {} : { origin }),
        object: { type: "backup", id: manifest.wallAt },
        after: { fingerprint, mode, trail: manifest.trail, ...(faults.length === 0 ? {} : { faults }) },
        reason,
        ...{ monoMs: monotonicMs(), wallAt: wallMs() },
      });
      await orderRestore(dataFolder, inspection, { by: { ...by }, reason, secrets });
      this.#ordered.resolve();
    });
  }
}

/** Models that are not here yet; each proves itself by its manifest. @returns what did not go, in sentences */
export async function bringModels(dataFolder: string, names: readonly string[]): Promise<readonly string[]> {
  const folder = join(dataFolder, RESTORE_FOLDER, STAGE_FOLDER, MODELS_FOLDER_IN_BACKUP);
  const faults: string[] = [];
  const there = names.length === 0 ? [] : await readdir(folder);
  for (const name of there.filter((each) => each.endsWith(".json")))
    try {
      const text = await readFile(join(folder, name), "utf8");
      const parsed = parseManifest(text);
      if (!parsed.ok) throw new Error(parsed.why);
      const known = listModels().find(({ manifest }) => manifest.name === parsed.manifest.name);
      if (known?.weightsPath !== undefined) continue;
      const manifest = known?.manifest ?? (await receiveManifest(text));
      const weights = there.find((each) =>
        [manifest.file, manifest.download?.split("/").at(-1)].includes(each),
      );
      if (weights === undefined) continue;
      const into = known === undefined ? (furtherFolders()[0] ?? MODELS_FOLDER) : MODELS_FOLDER;
      await receiveModel(manifest, createReadStream(join(folder, weights)), { folder: into });
    } catch (error) {
      faults.push((error as Error).message);
    }
  return faults;
}
