/** The certificate for other panels: what is in it, what is wrong with one, and when there is another one. */
import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { factsOf, faultsOf, selfSigned } from "../../../server/network/certificate.ts";
import { Certificates } from "../../../server/network/certificates.ts";
import { der, integer, oid, time } from "../../../server/network/der.ts";

const AT = Date.UTC(2026, 10, 22, 6);
const DAY_MS = 24 * 60 * 60_000;
const NAMES = ["press-4", "press-4.local", "192.0.2.10", "2001:db8::7"];

const newKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
const pem = (key: KeyObject): string => String(key.export({ type: "pkcs8", format: "pem" }));

class Folder implements AsyncDisposable {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
  static async make(): Promise<Folder> {
    return new Folder(await mkdtemp(join(tmpdir(), "palisade-tls-")));
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}

test("bytes are written as X.690 has them", () => {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
  assert.equal(hex(oid("1.2.840.10045.4.3.2")), "06082a8648ce3d040302");
  assert.equal(hex(integer(Buffer.from([0, 0, 0x80]))), "02020080");
  assert.equal(hex(integer(Buffer.from([0]))), "020100");
  assert.equal(hex(der(0x04, Buffer.alloc(0x7f)).subarray(0, 2)), "047f");
  assert.equal(hex(der(0x04, Buffer.alloc(0x80)).subarray(0, 3)), "048180");
  assert.equal(hex(der(0x04, Buffer.alloc(0x1234)).subarray(0, 4)), "04821234");
  assert.equal(
    time(Date.UTC(2049, 11, 31, 23, 59, 59))
      .subarray(2)
      .toString(),
    "491231235959Z",
  );
  assert.equal(
    time(Date.UTC(2050, 0, 1))
      .subarray(2)
      .toString(),
    "20500101000000Z",
  );
});

test("a certificate of the box's own making vouches for itself, its names and its time", () => {
  const key = newKey();
  const made = selfSigned({ names: NAMES, key, at: AT });
  const read = new X509Certificate(made);
  assert.ok(read.verify(read.publicKey) && read.checkPrivateKey(key) && !read.ca);
  assert.equal(read.checkIP("192.0.2.10"), "192.0.2.10");
  assert.notEqual(read.checkIP("2001:db8::7"), undefined);
  assert.equal(read.checkHost("press-4.local"), "press-4.local");
  assert.equal(read.checkHost("press-5"), undefined);
  const { fingerprint, fromWallAt, untilWallAt } = factsOf(made);
  assert.match(fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  assert.deepEqual([fromWallAt, untilWallAt], [AT - DAY_MS, AT + 800 * DAY_MS]);
  assert.deepEqual(faultsOf({ certificate: made, key: pem(key) }, AT), []);
  assert.notEqual(factsOf(selfSigned({ names: NAMES, key, at: AT })).fingerprint, fingerprint);
});

test("everything wrong with a pair is named by its member, with the cure", () => {
  const key = newKey();
  const good = selfSigned({ names: NAMES, key, at: AT });
  const told = (certificate: string, secret: string, at = AT): readonly string[] =>
    faultsOf({ certificate, key: secret }, at).map(({ path, message }) => `${path} ${message}`);
  assert.match(told(good, pem(newKey())).join(), /^key does not belong to the certificate; put in/);
  assert.match(
    told(good, pem(key), AT + 801 * DAY_MS).join(),
    /^certificate has ended on 2029-01-3\d; put in/,
  );
  assert.match(
    told(good, pem(key), AT - 2 * DAY_MS).join(),
    /^certificate is not valid before 2026-11-21; check the clock/,
  );
  assert.match(told(selfSigned({ names: [], key, at: AT }), pem(key)).join(), /^certificate names no host/);
  assert.match(
    told("hello", "hello").join(" | "),
    /^certificate is no certificate in PEM.* \| key is no private key/,
  );
  const locked: string = String(
    key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "s3cret" }),
  );
  assert.match(told(good, locked).join(), /^key needs a passphrase; take it off the key first/);
  const short = generateKeyPairSync("rsa", { modulusLength: 1_024 }).privateKey;
  assert.match(told(good, pem(short)).join(), /^key is an RSA key under 2048 bits/);
});

test("the box makes its own for its owner only, keeps it, and renews it in time or where its address is another", async () => {
  await using folder = await Folder.make();
  const places = { host: "press-4", addresses: ["192.0.2.10", "2001:db8::7"] };
  let at = AT;
  const open = (): Certificates =>
    new Certificates({ dataFolder: folder.path, places: () => places, now: () => at });
  const first = open();
  assert.equal(first.due, undefined);
  assert.ok(await first.look());
  const made = first.state?.fingerprint;
  for (const name of await readdir(join(folder.path, "tls")))
    assert.equal((await stat(join(folder.path, "tls", name))).mode & 0o777, 0o600, name);
  const again = open();
  await again.look();
  assert.equal(again.state?.fingerprint, made, "the same after a start");
  assert.equal(await again.look(), false);

  at += 769 * DAY_MS;
  assert.equal(await again.look(), false);
  at += 2 * DAY_MS;
  assert.ok(await again.look(), "30 days before it ends");
  assert.equal(again.due, undefined, "nobody has to do anything");
  const key = await readFile(join(folder.path, "tls", "own.key.pem"), "utf8");
  places.addresses = ["198.51.100.7"];
  assert.ok(await again.look());
  assert.ok(again.state?.names.includes("198.51.100.7"));
  assert.equal(await readFile(join(folder.path, "tls", "own.key.pem"), "utf8"), key);
  places.addresses = ["198.51.100.7", "2001:db8::99"];
  assert.equal(await again.look(), false, "addresses of IPv6 come and go by themselves");
});

test("one that is put in is used until its end and after, is due 30 days before, and goes back to the box's own", async () => {
  await using folder = await Folder.make();
  let at = AT;
  const box = new Certificates({ dataFolder: folder.path, now: () => at });
  await box.look();
  const own = box.state?.fingerprint;
  const key = newKey();
  const certificate = selfSigned({ names: NAMES, key, at });
  assert.deepEqual(
    (await box.install({ certificate, key: pem(newKey()) })).map(({ path }) => path),
    ["key"],
  );
  assert.equal(box.state?.fingerprint, own);
  assert.deepEqual(await box.install({ certificate, key: pem(key) }), []);
  assert.deepEqual([box.state?.kind, box.due], ["installed", undefined]);
  at += 771 * DAY_MS;
  assert.equal(box.due, "It ends on 2029-01-30");
  at += 30 * DAY_MS;
  await box.look();
  assert.deepEqual([box.state?.kind, box.due], ["installed", "It has ended on 2029-01-30"]);
  assert.equal(box.fault, undefined);

  // Half of a pair, such as a cut leaves it, and a file that somebody spoilt.
  await writeFile(join(folder.path, "tls", "installed.key.pem"), pem(newKey()));
  await box.look();
  assert.equal(box.state?.kind, "own");
  assert.match(box.fault ?? "", /is not used: key does not belong to the certificate/);
  await box.remove();
  assert.deepEqual([box.state?.kind, box.fault, box.due], ["own", undefined, undefined]);
});
