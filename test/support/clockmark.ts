/** Reads the clock that the rigs burn into their pictures (test/rigs/clockmark.py tells how it is drawn). */
import type { Millis } from "../../server/domain/units.ts";

const [COLS, ROWS, CELL] = [25, 2, 16];
/** The mark carries the low 40 bits of Unix milliseconds. */
const TURN = 2 ** 40;
/** Width of the picture in which the rigs burn unless told otherwise. */
const BURNED_WIDTH = 640;

export interface Grey {
  /** One byte a pixel, rows from the top; a plane of a colour picture does. */
  readonly pixels: Uint8Array;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Width of the picture in it, which a letterbox may have made smaller than the row. */
  readonly width: number;
}

/** The burned instant, low 40 bits of Unix milliseconds; undefined where no whole mark can be read. */
export function readMark({ pixels, stride, width }: Grey, burnedWidth = BURNED_WIDTH): Millis | undefined {
  const cell = (CELL * width) / burnedWidth;
  const bits = Array.from({ length: COLS * ROWS }, (_, i) => {
    const x = Math.floor(((i % COLS) + 0.5) * cell);
    const y = Math.floor((Math.floor(i / COLS) + 0.5) * cell);
    return (pixels[y * stride + x] ?? 0) > 128 ? 1 : 0;
  });
  if (bits[0] !== 1 || bits[1] !== 0) return undefined;
  const number = (from: number, to: number): number =>
    bits.slice(from, to).reduce<number>((sum, bit) => sum * 2 + bit, 0);
  const [ms, check] = [number(2, 42), number(42, 50)];
  const sum = [0, 1, 2, 3, 4].reduce((all, byte) => all ^ (Math.floor(ms / 256 ** byte) % 256), 0);
  return sum === check ? ms : undefined;
}

/** How long before `unixMs` the mark was burned. */
export function markAge(mark: Millis, unixMs: Millis): Millis {
  return ((unixMs % TURN) - mark + TURN) % TURN;
}
