/**
 * The key of the stored camera passwords: a file beside the database, so that a copy of the database alone opens
 * no camera. Synchronous; only the database's thread reads and makes it.
 */
import { createHash, randomBytes } from "node:crypto";
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface CameraKey {
  /** Tells which key was used, not what it is. */
  readonly id: string;
  readonly bytes: Buffer;
}

export type FoundKey =
  | { readonly kind: "found"; readonly key: CameraKey }
  | { readonly kind: "missing" }
  /** There is a file, but no key in it; `why` goes on from "it". */
  | { readonly kind: "unusable"; readonly why: string };

const KEY_BYTES = 32;

/** Never throws, never makes one: what is sealed with a lost key waits for its return. */
export function findKey(file: string): FoundKey {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT"
      ? { kind: "missing" }
      : { kind: "unusable", why: `cannot be read (${code ?? message})` };
  }
  if (bytes.length !== KEY_BYTES)
    return { kind: "unusable", why: `has ${bytes.length} bytes, needs ${KEY_BYTES}` };
  const id = createHash("sha256").update("camera-key").update(bytes).digest("hex").slice(0, 8);
  return { kind: "found", key: { id, bytes } };
}

/**
 * The key of this box, made with mode 0600 where there is none; on the disk when this returns.
 * @throws Error when it cannot be made, or the file holds none
 */
export function keyForSealing(file: string): CameraKey {
  if (findKey(file).kind === "missing") makeKey(file);
  const found = findKey(file);
  if (found.kind === "found") return found.key;
  const why = found.kind === "missing" ? "was deleted at once" : found.why;
  throw new Error(
    `The key file "${file}" ${why}; restore it from a backup, or delete it and enter every camera's password again`,
  );
}

/** Written under another name and linked: never half a key, and one that is there already stays. */
function makeKey(file: string): void {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(handle, randomBytes(KEY_BYTES));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
