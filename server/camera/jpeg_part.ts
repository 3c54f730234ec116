/** Whether bytes from a camera are one JPEG picture, told by its marks alone (ITU-T T.81). */

const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);
/** Start of scan and end of image: the segments with a length are over. */
const LAST_SEGMENTS = [0xda, 0xd9];
/** Line ends before a picture and fillers after it are common; more than this is no picture any more. */
const EDGE_BYTES = 1024;

export const NO_PICTURE = "what it sends is no picture";
export const CUT_SHORT = "its pictures are cut short";

/** The picture without what surrounds it, as a view; or why it is none. */
export function pictureIn(part: Buffer): Buffer | string {
  const start = part.subarray(0, EDGE_BYTES).indexOf(SOI);
  if (start < 0) return NO_PICTURE;
  const edge = Math.max(start + SOI.length, part.length - EDGE_BYTES);
  const end = part.subarray(edge).lastIndexOf(EOI);
  return end < 0 ? CUT_SHORT : part.subarray(start, edge + end + EOI.length);
}

/** Finds where a picture ends while it is still coming. Begin a new one for every picture. */
export class PictureEnd {
  #at = 0;
  #stage: "start" | "segments" | "scan" = "start";

  /** @param bytes all of the picture that has come. Undefined until its end mark is among them. */
  find(bytes: Buffer): number | undefined {
    if (this.#stage === "start") {
      const start = bytes.subarray(0, EDGE_BYTES).indexOf(SOI);
      if (start < 0) return undefined;
      this.#at = start + SOI.length;
      this.#stage = "segments";
    }
    if (this.#stage === "segments") this.#skipSegments(bytes);
    if (this.#stage !== "scan") return undefined;
    const end = bytes.indexOf(EOI, this.#at);
    // A mark may lie across two chunks.
    this.#at = end < 0 ? Math.max(this.#at, bytes.length - 1) : end;
    return end < 0 ? undefined : end + EOI.length;
  }

  /** Headers are stepped over, not searched: a thumbnail among them has an end mark of its own. */
  #skipSegments(bytes: Buffer): void {
    while (this.#at + 4 <= bytes.length) {
      const marker = bytes[this.#at + 1] ?? 0;
      if (bytes[this.#at] !== 0xff || LAST_SEGMENTS.includes(marker)) {
        // Or not a header where one must be: its bytes are damaged, and the first end mark is as good as any.
        this.#stage = "scan";
        return;
      }
      this.#at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(this.#at + 2);
    }
  }
}
