/**
 * Brings a model's weights into the models folder: from their official address, or from a file that somebody has.
 * Nothing unproven ever lies under the final name: length and SHA-256 are the manifest's.
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeAtomic } from "../base/files.ts";
import { furtherFolders, listModels, MODELS_FOLDER, type ModelEntry } from "./find.ts";
import { type Manifest, parseManifest } from "./manifest.ts";

/** A whole download; the recommended weights have 20 MB. */
const DOWNLOAD_LIMIT_MS = 60_000;

export interface AddOptions {
  /** Where the weights go; the project's `models/` unless told. */
  readonly folder?: string;
  /** Milliseconds for the whole download. */
  readonly limitMs?: number;
}

/** SHA-256 of a file, in lower-case hex. Rejects where it cannot be read. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/** What is wrong with installed weights, in a few words; undefined where they are the manifest's. */
export async function weightsFault(manifest: Manifest, path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size !== manifest.bytes) return `${path} has ${size} bytes instead of ${manifest.bytes}`;
    const hash = await sha256Of(path);
    if (hash === manifest.sha256) return undefined;
    return `${path} has SHA-256 ${hash.slice(0, 12)}… instead of ${manifest.sha256.slice(0, 12)}…`;
  } catch (error) {
    return `${path} cannot be read: ${(error as Error).message}`;
  }
}

/**
 * Writes chunks beside the final name, proves them, and renames.
 * @throws Error in a few words where they are not the manifest's, or cannot be written
 */
async function place(manifest: Manifest, chunks: AsyncIterable<Uint8Array>, folder: string): Promise<string> {
  const path = join(folder, manifest.file);
  const beside = `${path}.${randomUUID()}.part`;
  try {
    const hash = createHash("sha256");
    let bytes = 0;
    {
      await using file = await open(beside, "wx", 0o644);
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > manifest.bytes) throw new Error(`it has more than ${manifest.bytes} bytes`);
        hash.update(chunk);
        await file.writeFile(chunk);
      }
      await file.sync();
    }
    if (bytes !== manifest.bytes) throw new Error(`it has ${bytes} bytes instead of ${manifest.bytes}`);
    const found = hash.digest("hex");
    if (found !== manifest.sha256)
      throw new Error(`its SHA-256 is ${found.slice(0, 12)}… instead of ${manifest.sha256.slice(0, 12)}…`);
    await rename(beside, path);
    return path;
  } finally {
    await rm(beside, { force: true });
  }
}

function reason(error: unknown, limitMs: number): string {
  const { name, message, cause } = error as Error;
  if (name === "TimeoutError") return `it did not come whole within ${limitMs / 1_000} s`;
  // fetch says "fetch failed" and keeps what happened in its cause.
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? message : `${message} (${code})`;
}

/**
 * Downloads a model's official weights. Returns their path.
 * @throws Error with one sentence and the cure
 */
export async function fetchModel(manifest: Manifest, options: AddOptions = {}): Promise<string> {
  const { folder = MODELS_FOLDER, limitMs = DOWNLOAD_LIMIT_MS } = options;
  const { name, download, file } = manifest;
  if (download === undefined) {
    throw new Error(
      `Cannot fetch model "${name}": it has no official download; bring its weights ${file} and name that file`,
    );
  }
  try {
    const response = await fetch(download, { signal: AbortSignal.timeout(limitMs) });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    return await place(manifest, response.body, folder);
  } catch (error) {
    throw new Error(
      `Cannot fetch model "${name}" from ${download}: ${reason(error, limitMs)}; ` +
        "check the network, or download the file elsewhere and name it here",
      { cause: error },
    );
  }
}

/**
 * Copies weights that somebody brings, if a manifest knows them.
 * @throws Error with one sentence and the cure
 */
export async function installModel(
  file: string,
  options: AddOptions = {},
): Promise<{ readonly manifest: Manifest; readonly path: string }> {
  const { folder = MODELS_FOLDER } = options;
  try {
    const hash = await sha256Of(file);
    const models = listModels({ folder });
    const known = models.find(({ manifest }) => manifest.sha256 === hash);
    if (known === undefined) {
      const names = models.map(({ manifest }) => manifest.name).join(", ");
      throw new Error(
        `its SHA-256 ${hash} is that of no known model (${names}); ` +
          "download it again, or write a manifest for it as models/README.md says",
      );
    }
    const path = await place(known.manifest, createReadStream(file), folder);
    return { manifest: known.manifest, path };
  } catch (error) {
    throw new Error(`Cannot install "${file}": ${(error as Error).message}`, { cause: error });
  }
}

/**
 * Takes a model's weights as they come over the network; never more of them are in memory than one chunk.
 * @throws Error with one sentence and the cure
 */
export async function receiveModel(
  manifest: Manifest,
  chunks: AsyncIterable<Uint8Array>,
  options: AddOptions = {},
): Promise<void> {
  try {
    await place(manifest, chunks, options.folder ?? MODELS_FOLDER);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`Cannot install "${manifest.name}": ${message}; send its official file`, {
      cause: error,
    });
  }
}

/** Why this description cannot stand beside those there are; undefined where it can. */
function clash({ name, file, sha256, golden }: Manifest, folder: string): string | undefined {
  const models = listModels().map(({ manifest }) => manifest);
  if (models.some((model) => model.name === name)) return `there is a model of this name already`;
  const same = models.find((model) => model.sha256 === sha256);
  if (same !== undefined) return `its weights are those of ${same.name}, which is known already`;
  const taken = models.find((model) => model.file === file);
  if (taken !== undefined) return `file: ${file} is the file of ${taken.name}; choose another name`;
  const missing = Object.values(golden ?? {}).find((path) => !existsSync(join(folder, path)));
  return missing === undefined
    ? undefined
    : `golden: there is no ${missing} in ${folder}; put it there first`;
}

/**
 * Takes the manifest of another model: into the first further folder, or ours where there is none. It is nobody's
 * default, whatever it says of itself.
 * @throws Error with one sentence and the cure
 */
export async function receiveManifest(text: string): Promise<Manifest> {
  const parsed = parseManifest(text);
  if (!parsed.ok)
    throw new Error(`Cannot use the manifest: ${parsed.why}; correct it as models/README.md says`);
  const folder = furtherFolders()[0] ?? MODELS_FOLDER;
  const { name } = parsed.manifest;
  const why = clash(parsed.manifest, folder);
  if (why !== undefined) throw new Error(`Cannot take the manifest of "${name}": ${why}`);
  const written = { ...(JSON.parse(text) as object), recommended: false };
  try {
    await writeAtomic(join(folder, `${name}.json`), `${JSON.stringify(written, null, 2)}\n`, 0o644);
  } catch (error) {
    const detail = (error as Error).message;
    throw new Error(`Cannot write the manifest of "${name}": ${detail}; give the box's user the right`, {
      cause: error,
    });
  }
  return parsed.manifest;
}

/** The model of exactly this name; undefined where no manifest has it. */
export function findEntry(name: string, options: AddOptions = {}): ModelEntry | undefined {
  const { folder = MODELS_FOLDER } = options;
  return listModels({ folder }).find(({ manifest }) => manifest.name === name);
}
