/**
 * The secrets of a box in a backup: the key of stored passwords, the pepper of the PINs and the key of the record, by
 * AES-256-GCM with a key that scrypt makes of a passphrase. Without the passphrase nobody reads them.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PASSPHRASE_LEAST, PASSPHRASE_MOST } from "../domain/backup.ts";

/** Their names in the data folder. */
export const SECRET_NAMES = ["pepper", "camera-key", "record-key"] as const;
export type SecretName = (typeof SECRET_NAMES)[number];
export type Secrets = Partial<Record<SecretName, Buffer>>;

// One of OWASP's equivalent settings for scrypt: 64 MiB, about a quarter of a second.
const COST = { n: 2 ** 16, r: 8, p: 2 } as const;
const MAX_MEMORY = 128 * 2 ** 20;
const KEY_BYTES = 32;
const base64 = z
  .string()
  .max(100_000)
  .regex(/^[A-Za-z0-9+/]*={0,2}$/);

/** What a passphrase became; stored, it opens what it made, as the passphrase would. */
export const passKey = z.strictObject({ salt: base64, key: base64 });
export type PassKey = z.infer<typeof passKey>;

const sealedSecrets = z.strictObject({
  kdf: z.literal("scrypt"),
  // Only what is written here is read: the cost of others could be anything.
  n: z.literal(COST.n),
  r: z.literal(COST.r),
  p: z.literal(COST.p),
  cipher: z.literal("aes-256-gcm"),
  ...{ salt: base64, nonce: base64, tag: base64, data: base64 },
});

const plain = z.partialRecord(z.enum(SECRET_NAMES), base64);

/** What is wrong with a passphrase, as a sentence that lacks its subject. */
export function passphraseFault(text: string): string | undefined {
  return text.length < PASSPHRASE_LEAST || text.length > PASSPHRASE_MOST
    ? `must be ${PASSPHRASE_LEAST} to ${PASSPHRASE_MOST} characters`
    : undefined;
}

export async function keyOf(passphrase: string, salt = randomBytes(16)): Promise<PassKey> {
  const options = { N: COST.n, r: COST.r, p: COST.p, maxmem: MAX_MEMORY };
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize("NFC"), salt, KEY_BYTES, options, (error, made) =>
      error === null ? resolve(made) : reject(error),
    );
  });
  return { salt: salt.toString("base64"), key: key.toString("base64") };
}

/** Those the data folder has. */
export async function readSecrets(folder: string): Promise<Secrets> {
  const found: Secrets = {};
  for (const name of SECRET_NAMES)
    try {
      found[name] = await readFile(join(folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  return found;
}

export function sealSecrets(secrets: Secrets, { salt, key }: PassKey): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key, "base64"), nonce);
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(secrets).map(([name, bytes]) => [name, bytes.toString("base64")])),
  );
  const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `${JSON.stringify({
    ...{ kdf: "scrypt", ...COST, cipher: "aes-256-gcm", salt, nonce: nonce.toString("base64") },
    ...{ tag: cipher.getAuthTag().toString("base64"), data: data.toString("base64") },
  } satisfies z.infer<typeof sealedSecrets>)}\n`;
}

/** @throws Error with a sentence where the passphrase is not the one, or the text none of ours */
export async function openSecrets(text: string, passphrase: string): Promise<Secrets> {
  const { salt, nonce, tag, data } = sealedSecrets.parse(JSON.parse(text));
  const { key } = await keyOf(passphrase, Buffer.from(salt, "base64"));
  const decipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "base64"), Buffer.from(nonce, "base64"), {
    authTagLength: 16,
  });
  decipher.setAuthTag(Buffer.from(tag, "base64"));
  let opened: string;
  try {
    opened = Buffer.concat([decipher.update(Buffer.from(data, "base64")), decipher.final()]).toString("utf8");
  } catch {
    throw new Error("This is not the passphrase that the backup was made with");
  }
  const found = plain.parse(JSON.parse(opened));
  return Object.fromEntries(
    Object.entries(found).map(([name, bytes]) => [name, Buffer.from(bytes ?? "", "base64")]),
  );
}
