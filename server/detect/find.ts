/** Which models there are: manifests and weights in the project's own folder and in every further one. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { type Manifest, parseManifest } from "./manifest.ts";

export const MODELS_FOLDER = join(import.meta.dirname, "../../models");
/** Ours, and always there: the weights are in the project. */
const OWN_MODEL = "palisade-person-256x416";

export interface ModelEntry {
  readonly manifest: Manifest;
  readonly manifestPath: string;
  /** Absent where the weights are not installed. */
  readonly weightsPath?: string;
}

export type FoundModel =
  | { readonly ok: true; readonly model: ModelEntry & { readonly weightsPath: string } }
  | { readonly ok: false; readonly why: string };

export interface FindOptions {
  readonly folder?: string;
  /** Further folders, separated as in PATH. */
  readonly further?: string | undefined;
}

function weightsOf(manifest: Manifest, folders: readonly string[]): string | undefined {
  // The official file keeps the name it was downloaded under, too.
  const names = [manifest.file, ...(manifest.download === undefined ? [] : [basename(manifest.download)])];
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

function manifestsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => join(folder, file));
}

/** A manifest takes two thousand bytes; the server waits while it reads one. */
const MAX_MANIFEST_BYTES = 64 * 1024;

function furtherManifest(path: string): [string, Manifest][] {
  try {
    // A pipe that is called like a manifest would be waited for without end.
    const found = statSync(path);
    if (!found.isFile() || found.size > MAX_MANIFEST_BYTES) return [];
    const parsed = parseManifest(readFileSync(path, "utf8"));
    return parsed.ok ? [[path, { ...parsed.manifest, recommended: false }]] : [];
  } catch {
    return []; // gone meanwhile, or not ours to read
  }
}

/** A further folder holds what its owner likes: what is no manifest there is passed over, and none is our default. */
function furtherManifests(folder: string): [string, Manifest][] {
  try {
    return manifestsIn(folder).flatMap(furtherManifest);
  } catch {
    return []; // a folder that is not there holds nothing
  }
}

function ownManifest(path: string): [string, Manifest] {
  const parsed = parseManifest(readFileSync(path, "utf8"));
  if (!parsed.ok) throw new Error(`Cannot use the model's manifest ${path}: ${parsed.why}; correct the file`);
  return [path, parsed.manifest];
}

/** The folders beside ours, in their order. */
export function furtherFolders(further = process.env.PALISADE_MODELS): readonly string[] {
  return (further ?? "").split(delimiter).filter((each) => each !== "");
}

/**
 * Every model with a manifest; of two with one name the project's own counts. Throws on a manifest of the project
 * that cannot be used.
 */
export function listModels(options: FindOptions = {}): ModelEntry[] {
  const { folder = MODELS_FOLDER, further = process.env.PALISADE_MODELS } = options;
  const others = furtherFolders(further);
  const folders = [folder, ...others];
  const found = [...manifestsIn(folder).map(ownManifest), ...others.flatMap(furtherManifests)];
  return found
    .filter(([, { name }], i) => found.findIndex(([, other]) => other.name === name) === i)
    .map(([manifestPath, manifest]) => {
      const weightsPath = weightsOf(manifest, folders);
      return { manifest, manifestPath, ...(weightsPath === undefined ? {} : { weightsPath }) };
    });
}

/**
 * The model of this name. "default" is the recommended one where its weights are installed, else our own.
 * `why` is one sentence with the cure. Does not check the weights: opening them does.
 */
export function resolveModel(name: string, options: FindOptions = {}): FoundModel {
  const models = listModels(options);
  const best = models.find(({ manifest, weightsPath }) => manifest.recommended && weightsPath !== undefined);
  const wanted = name === "default" ? (best?.manifest.name ?? OWN_MODEL) : name;
  const model = models.find(({ manifest }) => manifest.name === wanted);
  if (model === undefined) {
    const known = models.map(({ manifest }) => manifest.name).join(", ");
    return { ok: false, why: `Cannot find model "${wanted}": choose one of ${known}` };
  }
  const { manifest, weightsPath } = model;
  if (weightsPath === undefined) {
    const from = manifest.download === undefined ? "" : ` from ${manifest.download}`;
    return {
      ok: false,
      why: `Cannot load model "${wanted}": its weights are missing; put ${manifest.file}${from} into models/`,
    };
  }
  return { ok: true, model: { ...model, weightsPath } };
}
