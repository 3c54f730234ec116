/**
 * Certificates by which other panels know this box: one of its own making (X.509 version 3, RFC 5280, ECDSA on P-256),
 * and what is wrong with one that somebody puts in.
 */
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIP } from "node:net";
import { bits, der, integer, octets, oid, sequence, set, time, truth, utf8 } from "./der.ts";

/** What a listener needs, both in PEM. */
export interface Credentials {
  /** With those that vouch for it after it, where there are any. */
  readonly certificate: string;
  readonly key: string;
}

/** What may be told of a certificate. */
export interface CertificateFacts {
  /** Host names and addresses it is for. */
  readonly names: readonly string[];
  /** SHA-256 as browsers show it: `AB:CD:…`. */
  readonly fingerprint: string;
  /** Unix milliseconds. */
  readonly fromWallAt: number;
  readonly untilWallAt: number;
}

export type CertificateErrors = readonly { readonly path: "certificate" | "key"; readonly message: string }[];

const DAY_MS = 24 * 60 * 60_000;
/** Apple's systems take none that lasts longer than 825 days. */
const LASTS_MS = 800 * DAY_MS;
const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const SERVER_AUTH = oid("1.3.6.1.5.5.7.3.1");
const RSA_LEAST_BITS = 2_048;
const COMMON_NAME_MAX = 64;

/** The eight groups of an IPv6 address, or the four of IPv4, as bytes. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [before = "", after] = address.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const [head, tail] = [groups(before), groups(after ?? "")];
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  const all = [...head, ...Array.from({ length: zeros }, () => "0"), ...tail];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

function alternative(name: string): Buffer {
  return isIP(name) === 0 ? der(0x82, Buffer.from(name, "ascii")) : der(0x87, addressBytes(name));
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(id), ...(critical ? [truth()] : []), octets(value));
}

export interface Wanted {
  /** Host names and addresses, the first as its title. */
  readonly names: readonly string[];
  readonly key: KeyObject;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A certificate that vouches for itself, in PEM. */
export function selfSigned({ names, key, at }: Wanted): string {
  const title = sequence(
    set(sequence(oid("2.5.4.3"), utf8((names[0] ?? "palisade").slice(0, COMMON_NAME_MAX)))),
  );
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  const statement = sequence(
    der(0xa0, integer(Buffer.from([2]))), // version 3
    integer(serial),
    ECDSA_SHA256,
    title,
    // A tablet whose clock is a little slow takes it all the same.
    sequence(time(at - DAY_MS), time(at + LASTS_MS)),
    title,
    createPublicKey(key).export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        extension("2.5.29.19", true, sequence()), // it vouches for no other one
        extension("2.5.29.15", true, der(0x03, Buffer.from([7, 0x80]))), // its key signs
        extension("2.5.29.37", false, sequence(SERVER_AUTH)),
        extension("2.5.29.17", false, sequence(...names.map(alternative))),
      ),
    ),
  );
  const signature = sign("sha256", statement, { key, dsaEncoding: "der" });
  const body = sequence(statement, ECDSA_SHA256, bits(signature)).toString("base64");
  const lines = body.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** The names of `DNS:press-4, IP Address:192.0.2.10`. */
function namesOf({ subjectAltName = "" }: X509Certificate): readonly string[] {
  return subjectAltName
    .split(", ")
    .flatMap((each) => each.match(/^(?:DNS|IP Address):(.+)$/)?.[1]?.replaceAll('"', "") ?? []);
}

export function factsOf(certificate: string): CertificateFacts {
  const read = new X509Certificate(certificate);
  return {
    names: namesOf(read),
    fingerprint: read.fingerprint256,
    fromWallAt: Date.parse(read.validFrom),
    untilWallAt: Date.parse(read.validTo),
  };
}

const day = (wallAt: number): string => new Date(wallAt).toISOString().slice(0, 10);

function readCertificate(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

/** The key, or why there is none. */
function readKey(text: string): KeyObject | string {
  if (/ENCRYPTED/.test(text)) return "needs a passphrase; take it off the key first";
  try {
    return createPrivateKey(text);
  } catch {
    return 'is no private key in PEM; it begins with "-----BEGIN PRIVATE KEY-----"';
  }
}

function isWeak({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) < RSA_LEAST_BITS;
}

/** What speaks against this pair at this time; nothing where it can be used. The key itself is in no sentence. */
export function faultsOf({ certificate, key }: Credentials, at: number): CertificateErrors {
  const read = /-----BEGIN CERTIFICATE-----/.test(certificate) ? readCertificate(certificate) : undefined;
  const secret = readKey(key);
  const errors: { path: "certificate" | "key"; message: string }[] = [];
  if (read === undefined)
    errors.push({
      path: "certificate",
      message: 'is no certificate in PEM; it begins with "-----BEGIN CERTIFICATE-----"',
    });
  else {
    const [from, until] = [Date.parse(read.validFrom), Date.parse(read.validTo)];
    if (until <= at)
      errors.push({ path: "certificate", message: `has ended on ${day(until)}; put in one that is valid` });
    else if (from > at)
      errors.push({
        path: "certificate",
        message: `is not valid before ${day(from)}; check the clock of the box, or put in another one`,
      });
    if (namesOf(read).length === 0)
      errors.push({
        path: "certificate",
        message:
          "names no host and no address (subjectAltName), so that no browser takes it; have one made that does",
      });
  }
  if (typeof secret === "string") errors.push({ path: "key", message: secret });
  else if (isWeak(secret))
    errors.push({
      path: "key",
      message: `is an RSA key under ${RSA_LEAST_BITS} bits; have a longer one made`,
    });
  else if (read !== undefined && !read.checkPrivateKey(secret))
    errors.push({
      path: "key",
      message: "does not belong to the certificate; put in the one it was made with",
    });
  return errors;
}
