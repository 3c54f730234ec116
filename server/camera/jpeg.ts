/** JPEG pictures from a pipe: cut at their end marks, and their size from the header (ITU-T T.81). */
import type { Size } from "../domain/units.ts";

/** A stream without an end mark must not eat the memory; the largest honest picture is far below this. */
export const JPEG_CAP_BYTES = 10 * 1024 * 1024;
const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);

/** Cuts a stream into JPEG pictures. Right for ffmpeg's own encoder: its pictures hold no embedded thumbnails. */
export class JpegSplitter {
  readonly #onPicture: (jpeg: Uint8Array, firstByteAt: number) => void;
  readonly #cap: number;
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #length = 0;
  /** Bytes already searched for an end mark. */
  #searched = 0;
  #firstByteAt = 0;
  #overflows = 0;

  constructor(onPicture: (jpeg: Uint8Array, firstByteAt: number) => void, cap = JPEG_CAP_BYTES) {
    this.#onPicture = onPicture;
    this.#cap = cap;
  }

  /** How often the cap was passed and the oldest half dropped. */
  get overflows(): number {
    return this.#overflows;
  }

  /** @param at when the chunk was read, monotonic ms */
  push(chunk: Uint8Array, at: number): void {
    if (this.#length === 0) this.#firstByteAt = at;
    this.#append(chunk);
    for (;;) {
      const end = this.#buffer.subarray(0, this.#length).indexOf(EOI, this.#searched);
      if (end < 0) break;
      const start = this.#buffer.subarray(0, end).indexOf(SOI);
      if (start >= 0)
        this.#onPicture(Uint8Array.from(this.#buffer.subarray(start, end + 2)), this.#firstByteAt);
      this.#drop(end + 2);
      this.#firstByteAt = at;
    }
    // An end mark may lie across two chunks.
    this.#searched = Math.max(0, this.#length - 1);
    if (this.#length > this.#cap) {
      this.#overflows++;
      this.#drop(this.#length - (this.#cap >> 1));
      this.#searched = this.#length - 1;
    }
  }

  #append(chunk: Uint8Array): void {
    const needed = this.#length + chunk.length;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
      this.#buffer.copy(grown, 0, 0, this.#length);
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = needed;
  }

  #drop(bytes: number): void {
    this.#buffer.copyWithin(0, bytes, this.#length);
    this.#length -= bytes;
    this.#searched = 0;
  }
}

/** Markers without a length after them: TEM, RST0..7, SOI, EOI. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
}

/** SOF0..15; C4, C8 and CC in that range are tables and an extension. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Width and height from the frame header, or undefined where the bytes are no JPEG or end before it. */
export function jpegSize(jpeg: Uint8Array): Size | undefined {
  if (jpeg[0] !== 0xff || jpeg[1] !== 0xd8) return undefined;
  const word = (at: number): number => ((jpeg[at] ?? 0) << 8) | (jpeg[at + 1] ?? 0);
  let at = 2;
  while (at + 9 <= jpeg.length) {
    if (jpeg[at] !== 0xff) return undefined;
    const marker = jpeg[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
    } else if (standsAlone(marker)) {
      at += 2;
    } else if (isFrameHeader(marker)) {
      const size = { width: word(at + 7), height: word(at + 5) };
      return size.width > 0 && size.height > 0 ? size : undefined;
    } else if (marker === 0xda) {
      return undefined;
    } else {
      at += 2 + word(at + 2);
    }
  }
  return undefined;
}
