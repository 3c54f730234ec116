/** The connections to one HTTP camera: at most one at a time, every wait bounded, all of them gone at the end. */
import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { monotonicMs } from "../base/clock.ts";
import type { Millis } from "../domain/units.ts";
import { Bucket } from "./bucket.ts";
import { codeOf, NO_ANSWER, NO_CONNECTION, SILENT } from "./http_ending.ts";
import { PAUSE_MS } from "./http_lateness.ts";

/** Second lines only: the frame watchdog decides earlier. */
const CONNECT_LIMIT_MS = 5_000;
const ANSWER_LIMIT_MS = 5_000;
export const SILENCE_LIMIT_MS = 5_000;
const WATCH_EVERY_MS = 250;
/** More than any camera sends; who sends more is read no faster, so that the other cameras keep their time. */
const BYTES_PER_SECOND = 32e6;
const BURST_BYTES = 8e6;

/** A failure with the code that tells why; its message is for nobody. */
export class LinkError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

export class HttpLink implements AsyncDisposable {
  /**
   * Cameras make their own certificates. The connection is encrypted, but who is at its other end is not checked:
   * somebody inside the camera network could stand between. Certificates that nobody renews would blind the box.
   */
  readonly #agents = {
    "http:": new http.Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }),
    "https:": new https.Agent({
      keepAlive: true,
      maxSockets: 1,
      maxFreeSockets: 1,
      rejectUnauthorized: false,
    }),
  };
  readonly #sockets = new Set<Socket>();
  readonly #bytes = new Bucket(BYTES_PER_SECOND, BURST_BYTES);
  #request: http.ClientRequest | undefined;
  #closed = false;

  /** The head of the answer. Throws `LinkError` or the system's error. */
  async get(url: URL, authorization: string | undefined): Promise<http.IncomingMessage> {
    try {
      return await this.#try(url, authorization);
    } catch (error) {
      // A kept connection may be closed by the camera in the very moment it is used again.
      if (this.#closed || this.#request?.reusedSocket !== true || codeOf(error) === NO_ANSWER) throw error;
      return await this.#try(url, authorization);
    }
  }

  async #try(url: URL, authorization: string | undefined): Promise<http.IncomingMessage> {
    if (this.#closed) throw new LinkError("ECONNRESET");
    const secure = url.protocol === "https:";
    const request = (secure ? https : http).request({
      agent: secure ? this.#agents["https:"] : this.#agents["http:"],
      // Not `url` itself: its user and password would become a login in the clear.
      hostname: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port,
      path: url.pathname + url.search,
      headers: { accept: "*/*", "user-agent": "Palisade", ...(authorization && { authorization }) },
      // Cameras write headers in their own way.
      insecureHTTPParser: true,
    });
    this.#request = request;
    return await new Promise((resolve, reject) => {
      let timer = setTimeout(() => request.destroy(new LinkError(NO_CONNECTION)), CONNECT_LIMIT_MS);
      const connected = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => request.destroy(new LinkError(NO_ANSWER)), ANSWER_LIMIT_MS);
      };
      request.once("socket", (socket: Socket) => {
        this.#own(socket);
        if (socket.connecting) socket.once("connect", connected);
        else connected();
      });
      request.once("response", (response) => {
        clearTimeout(timer);
        resolve(response);
      });
      // Also after the answer: an error nobody listens for would end the process.
      request.on("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.once("close", () => clearTimeout(timer));
      request.end();
    });
  }

  /**
   * Hands on the body until its end, or until `onChunk` says false; `onNothing` is called once for every pause in which
   * the connection was looked at and held nothing. Throws where the connection fails.
   */
  async read(
    response: http.IncomingMessage,
    onChunk: (chunk: Uint8Array, at: Millis) => boolean,
    onNothing?: (at: Millis) => void,
  ): Promise<void> {
    let heardAt = monotonicMs();
    // A timer that is due runs before waiting bytes are read, and an immediate after them: only then was there nothing.
    const look = setTimeout(() => {
      const askedAt = heardAt;
      setImmediate(() => {
        if (heardAt === askedAt && !response.isPaused()) onNothing?.(monotonicMs());
      });
    }, PAUSE_MS);
    let resume: NodeJS.Timeout | undefined;
    let watch: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        watch = setInterval(() => {
          if (monotonicMs() - heardAt >= SILENCE_LIMIT_MS) reject(new LinkError(SILENT));
        }, WATCH_EVERY_MS);
        response.on("data", (chunk: Uint8Array) => {
          heardAt = monotonicMs();
          look.refresh();
          if (!onChunk(chunk, heardAt)) return resolve();
          this.#bytes.spend(chunk.length);
          const pauseMs = this.#bytes.until(0, heardAt);
          if (pauseMs <= 0) return;
          response.pause();
          resume = setTimeout(() => response.resume(), Math.ceil(pauseMs));
        });
        response.once("end", resolve);
        response.on("error", reject);
        response.once("close", () => reject(new LinkError("ECONNRESET")));
      });
    } finally {
      clearInterval(watch);
      clearTimeout(look);
      clearTimeout(resume);
      response.removeAllListeners("data");
      if (!response.complete) response.destroy();
    }
  }

  /** Ends a request without reading its answer. Its connection goes with it, which is the price of a refusal. */
  drop(response: http.IncomingMessage): void {
    response.on("error", () => undefined);
    response.destroy();
  }

  /** Closes at once; whoever waits here is told by an error. */
  close(): void {
    this.#closed = true;
    this.#request?.destroy(new LinkError("ECONNRESET"));
    for (const agent of Object.values(this.#agents)) agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await Promise.all([...this.#sockets].map((socket) => once(socket, "close")));
  }

  #own(socket: Socket): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
  }
}
