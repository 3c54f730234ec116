/**
 * PINs: hashed with scrypt and a pepper that is kept outside the database, because a six-digit PIN has only a
 * million values and the hash alone would not hold. The hashing runs in the runtime's thread pool.
 */
import { createHash, createHmac, randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { link, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";

/** Stored with its parameters, so that they may grow later. */
export interface PinHash {
  readonly algorithm: "scrypt";
  readonly n: number;
  readonly r: number;
  readonly p: number;
  readonly salt: string;
  readonly hash: string;
  /** Tells which pepper was used, not what it is. */
  readonly pepperId: string;
}

export interface Pepper {
  readonly id: string;
  readonly bytes: Buffer;
}

// One of OWASP's equivalent settings: about 32 MiB and a tenth to a fifth of a second.
const COST = { n: 2 ** 15, r: 8, p: 3 } as const;
const MAX_MEMORY = 64 * 2 ** 20;
const HASH_BYTES = 32;
const PEPPER_BYTES = 32;

/**
 * The pepper of this box, made at the first use with mode 0600.
 * @throws Error when it cannot be read or made, or is not one
 */
export async function loadPepper(folder: string): Promise<Pepper> {
  const file = join(folder, "pepper");
  const bytes = (await readIfThere(file)) ?? (await makePepper(file));
  if (bytes.length !== PEPPER_BYTES) {
    throw new Error(
      `Cannot use the pepper "${file}": it has ${bytes.length} bytes, needs ${PEPPER_BYTES}; restore it from a backup, or delete it and give every person a new PIN`,
    );
  }
  return { id: createHash("sha256").update("pepper").update(bytes).digest("hex").slice(0, 8), bytes };
}

async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Written under another name and linked: never half a pepper, and of two makers the first one wins. */
async function makePepper(file: string): Promise<Buffer> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(randomBytes(PEPPER_BYTES));
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await unlink(draft);
  }
  return await readFile(file);
}

function derive(
  pin: string,
  pepper: Pepper,
  with_: Pick<PinHash, "n" | "r" | "p" | "salt">,
): Promise<Buffer> {
  const secret = createHmac("sha256", pepper.bytes).update(pin, "utf8").digest();
  const options = { N: with_.n, r: with_.r, p: with_.p, maxmem: MAX_MEMORY };
  return new Promise((resolve, reject) => {
    scrypt(secret, Buffer.from(with_.salt, "hex"), HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** Takes about a tenth of a second of one core. */
export async function hashPin(pin: string, pepper: Pepper): Promise<PinHash> {
  const cost = { ...COST, salt: randomBytes(16).toString("hex") };
  const key = await derive(pin, pepper, cost);
  return { algorithm: "scrypt", ...cost, hash: key.toString("hex"), pepperId: pepper.id };
}

/** Whether the PIN is the one behind the hash. Takes as long for a wrong one. */
export async function matchesPin(pin: string, pepper: Pepper, hash: PinHash): Promise<boolean> {
  const key = await derive(pin, pepper, hash);
  const wanted = Buffer.from(hash.hash, "hex");
  return wanted.length === key.length && timingSafeEqual(key, wanted);
}

/** A hash that no PIN matches, as dear to check as a real one: the answer for a name nobody has. */
export function nobodysHash(): PinHash {
  return {
    algorithm: "scrypt",
    ...COST,
    salt: randomBytes(16).toString("hex"),
    hash: randomBytes(HASH_BYTES).toString("hex"),
    pepperId: "",
  };
}

/** What a badge types, as it is kept and found again. It only says who somebody is; the PIN proves it. */
export function hashBadge(badge: string, pepper: Pepper): string {
  const hash = createHmac("sha256", pepper.bytes).update("badge ").update(badge, "utf8").digest("hex");
  return `${pepper.id}:${hash}`;
}

/** A name as it is compared. */
export function nameKey(name: string): string {
  return name.trim().normalize("NFC").toLowerCase();
}
