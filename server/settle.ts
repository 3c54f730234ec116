/** Decides what a box guards when it starts: what is stored, what a provisioning file brings, or the demonstration. */
import type { Log } from "./base/log.ts";
import { demonstrationConfig } from "./demonstration.ts";
import { listModels, resolveModel } from "./detect/find.ts";
import { type Config, EMPTY_CONFIG } from "./domain/config.ts";
import { hidesCredentials } from "./domain/edit.ts";
import { knownBoards, workOf } from "./guard.ts";
import { lastGood } from "./last_good.ts";
import { type ProvisionFile, readProvision } from "./provision.ts";
import type { CrashLoop, Starts } from "./starts.ts";
import type { StoredScene } from "./store/protocol.ts";
import type { Published, Store } from "./store/store.ts";

/** What a configuration's locked addresses are told under: `camera:front`, `board:lamps`. */
export function lockedIn({ cameras, boards }: Config): readonly string[] {
  return [
    ...cameras.filter(({ source }) => hidesCredentials(source)).map(({ id }) => `camera:${id}`),
    ...boards.filter(({ address = "" }) => hidesCredentials(address)).map(({ id }) => `board:${id}`),
  ];
}

/** Whether a fault stands under the address of a camera or a board. */
export function isAddressFault(about: string): boolean {
  return /^(?:camera|board):/.test(about);
}

export interface Settled {
  readonly config: Config;
  /** Absent where nothing that is stored is in force. */
  readonly version?: number;
  readonly demonstration: boolean;
  readonly provisionHash?: string;
  /** What is wrong and should stand on the screen, by what it is about. */
  readonly faults: ReadonlyMap<string, string>;
  /** An earlier version than the newest is in force; why stands under the fault "settings". */
  readonly fellBack?: true;
  /** The newest is passed over, because the box cannot live with it. */
  readonly passedOver?: CrashLoop;
}

export interface SettleOptions {
  readonly store: Store | undefined;
  readonly dataFolder: string;
  /** PALISADE_PROVISION. */
  readonly provisionPath: string | undefined;
  readonly starts?: Starts;
  readonly log: Log;
}

/**
 * "default" is decided once, when it is first stored: no model is ever changed by itself on a box that already
 * guards. A name that is no model stays as it is; opening it then says what is wrong.
 * @param inForce the model that watches now, if any
 */
export function freezeModel(config: Config, inForce: string | undefined): Config {
  if (config.detector.model !== "default") return config;
  const known = listModels().some(({ manifest }) => manifest.name === inForce);
  const found = resolveModel("default");
  const model = known && inForce !== undefined ? inForce : found.ok ? found.model.manifest.name : "default";
  return { ...config, detector: { ...config.detector, model } };
}

export interface ApplyOptions {
  readonly store: Store;
  readonly file: ProvisionFile;
  /** Where the file lies; stands in the trail. */
  readonly path: string;
  /** The model that watches now, if any. */
  readonly inForce: string | undefined;
}

/** Puts a provisioning file in force, with its people. Rejects where the store cannot write it. */
export async function applyProvision(
  options: ApplyOptions,
): Promise<Published & { readonly config: Config }> {
  const { store, file, path, inForce } = options;
  const { users, ...told } = file.provision;
  const config = freezeModel(told, inForce);
  workOf(config); // throws before anything is stored where no guard could be built of it
  const published = await store.publishConfig({
    config,
    demonstration: false,
    author: { type: "system", id: "provisioning file" },
    reason: `Provisioning file ${path}`,
    provisionHash: file.hash,
    people: users,
  });
  return { ...published, config };
}

const SETTINGS_GONE =
  "The settings are gone: the database is new, but this box has driven real boards before. Bring the database back, or give the box a provisioning file; to begin anew remove boards.json from its data folder";

/** A film in place of a machine that was guarded would be the worst answer to a lost database. */
async function hadRealBoards(dataFolder: string): Promise<boolean> {
  try {
    return (await knownBoards(dataFolder)).boards.some(({ driver }) => driver !== "simulated");
  } catch {
    return false; // it was never written, or nobody can say what stood there
  }
}

async function isOfFile(store: Store, version: number, hash: string): Promise<boolean> {
  try {
    return (await store.version(version))?.provisionHash === hash;
  } catch {
    return false; // a version that cannot be read is cured by the file
  }
}

/** Never throws: a box that cannot read its settings guards nothing, drops everything and says why. */
export async function settle(options: SettleOptions): Promise<Settled> {
  const { store, provisionPath, dataFolder, starts, log } = options;
  const faults = new Map<string, string>();
  const empty: Settled = { config: EMPTY_CONFIG, demonstration: false, faults };
  if (store === undefined) return empty;
  const { current, fault, fellBack, passedOver } = await lastGood(store, log, workOf, starts);
  if (fault !== undefined) faults.set("settings", fault);
  for (const [about, why] of current?.locked ?? []) faults.set(about, why);
  const stored: Settled =
    current === undefined
      ? empty
      : {
          ...current,
          faults,
          ...(fellBack === undefined ? {} : { fellBack }),
          ...(passedOver === undefined ? {} : { passedOver }),
        };
  if (provisionPath === undefined) {
    if (current !== undefined || faults.size > 0) return stored;
    if (await hadRealBoards(dataFolder)) {
      faults.set("settings", SETTINGS_GONE);
      return stored;
    }
    return { config: freezeModel(demonstrationConfig(), undefined), demonstration: true, faults };
  }
  const read = await readProvision(provisionPath);
  if (!read.ok) {
    for (const { path, message } of read.errors)
      log.error({ path, problem: message }, "provisioning file is wrong and was not applied");
    const list = read.errors.map(({ path, message }) => `${path} ${message}`).join("; ");
    faults.set("provision", `The provisioning file is wrong and was not applied: ${list}`);
    return stored;
  }
  const { hash } = read.value;
  if (current?.provisionHash === hash) return stored;
  // The file that made the version which kills the box would only make it again.
  if (passedOver !== undefined && (await isOfFile(store, passedOver.version, hash))) return stored;
  try {
    const inForce = current?.config.detector.model;
    const order = { store, file: read.value, path: provisionPath, inForce };
    const { config, version } = await applyProvision(order);
    faults.delete("settings");
    for (const about of current?.locked?.keys() ?? []) faults.delete(about);
    return { config, version, demonstration: false, provisionHash: hash, faults };
  } catch (error) {
    log.error({ err: error }, "provisioning file could not be stored");
    faults.set("provision", `The provisioning file could not be stored: ${(error as Error).message}`);
    return stored;
  }
}

/** A box without its scenes still guards: it takes new ones. */
export async function storedScenes(store: Store | undefined, log: Log): Promise<readonly StoredScene[]> {
  try {
    return (await store?.scenes()) ?? [];
  } catch (error) {
    log.error({ err: error }, "scenes cannot be read");
    return [];
  }
}
