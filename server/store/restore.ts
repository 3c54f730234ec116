/**
 * Looks at a backup before anything is touched: unpacked into a folder of its own, brought up to date there, its whole
 * trail checked, and held against the trail of this box. Made for the auditor process.
 */
import { createPublicKey, randomUUID } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { wallMs } from "../base/clock.ts";
import type { Config } from "../domain/config.ts";
import { CONFIG_SHAPE } from "../domain/config_shape.ts";
import { sizeOf, stageFolder } from "./backup.ts";
import {
  BACKUP_FORMAT,
  DATABASE_FILE,
  type Manifest,
  MODELS_FOLDER_IN_BACKUP,
  SECRETS_FILE,
  unusable,
} from "./backup_format.ts";
import { openSecrets, readSecrets, SECRET_NAMES, type Secrets } from "./backup_secrets.ts";
import { Book } from "./book.ts";
import { explain } from "./faults.ts";
import { loadPepper } from "./pin.ts";
import { fingerprintOf, PUBLIC_KEY_FILE, recordKey } from "./record_key.ts";
import { REPLACED_FOLDER } from "./restored.ts";
import { segmentRows, TrailFiles } from "./trail.ts";
import { type Unpacked, unpackBackup } from "./unpack.ts";
import { verifyTrail } from "./verify.ts";
import { configIn } from "./versions.ts";

/** In the data folder: what is about to be brought back. */
export const RESTORE_FOLDER = "restore";
export const UPLOAD_FILE = "upload.tar.gz";
export const STAGE_FOLDER = "stage";

export interface Inspection {
  readonly id: string;
  readonly manifest: Omit<Manifest, "files">;
  readonly publicKey: string;
  readonly fingerprint: string;
  /** Whether this box made it. */
  readonly own: boolean;
  /** `continues`: the trail here goes on from the backup's and stays; else the backup's becomes the trail. */
  readonly mode: "continues" | "replaces";
  /** The trail of this box as it is now; null where there is none that can be read. */
  readonly here: { readonly seq: number; readonly hash: string } | null;
  /** Null where nothing was set up yet. */
  readonly config: Config | null;
  readonly people: readonly string[];
  /** Files of models in it. */
  readonly models: readonly string[];
  /** Whether PINs and passwords in it fit the secrets of this box, so that it does without its own. */
  readonly pinsFit: boolean;
  readonly passwordsFit: boolean;
}

/** A backup file, or what stood here before the last one was brought back. */
export type RestoreSource = { readonly kind: "file"; readonly file: string } | { readonly kind: "before" };

export interface InspectOrder {
  readonly source: RestoreSource;
  readonly version: string;
  readonly migrationsFolder: string;
}

/** Tables as this program knows them; a database of a newer one has seen a migration that is unknown here. */
async function checkMigrations(db: InstanceType<typeof Database>, migrationsFolder: string): Promise<void> {
  const journal = JSON.parse(await readFile(join(migrationsFolder, "meta", "_journal.json"), "utf8")) as {
    readonly entries: readonly { readonly when: number }[];
  };
  const row = db.prepare('SELECT MAX(created_at) AS at FROM "__drizzle_migrations"').get() as {
    readonly at: number | null;
  };
  if (Number(row.at ?? 0) > Math.max(...journal.entries.map(({ when }) => when)))
    throw new Error("a newer program made it; install that one first");
}

/** @throws Error with a sentence where it is no database of ours, or damaged */
async function checkDatabase(file: string, migrationsFolder: string): Promise<void> {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      db.pragma("trusted_schema = OFF");
      const [found] = db.pragma("quick_check(1)") as readonly { readonly quick_check: string }[];
      if (found?.quick_check !== "ok") throw new Error("it is damaged");
      await checkMigrations(db, migrationsFolder);
    } finally {
      db.close();
    }
    new Book({ file, migrationsFolder })[Symbol.dispose]();
  } catch (error) {
    throw unusable(`its database cannot be used: ${explain(error)}`);
  }
}

/** What the signed manifest says of the trail must be what is found. What did not hold then need not hold now. */
async function checkTrail(stage: string, { trail }: Pick<Manifest, "trail">): Promise<void> {
  const { ok, why, headSeq, head } = await verifyTrail(stage, { replaced: "unseen" });
  if (headSeq !== trail.seq || head !== trail.hash)
    throw unusable("its record ends with another row than its manifest names");
  if (!ok && trail.ok) throw unusable(`its record does not hold: ${why}`);
}

/** The newest row here, and whether the trail holds the row with which the backup ends. */
async function held(
  folder: string,
  { seq, hash }: Manifest["trail"],
): Promise<{ readonly here: Inspection["here"]; readonly continues: boolean }> {
  let trail: TrailFiles;
  try {
    trail = new TrailFiles(folder);
  } catch {
    return { here: null, continues: false }; // none, or one that nobody can read: then it is replaced
  }
  try {
    const head = trail.head();
    if (head === undefined) return { here: null, continues: false };
    const here = { seq: head.seq, hash: head.hash };
    const inDatabase = trail.hashAt(seq);
    if (inDatabase !== undefined) return { here, continues: inDatabase === hash };
    const segment = trail.segments().find(({ firstSeq, lastSeq }) => firstSeq <= seq && seq <= lastSeq);
    if (segment === undefined) return { here, continues: false };
    for await (const rows of segmentRows(folder, segment))
      if (rows.some((row) => row.seq === seq && row.hash === hash)) return { here, continues: true };
    return { here, continues: false };
  } catch {
    return { here: null, continues: false };
  } finally {
    trail[Symbol.dispose]();
  }
}

/** What the newest settings and the people of the backup are, as far as this box can read them. */
function contentOf(
  stage: string,
  migrationsFolder: string,
): { readonly config: Config | null; readonly locked: number; readonly people: ReturnType<Book["people"]> } {
  using book = new Book({ file: join(stage, DATABASE_FILE), migrationsFolder });
  const stored = book.config();
  try {
    return {
      config: stored === undefined ? null : configIn(stored),
      locked: stored?.locked.length ?? 0,
      people: book.people(),
    };
  } catch (error) {
    throw unusable(`its settings: configuration ${stored?.version} ${(error as Error).message}`);
  }
}

/** What stood here before the newest backup was brought back; undefined where that never happened. */
export async function newestReplaced(folder: string): Promise<string | undefined> {
  try {
    const names = await readdir(join(folder, REPLACED_FOLDER));
    return names.toSorted((a, b) => (stampOf(a) < stampOf(b) ? -1 : 1)).at(-1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const stampOf = (name: string): string => name.slice(name.indexOf("-") + 1);

/** The folder of an earlier restore, read as if it were a backup. */
async function stageBefore(folder: string, stage: string, version: string): Promise<Unpacked> {
  const name = await newestReplaced(folder);
  if (name === undefined) throw new Error("No backup was brought back here: there is nothing to go back to");
  const from = join(folder, REPLACED_FOLDER, name);
  if ((await sizeOf(join(from, DATABASE_FILE))) === 0)
    throw new Error(
      "There was no database before that backup was brought back: there is nothing to go back to",
    );
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true, mode: 0o700 });
  await stageFolder(from, stage);
  for (const secret of SECRET_NAMES)
    await copyFile(join(from, secret), join(stage, secret)).catch(() => undefined);
  const { ok, head, headSeq, why } = await verifyTrail(stage, { replaced: "unseen" });
  // A box that had signed nothing has no key there.
  const publicKey = await readFile(join(from, PUBLIC_KEY_FILE), "utf8").catch(
    async () => (await recordKey(folder)).publicKey,
  );
  using trail = new TrailFiles(stage);
  return {
    publicKey,
    fingerprint: fingerprintOf(createPublicKey(publicKey)),
    manifest: {
      ...({ kind: "backup", format: BACKUP_FORMAT } as const),
      ...{
        version,
        configShape: CONFIG_SHAPE,
        wallAt: trail.head()?.wallAt ?? new Date(wallMs()).toISOString(),
      },
      ...{ site: trail.site().name, by: "palisade", secrets: false, files: [] },
      trail: { seq: headSeq, hash: head, ok, ...(why === undefined ? {} : { why }) },
    },
  };
}

/** Those of this box, where the backup's own are not there: only for looking. */
async function borrowCameraKey(folder: string, stage: string): Promise<void> {
  await copyFile(join(folder, "camera-key"), join(stage, "camera-key")).catch(() => undefined);
}

async function ownFingerprint(folder: string): Promise<string | undefined> {
  try {
    return fingerprintOf(createPublicKey(await readFile(join(folder, PUBLIC_KEY_FILE))));
  } catch {
    return undefined; // a box that has signed nothing yet
  }
}

/**
 * Unpacks and checks everything. It changes nothing outside the folder `restore`.
 * @throws Error with a sentence where the backup cannot be used
 */
export async function inspectBackup(folder: string, order: InspectOrder): Promise<Inspection> {
  const { source, version, migrationsFolder } = order;
  const stage = join(folder, RESTORE_FOLDER, STAGE_FOLDER);
  try {
    const { manifest, publicKey, fingerprint } =
      source.kind === "file"
        ? await unpackBackup(source.file, stage)
        : await stageBefore(folder, stage, version);
    if (source.kind === "file") await borrowCameraKey(folder, stage);
    const file = join(stage, DATABASE_FILE);
    await checkDatabase(file, migrationsFolder);
    // What the statements beside sealed files were signed with.
    if (source.kind === "file") await writeFile(join(stage, PUBLIC_KEY_FILE), publicKey, { mode: 0o600 });
    await checkTrail(stage, manifest);
    const { config, locked, people } = contentOf(stage, migrationsFolder);
    const { here, continues } = await held(folder, manifest.trail);
    const pepper = await loadPepper(folder);
    const { files, ...facts } = manifest;
    return {
      ...{ id: randomUUID(), manifest: facts, publicKey, fingerprint, here, config },
      own: fingerprint === (await ownFingerprint(folder)),
      mode: continues ? "continues" : "replaces",
      people: people.filter(({ active }) => active).map(({ name }) => name),
      models: files.flatMap(({ name }) =>
        name.startsWith(`${MODELS_FOLDER_IN_BACKUP}/`)
          ? [name.slice(MODELS_FOLDER_IN_BACKUP.length + 1)]
          : [],
      ),
      pinsFit: people.every(({ active, pin }) => !active || pin.pepperId === pepper.id),
      passwordsFit: locked === 0,
    };
  } catch (error) {
    await rm(join(folder, RESTORE_FOLDER), { recursive: true, force: true });
    throw error;
  }
}

/**
 * The secrets with which a staged backup comes: its own where the passphrase opens them, those of the folder it was.
 * @throws Error with a sentence where the passphrase is not the one
 */
export async function stagedSecrets(
  folder: string,
  passphrase: string | undefined,
): Promise<Secrets | undefined> {
  const stage = join(folder, RESTORE_FOLDER, STAGE_FOLDER);
  if (passphrase === undefined) {
    const found = await readSecrets(stage);
    return found["record-key"] === undefined ? undefined : found;
  }
  const text = await readFile(join(stage, SECRETS_FILE), "utf8").catch(() => undefined);
  if (text === undefined)
    throw new Error("This backup was made without its keys: leave the passphrase empty");
  return await openSecrets(text, passphrase);
}
