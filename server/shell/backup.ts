/** `backup [FILE]`, with a box that runs or without, and `restore FILE`, only without: names change under its feet. */
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { modelsByHand } from "../backups.ts";
import { monotonicMs, wallMs } from "../base/clock.ts";
import { knownBoards } from "../guard.ts";
import { dropAll } from "../relay/drop.ts";
import { bringModels, type InspectionView, inspectionView, MIGRATIONS_FOLDER } from "../restores.ts";
import { makeBackup } from "../store/backup.ts";
import { keyOf, passphraseFault } from "../store/backup_secrets.ts";
import { recordKey } from "../store/record_key.ts";
import { inspectBackup, RESTORE_FOLDER, stagedSecrets } from "../store/restore.ts";
import { finishRestore, orderRestore } from "../store/swap.ts";
import { readSecret } from "./secret.ts";
import {
  DONE,
  FAILED,
  findBox,
  hasDatabase,
  misused,
  openStore,
  ownVersion,
  type Shell,
  type Verb,
} from "./shell.ts";

const by = (): { readonly type: "api"; readonly id: string; readonly origin: string } => ({
  ...{ type: "api", id: userInfo().username, origin: "shell" },
});

async function passphraseOf(question: string): Promise<string> {
  const text = await readSecret(question);
  const fault = passphraseFault(text);
  if (fault !== undefined) throw new Error(`The passphrase ${fault}`);
  return text;
}

export const backup: Verb = async (args, shell) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { keys: { type: "boolean", default: false } },
  });
  if (positionals.length > 1) return misused(shell, "backup takes one file");
  const { dataFolder } = shell.environment;
  if (!hasDatabase(dataFolder))
    throw new Error(`There is no database in "${dataFolder}": no box has run there; set PALISADE_DATA`);
  const wallAt = new Date(wallMs()).toISOString();
  const { fingerprint } = await recordKey(dataFolder);
  const stamp = wallAt.replace(/[-:]|\.\d+Z/g, "").replace("T", "-");
  const file = resolve(positionals[0] ?? `palisade-${fingerprint}-${stamp}.tar.gz`);
  if (existsSync(file)) throw new Error(`"${file}" is there already: name another file`);
  const key = values.keys ? await keyOf(await passphraseOf("Passphrase for its keys: ")) : undefined;
  await using store = await openStore(dataFolder);
  const config = (await store.currentConfig().catch(() => undefined))?.config;
  const made = await makeBackup(dataFolder, {
    ...{ file, version: await ownVersion(), by: by().id, wallAt, models: modelsByHand(config) },
    ...(key === undefined ? {} : { key }),
  });
  const { bytes, sha256, manifest } = made;
  const { type, id, origin } = by();
  await store.appendAudit({
    action: "backup.made",
    ...{ actor: { type, id }, origin, object: { type: "backup", id: made.file } },
    after: { bytes, sha256, secrets: manifest.secrets, folder: null, trail: manifest.trail },
    ...{ monoMs: monotonicMs(), wallAt: wallMs() },
  });
  shell.say(
    `${file}: ${bytes} bytes, the record up to row ${manifest.trail.seq}, signed with key ${fingerprint}`,
  );
  if (key === undefined)
    shell.say(
      "Keys and passwords are not in it: on another box PINs and passwords are set anew; --keys takes them along",
    );
  if (!manifest.trail.ok)
    shell.complain(`The audit trail does not hold, and so it is in the backup: ${manifest.trail.why}`);
  return DONE;
};

function tell(seen: InspectionView, shell: Shell): void {
  shell.say(
    `Backup of ${seen.madeAt} of "${seen.site}", made by version ${seen.version}, signed with key ${seen.fingerprint}${seen.own ? ", that of this box" : ", not that of this box"}`,
  );
  shell.say(
    seen.mode === "continues"
      ? `The record of this box stays: it ends with row ${seen.here?.seq} and goes on. Settings, people, scenes and models become those of the backup`
      : `The record of the backup goes on after row ${seen.trail.seq}; ${seen.here === null ? "there is none here" : `that of this box ends with row ${seen.here.seq} and is kept`}`,
  );
  if (!seen.trail.ok) shell.say("The record in it did not hold when the backup was made");
  for (const change of seen.changes) shell.say(`  ${change}`);
  if (seen.changes.length === 0) shell.say("  No setting would be different");
  shell.say(`People who may enter: ${seen.people.join(", ") || "nobody"}`);
  if (!seen.pinsFit)
    shell.say(
      `Their PINs cannot be checked here${seen.secrets ? ": give the passphrase (--keys)" : "; give each a new one with pin reset"}`,
    );
  if (!seen.passwordsFit && !seen.secrets) shell.say("Passwords of cameras and boards are entered anew");
}

export const restore: Verb = async (args, shell) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keys: { type: "boolean", default: false },
      back: { type: "boolean", default: false },
      yes: { type: "boolean", default: false },
      reason: { type: "string", default: "" },
    },
  });
  const [file] = positionals;
  if (positionals.length > 1 || (file === undefined) !== values.back)
    return misused(shell, "Say restore FILE, or restore --back for what was before the last one");
  if (file !== undefined && !existsSync(file))
    throw new Error(`There is no file "${file}": name the backup's`);
  const { dataFolder } = shell.environment;
  const box = await findBox(dataFolder);
  if (box.kind !== "none")
    throw new Error(
      `The box runs (process ${box.pid}): stop it first, or bring the backup back on its own screen`,
    );
  const version = await ownVersion();
  const finishing = { appVersion: version, migrationsFolder: MIGRATIONS_FOLDER };
  if ((await finishRestore(dataFolder, finishing))?.ok)
    throw new Error("An earlier restore was carried out just now: look at it first");
  await mkdir(join(dataFolder, RESTORE_FOLDER), { recursive: true, mode: 0o700 });
  const source =
    file === undefined ? ({ kind: "before" } as const) : ({ kind: "file", file: resolve(file) } as const);
  const inspection = await inspectBackup(dataFolder, {
    source,
    version,
    migrationsFolder: MIGRATIONS_FOLDER,
  });
  try {
    tell(inspectionView(inspection, await currentConfig(dataFolder)), shell);
    if (!values.yes || values.reason.trim() === "") {
      shell.say('Nothing was changed. Say it again with --yes --reason "..." to bring it back');
      return FAILED;
    }
    const passphrase = values.keys ? await readSecret("Passphrase of the backup: ") : undefined;
    const secrets = await stagedSecrets(dataFolder, passphrase);
    await dropEverything(dataFolder, shell);
    for (const fault of await bringModels(dataFolder, inspection.models)) shell.complain(fault);
    await orderRestore(dataFolder, inspection, { by: by(), reason: values.reason.trim(), secrets });
  } finally {
    if (!existsSync(join(dataFolder, RESTORE_FOLDER, "order.json")))
      await rm(join(dataFolder, RESTORE_FOLDER), { recursive: true, force: true });
  }
  const done = await finishRestore(dataFolder, finishing);
  if (done?.ok !== true) throw new Error(done?.why ?? "The order was gone: nothing was changed");
  shell.say(
    `Done. What stood here before is kept in "replaced/${done.order.kept}"; restore --back brings it back`,
  );
  return DONE;
};

/** Undefined where there is no database, or none that can be read. */
async function currentConfig(dataFolder: string) {
  if (!hasDatabase(dataFolder)) return undefined;
  try {
    await using store = await openStore(dataFolder);
    return (await store.currentConfig())?.config;
  } catch {
    return undefined;
  }
}

/** A box that was killed may have left something energised. */
async function dropEverything(dataFolder: string, shell: Shell): Promise<void> {
  try {
    await dropAll(await knownBoards(dataFolder));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      shell.complain(`The outputs could not be dropped: ${(error as Error).message}`);
  }
}
