/**
 * Brings a backup back that was looked at and ordered: between two runs of the box, when nobody has the database open.
 * First everything new is made ready beside the old; then only names change, and a cut at any moment is gone on from
 * at the next start. So there is either what was before, or all that is new.
 */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import {
  access,
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { z } from "zod";
import { monotonicMs, wallMs } from "../base/clock.ts";
import { writeAtomic } from "../base/files.ts";
import { ANCHOR_FILE } from "./anchor.ts";
import { copyDatabase, linkOrCopy } from "./backup.ts";
import { DATABASE_FILE, EARLIER_KEYS_FILE, manifest } from "./backup_format.ts";
import { SECRET_NAMES, type Secrets } from "./backup_secrets.ts";
import { Book } from "./book.ts";
import { draftRow } from "./change.ts";
import { explain } from "./faults.ts";
import { PUBLIC_KEY_FILE } from "./record_key.ts";
import { type Inspection, RESTORE_FOLDER, STAGE_FOLDER } from "./restore.ts";
import { REPLACED_FOLDER, RESTORED } from "./restored.ts";
import { SEGMENT_FOLDER, TrailFiles } from "./trail.ts";
import { verifyTrail } from "./verify.ts";

const ORDER_FILE = "order.json";
const SECRETS_FOLDER = "secrets";
const FINAL_FOLDER = "final";
const SIDE_FILES = [`${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`];

const order = z.object({
  by: z.object({
    type: z.enum(["user", "panel", "system", "api"]),
    id: z.string(),
    role: z.string().optional(),
    origin: z.string().optional(),
  }),
  reason: z.string(),
  wallAt: z.string(),
  manifest: manifest.omit({ files: true }),
  fingerprint: z.string(),
  publicKey: z.string(),
  mode: z.enum(["continues", "replaces"]),
  /** Names of secrets that come with it. */
  secrets: z.array(z.enum(SECRET_NAMES)),
  /** Where what stands here goes, in the folder `replaced`. */
  kept: z.string().regex(/^[a-z]+-[0-9-]+$/),
  /** Once it is there everything is ready, and only names are left to change. */
  swap: z.array(z.object({ name: z.string(), comes: z.boolean() })).optional(),
});
export type RestoreOrder = z.infer<typeof order>;

/** Called before each step, by its name; only a test listens. */
export type OnStep = (step: string) => void | Promise<void>;

export interface FinishOptions {
  readonly appVersion: string;
  readonly migrationsFolder: string;
  readonly onStep?: OnStep;
}

export type Finished =
  | { readonly ok: true; readonly order: RestoreOrder }
  /** Nothing was changed; one sentence. */
  | { readonly ok: false; readonly why: string };

const pathOf = (folder: string, ...names: readonly string[]): string =>
  join(folder, RESTORE_FOLDER, ...names);

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

async function synced(folder: string): Promise<void> {
  await using handle = await open(folder, "r");
  await handle.sync();
}

/** Orders what was looked at to be brought back at the next start, or as soon as this run is over. */
export async function orderRestore(
  folder: string,
  inspection: Inspection,
  {
    by,
    reason,
    secrets,
  }: { readonly by: RestoreOrder["by"]; readonly reason: string; readonly secrets: Secrets | undefined },
): Promise<void> {
  const wallAt = new Date(wallMs()).toISOString();
  const stamp = wallAt.replace(/[-:]|\.\d+Z/g, "").replace("T", "-");
  const { manifest: told, fingerprint, publicKey, mode } = inspection;
  const names = SECRET_NAMES.filter((name) => secrets?.[name] !== undefined);
  await mkdir(pathOf(folder, SECRETS_FOLDER), { recursive: true, mode: 0o700 });
  for (const name of names)
    await writeFile(pathOf(folder, SECRETS_FOLDER, name), secrets?.[name] ?? "", {
      mode: 0o600,
      flush: true,
    });
  const written: RestoreOrder = {
    ...{ by, reason, wallAt, manifest: told, fingerprint, publicKey, mode, secrets: names },
    kept: freeName(folder, `${mode === "continues" ? "undo" : "ended"}-${stamp}`),
  };
  await writeAtomic(pathOf(folder, ORDER_FILE), JSON.stringify(written));
}

/** Nothing that was put aside is written over, also where the clock was set back. */
function freeName(folder: string, name: string): string {
  const isFree = (some: string): boolean => !existsSync(join(folder, REPLACED_FOLDER, some));
  if (isFree(name)) return name;
  for (let n = 2; ; n++) if (isFree(`${name}-${n}`)) return `${name}-${n}`;
}

async function readOrder(folder: string): Promise<RestoreOrder | undefined> {
  try {
    return order.parse(JSON.parse(await readFile(pathOf(folder, ORDER_FILE), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Carries out what was ordered; undefined where nothing was. Called before the database is opened.
 * @throws Error only where names cannot be changed any more: then the next start goes on
 */
export async function finishRestore(folder: string, options: FinishOptions): Promise<Finished | undefined> {
  const { onStep = () => undefined } = options;
  let found: RestoreOrder | undefined;
  try {
    found = await readOrder(folder);
  } catch (error) {
    // Nobody but a foreign hand writes such a file, and a box must start.
    await rm(join(folder, RESTORE_FOLDER), { recursive: true, force: true });
    return { ok: false, why: `The order to bring a backup back cannot be read: ${explain(error)}` };
  }
  if (found === undefined) {
    await rm(join(folder, RESTORE_FOLDER), { recursive: true, force: true });
    return undefined;
  }
  if (found.swap === undefined)
    try {
      const swap = await makeReady(folder, found, options);
      found = { ...found, swap };
      await onStep("order");
      await writeAtomic(pathOf(folder, ORDER_FILE), JSON.stringify(found));
    } catch (error) {
      await rm(join(folder, RESTORE_FOLDER), { recursive: true, force: true });
      await rm(join(folder, REPLACED_FOLDER, found.kept), { recursive: true, force: true });
      return {
        ok: false,
        why: `The backup was not brought back, and nothing was changed: ${explain(error)}`,
      };
    }
  for (const { name, comes } of found.swap ?? []) await changeName(folder, found, { name, comes }, onStep);
  await synced(folder);
  await synced(join(folder, REPLACED_FOLDER, found.kept));
  await onStep("forget earlier");
  await forgetEarlier(folder, found.kept);
  await onStep("done");
  await rm(join(folder, RESTORE_FOLDER), { recursive: true, force: true });
  await synced(folder);
  return { ok: true, order: found };
}

/** One name: what stands there goes aside, what is new comes. Done twice it changes nothing more. */
async function changeName(
  folder: string,
  { kept }: RestoreOrder,
  { name, comes }: { readonly name: string; readonly comes: boolean },
  onStep: OnStep,
): Promise<void> {
  const [fresh, here, aside] = [
    pathOf(folder, FINAL_FOLDER, name),
    join(folder, name),
    join(folder, REPLACED_FOLDER, kept, name),
  ];
  if (comes && !(await exists(fresh))) return;
  await onStep(`${name} goes`);
  if ((await exists(here)) && !(await exists(aside))) await rename(here, aside);
  await onStep(`${name} comes`);
  if (comes) await rename(fresh, here);
}

/** Of those from which the trail goes on only the newest is kept; the others hold records of their own. */
async function forgetEarlier(folder: string, kept: string): Promise<void> {
  const all = join(folder, REPLACED_FOLDER);
  for (const name of await readdir(all))
    if (name.startsWith("undo-") && name !== kept)
      await rm(join(all, name), { recursive: true, force: true });
}

type Swap = NonNullable<RestoreOrder["swap"]>;

/** Everything that comes, in a folder of its own; what stands here is read only. Made anew after a cut. */
async function makeReady(folder: string, told: RestoreOrder, options: FinishOptions): Promise<Swap> {
  const { onStep = () => undefined } = options;
  const [stage, final] = [pathOf(folder, STAGE_FOLDER), pathOf(folder, FINAL_FOLDER)];
  const aside = join(folder, REPLACED_FOLDER, told.kept);
  await onStep("make ready");
  await rm(final, { recursive: true, force: true });
  await rm(aside, { recursive: true, force: true });
  await mkdir(final, { recursive: true, mode: 0o700 });
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const name of [PUBLIC_KEY_FILE, EARLIER_KEYS_FILE])
    if (await exists(join(folder, name))) await copyFile(join(folder, name), join(aside, name));
  const swap = await (told.mode === "continues" ? goOn : replace)(folder, told, {
    ...options,
    stage,
    final,
    aside,
  });
  await onStep("secrets");
  for (const name of told.secrets) await copyFile(pathOf(folder, SECRETS_FOLDER, name), join(final, name));
  await synced(final);
  await synced(aside);
  return [
    ...swap,
    ...told.secrets.map((name) => ({ name, comes: true })),
    ...(told.secrets.includes("record-key") ? [{ name: PUBLIC_KEY_FILE, comes: false }] : []),
  ];
}

interface Folders extends FinishOptions {
  readonly stage: string;
  readonly final: string;
  readonly aside: string;
}

const sideFiles = SIDE_FILES.map((name) => ({ name, comes: false }));

/** The trail here goes on: settings, people and scenes become those of the backup, everything else stays. */
async function goOn(folder: string, told: RestoreOrder, places: Folders): Promise<Swap> {
  const { stage, final, aside, migrationsFolder, onStep = () => undefined } = places;
  const file = join(final, DATABASE_FILE);
  await copyDatabase(folder, file);
  new Book({ file, migrationsFolder })[Symbol.dispose]();
  await onStep("take over");
  takeOver(file, join(stage, DATABASE_FILE), told);
  await onStep("tell");
  tell(file, told, places, undefined);
  // What goes aside can be checked there as a whole.
  if (await exists(join(folder, ANCHOR_FILE)))
    await copyFile(join(folder, ANCHOR_FILE), join(aside, ANCHOR_FILE));
  await linkAll(join(folder, SEGMENT_FOLDER), join(aside, SEGMENT_FOLDER));
  return [...sideFiles, { name: DATABASE_FILE, comes: true }];
}

async function linkAll(from: string, to: string): Promise<void> {
  if (!(await exists(from))) return;
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of await readdir(from)) await linkOrCopy(join(from, name), join(to, name));
}

/**
 * The version keeps its number in the trail, so it comes as a new one; nobody who is named in the trail is forgotten.
 * It bears no provisioning file: the one that was applied here last stays the last.
 */
function takeOver(
  file: string,
  from: string,
  { wallAt, by, manifest: { wallAt: madeAt } }: RestoreOrder,
): void {
  const db = new Database(file);
  try {
    db.prepare("ATTACH ? AS backup").run(from);
    db.transaction(() => {
      db.prepare(
        `INSERT INTO config_version (version, wall_at, author, reason, body, provision_hash, demonstration, shape)
         SELECT (SELECT COALESCE(MAX(version), 0) + 1 FROM main.config_version), ?, ?, ?, body, NULL, demonstration, shape
         FROM backup.config_version ORDER BY version DESC LIMIT 1`,
      ).run(wallAt, by.id, `Backup of ${madeAt} brought back`);
      db.exec("UPDATE main.person SET badge = NULL, active = 0");
      db.exec(`INSERT INTO main.person (id, name, key, role, pin, badge, active, provisioned, created_wall_at)
        SELECT id, name, key, role, pin, badge, active, provisioned, created_wall_at FROM backup.person WHERE true
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, key = excluded.key, role = excluded.role,
          pin = excluded.pin, badge = excluded.badge, active = excluded.active, provisioned = excluded.provisioned`);
      const scene =
        "camera, key, taken_wall_at, taken_by, width, height, luma, picture_width, picture_height, jpeg";
      db.exec("DELETE FROM main.camera_scene");
      db.exec(`INSERT INTO main.camera_scene (${scene}) SELECT ${scene} FROM backup.camera_scene`);
    }).immediate();
  } finally {
    db.close();
  }
}

/** The backup's trail becomes the trail; that of this box ends and is kept, named by the row that tells of it. */
async function replace(folder: string, told: RestoreOrder, places: Folders): Promise<Swap> {
  const { stage, final, onStep = () => undefined } = places;
  const file = join(final, DATABASE_FILE);
  await copyFile(join(stage, DATABASE_FILE), file);
  await onStep("tell");
  tell(file, told, places, await endOf(folder));
  const comes = async (name: string): Promise<boolean> => await exists(join(stage, name));
  const anchors = await comes(ANCHOR_FILE);
  if (anchors) await copyFile(join(stage, ANCHOR_FILE), join(final, ANCHOR_FILE));
  await linkAll(join(stage, SEGMENT_FOLDER), join(final, SEGMENT_FOLDER));
  const earlier = (await comes(EARLIER_KEYS_FILE))
    ? await readFile(join(stage, EARLIER_KEYS_FILE), "utf8")
    : "";
  await writeFile(join(final, EARLIER_KEYS_FILE), `${earlier}${told.publicKey.trimEnd()}\n`, { flush: true });
  return [
    ...sideFiles,
    { name: ANCHOR_FILE, comes: anchors },
    { name: SEGMENT_FOLDER, comes: await comes(SEGMENT_FOLDER) },
    { name: EARLIER_KEYS_FILE, comes: true },
    { name: DATABASE_FILE, comes: true },
  ];
}

type Ended = { readonly seq: number; readonly hash: string; readonly held: boolean };

/** The trail that ends here, and whether it held until then; undefined where there is none that can be read. */
async function endOf(folder: string): Promise<Ended | undefined> {
  try {
    using trail = new TrailFiles(folder);
    if (trail.head() === undefined) return undefined;
  } catch {
    return undefined;
  }
  const { ok, headSeq, head } = await verifyTrail(folder);
  return { seq: headSeq, hash: head, held: ok };
}

/** The row that tells of it, at the end of what the backup's trail, or this one, holds. */
function tell(
  file: string,
  { by, reason, manifest: told, fingerprint, kept, mode, secrets }: RestoreOrder,
  { appVersion, migrationsFolder }: FinishOptions,
  ended: Ended | undefined,
): void {
  const { wallAt, site, version, trail } = told;
  const { type, id, role, origin } = by;
  const draft = draftRow(
    {
      action: RESTORED,
      actor: { type, id, ...(role === undefined ? {} : { role }) },
      ...(origin === undefined ? {} : { origin }),
      object: { type: "backup", id: wallAt },
      after: {
        backup: { wallAt, site, version, fingerprint, seq: trail.seq, hash: trail.hash },
        ...{ mode, secrets, kept },
        ...(ended === undefined ? {} : { replaced: { folder: kept, ...ended } }),
      },
      reason,
      monoMs: monotonicMs(),
      wallAt: wallMs(),
    },
    { bootId: randomUUID(), appVersion },
  );
  using book = new Book({ file, migrationsFolder });
  book.append([draft]);
}
