/**
 * The key that signs what leaves the box: Ed25519, made at its first use, beside the database and for its owner only.
 * Whoever has the whole box has the key too: a signature tells where a file came from, not that its rows are true.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";
import { link, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeAtomic } from "../base/files.ts";
import { canonicalJson } from "./chain.ts";

const KEY_FILE = "record-key";
/** The same without what may not be shown, for whoever wants to check. */
export const PUBLIC_KEY_FILE = "record-key.pub";

export interface RecordKey {
  readonly key: KeyObject;
  /** SubjectPublicKeyInfo in PEM. */
  readonly publicKey: string;
  /** First 16 hex letters of the SHA-256 of the public key in DER. */
  readonly fingerprint: string;
}

/** What a file is, as its signature covers it. */
export interface Signed<T> {
  readonly statement: T;
  /** Ed25519 over the canonical JSON of the statement in UTF-8, in base64. */
  readonly signature: string;
  readonly publicKey: string;
}

/** Written under another name and linked: never half a key, and one that is there already stays. */
async function makeKey(path: string): Promise<void> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const draft = `${path}.${process.pid}`;
  try {
    await using file = await open(draft, "wx", 0o600);
    await file.writeFile(privateKey.export({ type: "pkcs8", format: "pem" }));
    await file.sync();
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await using folder = await open(dirname(path), "r");
  await folder.sync();
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The key of this box, made where there is none.
 * @throws Error with a sentence where the file holds no such key
 */
export async function recordKey(folder: string): Promise<RecordKey> {
  const path = join(folder, KEY_FILE);
  if ((await read(path)) === undefined) await makeKey(path);
  let key: KeyObject;
  try {
    key = createPrivateKey(await readFile(path));
    if (key.asymmetricKeyType !== "ed25519") throw new Error("it holds another kind of key");
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(
      `Cannot sign with the key file "${path}": ${why}; restore it from a backup, or move it away`,
    );
  }
  const shown = createPublicKey(key);
  const publicKey = String(shown.export({ type: "spki", format: "pem" }));
  const fingerprint = fingerprintOf(shown);
  const beside = join(folder, PUBLIC_KEY_FILE);
  if ((await read(beside)) !== publicKey) await writeAtomic(beside, publicKey, 0o644);
  return { key, publicKey, fingerprint };
}

/** First 16 hex letters of the SHA-256 of a public key in DER. */
export function fingerprintOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 16);
}

export function signed<T>({ key, publicKey }: RecordKey, statement: T): Signed<T> {
  const signature = sign(null, Buffer.from(canonicalJson(statement), "utf8"), key).toString("base64");
  return { statement, signature, publicKey };
}
