/** The grids of the last 2 s, and the scene that stays when what passed through it is taken out. */
import { PER_LEVEL } from "./look_grid.ts";

/** A quarter of a second apart. */
const KEPT = 8;
/** Fewer tell no scene: somebody who passes would be in the middle of them. */
const ENOUGH = 5;
/** Grey levels that a cell must change by to have moved. */
const MOVED = 10;

export class Recent {
  readonly #grids: readonly Uint8Array[];
  #count = 0;

  /** @param cells of one grid */
  constructor(cells: number) {
    this.#grids = Array.from({ length: KEPT }, () => new Uint8Array(cells));
  }

  clear(): void {
    this.#count = 0;
  }

  /** Keeps a grid; returns the share of its cells that moved since the one before, 0..1. */
  push(cells: Uint16Array): number {
    const before = this.#grids[(this.#count + KEPT - 1) % KEPT] as Uint8Array;
    const now = this.#grids[this.#count % KEPT] as Uint8Array;
    let moved = 0;
    for (let i = 0; i < now.length; i++) {
      const level = ((cells[i] as number) + PER_LEVEL / 2) / PER_LEVEL;
      const whole = level > 255 ? 255 : level | 0;
      const by = whole - (before[i] as number);
      if (by > MOVED || by < -MOVED) moved++;
      now[i] = whole;
    }
    this.#count++;
    return this.#count === 1 ? 0 : moved / now.length;
  }

  /** Of each cell over time; undefined while there are too few grids. */
  median(): Uint8Array | undefined {
    const grids = this.#grids.slice(0, Math.min(KEPT, this.#count));
    if (grids.length < ENOUGH) return undefined;
    const column = new Uint8Array(grids.length);
    const middle = grids.length >> 1;
    return Uint8Array.from({ length: grids[0]?.length ?? 0 }, (_, i) => {
      for (let k = 0; k < grids.length; k++) column[k] = grids[k]?.[i] as number;
      return column.sort()[middle] as number;
    });
  }
}
