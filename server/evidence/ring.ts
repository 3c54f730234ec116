/** The newest pictures of one camera in memory that is taken once: a new picture goes over the oldest ones. */
import type { Millis, Size } from "../domain/units.ts";

export interface RingPicture {
  /** Counts what was put: a gap is what has gone unseen. */
  readonly seq: number;
  readonly at: Millis;
  readonly size: Size;
  /** Valid until the next picture is put. */
  readonly jpeg: Uint8Array;
}

interface Place {
  readonly seq: number;
  readonly at: Millis;
  readonly size: Size;
  readonly from: number;
  readonly to: number;
}

export class Ring {
  readonly #bytes: Buffer;
  /** Oldest first. */
  readonly #places: Place[] = [];
  #next = 0;
  #seq = 0;

  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes);
  }

  get bytes(): number {
    return this.#bytes.length;
  }

  /** Whether it could be kept: a picture larger than the ring, or older than the newest, cannot. */
  put({ at, size, jpeg }: Omit<RingPicture, "seq">): boolean {
    if (jpeg.length > this.#bytes.length || at <= (this.#places.at(-1)?.at ?? Number.NEGATIVE_INFINITY))
      return false;
    if (this.#next + jpeg.length > this.#bytes.length) {
      this.#giveUp(this.#next, this.#bytes.length);
      this.#next = 0;
    }
    const [from, to] = [this.#next, this.#next + jpeg.length];
    this.#giveUp(from, to);
    this.#bytes.set(jpeg, from);
    this.#places.push({ seq: this.#seq++, at, size, from, to });
    this.#next = to;
    return true;
  }

  /** The oldest ones lie where the next one goes. */
  #giveUp(from: number, to: number): void {
    for (let oldest = this.#places[0]; oldest !== undefined; oldest = this.#places[0]) {
      if (oldest.to <= from || oldest.from >= to) return;
      this.#places.shift();
    }
  }

  /** The first picture that was taken after this instant. */
  after(at: Millis): RingPicture | undefined {
    const place = this.#places.find((each) => each.at > at);
    if (place === undefined) return undefined;
    const { seq, size, from, to } = place;
    return { seq, at: place.at, size, jpeg: this.#bytes.subarray(from, to) };
  }
}
