/** Raw frames from a pipe: a fixed pool of buffers, and whole frames out of chunks of any size. */
import type { Millis } from "../domain/units.ts";

export interface Frame {
  /** Frames of this run of ffmpeg, from 0. */
  readonly seq: number;
  /** When its first byte was read from the pipe. */
  readonly capturedAt: Millis;
  /** Planes G, B, R at the model's input size, of one view after the other. Belongs to the pool; give it back. */
  readonly planes: Uint8Array;
}

/** One frame being filled, one of which nothing is known yet, one waiting, one in the detector. */
const POOL_SIZE = 4;

/** The same few buffers for the whole life of a camera, so that frames are never garbage. */
export class FramePool {
  readonly #free: Uint8Array[];

  /** @param bytes of one frame */
  constructor(bytes: number) {
    this.#free = Array.from({ length: POOL_SIZE }, () => new Uint8Array(bytes));
  }

  get free(): number {
    return this.#free.length;
  }

  /** A buffer to fill. Throws when all are out: somebody did not give one back. */
  take(): Uint8Array {
    const buffer = this.#free.pop();
    if (buffer === undefined)
      throw new RangeError(`All ${POOL_SIZE} frame buffers are out; release one first`);
    return buffer;
  }

  release(buffer: Uint8Array): void {
    if (this.#free.includes(buffer)) throw new RangeError("A frame buffer was released twice");
    this.#free.push(buffer);
  }
}

/** Cuts a stream of bytes into frames of the pool's size, and views that lie below each other into one after the other. */
export class FrameAssembler {
  readonly #pool: FramePool;
  readonly #onFrame: (frame: Frame) => void;
  readonly #views: number;
  #buffer: Uint8Array | undefined;
  #filled = 0;
  #capturedAt: Millis = 0;
  #seq = 0;

  /** @param onFrame takes the frame over and must give its planes back to the pool one day */
  constructor(pool: FramePool, onFrame: (frame: Frame) => void, views = 1) {
    this.#pool = pool;
    this.#onFrame = onFrame;
    this.#views = views;
  }

  /** @param at when the chunk was read */
  push(chunk: Uint8Array, at: Millis): void {
    let from = 0;
    while (from < chunk.length) {
      if (this.#buffer === undefined) {
        this.#buffer = this.#pool.take();
        this.#filled = 0;
        this.#capturedAt = at;
      }
      const planes = this.#buffer;
      const plane = planes.length / (3 * this.#views);
      const [run, within] = [Math.floor(this.#filled / plane), this.#filled % plane];
      const part = chunk.subarray(from, from + plane - within);
      // A plane of all views comes before the next plane.
      const place = (run % this.#views) * 3 + Math.floor(run / this.#views);
      planes.set(part, place * plane + within);
      this.#filled += part.length;
      from += part.length;
      if (this.#filled === planes.length) {
        this.#buffer = undefined;
        this.#onFrame({ seq: this.#seq++, capturedAt: this.#capturedAt, planes });
      }
    }
  }

  /** Gives a half-filled buffer back; the assembler is at its end. */
  close(): void {
    if (this.#buffer !== undefined) this.#pool.release(this.#buffer);
    this.#buffer = undefined;
  }
}
