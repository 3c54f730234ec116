/**
 * The edges of a grid as bits, and how well two pictures' edges lie on each other. Only the direction of an edge
 * counts, never its strength: light may change as it likes, as long as what was darker stays darker.
 */
import type { Size } from "../domain/units.ts";
import { PER_LEVEL } from "./look_grid.ts";

const WORD = 32;
/** Rows of cells in a tile, about; a word's columns are its width. */
const TILE_ROWS = 24;

/** Which cells grow brighter or darker to the right and downwards. */
export class Edges {
  readonly size: Size;
  readonly words: number;
  readonly tiles: number;
  /** The tile of each word. */
  readonly tileOf: Uint8Array;
  /** Bits: brighter to the right, darker to the right, brighter downwards, darker downwards. */
  readonly right: Int32Array;
  readonly left: Int32Array;
  readonly down: Int32Array;
  readonly up: Int32Array;
  /** Cells with an edge that stands out at this picture's brightness. */
  plain = 0;

  constructor(size: Size) {
    this.size = size;
    this.words = Math.ceil(size.width / WORD);
    const bands = Math.max(1, Math.round(size.height / TILE_ROWS));
    const count = this.words * size.height;
    this.tiles = bands * this.words;
    this.tileOf = Uint8Array.from({ length: count }, (_, i) => {
      const band = Math.floor((Math.floor(i / this.words) * bands) / size.height);
      return band * this.words + (i % this.words);
    });
    this.right = new Int32Array(count);
    this.left = new Int32Array(count);
    this.down = new Int32Array(count);
    this.up = new Int32Array(count);
  }

  /** The middle of a tile, from the middle of the picture. */
  middleOf(tile: number): readonly [x: number, y: number] {
    const bands = this.tiles / this.words;
    const left = (tile % this.words) * WORD;
    const right = Math.min(this.size.width, left + WORD);
    const band = Math.floor(tile / this.words);
    return [(left + right - this.size.width) / 2, ((band + 0.5) / bands - 0.5) * this.size.height];
  }

  /** @param least a difference smaller than this is no edge; `plain` is one that stands out */
  read(cells: Uint16Array, least: number, plain: number): void {
    const { width, height } = this.size;
    const { words, right, left, down, up } = this;
    let stands = 0;
    for (let y = 1; y < height - 1; y++) {
      const row = y * width;
      for (let word = 0; word < words; word++) {
        let [r, l, d, u] = [0, 0, 0, 0];
        const from = Math.max(1, word * WORD);
        const to = Math.min(width - 1, (word + 1) * WORD);
        for (let x = from; x < to; x++) {
          const at = row + x;
          const across = (cells[at + 1] as number) - (cells[at - 1] as number);
          const along = (cells[at + width] as number) - (cells[at - width] as number);
          const bit = 1 << (x & 31);
          if (across >= least) r |= bit;
          else if (across <= -least) l |= bit;
          if (along >= least) d |= bit;
          else if (along <= -least) u |= bit;
          if (across > plain || across < -plain || along > plain || along < -plain) stands++;
        }
        const at = y * words + word;
        right[at] = r;
        left[at] = l;
        down[at] = d;
        up[at] = u;
      }
    }
    this.plain = stands;
  }

  /** How many edges there are in each tile, both directions counted. */
  count(into: Int32Array): number {
    into.fill(0);
    let total = 0;
    for (let i = 0; i < this.right.length; i++) {
      const across = bits((this.right[i] as number) | (this.left[i] as number));
      const along = bits((this.down[i] as number) | (this.up[i] as number));
      const tile = this.tileOf[i] as number;
      into[tile] = (into[tile] as number) + across + along;
      total += across + along;
    }
    return total;
  }
}

/** An edge stands out from here on: a share of the picture's brightness, and more than its noise. */
export function plainEdge(mean: number): number {
  return Math.max(1.5, 0.04 * mean) * PER_LEVEL;
}

function bits(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/**
 * Edges that point the same way less those that point the opposite way, for each tile of the reference, where
 * the picture is taken to lie `dx`, `dy` cells beside it. Pictures that have nothing in common come to about 0.
 */
export function agreement(
  reference: Edges,
  picture: Edges,
  dx: number,
  dy: number,
  into: Int32Array,
): number {
  const { words, size, tileOf } = reference;
  const [r0, l0, d0, u0] = [reference.right, reference.left, reference.down, reference.up];
  const [r1, l1, d1, u1] = [picture.right, picture.left, picture.down, picture.up];
  into.fill(0);
  const whole = dx >> 5;
  const part = dx & 31;
  let total = 0;
  const first = Math.max(0, -dy);
  const last = Math.min(size.height, size.height - dy);
  for (let y = first; y < last; y++) {
    const row = (y + dy) * words;
    for (let word = 0; word < words; word++) {
      const at = y * words + word;
      const r = r0[at] as number;
      const l = l0[at] as number;
      const d = d0[at] as number;
      const u = u0[at] as number;
      if ((r | l | d | u) === 0) continue;
      const low = word + whole;
      const hasLow = low >= 0 && low < words;
      const high = part !== 0 && low + 1 >= 0 && low + 1 < words;
      if (!hasLow && !high) continue;
      let [right, left, down, up] = [0, 0, 0, 0];
      if (hasLow) {
        right = (r1[row + low] as number) >>> part;
        left = (l1[row + low] as number) >>> part;
        down = (d1[row + low] as number) >>> part;
        up = (u1[row + low] as number) >>> part;
      }
      if (high) {
        const back = WORD - part;
        right |= (r1[row + low + 1] as number) << back;
        left |= (l1[row + low + 1] as number) << back;
        down |= (d1[row + low + 1] as number) << back;
        up |= (u1[row + low + 1] as number) << back;
      }
      const same = bits((r & right) | (l & left)) + bits((d & down) | (u & up));
      const opposite = bits((r & left) | (l & right)) + bits((d & up) | (u & down));
      const tile = tileOf[at] as number;
      into[tile] = (into[tile] as number) + same - opposite;
      total += same - opposite;
    }
  }
  return total;
}

/** Half as many cells each way. */
export function halved(cells: Uint16Array, { width, height }: Size, into: Uint16Array): void {
  const [w, h] = [width >> 1, height >> 1];
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const at = 2 * y * width + 2 * x;
      const sum =
        (cells[at] as number) +
        (cells[at + 1] as number) +
        (cells[at + width] as number) +
        (cells[at + width + 1] as number);
      into[y * w + x] = sum >> 2;
    }
  }
}
