/** A frame made small: the mean grey of every cell of a grid laid over the picture, and what little else is counted. */
import type { Size } from "../domain/units.ts";
import type { Letterbox } from "./args.ts";
import { contentSize } from "./letterbox.ts";

/** Cells along the picture's longer side; the edges of 32 of them fit one word. */
export const LONG_SIDE = 128;
/** Cells hold sixteenths of a grey level: a dark picture's edges lie between two levels. */
export const PER_LEVEL = 16;
/** A cell this bright is white whatever stands in it. */
const WHITE = 250 * PER_LEVEL;

/** As many cells as keep the picture's shape. Depends on the picture alone, so that a scene outlives a model. */
export function gridSize({ width, height }: Size): Size {
  const long = Math.max(width, height);
  const side = (pixels: number): number => Math.max(8, Math.round((LONG_SIDE * pixels) / long));
  return { width: side(width), height: side(height) };
}

/** Where each of `cells` begins among `pixels`, and the end of the last. */
function bounds(cells: number, pixels: number): Uint16Array {
  return Uint16Array.from({ length: cells + 1 }, (_, i) => Math.floor((i * pixels) / cells));
}

/** Reads frames of one shape. Its arrays live as long as it does. */
export class Grid {
  readonly size: Size;
  readonly cells: Uint16Array;
  /** Mean and standard deviation in grey levels, and the share of white cells, 0..1. */
  mean = 0;
  deviation = 0;
  white = 0;
  /** Of every pixel of the plane: two frames with the same one are the same. */
  hash = 0;
  /** Share of the sampled pixels that are not what they were in the frame before, 0..1. */
  stirred = 1;
  readonly #stride: number;
  readonly #columns: Uint16Array;
  readonly #rows: Uint16Array;
  /** One over the width of each column. */
  readonly #scales: Float64Array;
  readonly #even: Uint32Array;
  readonly #odd: Uint32Array;
  readonly #sums: Uint32Array;
  readonly #samples: Uint8Array;
  #hasSamples = false;

  constructor(picture: Size, model: Letterbox) {
    const content = contentSize(picture, model);
    this.size = gridSize(picture);
    this.cells = new Uint16Array(this.size.width * this.size.height);
    this.#samples = new Uint8Array(this.cells.length);
    this.#stride = model.width;
    this.#columns = bounds(this.size.width, content.width);
    this.#rows = bounds(this.size.height, content.height);
    this.#scales = Float64Array.from({ length: this.size.width }, (_, i) => {
      return 1 / ((this.#columns[i + 1] as number) - (this.#columns[i] as number));
    });
    // Models are whole multiples of 4 pixels wide; the last word may reach into the filling.
    const words = Math.ceil(content.width / 4);
    this.#even = new Uint32Array(words);
    this.#odd = new Uint32Array(words);
    this.#sums = new Uint32Array(4 * words);
  }

  /** The next frame has none before it. */
  forget(): void {
    this.#hasSamples = false;
  }

  /** Reads the first plane: green, which carries most of the brightness and the least noise. */
  read(planes: Uint8Array): void {
    const words = wordsOf(planes);
    const rows = this.#rows;
    const { width, height } = this.size;
    let [hash, total, squares, white, stirred] = [0, 0, 0, 0, 0];
    const [cells, samples, sums] = [this.cells, this.#samples, this.#sums];
    const [columns, scales] = [this.#columns, this.#scales];
    let at = 0;
    for (let row = 0; row < height; row++) {
      const top = rows[row] as number;
      const bottom = rows[row + 1] as number;
      hash = this.#sum(words, top, bottom, hash);
      const middle = ((top + bottom) >> 1) * this.#stride;
      const tall = PER_LEVEL / (bottom - top);
      for (let column = 0; column < width; column++, at++) {
        const left = columns[column] as number;
        const right = columns[column + 1] as number;
        let sum = 0;
        for (let x = left; x < right; x++) sum += sums[x] as number;
        const cell = (sum * tall * (scales[column] as number) + 0.5) | 0;
        cells[at] = cell;
        total += cell;
        squares += cell * cell;
        if (cell >= WHITE) white++;
        const sample = planes[middle + left] as number;
        if (sample !== samples[at]) stirred++;
        samples[at] = sample;
      }
    }
    const count = cells.length;
    this.hash = hash;
    this.mean = total / count / PER_LEVEL;
    this.deviation = Math.sqrt(Math.max(0, squares / count - (total / count) ** 2)) / PER_LEVEL;
    this.white = white / count;
    this.stirred = this.#hasSamples ? stirred / count : 1;
    this.#hasSamples = true;
  }

  /** Adds up the columns of some rows, four pixels at a time, and takes them all into the hash on the way. */
  #sum(words: Uint32Array, top: number, bottom: number, before: number): number {
    const [even, odd, sums] = [this.#even, this.#odd, this.#sums];
    const width = even.length;
    const stride = this.#stride >> 2;
    even.fill(0);
    odd.fill(0);
    let hash = before;
    for (let y = top; y < bottom; y++) {
      const start = y * stride;
      for (let x = 0; x < width; x++) {
        const word = words[start + x] as number;
        even[x] = (even[x] as number) + (word & 0xff00ff);
        odd[x] = (odd[x] as number) + ((word >>> 8) & 0xff00ff);
        hash = (Math.imul(hash, 0x01000193) + word) | 0;
      }
    }
    for (let x = 0; x < width; x++) {
      const [a, b] = [even[x] as number, odd[x] as number];
      sums[4 * x] = a & 0xffff;
      sums[4 * x + 1] = b & 0xffff;
      sums[4 * x + 2] = a >>> 16;
      sums[4 * x + 3] = b >>> 16;
    }
    return hash;
  }
}

/** The same bytes, four to a word; a copy where they do not begin at one. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  const whole = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Uint32Array(whole.buffer, whole.byteOffset, whole.length >> 2);
}
