/** A buffer that is filled at its end and emptied at its start, reused for the whole life of a connection. */

const FIRST_BYTES = 64 * 1024;

export class ByteQueue {
  #buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  /** All it holds. Valid until the next `append`; a `drop` leaves the bytes where they are. */
  get view(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  append(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#buffer.length) this.#makeRoom(chunk.length);
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Takes bytes away at the start. */
  drop(bytes: number): void {
    this.#start += Math.min(bytes, this.length);
  }

  /** Moves to the front, and grows where that is not enough; its users keep it below their cap. */
  #makeRoom(bytes: number): void {
    const needed = this.length + bytes;
    const target =
      needed > this.#buffer.length
        ? Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2))
        : this.#buffer;
    this.#buffer.copy(target, 0, this.#start, this.#end);
    this.#buffer = target;
    this.#end = this.length;
    this.#start = 0;
  }
}
