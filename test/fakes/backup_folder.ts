/** Backups of small data folders, made and brought back without a box. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BackupOrder, makeBackup } from "../../server/store/backup.ts";
import { type Inspection, inspectBackup, RESTORE_FOLDER, stagedSecrets } from "../../server/store/restore.ts";
import { finishRestore, type OnStep, orderRestore } from "../../server/store/swap.ts";
import { migrationsFolder } from "./store_folder.ts";

export const VERSION = "0.1.0";
export const WALL_AT = "2026-11-20T12:00:00.000Z";

/** Somewhere outside of every box. */
export class Stick implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "palisade-stick-"));
  #count = 0;

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  async backup(folder: string, more: Partial<BackupOrder> = {}): Promise<string> {
    const file = join(this.path, `backup-${++this.#count}.tar.gz`);
    await makeBackup(folder, { file, version: VERSION, by: "Sam", wallAt: WALL_AT, models: [], ...more });
    return file;
  }
}

export async function inspect(folder: string, file: string | undefined): Promise<Inspection> {
  mkdirSync(join(folder, RESTORE_FOLDER), { recursive: true });
  const source = file === undefined ? ({ kind: "before" } as const) : ({ kind: "file", file } as const);
  return await inspectBackup(folder, { source, version: VERSION, migrationsFolder });
}

export const REASON = "The disk was replaced";

/** Looks at it and orders it, as a person would. */
export async function order(
  folder: string,
  file: string | undefined,
  passphrase?: string,
): Promise<Inspection> {
  const inspection = await inspect(folder, file);
  const secrets = await stagedSecrets(folder, passphrase);
  const by = { type: "user", id: "Max", role: "maintenance" } as const;
  await orderRestore(folder, inspection, { by, reason: REASON, secrets });
  return inspection;
}

export const finish = (folder: string, onStep?: OnStep) =>
  finishRestore(folder, {
    appVersion: VERSION,
    migrationsFolder,
    ...(onStep === undefined ? {} : { onStep }),
  });
