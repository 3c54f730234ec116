/**
 * Reads an HTTP camera by our own client, MJPEG or single JPEGs, and hands its pictures on. ffmpeg would have the
 * password in the process list, wait for ever on a trickle, and know no single pictures.
 */
import type { IncomingMessage } from "node:http";
import { monotonicMs, wait } from "../base/clock.ts";
import type { CameraOrder } from "../domain/eye.ts";
import type { Millis } from "../domain/units.ts";
import { Bucket } from "./bucket.ts";
import { ByteQueue } from "./bytes.ts";
import type { Ending } from "./ffmpeg.ts";
import { closedEnding, errorEnding, refusal, statusEnding } from "./http_ending.ts";
import { HttpLateness } from "./http_lateness.ts";
import { HttpLink, SILENCE_LIMIT_MS } from "./http_link.ts";
import { credentialsOf, Login } from "./http_login.ts";
import { pictureIn } from "./jpeg_part.ts";
import type { Timing } from "./lateness.ts";
import { MultipartReader, PICTURE_CAP_BYTES } from "./multipart.ts";

export interface HttpPicture {
  readonly jpeg: Uint8Array;
  /** When its first byte arrived. */
  readonly firstByteAt: Millis;
  readonly timing: Partial<Timing>;
}

export interface HttpOptions {
  readonly order: CameraOrder;
  readonly signal: AbortSignal;
  /** Never waits; the caller keeps the newest only. */
  readonly onPicture: (picture: HttpPicture) => void;
  /** A picture could not be read (no JPEG, cut short) or bytes were thrown away at the cap. */
  readonly onUnreadable: (why: string) => void;
}

const REDIRECTS = 3;
/** Cameras that say 10 frames a second send 9.6 to 10.4; such a source passes every frame. */
const RATE_SLACK = 1.05;

/** Reads until the camera ends it, something is wrong, or the signal aborts. The connection is closed by then. */
export async function readHttp(options: HttpOptions): Promise<Ending> {
  await using link = new HttpLink();
  const reader = new Reader(options, link);
  const close = (): void => link.close();
  options.signal.addEventListener("abort", close, { once: true });
  try {
    if (options.signal.aborted) link.close();
    return await reader.read();
  } catch (error) {
    return errorEnding(options.order, reader.ran, error, SILENCE_LIMIT_MS);
  } finally {
    options.signal.removeEventListener("abort", close);
  }
}

/** An answer that may hold pictures, or why there is none. */
type Opened = { readonly response: IncomingMessage; readonly type: string } | { readonly ending: Ending };

class Reader {
  readonly #options: HttpOptions;
  readonly #link: HttpLink;
  readonly #rate: Bucket;
  #ran = false;

  constructor(options: HttpOptions, link: HttpLink) {
    this.#options = options;
    this.#link = link;
    this.#rate = new Bucket(options.order.fps * RATE_SLACK, 2);
  }

  /** Whether a picture has come. */
  get ran(): boolean {
    return this.#ran;
  }

  async read(): Promise<Ending> {
    const { order } = this.#options;
    if (!URL.canParse(order.source)) return refusal(order, false, "its address cannot be read; check it");
    const door = new Door(order, new URL(order.source), this.#link);
    const askedAt = monotonicMs();
    const opened = await door.open(false);
    if ("ending" in opened) return opened.ending;
    const { response, type } = opened;
    if (isPicture(type)) return await this.#poll(door, response, askedAt);
    if (type.startsWith("multipart/")) return await this.#stream(response);
    this.#link.drop(response);
    return noPictures(order, false, type);
  }

  async #stream(response: IncomingMessage): Promise<Ending> {
    const lateness = new HttpLateness();
    const whole: HttpPicture[] = [];
    const parts = new MultipartReader({
      boundary: boundaryOf(response.headers["content-type"] ?? ""),
      onPicture: (jpeg, arrival) => {
        whole[0] = { jpeg, firstByteAt: arrival.firstByteAt, timing: lateness.take(arrival) };
      },
      onUnreadable: this.#options.onUnreadable,
    });
    const take = (chunk: Uint8Array, at: Millis): boolean => {
      parts.push(chunk, at);
      const newest = whole.pop();
      if (newest !== undefined) this.#pass(newest, at);
      return true;
    };
    await this.#link.read(response, take, (at) => lateness.foundNothing(at));
    return closedEnding(this.#options.order, this.#ran);
  }

  /** Asks for the next picture a frame's time after the last; a slow camera only lowers the rate. */
  async #poll(door: Door, first: IncomingMessage, firstAskedAt: Millis): Promise<Ending> {
    const { order, signal } = this.#options;
    const body = new ByteQueue();
    let response = first;
    let askedAt = firstAskedAt;
    let dueAt = askedAt;
    for (;;) {
      await this.#readPicture(response, body, askedAt);
      const now = monotonicMs();
      dueAt = Math.max(dueAt + 1000 / order.fps, now);
      await wait(dueAt - now, signal);
      askedAt = monotonicMs();
      const opened = await door.open(this.#ran);
      if ("ending" in opened) return opened.ending;
      response = opened.response;
      if (isPicture(opened.type)) continue;
      this.#link.drop(response);
      return noPictures(order, this.#ran, opened.type);
    }
  }

  /** No queue is longer than what was asked for: the camera took the picture since then, or keeps it. */
  async #readPicture(response: IncomingMessage, body: ByteQueue, askedAt: Millis): Promise<void> {
    body.drop(body.length);
    let cameAt: Millis | undefined;
    await this.#link.read(response, (chunk, at) => {
      cameAt ??= at;
      body.append(chunk);
      return body.length <= PICTURE_CAP_BYTES;
    });
    const picture = body.length > PICTURE_CAP_BYTES ? "its pictures are over 10 MB" : pictureIn(body.view);
    const firstByteAt = cameAt ?? monotonicMs();
    if (typeof picture === "string") this.#options.onUnreadable(picture);
    else this.#hand({ jpeg: picture, firstByteAt, timing: { lateMs: firstByteAt - askedAt } });
  }

  /** Copies and hands on what the camera's rate allows; the others cost nothing. */
  #pass(picture: HttpPicture, now: Millis): void {
    if (this.#rate.until(1, now) > 0) return;
    this.#rate.spend(1);
    this.#hand(picture);
  }

  #hand(picture: HttpPicture): void {
    this.#ran = true;
    this.#options.onPicture({ ...picture, jpeg: Uint8Array.from(picture.jpeg) });
  }
}

/** The way to the pictures: follows redirects and logs in, and remembers both for the next picture. */
class Door {
  readonly #order: CameraOrder;
  readonly #link: HttpLink;
  readonly #home: URL;
  readonly #login: Login | undefined;
  #url: URL;

  constructor(order: CameraOrder, home: URL, link: HttpLink) {
    const credentials = credentialsOf(home);
    this.#order = order;
    this.#home = home;
    this.#url = home;
    this.#link = link;
    this.#login = credentials === undefined ? undefined : new Login(credentials);
  }

  async open(ran: boolean): Promise<Opened> {
    const seen = new Set<string>();
    let fromHome = this.#url === this.#home;
    for (;;) {
      const response = await this.#ask();
      const status = response.statusCode ?? 0;
      if (status === 200) return { response, type: typeOf(response) };
      this.#link.drop(response);
      const redirect = status >= 300 && status < 400;
      if (!redirect && fromHome) return { ending: this.#denied(ran, status) };
      if (!redirect) {
        // Where a redirect led once, nothing is any more.
        this.#url = this.#home;
        fromHome = true;
        continue;
      }
      seen.add(this.#url.href);
      const trouble = this.#follow(status, response.headers.location, seen);
      if (trouble !== undefined) return { ending: refusal(this.#order, ran, trouble) };
    }
  }

  /** Asks, and answers the camera's challenge: once, and once more where only the nonce was old. */
  async #ask(): Promise<IncomingMessage> {
    const login = this.#mayLogIn() ? this.#login : undefined;
    const path = this.#url.pathname + this.#url.search;
    for (let staleLeft = 1, answered = false; ; ) {
      const response = await this.#link.get(this.#url, login?.authorization("GET", path));
      const challenge = response.headers["www-authenticate"];
      if (response.statusCode !== 401 || login === undefined || challenge === undefined) return response;
      const learnt = login.learn(challenge);
      const again = learnt === "stale" && staleLeft-- > 0;
      if (learnt === "unknown" || (answered && !again)) return response;
      answered = true;
      this.#link.drop(response);
    }
  }

  /** The password goes to the host it was given for, and never from an encrypted address to an open one. */
  #mayLogIn(): boolean {
    const opened = this.#home.protocol === "https:" && this.#url.protocol !== "https:";
    return this.#url.hostname === this.#home.hostname && !opened;
  }

  #denied(ran: boolean, status: number): Ending {
    if (status !== 401 || this.#login === undefined || this.#mayLogIn())
      return statusEnding(this.#order, ran, status);
    const where = `${this.#url.protocol}//${this.#url.host}`;
    return refusal(
      this.#order,
      ran,
      `it redirects to ${where}, which gets no password; give that address itself`,
    );
  }

  /** Why it cannot be followed, or undefined. */
  #follow(status: number, location: string | undefined, seen: ReadonlySet<string>): string | undefined {
    if (location === undefined || !URL.canParse(location, this.#url.href))
      return `server answered ${status} without an address; check the address`;
    const next = new URL(location, this.#url.href);
    next.username = "";
    next.password = "";
    next.hash = "";
    if (next.protocol !== "http:" && next.protocol !== "https:")
      return `it redirects to an address of another kind (${next.protocol.slice(0, -1)}); give that address itself`;
    if (seen.has(next.href)) return "it redirects in a circle; check the address";
    if (seen.size > REDIRECTS) return `it redirects more than ${REDIRECTS} times; check the address`;
    this.#url = next;
    return undefined;
  }
}

/** The kind of the body, small and without parameters; empty where it is not told. */
function typeOf(response: IncomingMessage): string {
  return (
    /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(response.headers["content-type"] ?? "")?.[0].toLowerCase() ?? ""
  );
}

function isPicture(type: string): boolean {
  return /^image\/p?jpe?g$/.test(type);
}

function noPictures(order: CameraOrder, ran: boolean, type: string): Ending {
  const what = type === "" ? "something of no kind" : type;
  return refusal(order, ran, `it sends ${what}, not pictures; check the address`);
}

function boundaryOf(contentType: string): string | undefined {
  const found = /boundary\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2];
}
