/** Files that are no backup of ours, or were changed: each refused in words, and nothing is left behind or touched. */
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { packTar, type TarEntry, unpackTar } from "modern-tar";
import type { Manifest } from "../../server/store/backup_format.ts";
import { canonicalJson } from "../../server/store/chain.ts";
import { inspect, Stick } from "../fakes/backup_folder.ts";
import { TrailFolder } from "../fakes/trail_folder.ts";

interface Parts {
  readonly signed: { statement: Manifest; signature: string; publicKey: string };
  readonly members: readonly { readonly name: string; readonly data: Uint8Array }[];
}

const place = new TrailFolder();
const stick = new Stick();
let whole = "";
before(async () => {
  place.write(20);
  whole = await stick.backup(place.path);
});
after(() => {
  place[Symbol.dispose]();
  stick[Symbol.dispose]();
});

async function parts(): Promise<Parts> {
  const [first, ...rest] = await unpackTar(new Uint8Array(gunzipSync(readFileSync(whole))));
  return {
    signed: JSON.parse(new TextDecoder().decode(first?.data)) as Parts["signed"],
    members: rest.map(({ header, data }) => ({ name: header.name, data: data ?? new Uint8Array() })),
  };
}

const { privateKey, publicKey } = generateKeyPairSync("ed25519");

/** As somebody with a key of their own would. */
function signedBy(statement: unknown): object {
  const signature = sign(null, Buffer.from(canonicalJson(statement), "utf8"), privateKey).toString("base64");
  return { statement, signature, publicKey: String(publicKey.export({ type: "spki", format: "pem" })) };
}

async function pack(manifest: object, entries: readonly TarEntry[]): Promise<string> {
  const content = JSON.stringify(manifest);
  const head: TarEntry = {
    header: { name: "manifest.json", size: Buffer.byteLength(content), type: "file" },
    body: content,
  };
  const path = join(stick.path, "changed.tar.gz");
  writeFileSync(path, gzipSync(await packTar([head, ...entries]), { level: 1 }));
  return path;
}

const entry = (name: string, data: Uint8Array, more: Partial<TarEntry["header"]> = {}): TarEntry => ({
  header: { name, size: data.length, type: "file", ...more },
  body: data as Uint8Array<ArrayBuffer>,
});

const sha256 = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** The members as they are, with a manifest that names these instead, truly signed by somebody else. */
async function named(
  change: (parts: Parts) => { statement: object; entries?: readonly TarEntry[] },
): Promise<string> {
  const found = await parts();
  const { statement, entries } = change(found);
  return await pack(signedBy(statement), entries ?? found.members.map(({ name, data }) => entry(name, data)));
}

const evil = new TextEncoder().encode("evil");
const swapped = (statement: Manifest, name: string, data: Uint8Array): Manifest => ({
  ...statement,
  files: statement.files.map((file, i) =>
    i === 0 ? { name, bytes: data.length, sha256: sha256(data) } : file,
  ),
});

const CASES: Readonly<Record<string, readonly [make: () => Promise<string>, says: RegExp]>> = {
  "what is no archive": [
    async () => {
      const path = join(stick.path, "text.tar.gz");
      writeFileSync(path, "hello");
      return path;
    },
    /no backup of Palisade/,
  ],
  "an archive of something else": [
    async () => {
      const path = join(stick.path, "other.tar.gz");
      writeFileSync(path, gzipSync(await packTar([entry("notes.txt", evil)])));
      return path;
    },
    /no backup of Palisade/,
  ],
  "one that is cut off": [
    async () => {
      const path = join(stick.path, "cut.tar.gz");
      writeFileSync(path, readFileSync(whole));
      truncateSync(path, Math.floor(readFileSync(whole).length * 0.7));
      return path;
    },
    /cut off or damaged/,
  ],
  "a manifest that was changed": [
    async () => {
      const { signed, members } = await parts();
      const statement = { ...signed.statement, site: "Elsewhere" };
      return await pack(
        { ...signed, statement },
        members.map(({ name, data }) => entry(name, data)),
      );
    },
    /signature does not fit/,
  ],
  "a member that was changed": [
    async () => {
      const { signed, members } = await parts();
      const changed = members.map(({ name, data }, i) => {
        const copy = new Uint8Array(data);
        if (i === 0) copy[5_000] = (copy[5_000] ?? 0) ^ 1;
        return entry(name, copy);
      });
      return await pack(signed, changed);
    },
    /was changed after it was signed/,
  ],
  "a name that leads out of the folder": [
    async () =>
      await named(({ signed }) => ({
        statement: swapped(signed.statement, "../../evil", evil),
        entries: [entry("../../evil", evil)],
      })),
    /names what belongs to no backup/,
  ],
  "a member with another name than was signed": [
    async () =>
      await named(({ signed }) => ({ statement: signed.statement, entries: [entry("/etc/evil", evil)] })),
    /it holds "\/etc\/evil" where/,
  ],
  "a link": [
    async () =>
      await named(({ signed }) => ({
        statement: swapped(signed.statement, "palisade.db", new Uint8Array()),
        entries: [{ header: { name: "palisade.db", size: 0, type: "symlink", linkname: "/etc/passwd" } }],
      })),
    /it holds "palisade.db" where/,
  ],
  "more than was signed": [
    async () =>
      await named(({ signed, members }) => ({
        statement: signed.statement,
        entries: [...members.map(({ name, data }) => entry(name, data)), entry("models/evil.onnx", evil)],
      })),
    /where it should end/,
  ],
  "one that would fill every disk": [
    async () =>
      await named(({ signed }) => ({
        statement: {
          ...signed.statement,
          files: signed.statement.files.flatMap((file) =>
            Array.from({ length: 5 }, () => ({ ...file, bytes: 8 * 2 ** 30 - 1 })),
          ),
        },
      })),
    /no backup is as large as this/,
  ],
  "a newer format": [
    async () =>
      await named(({ signed }) => ({ statement: { ...signed.statement, format: 2, version: "9.0.0" } })),
    /a newer program made it \(9\.0\.0\)/,
  ],
  "a newer shape of the settings": [
    async () => await named(({ signed }) => ({ statement: { ...signed.statement, configShape: 999 } })),
    /a newer program made it/,
  ],
  "a database that is none": [
    async () =>
      await named(({ signed, members }) => ({
        statement: swapped(signed.statement, "palisade.db", evil),
        entries: [entry("palisade.db", evil), ...members.slice(1).map(({ name, data }) => entry(name, data))],
      })),
    /its database cannot be used/,
  ],
};

test("what is no backup of ours, or was changed, is refused in words, and nothing is touched", async () => {
  const there = readdirSync(place.path).toSorted();
  for (const [what, [make, says]] of Object.entries(CASES)) {
    await assert.rejects(inspect(place.path, await make()), says, what);
    assert.deepEqual(
      readdirSync(place.path)
        .filter((name) => name !== "pepper")
        .toSorted(),
      there,
      what,
    );
    assert.ok(!existsSync(join(place.path, "../evil")) && !existsSync(join(stick.path, "evil")), what);
  }
});

test("rows that were changed before somebody else signed them are found", async () => {
  using forged = new TrailFolder();
  forged.write(30);
  const file = await stick.backup(forged.path);
  forged.forge("UPDATE audit SET reason = 'nothing happened' WHERE seq = 12");
  const told = await stick.backup(forged.path);
  assert.equal((await inspect(place.path, file)).manifest.trail.ok, true);
  // It did not hold when it was made, and says so: a person may still want its settings.
  assert.equal((await inspect(place.path, told)).manifest.trail.ok, false);
  const [first, ...rest] = await unpackTar(new Uint8Array(gunzipSync(readFileSync(told))));
  const { statement } = JSON.parse(new TextDecoder().decode(first?.data)) as Parts["signed"];
  const lie = { ...statement, trail: { seq: statement.trail.seq, hash: statement.trail.hash, ok: true } };
  const entries = rest.map(({ header, data }) => entry(header.name, data ?? new Uint8Array()));
  await assert.rejects(inspect(place.path, await pack(signedBy(lie), entries)), /its record does not hold/);
});
