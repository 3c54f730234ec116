/**
 * What a backup is: a tar file, compressed by gzip. Its first member is a signed manifest that names every other one,
 * in their order, with length and SHA-256; nothing else may stand in it. Any tar program opens it.
 */
import { z } from "zod";

/** Raised where an older program would misunderstand the file. */
export const BACKUP_FORMAT = 1;
export const MANIFEST_FILE = "manifest.json";
export const DATABASE_FILE = "palisade.db";
export const SECRETS_FILE = "secrets.json";
/** Public keys of boxes whose backups were brought back here: what they sealed is still believed. */
export const EARLIER_KEYS_FILE = "record-keys-before.pem";
export const MODELS_FOLDER_IN_BACKUP = "models";

export const MANIFEST_MAX_BYTES = 4 * 2 ** 20;
const FILES_MAX = 20_000;
/** Of the file and of what it holds: a million rows take half a gigabyte. */
export const BACKUP_MAX_BYTES = 32 * 2 ** 30;
/** Larger, a tar header of the old kind cannot say it. */
const FILE_MAX_BYTES = 8 * 2 ** 30 - 1;

/** No name leads out of a folder, and none is a folder. */
const NAME =
  /^(?:palisade\.db|anchors\.jsonl|secrets\.json|record-keys-before\.pem|record\/segment-\d{10,16}-\d{10,16}\.jsonl\.gz(?:\.sig)?|models\/[A-Za-z0-9][\w.-]{0,100}\.(?:json|onnx))$/;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const member = z.strictObject({
  name: z.string().regex(NAME),
  bytes: z.int().min(0).max(FILE_MAX_BYTES),
  sha256: hash,
});

/** Of any format: enough to say that a newer program made it. */
export const anyManifest = z.object({
  kind: z.literal("backup"),
  format: z.int().min(1),
  version: z.string().max(80),
});

export const manifest = z.strictObject({
  kind: z.literal("backup"),
  format: z.literal(BACKUP_FORMAT),
  /** Of the program that made it. */
  version: z.string().max(80),
  configShape: z.int().min(1),
  /** ISO 8601 in UTC. */
  wallAt: z.iso.datetime(),
  site: z.string().max(200),
  by: z.string().max(200),
  /** The newest row in it, and whether the whole trail held when it was made. */
  trail: z.strictObject({
    seq: z.int().min(0),
    hash,
    ok: z.boolean(),
    why: z.exactOptional(z.string().max(2_000)),
  }),
  /** Whether passwords, the pepper of the PINs and the key of the record are in it, encrypted. */
  secrets: z.boolean(),
  files: z.array(member).min(1).max(FILES_MAX),
});

export type Manifest = z.infer<typeof manifest>;
export type BackupMember = z.infer<typeof member>;

export const signedManifest = z.strictObject({
  statement: z.unknown(),
  signature: z.string().max(200),
  publicKey: z.string().max(2_000),
});

/** A file that is refused; nothing was changed by it. */
export const unusable = (why: string): Error => new Error(`This file cannot be brought back: ${why}`);
