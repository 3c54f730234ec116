/**
 * Reads a backup that somebody brings, piece by piece, into an empty folder. Every byte of it is held against the
 * signed manifest before anything else looks at it; what is not exactly that is refused, and nothing outside the
 * folder is touched.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { createTarDecoder, type ParsedTarEntry } from "modern-tar";
import { CONFIG_SHAPE } from "../domain/config_shape.ts";
import { needRoom } from "./backup.ts";
import {
  anyManifest,
  BACKUP_FORMAT,
  BACKUP_MAX_BYTES,
  type BackupMember,
  MANIFEST_FILE,
  MANIFEST_MAX_BYTES,
  type Manifest,
  manifest,
  signedManifest,
  unusable,
} from "./backup_format.ts";
import { canonicalJson } from "./chain.ts";
import { fingerprintOf } from "./record_key.ts";

export interface Unpacked {
  readonly manifest: Manifest;
  /** PEM of whoever signed it, and the first letters of its hash. */
  readonly publicKey: string;
  readonly fingerprint: string;
}

const NO_BACKUP = "it is no backup of Palisade, or its beginning is damaged";
const DAMAGED = "it is cut off or damaged; take another copy of it";
/** Headers and the end of a tar file, besides what it holds. */
const TAR_SPARE_BYTES = 64 * 2 ** 20;

/** A tar file that goes on for ever ends here. */
async function* atMost(source: AsyncIterable<Uint8Array>, most: () => number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const part of source) {
    bytes += part.length;
    if (bytes > most()) throw unusable("it holds more than its manifest names");
    yield part;
  }
}

async function textOf({ header, body }: ParsedTarEntry): Promise<string> {
  if (header.name !== MANIFEST_FILE || header.type !== "file" || header.size > MANIFEST_MAX_BYTES)
    throw unusable(NO_BACKUP);
  return await new Response(body).text();
}

function manifestIn(text: string): Unpacked {
  let signedOne: ReturnType<typeof signedManifest.parse>;
  try {
    signedOne = signedManifest.parse(JSON.parse(text));
  } catch {
    throw unusable(NO_BACKUP);
  }
  const { statement, signature, publicKey } = signedOne;
  const any = anyManifest.safeParse(statement);
  if (!any.success) throw unusable(NO_BACKUP);
  const { format, version } = any.data;
  if (format > BACKUP_FORMAT) throw unusable(newer(version));
  const parsed = manifest.safeParse(statement);
  if (!parsed.success) throw unusable("its manifest names what belongs to no backup");
  if (parsed.data.configShape > CONFIG_SHAPE) throw unusable(newer(version));
  return { manifest: parsed.data, publicKey, fingerprint: checkSignature(statement, signature, publicKey) };
}

const newer = (version: string): string => `a newer program made it (${version}); install that one first`;

/** @returns the fingerprint of the key */
function checkSignature(statement: unknown, signature: string, publicKey: string): string {
  let fits = false;
  let fingerprint = "";
  try {
    const key = createPublicKey(publicKey);
    const bytes = Buffer.from(canonicalJson(statement), "utf8");
    fits = key.asymmetricKeyType === "ed25519" && verify(null, bytes, key, Buffer.from(signature, "base64"));
    fingerprint = fingerprintOf(key);
  } catch {
    fits = false;
  }
  if (!fits) throw unusable("its signature does not fit: it was changed after it was made");
  return fingerprint;
}

async function take(
  { header, body }: ParsedTarEntry,
  wanted: BackupMember | undefined,
  into: string,
): Promise<void> {
  const { name, type, size } = header;
  if (wanted === undefined || name !== wanted.name || type !== "file")
    throw unusable(
      `it holds "${name.slice(0, 80)}" where ${wanted === undefined ? "it should end" : `"${wanted.name}" should come`}`,
    );
  if (size !== wanted.bytes) throw unusable(`its part "${name}" has another length than was signed`);
  const path = join(into, name);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const hash = createHash("sha256");
  await using file = await open(path, "wx", 0o600);
  for await (const part of body) {
    hash.update(part);
    await file.writeFile(part);
  }
  if (hash.digest("hex") !== wanted.sha256)
    throw unusable(`its part "${name}" was changed after it was signed`);
  await file.sync();
}

/** Words of our own are passed on; those of gzip and tar mean nothing to a person. */
const isOwn = (error: unknown): boolean =>
  error instanceof Error && (error.message.startsWith("This file ") || error.message.startsWith("The disk "));

/**
 * Reads the whole file.
 * @param into a folder that is made anew, and removed where the file is refused
 * @throws Error with a sentence
 */
export async function unpackBackup(file: string, into: string): Promise<Unpacked> {
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true, mode: 0o700 });
  const { size } = await stat(file);
  if (size > BACKUP_MAX_BYTES) throw unusable("no backup is as large as this");
  const source = createReadStream(file);
  const plain = createGunzip();
  source.on("error", (error) => plain.destroy(error)).pipe(plain);
  let most = MANIFEST_MAX_BYTES + TAR_SPARE_BYTES;
  let found: Unpacked | undefined;
  let next = 0;
  try {
    const decoder = createTarDecoder({ strict: true });
    const bytes = Readable.toWeb(Readable.from(atMost(plain, () => most))) as ReadableStream<Uint8Array>;
    for await (const entry of bytes.pipeThrough(decoder)) {
      if (found === undefined) {
        found = manifestIn(await textOf(entry));
        const all = found.manifest.files.reduce((sum, each) => sum + each.bytes, 0);
        if (all > BACKUP_MAX_BYTES) throw unusable("no backup is as large as this");
        await needRoom(into, 2 * all);
        most += all + found.manifest.files.length * 1_024;
        continue;
      }
      await take(entry, found.manifest.files[next], into);
      next++;
    }
    if (found === undefined) throw unusable(NO_BACKUP);
    if (next < found.manifest.files.length) throw unusable(DAMAGED);
    return found;
  } catch (error) {
    await rm(into, { recursive: true, force: true });
    if (isOwn(error)) throw error;
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EACCES" || code === "EIO") throw error;
    throw unusable(found === undefined ? NO_BACKUP : DAMAGED);
  } finally {
    source.destroy();
    plain.destroy();
  }
}
