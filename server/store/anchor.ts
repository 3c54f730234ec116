/**
 * Anchors: places of the chain that are also told outside of it, so that a trail that was written anew as a whole is
 * found. Kept in a table, in a file beside the database, and wherever the box was told to send them.
 */
import { appendFile, chmod, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ChainPlace } from "./chain.ts";
import type { Anchor } from "./protocol.ts";

export const ANCHOR_FILE = "anchors.jsonl";

/** Without I, L, O and U: nothing that one reads for another (Crockford's base 32). */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LETTERS = 16;

/** The first 80 bits of a hash as four groups that a person can compare: "7K2Q-0MX4-9ABC-DEFG". */
export function codeOf(hash: string): string {
  let bits = BigInt(`0x${hash.slice(0, (CODE_LETTERS * 5) / 4)}`);
  let text = "";
  for (let i = 0; i < CODE_LETTERS; i++) {
    text = `${LETTERS[Number(bits & 31n)]}${text}`;
    bits >>= 5n;
  }
  return text.match(/.{4}/g)?.join("-") ?? text;
}

/** An anchor that somebody kept: the row's number, and its hash or its code. */
export interface ToldAnchor {
  readonly seq: number;
  readonly value: string;
  /** Where it was kept; a person told it where this is absent. */
  readonly from?: string;
  /** ISO 8601, where that is known. */
  readonly wallAt?: string;
}

/**
 * Reads `NUMBER:HASH` or `NUMBER:CODE`.
 * @throws Error with a sentence
 */
export function toldAnchor(text: string): ToldAnchor {
  const [, seq = "", rest = ""] = /^(\d+)[: ]+([0-9a-z -]+)$/i.exec(text.trim()) ?? [];
  const bare = rest.replace(/[ -]/g, "");
  if (/^[0-9a-f]{64}$/i.test(bare)) return { seq: Number(seq), value: bare.toLowerCase() };
  const letters = bare.toUpperCase().replaceAll("O", "0").replace(/[IL]/g, "1");
  if (letters.length === CODE_LETTERS && [...letters].every((letter) => LETTERS.includes(letter)))
    return { seq: Number(seq), value: letters.match(/.{4}/g)?.join("-") ?? "" };
  throw new Error(`An anchor is a row's number, a colon and its hash or code, not "${text}"`);
}

export const isAnchorOf = ({ value }: ToldAnchor, hash: string): boolean =>
  value === hash || value === codeOf(hash);

/** "7f3a…" would be no use to a person: the row and its code. */
export const anchorLine = ({ seq, hash }: ChainPlace): string => `row ${seq} ${codeOf(hash)}`;

const line = z.object({
  id: z.int(),
  seq: z.int(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  wallAt: z.iso.datetime(),
  kind: z.enum(["start", "hour", "shift", "end", "seal", "export", "person"]),
  sent: z.string().nullable(),
});

/** What the file beside the database says; a line that cannot be read is told by its number. */
export interface AnchorFile {
  readonly anchors: readonly Anchor[];
  readonly unreadable: readonly number[];
}

export async function readAnchorFile(folder: string): Promise<AnchorFile> {
  let text: string;
  try {
    text = await readFile(join(folder, ANCHOR_FILE), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { anchors: [], unreadable: [] };
    throw error;
  }
  const anchors: Anchor[] = [];
  const unreadable: number[] = [];
  const lines = text.split("\n");
  // What follows the last line break is a line that a cut of the power left behind.
  lines.slice(0, -1).forEach((each, i) => {
    const parsed = line.safeParse(parsedJson(each));
    if (parsed.success) anchors.push(parsed.data);
    else if (each !== "") unreadable.push(i + 1);
  });
  return { anchors, unreadable };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Adds to the file; on the disk when it resolves. Begins on a line of its own, whatever a cut left behind. */
export async function appendAnchors(folder: string, anchors: readonly Anchor[]): Promise<void> {
  if (anchors.length === 0) return;
  const path = join(folder, ANCHOR_FILE);
  await appendFile(path, "", { mode: 0o600 });
  await chmod(path, 0o600);
  await using file = await open(path, "a+", 0o600);
  const { size } = await file.stat();
  const last = Buffer.alloc(1);
  if (size > 0) await file.read(last, 0, 1, size - 1);
  const begin = size > 0 && last[0] !== 0x0a ? "\n" : "";
  await file.appendFile(`${begin}${anchors.map((anchor) => `${JSON.stringify(anchor)}\n`).join("")}`);
  await file.sync();
}
