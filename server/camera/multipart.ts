/**
 * Pictures out of a `multipart/x-mixed-replace` stream (RFC 2046), as cameras really send it: boundaries with and
 * without dashes, lengths that are missing or wrong. Bounded whatever comes.
 */
import type { Millis } from "../domain/units.ts";
import { ByteQueue } from "./bytes.ts";
import type { Arrival } from "./http_lateness.ts";
import { NO_PICTURE, PictureEnd, pictureIn } from "./jpeg_part.ts";

/** The largest honest picture is far below this. */
export const PICTURE_CAP_BYTES = 10 * 1024 * 1024;
const HEAD_CAP_BYTES = 8 * 1024;
/** A boundary line: RFC 2046 allows 70 characters, and dashes and spaces stand around them. */
const LINE_CAP_BYTES = 256;
/** So much without a boundary is worth a word; from then on each cap's worth is. */
const FIRST_JUNK_BYTES = 64 * 1024;
/** What may stand behind the boundary's own characters on its line. */
const LINE_END_BYTES = 16;

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;

export interface MultipartOptions {
  /** From the Content-Type; the stream's own first line counts more. */
  readonly boundary: string | undefined;
  /** The view is valid until the next `push`. */
  readonly onPicture: (jpeg: Uint8Array, arrival: Arrival) => void;
  readonly onUnreadable: (why: string) => void;
  readonly cap?: number;
}

/** A boundary line in the bytes. */
interface Line {
  /** Where what stands before it ends. */
  readonly at: number;
  /** Where what follows it begins. */
  readonly end: number;
  /** The one after the last part. */
  readonly closing: boolean;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

/** The boundary as it is searched for: some cameras count its dashes in, some do not. */
function core(boundary: string): string {
  return boundary.trim().replace(/^-+/, "");
}

export class MultipartReader {
  readonly #options: MultipartOptions;
  readonly #cap: number;
  readonly #bytes = new ByteQueue();
  #boundary: Buffer | undefined;
  #stage: "first-line" | "between" | "head" | "picture" = "first-line";
  /** How far the boundary has been searched for. */
  #searched = 0;
  #junkLeft = FIRST_JUNK_BYTES;
  /** What the part says of itself. */
  #length: number | undefined;
  /** Until the camera has been caught with a wrong length. */
  #believesLengths = true;
  #pictureEnd = new PictureEnd();
  #firstByteAt: Millis | undefined;
  #readAt: Millis = 0;
  #reads = 0;
  #stamp: Millis | undefined;

  constructor(options: MultipartOptions) {
    this.#options = options;
    this.#cap = options.cap ?? PICTURE_CAP_BYTES;
    // As if a line had ended before: the first boundary then looks like all others.
    this.#bytes.append(Uint8Array.of(LF));
  }

  /** @param at when the chunk was read */
  push(chunk: Uint8Array, at: Millis): void {
    this.#bytes.append(chunk);
    this.#readAt = at;
    if (this.#stage === "picture") this.#reads++;
    while (this.#step());
  }

  /** Whether something was done, and more may follow. */
  #step(): boolean {
    switch (this.#stage) {
      case "first-line":
        return this.#learn();
      case "between":
        return this.#seek();
      case "head":
        return this.#readHead();
      case "picture":
        return this.#readPicture();
    }
  }

  /** The stream's first line names the boundary, whatever the Content-Type said. */
  #learn(): boolean {
    this.#discard(Math.max(0, leadingLineEnds(this.#bytes.view) - 1));
    const bytes = this.#bytes.view;
    const from = 1; // behind what ended the line before
    const end = bytes.indexOf(LF, from);
    if (end < 0 && bytes.length - from < LINE_CAP_BYTES) return false;
    const line = bytes.toString("latin1", from, end < 0 ? from + LINE_CAP_BYTES : end);
    const found = /^--([!-~]|[!-~][ -~]*[!-~])\s*$/.exec(line)?.[1] ?? this.#options.boundary ?? "";
    if (core(found) !== "") {
      this.#boundary = Buffer.from(core(found), "latin1");
      this.#goBetween();
    } else {
      this.#discard(end < 0 ? bytes.length - 1 : end);
    }
    return true;
  }

  /** Throws away what is no part, up to and with the next boundary. */
  #seek(): boolean {
    const line = this.#findLine();
    if (line === undefined) {
      const tail = (this.#boundary?.length ?? 0) + 2 * LINE_END_BYTES;
      this.#discard(Math.max(0, this.#bytes.length - tail));
      this.#searched = 0;
      return false;
    }
    this.#take(line.end);
    if (!line.closing) this.#stage = "head";
    return true;
  }

  #readHead(): boolean {
    const bytes = this.#bytes.view;
    const end = headEnd(bytes);
    if (end === undefined && bytes.length < HEAD_CAP_BYTES) return false;
    if (end === undefined) {
      this.#options.onUnreadable(`the header of a picture is longer than ${HEAD_CAP_BYTES / 1024} KB`);
      this.#take(HEAD_CAP_BYTES);
      this.#goBetween();
      return true;
    }
    const head = bytes.toString("latin1", 0, end);
    const told = /^content-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r?$/im.exec(head)?.[1];
    this.#length = told === undefined || !this.#believesLengths ? undefined : Number(told);
    this.#take(end);
    this.#pictureEnd = new PictureEnd();
    this.#firstByteAt = undefined;
    this.#reads = 1;
    this.#stamp = stampOf(head);
    this.#stage = "picture";
    return true;
  }

  #readPicture(): boolean {
    const bytes = this.#bytes.view;
    if (bytes.length === 0) return false;
    this.#firstByteAt ??= this.#readAt;
    const line = this.#findLine();
    if (this.#length !== undefined && line !== undefined && line.end <= this.#length) {
      this.#length = undefined;
      this.#believesLengths = false;
    }
    const end = this.#wholeAt(line === undefined ? bytes : bytes.subarray(0, line.end));
    if (end !== undefined) {
      this.#hand(bytes.subarray(0, end));
      this.#take(end);
      this.#goBetween();
    } else if (line !== undefined) {
      this.#hand(bytes.subarray(0, line.at));
      this.#take(line.end);
      if (line.closing) this.#goBetween();
      else this.#stage = "head";
    } else if (bytes.length > this.#cap) {
      this.#options.onUnreadable(`it sent ${Math.round(this.#cap / 1e6)} MB without the end of a picture`);
      this.#goBetween();
      this.#junkLeft = bytes.length + this.#cap; // these have just been told
    } else {
      return false;
    }
    return true;
  }

  /**
   * Where the picture ends by its own account: its length where that is true, else its end mark. Waiting for the
   * next boundary instead would cost a frame, because many cameras send it together with the next picture.
   */
  #wholeAt(bytes: Buffer): number | undefined {
    if (this.#length !== undefined) {
      if (this.#length > bytes.length) return undefined;
      const picture = pictureIn(bytes.subarray(0, this.#length));
      if (typeof picture !== "string") return picture.byteOffset - bytes.byteOffset + picture.length;
      this.#length = undefined;
    }
    return this.#pictureEnd.find(bytes);
  }

  #hand(part: Buffer): void {
    const picture = pictureIn(part);
    if (typeof picture === "string") this.#options.onUnreadable(picture);
    else this.#options.onPicture(picture, this.#arrival());
  }

  #arrival(): Arrival {
    const lastByteAt = this.#readAt;
    const times = { firstByteAt: this.#firstByteAt ?? lastByteAt, lastByteAt, reads: this.#reads };
    return this.#stamp === undefined ? times : { ...times, stamp: this.#stamp };
  }

  /** The next boundary line that is whole. */
  #findLine(): Line | undefined {
    const boundary = this.#boundary;
    if (boundary === undefined) return undefined;
    const bytes = this.#bytes.view;
    let hit = bytes.indexOf(boundary, this.#searched);
    for (; hit >= 0; hit = bytes.indexOf(boundary, hit + 1)) {
      const line = lineAt(bytes, hit, boundary.length);
      if (line !== undefined) return line;
    }
    this.#searched = Math.max(0, bytes.length - boundary.length - LINE_END_BYTES);
    return undefined;
  }

  #goBetween(): void {
    this.#stage = "between";
    this.#junkLeft = FIRST_JUNK_BYTES;
  }

  #take(bytes: number): void {
    this.#bytes.drop(bytes);
    this.#searched = 0;
  }

  #discard(bytes: number): void {
    this.#bytes.drop(bytes);
    this.#junkLeft -= bytes;
    if (this.#junkLeft > 0) return;
    this.#options.onUnreadable(NO_PICTURE);
    this.#junkLeft = this.#cap;
  }
}

/**
 * The camera's own time of a picture, as mjpg-streamer and the ESP32's camera server tell it: seconds with their
 * fraction. Whole seconds would make a young picture look a second old.
 */
function stampOf(head: string): Millis | undefined {
  const told = /^x-time-?stamp[ \t]*:[ \t]*(\d{1,12}\.\d{2,9})[ \t]*\r?$/im.exec(head)?.[1];
  return told === undefined ? undefined : Number(told) * 1_000;
}

function leadingLineEnds(bytes: Buffer): number {
  let count = 0;
  while (bytes[count] === LF || bytes[count] === CR) count++;
  return count;
}

/** Where the blank line after a part's header ends, within the cap. */
function headEnd(bytes: Buffer): number | undefined {
  const limit = Math.min(bytes.length, HEAD_CAP_BYTES);
  let lineFrom = 0;
  for (let i = 0; i < limit; i++) {
    if (bytes[i] !== LF) continue;
    if (i === lineFrom || (i === lineFrom + 1 && bytes[lineFrom] === CR)) return i + 1;
    lineFrom = i + 1;
  }
  return undefined;
}

/** The boundary line around a hit, if it is one: dashes or a line's start before it, and nothing else behind it. */
function lineAt(bytes: Buffer, hit: number, length: number): Line | undefined {
  let at = hit;
  while (at > 0 && bytes[at - 1] === DASH) at--;
  const startsLine = bytes[at - 1] === LF;
  if (!startsLine && hit - at < 2) return undefined;
  if (bytes[at - 1] === LF) at--;
  if (bytes[at - 1] === CR) at--;
  let end = hit + length;
  const closing = bytes[end] === DASH && bytes[end + 1] === DASH;
  if (closing) end += 2;
  while (isBlank(bytes[end]) && end < hit + length + LINE_END_BYTES - 2) end++;
  if (bytes[end] === CR) end++;
  return bytes[end] === LF ? { at, end: end + 1, closing } : undefined;
}
