/**
 * Hands an HTTP camera's pictures to ffmpeg through its stdin, in IVF: a length and a time before each one, so
 * that ffmpeg waits for nothing and says of every frame which picture it was.
 */
import type { Writable } from "node:stream";
import type { Millis } from "../domain/units.ts";
import type { HttpPicture } from "./http.ts";
import { jpegSize } from "./jpeg.ts";

/** A picture of which ffmpeg has said nothing by then is none. */
const DECODE_MS = 300;
/** One is on its way, and a few that ffmpeg took long over. */
const REMEMBERED = 8;

/** When a picture came, and how late that was. */
export type HttpTimes = Omit<HttpPicture, "jpeg">;

function fileHeader(jpeg: Uint8Array): Uint8Array {
  const { width, height } = jpegSize(jpeg) ?? { width: 0, height: 0 };
  const header = Buffer.alloc(32);
  header.write("DKIF");
  header.writeUInt16LE(header.length, 6);
  header.write("MJPG", 8);
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(1_000, 16); // its times are milliseconds
  header.writeUInt32LE(1, 20);
  return header;
}

function pictureHeader(bytes: number, pts: Millis): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(bytes);
  header.writeBigUInt64LE(BigInt(pts), 4);
  return header;
}

export class Feeder implements Disposable {
  readonly #stdin: Writable;
  readonly #onUndecoded: () => void;
  /** Of the newest pictures, by the time they were given. */
  readonly #times = new Map<Millis, HttpTimes>();
  #begunAt: Millis | undefined;
  #lastPts = -1;
  /** The newest picture that waits; an older one is forgotten. */
  #next: HttpPicture | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param onUndecoded ffmpeg made no frame of a picture */
  constructor(stdin: Writable, onUndecoded: () => void) {
    this.#stdin = stdin;
    this.#onUndecoded = onUndecoded;
    stdin.on("drain", () => this.#send());
    stdin.on("error", () => undefined); // ffmpeg's end, which its exit tells
  }

  put(picture: HttpPicture): void {
    this.#next = picture;
    this.#send();
  }

  /** ffmpeg has passed the frame with this time: the next picture may go. */
  passed(pts: Millis): void {
    if (pts >= this.#lastPts) this.#free();
  }

  timesOf(pts: Millis): HttpTimes | undefined {
    return this.#times.get(pts);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#next = undefined;
    clearTimeout(this.#timer);
    this.#stdin.destroy();
  }

  #free(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#send();
  }

  #send(): void {
    const picture = this.#next;
    if (picture === undefined || this.#timer !== undefined || this.#closed) return;
    if (this.#stdin.writableNeedDrain) return;
    this.#next = undefined;
    const { jpeg, firstByteAt, timing } = picture;
    if (this.#begunAt === undefined) this.#stdin.write(fileHeader(jpeg));
    this.#begunAt ??= firstByteAt;
    this.#lastPts = Math.max(this.#lastPts + 1, Math.round(firstByteAt - this.#begunAt));
    this.#times.set(this.#lastPts, { firstByteAt, timing });
    const [oldest] = this.#times.keys();
    if (oldest !== undefined && this.#times.size > REMEMBERED) this.#times.delete(oldest);
    this.#stdin.write(pictureHeader(jpeg.length, this.#lastPts));
    this.#stdin.write(jpeg);
    this.#timer = setTimeout(() => {
      this.#onUndecoded();
      this.#free();
    }, DECODE_MS);
  }
}
