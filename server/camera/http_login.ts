/**
 * Logging in to a camera: basic (RFC 7617) and digest (RFC 7616). Written here because the packages that exist
 * know MD5 alone, take the first `qop` there is, or bring a shelf of hash libraries with them.
 */
import { createHash, randomBytes } from "node:crypto";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

interface Challenge {
  readonly scheme: string;
  readonly params: ReadonlyMap<string, string>;
}

interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** As the camera wrote it, to be echoed. */
  readonly algorithm: string | undefined;
  readonly hash: "md5" | "sha256";
  readonly session: boolean;
  readonly qop: boolean;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a password with a percent sign, written as it stands
  }
}

/** The user and password of an address; undefined where it has none. */
export function credentialsOf(url: URL): Credentials | undefined {
  if (url.username === "" && url.password === "") return undefined;
  return { user: decoded(url.username), password: decoded(url.password) };
}

/** Scheme words, and `name=value` or `name="value"` behind them. */
const CHALLENGE_TOKEN = /([\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))|([\w-]+)/g;

export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: { scheme: string; params: Map<string, string> }[] = [];
  for (const [, name, quoted, bare, scheme] of header.matchAll(CHALLENGE_TOKEN)) {
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), params: new Map() });
    else challenges.at(-1)?.params.set((name ?? "").toLowerCase(), unquoted(quoted) ?? bare ?? "");
  }
  return challenges;
}

function unquoted(text: string | undefined): string | undefined {
  return text?.replace(/\\(.)/g, "$1");
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** What of a digest challenge is needed to answer it; undefined for an algorithm or `qop` that is not known. */
function digestOf({ scheme, params }: Challenge): DigestChallenge | undefined {
  if (scheme !== "digest") return undefined;
  const algorithm = params.get("algorithm");
  const known = /^(md5|sha-256)(-sess)?$/i.exec(algorithm ?? "MD5");
  const nonce = params.get("nonce");
  const ways = params
    .get("qop")
    ?.toLowerCase()
    .split(/[\s,]+/);
  if (known === null || nonce === undefined || (ways !== undefined && !ways.includes("auth")))
    return undefined;
  return {
    realm: params.get("realm") ?? "",
    nonce,
    opaque: params.get("opaque"),
    algorithm,
    hash: known[1]?.toLowerCase() === "sha-256" ? "sha256" : "md5",
    session: known[2] !== undefined,
    qop: ways !== undefined,
  };
}

/** One camera's login: it learns from challenges, and then answers before it is asked. */
export class Login {
  readonly #credentials: Credentials;
  #way: { readonly digest: DigestChallenge; readonly cnonce: string; count: number } | "basic" | undefined;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** The `Authorization` for the next request; undefined until the camera has said how it wants it. */
  authorization(method: string, uri: string): string | undefined {
    const { user, password } = this.#credentials;
    if (this.#way === undefined) return undefined;
    if (this.#way === "basic") return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    const { digest, cnonce } = this.#way;
    const nc = (++this.#way.count).toString(16).padStart(8, "0");
    const hash = (...parts: string[]): string =>
      createHash(digest.hash).update(parts.join(":")).digest("hex");
    const plain = hash(user, digest.realm, password);
    const who = digest.session ? hash(plain, digest.nonce, cnonce) : plain;
    const what = hash(method, uri);
    const response = digest.qop
      ? hash(who, digest.nonce, nc, cnonce, "auth", what)
      : hash(who, digest.nonce, what);
    return [
      `Digest username=${quoted(user)}`,
      `realm=${quoted(digest.realm)}`,
      `nonce=${quoted(digest.nonce)}`,
      `uri=${quoted(uri)}`,
      `response="${response}"`,
      ...(digest.algorithm === undefined ? [] : [`algorithm=${digest.algorithm}`]),
      ...(digest.opaque === undefined ? [] : [`opaque=${quoted(digest.opaque)}`]),
      ...(digest.qop ? ["qop=auth", `nc=${nc}`] : []),
      ...(digest.qop || digest.session ? [`cnonce="${cnonce}"`] : []),
    ].join(", ");
  }

  /**
   * Takes the challenge of a 401: the strongest digest it offers, basic where there is none.
   * `stale` means that the password was right and only the nonce is too old.
   */
  learn(header: string): "learnt" | "stale" | "unknown" {
    const challenges = parseChallenges(header);
    const digests = challenges.map(digestOf).filter((each) => each !== undefined);
    const digest = digests.find(({ hash }) => hash === "sha256") ?? digests[0];
    if (digest !== undefined) {
      this.#way = { digest, cnonce: randomBytes(16).toString("hex"), count: 0 };
      const stale = challenges.some(({ params }) => params.get("stale")?.toLowerCase() === "true");
      return stale ? "stale" : "learnt";
    }
    const basic = challenges.some(({ scheme }) => scheme === "basic");
    this.#way = basic ? "basic" : undefined;
    return basic ? "learnt" : "unknown";
  }
}
