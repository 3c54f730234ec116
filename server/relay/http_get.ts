/** One HTTP request to a relay board and its JSON, within bounds, with the password where the board wants it. */
import { createHash, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { BoardId, Millis } from "../domain/units.ts";
import { BoardCalls } from "./calls.ts";
import { lateReason, networkReason } from "./network.ts";

/** A radio needs longer than a cable, and the guardian ends after 300 ms. */
const CALL_MS: Millis = 250;
/** The longest answer (the whole state of a four-channel board) is 4 KB. */
const MAX_BYTES = 16 * 1024;

// An import of node:http as a module touches its every export, which loads fetch as well: 15 MB for nothing.
const { request } = process.getBuiltinModule("node:http");

export interface WebBoard {
  /** For sentences: the address without user and password. */
  readonly where: string;
  /** Without user and password. */
  readonly base: URL;
  /** Both makers' boards know one user, "admin". */
  readonly user: string;
  readonly password: string;
}

export interface WebAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A percent sign that begins no code stands for itself. */
function decoded(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}

/** Reads a board's address, `http://HOST` or `http://USER:PASSWORD@HOST`; undefined where it is none. */
export function parseWebBoard(address: string): WebBoard | undefined {
  if (!URL.canParse(address)) return undefined;
  const base = new URL(address);
  if (base.protocol !== "http:" || base.hostname === "") return undefined;
  const { username, password } = base;
  base.username = "";
  base.password = "";
  return { where: base.host, base, user: decoded(username) || "admin", password: decoded(password) };
}

export function webCalls(id: BoardId, { where }: WebBoard): BoardCalls {
  return new BoardCalls(id, lateReason(where, CALL_MS), CALL_MS);
}

/** The path below the board's address, with its query. */
export function pathOf({ base }: WebBoard, path: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(path, base);
  // As %20, not as "+": some boards read only that.
  url.search = Object.entries(query)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join("&");
  return url.pathname + url.search;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of response.setEncoding("utf8")) {
    text += piece as string;
    if (text.length > MAX_BYTES) throw new Error(`its answer is longer than ${MAX_BYTES} characters`);
  }
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller tells what the board should have answered.
    return undefined;
  }
}

async function get(board: WebBoard, path: string, signal: AbortSignal, authorization?: string) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  // A connection for each request: one that is kept open is closed by the board at the moment when it is used again.
  request(
    {
      host: board.base.hostname.replace(/^\[|\]$/g, ""),
      port: board.base.port || 80,
      path,
      agent: false,
      signal,
      headers: {
        Host: board.base.host,
        ...(authorization === undefined ? {} : { Authorization: authorization }),
      },
    },
    resolve,
  )
    .on("error", reject)
    .end();
  const response = await promise;
  return { response, text: await textOf(response) };
}

function hashed(algorithm: "md5" | "sha256", text: string): string {
  return createHash(algorithm).update(text).digest("hex");
}

/** The answer to a Digest challenge (RFC 7616, quality "auth"); undefined where the board wants something else. */
export function digestAuthorization(
  challenge: string,
  { user, password }: Pick<WebBoard, "user" | "password">,
  path: string,
  clientNonce = randomBytes(8).toString("hex"),
): string | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`\\b${name}=(?:"([^"]*)"|([^\\s,]+))`, "i").exec(challenge)?.slice(1).find(Boolean);
  const [realm, nonce] = [field("realm"), field("nonce")];
  const algorithm = field("algorithm") ?? "MD5";
  const hash = { MD5: "md5", "SHA-256": "sha256" }[algorithm.toUpperCase()] as "md5" | "sha256" | undefined;
  if (!/^digest\s/i.test(challenge) || realm === undefined || nonce === undefined || hash === undefined)
    return undefined;
  const secret = hashed(hash, `${user}:${realm}:${password}`);
  const response = hashed(
    hash,
    `${secret}:${nonce}:00000001:${clientNonce}:auth:${hashed(hash, `GET:${path}`)}`,
  );
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${path}", algorithm=${algorithm}, ` +
    `qop=auth, nc=00000001, cnonce="${clientNonce}", response="${response}"`
  );
}

/** Asks once, and once more with the password where the board asks for it by Digest. Throws with a sentence. */
export async function getJson(board: WebBoard, path: string, signal: AbortSignal): Promise<WebAnswer> {
  try {
    let { response, text } = await get(board, path, signal);
    if (response.statusCode === 401 && board.password !== "") {
      const authorization = digestAuthorization(response.headers["www-authenticate"] ?? "", board, path);
      if (authorization !== undefined) ({ response, text } = await get(board, path, signal, authorization));
    }
    return { status: response.statusCode ?? 0, body: parsed(text) };
  } catch (error) {
    throw new Error(networkReason(error, board.where));
  }
}
