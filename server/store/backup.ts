/**
 * Makes a backup: a copy of the database as of one instant beside hard links to what never changes, the whole trail
 * checked as it lies in the copy, then all of it packed and signed. Reads only; made for the auditor process.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import Database from "better-sqlite3";
import { packTar } from "modern-tar/fs";
import { diskRoom } from "../base/disk.ts";
import { CONFIG_SHAPE } from "../domain/config_shape.ts";
import { ANCHOR_FILE } from "./anchor.ts";
import {
  BACKUP_FORMAT,
  type BackupMember,
  DATABASE_FILE,
  EARLIER_KEYS_FILE,
  MANIFEST_FILE,
  type Manifest,
  MODELS_FOLDER_IN_BACKUP,
  SECRETS_FILE,
} from "./backup_format.ts";
import { type PassKey, readSecrets, sealSecrets } from "./backup_secrets.ts";
import { PUBLIC_KEY_FILE, recordKey, signed } from "./record_key.ts";
import { SEGMENT_FOLDER, TrailFiles } from "./trail.ts";
import { verifyTrail } from "./verify.ts";

export interface BackupOrder {
  /** Path of the file to write; its folder must be there. */
  readonly file: string;
  /** Of the program. */
  readonly version: string;
  readonly by: string;
  /** ISO 8601 in UTC. */
  readonly wallAt: string;
  /** Files of models that were put in by hand: their paths. */
  readonly models: readonly string[];
  /** Secrets are in it only with this. */
  readonly key?: PassKey;
}

export interface MadeBackup {
  /** Its name without a folder. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly fingerprint: string;
  readonly manifest: Omit<Manifest, "files">;
}

export const STAGE_PREFIX = "backup-stage-";
const BUSY_TIMEOUT_MS = 2_000;
/** One that a kill left behind is certainly over then. */
const STAGE_MAX_AGE_MS = 60 * 60_000;
/** Left free on each disk. */
const SPARE_BYTES = 64 * 2 ** 20;

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export const sizeOf = async (path: string): Promise<number> => (await unlessMissing(stat(path)))?.size ?? 0;

/** The same file under another name; copied where the disk knows no links. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (!["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(code)) throw error;
    await copyFile(from, to);
  }
}

/** The database as it is now, in one file; whoever writes meanwhile is not held up, because only a reader looks. */
export async function copyDatabase(folder: string, to: string): Promise<void> {
  const db = new Database(join(folder, DATABASE_FILE), { readonly: true, fileMustExist: true });
  try {
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    db.prepare("VACUUM INTO ?").run(to);
  } finally {
    db.close();
  }
  await chmod(to, 0o600);
}

/** Refuses in words before a disk is filled. */
export async function needRoom(folder: string, bytes: number): Promise<void> {
  const room = await diskRoom(folder);
  if (room === undefined || room.freeBytes >= bytes + SPARE_BYTES) return;
  const [need, free] = [Math.ceil((bytes + SPARE_BYTES) / 2 ** 20), Math.floor(room.freeBytes / 2 ** 20)];
  throw new Error(
    `The disk of "${folder}" has ${free} MiB free and ${need} MiB are needed; make room, or choose another folder`,
  );
}

/** Everything of a data folder that a backup holds, but for secrets and models, as a data folder of its own. */
export async function stageFolder(folder: string, into: string): Promise<void> {
  // Before the database: an anchor stands in its table first, and may be missing here.
  const anchors = join(folder, ANCHOR_FILE);
  await unlessMissing(copyFile(anchors, join(into, ANCHOR_FILE)));
  await copyDatabase(folder, join(into, DATABASE_FILE));
  for (const name of [PUBLIC_KEY_FILE, EARLIER_KEYS_FILE])
    await unlessMissing(copyFile(join(folder, name), join(into, name)));
  await linkSegments(folder, into);
}

/** The sealed files that the database in `into` names. One that went after its time is missing there, too. */
async function linkSegments(folder: string, into: string): Promise<void> {
  using trail = new TrailFiles(into);
  const segments = trail.segments();
  if (segments.length === 0) return;
  await mkdir(join(into, SEGMENT_FOLDER), { mode: 0o700 });
  for (const { file } of segments)
    for (const name of [file, `${file}.sig`])
      await unlessMissing(linkOrCopy(join(folder, SEGMENT_FOLDER, name), join(into, SEGMENT_FOLDER, name)));
}

async function clearStages(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(STAGE_PREFIX)) continue;
    const found = await unlessMissing(stat(join(folder, name)));
    if (found !== undefined && Date.now() - found.mtimeMs > STAGE_MAX_AGE_MS)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return hash.digest("hex");
}

/** What goes into the file, in its order. */
async function membersOf(
  stage: string,
  models: readonly string[],
): Promise<(BackupMember & { path: string })[]> {
  const segments = (await unlessMissing(readdir(join(stage, SEGMENT_FOLDER)))) ?? [];
  const own = [
    ...[DATABASE_FILE, ANCHOR_FILE, EARLIER_KEYS_FILE, SECRETS_FILE],
    ...segments.toSorted().map((name) => `${SEGMENT_FOLDER}/${name}`),
  ].map((name) => ({ name, path: join(stage, name) }));
  const others = models.map((path) => ({ name: `${MODELS_FOLDER_IN_BACKUP}/${basename(path)}`, path }));
  const found: (BackupMember & { path: string })[] = [];
  for (const { name, path } of [...own, ...others]) {
    const bytes = (await unlessMissing(stat(path)))?.size;
    if (bytes !== undefined) found.push({ name, path, bytes, sha256: await hashOf(path) });
  }
  return found;
}

/**
 * Makes it; it appears whole or not at all, for its owner only.
 * @throws Error with a sentence
 */
export async function makeBackup(folder: string, order: BackupOrder): Promise<MadeBackup> {
  const { file, version, by, wallAt } = order;
  const key = await recordKey(folder);
  await clearStages(folder);
  const database =
    (await sizeOf(join(folder, DATABASE_FILE))) + (await sizeOf(join(folder, `${DATABASE_FILE}-wal`)));
  await needRoom(folder, database);
  const stage = await mkdtemp(join(folder, STAGE_PREFIX));
  const beside = `${file}.${randomUUID()}.part`;
  try {
    await stageFolder(folder, stage);
    const { ok, head, headSeq, why } = await verifyTrail(stage, { replaced: "unseen" });
    if (order.key !== undefined)
      await writeFile(join(stage, SECRETS_FILE), sealSecrets(await readSecrets(folder), order.key), {
        mode: 0o600,
      });
    const members = await membersOf(stage, order.models);
    await needRoom(
      dirname(file),
      members.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    const facts: Omit<Manifest, "files"> = {
      ...({ kind: "backup", format: BACKUP_FORMAT } as const),
      ...{ version, configShape: CONFIG_SHAPE, wallAt, site: siteOf(stage), by },
      trail: { seq: headSeq, hash: head, ok, ...(why === undefined ? {} : { why }) },
      secrets: order.key !== undefined,
    };
    const files = members.map(({ path: _, ...member }) => member);
    const content = `${JSON.stringify(signed(key, { ...facts, files } satisfies Manifest))}\n`;
    const mtime = new Date(wallAt);
    const tar = packTar(
      [
        { type: "content", content, target: MANIFEST_FILE, mtime, mode: 0o600 },
        ...members.map(
          ({ name, path }) => ({ type: "file", source: path, target: name, mtime, mode: 0o600 }) as const,
        ),
      ],
      { concurrency: 1 },
    );
    // Rows are mostly hashes and repeated words: the fastest level takes half of them, a higher one hardly more.
    await pipeline(
      tar,
      createGzip({ level: 1 }),
      createWriteStream(beside, { flags: "wx", mode: 0o600, flush: true }),
    );
    const { size: bytes } = await stat(beside);
    const sha256 = await hashOf(beside);
    await rename(beside, file);
    await using directory = await open(dirname(file), "r");
    await directory.sync();
    return { file: basename(file), bytes, sha256, fingerprint: key.fingerprint, manifest: facts };
  } finally {
    await rm(beside, { force: true });
    await rm(stage, { recursive: true, force: true });
  }
}

function siteOf(folder: string): string {
  using trail = new TrailFiles(folder);
  return trail.site().name;
}
