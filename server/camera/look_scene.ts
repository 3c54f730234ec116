/** A picture held against the scene that was taught: what of it is left, how far it has moved, how sharp it is. */
import { type Scene, SHIFT_LOST } from "../domain/trust.ts";
import type { Size } from "../domain/units.ts";
import { agreement, Edges, halved, plainEdge } from "./look_edges.ts";
import { PER_LEVEL } from "./look_grid.ts";

/** The strongest fifth of a scene's cells are its edges, where they differ by this many levels at least. */
const EDGE_SHARE = 0.2;
const LEAST_EDGE = 3 * PER_LEVEL;
/** In the picture of now half a level is enough: noise points to either side as often. */
const LEAST_NOW = PER_LEVEL / 2;
/** A scene with edges in fewer of its cells than this is too bare to be held against. */
const BARE = 0.01;
/** How far a camera that was turned is searched for, as a share of the width. */
const FAR = 0.12;
/** Cells around the best place that each tile is tried at. */
const NEAR = 2;
const SIDE = 2 * NEAR + 1;
const PLACES = SIDE * SIDE;
/** So much of the scene agrees only where it lies at most one cell beside its home. */
const WELL = 0.85;
/** The scene is where it was when this much of it agrees; less, and it is searched for elsewhere. */
const HOME = 0.6;
/** Less than this of the scene, wherever it is looked for, is none of it: chance alone gives 0.1. */
const LOST = 0.22;
/** A tile says where it is when it has this many edges, so much of them agrees, and so much more than at home. */
const TILE_EDGES = 24;
const TILE_MATCH = 0.35;
const TILE_GAIN = 0.08;
/** Of a scene that lies elsewhere, tiles at home by chance are fewer than this share. */
const LOST_TILES = 0.34;
/** A turn or a zoom is told by so many tiles, this far from the middle, and counts this far from it. */
const OUTER_TILES = 4;
const OUTER = 0.2;
const LEVER = 0.75;
/** Sharpness compares how cells this far apart bend with how those so much farther apart differ. */
const BEND = 2;
const COARSE = 4;
/** So near to the border nothing is compared: a scene may lie a little beside its home. */
const MARGIN = COARSE + 3;

export interface Comparison {
  /** Share of the scene's edges still where they were, 0..1; a little under 0 by chance. */
  left: number;
  /** Edges now against edges then, whatever they show: 1 is as many. */
  detail: number;
  /** In percent of the width; `SHIFT_LOST` where the scene was not found. Null where too few tiles tell. */
  shift: number | null;
  /** Percent of the taught sharpness; null where too little of the scene is seen. */
  sharpness: number | null;
}

/** What belongs to one scene; made when it is taught. */
export class Reference {
  readonly last: Comparison = { left: 0, detail: 0, shift: null, sharpness: null };
  /** Too bare: nothing can be held against it. */
  readonly bare: boolean;
  readonly #size: Size;
  readonly #then: Edges;
  readonly #now: Edges;
  readonly #thenHalf: Edges;
  readonly #nowHalf: Edges;
  readonly #half: Uint16Array;
  readonly #counts: Int32Array;
  readonly #total: number;
  readonly #halfTotal: number;
  readonly #sums: Int32Array;
  readonly #halfSums: Int32Array;
  readonly #home: Float64Array;
  /** Of each tile: its agreement at home, and at the best place near where the scene lies. */
  readonly #best: Float64Array;
  /** Of each tile: its agreement at every place near the best one. */
  readonly #near: Float64Array;
  readonly #sharp: SharpnessMeter;

  constructor({ width, height, luma }: Scene) {
    const size = { width, height };
    const cells = Uint16Array.from(luma, (level) => level * PER_LEVEL);
    const least = edgeThreshold(cells, size);
    const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length / PER_LEVEL;
    this.#size = size;
    this.#then = new Edges(size);
    this.#now = new Edges(size);
    this.#then.read(cells, least, plainEdge(mean));
    this.#counts = new Int32Array(this.#then.tiles);
    this.#sums = new Int32Array(this.#then.tiles);
    this.#home = new Float64Array(this.#then.tiles);
    this.#best = new Float64Array(this.#then.tiles);
    this.#near = new Float64Array(this.#then.tiles * PLACES);
    this.#total = this.#then.count(this.#counts);
    this.bare = this.#total < BARE * cells.length;
    const half = { width: width >> 1, height: height >> 1 };
    this.#half = new Uint16Array(half.width * half.height);
    halved(cells, size, this.#half);
    this.#thenHalf = new Edges(half);
    this.#nowHalf = new Edges(half);
    this.#thenHalf.read(this.#half, least, 0);
    this.#halfSums = new Int32Array(this.#thenHalf.tiles);
    this.#halfTotal = this.#thenHalf.count(this.#halfSums);
    this.#sharp = new SharpnessMeter(cells, this.#then, this.#counts);
  }

  /** Measures into `last`. */
  compare(cells: Uint16Array, mean: number): void {
    this.#now.read(cells, LEAST_NOW, plainEdge(mean));
    const left = agreement(this.#then, this.#now, 0, 0, this.#sums) / this.#total;
    for (let i = 0; i < this.#home.length; i++) this.#home[i] = this.#share(i);
    const [x, y] = left < HOME ? this.#search(cells) : [0, 0];
    this.last.left = left;
    this.last.detail = this.#now.plain / Math.max(1, this.#then.plain);
    const places = this.#placesAround(x, y);
    const across = places.length === 0 ? 0 : median(places.map(({ dx }) => dx));
    const along = places.length === 0 ? 0 : median(places.map(({ dy }) => dy));
    this.last.shift = this.#shift(places, across, along);
    this.last.sharpness = this.#sharp.measure(cells, this.#best, across, along);
  }

  #share(tile: number): number {
    const edges = this.#counts[tile] as number;
    return edges === 0 ? 0 : (this.#sums[tile] as number) / edges;
  }

  /** Where the scene lies best, in cells, at half the resolution. */
  #search(cells: Uint16Array): readonly [number, number] {
    const { width, height } = this.#thenHalf.size;
    halved(cells, this.#size, this.#half);
    this.#nowHalf.read(this.#half, LEAST_NOW, 0);
    const far = Math.ceil(FAR * width);
    let [best, bestX, bestY] = [Number.NEGATIVE_INFINITY, 0, 0];
    for (let dy = -far; dy <= far; dy++) {
      for (let dx = -far; dx <= far; dx++) {
        const seen = (1 - Math.abs(dx) / width) * (1 - Math.abs(dy) / height);
        const sum = agreement(this.#thenHalf, this.#nowHalf, dx, dy, this.#halfSums);
        const score = sum / (this.#halfTotal * seen);
        if (score <= best) continue;
        [best, bestX, bestY] = [score, dx, dy];
      }
    }
    return [2 * bestX, 2 * bestY];
  }

  /** Where the tiles that can tell lie, none of them far from there. */
  #placesAround(x: number, y: number): readonly TilePlace[] {
    this.#near.fill(Number.NaN);
    const reach = this.last.left >= WELL ? 1 : NEAR;
    for (let place = 0; place < PLACES; place++) {
      const [besideX, besideY] = [(place % SIDE) - NEAR, Math.floor(place / SIDE) - NEAR];
      if (Math.max(Math.abs(besideX), Math.abs(besideY)) > reach) continue;
      agreement(this.#then, this.#now, x + besideX, y + besideY, this.#sums);
      for (let tile = 0; tile < this.#home.length; tile++)
        this.#near[tile * PLACES + place] = this.#share(tile);
    }
    const places: TilePlace[] = [];
    for (let tile = 0; tile < this.#home.length; tile++) {
      if ((this.#counts[tile] as number) >= TILE_EDGES) this.#place(tile, x, y, places);
    }
    return places;
  }

  /** How far the scene lies beside its home, in percent of the width. */
  #shift(places: readonly TilePlace[], across: number, along: number): number | null {
    const telling = this.#counts.reduce((sum, edges) => sum + (edges >= TILE_EDGES ? 1 : 0), 0);
    if (this.last.left < LOST && places.length < telling * LOST_TILES) return SHIFT_LOST;
    if (places.length < 2) return null;
    const cells = Math.hypot(across, along) + turn(places, across, along, this.#size);
    return (100 * cells) / this.#size.width;
  }

  /** Adds where the tile lies; nothing where people stand in it, or the light has changed too much. */
  #place(tile: number, x: number, y: number, into: TilePlace[]): void {
    const from = tile * PLACES;
    let place = PLACES >> 1;
    for (let i = 0; i < PLACES; i++)
      if ((this.#near[from + i] as number) > (this.#near[from + place] as number)) place = i;
    const best = this.#near[from + place] as number;
    this.#best[tile] = best;
    if (best < TILE_MATCH) return;
    const [middleX, middleY] = this.#then.middleOf(tile);
    if (best < (this.#home[tile] as number) + TILE_GAIN)
      return void into.push({ middleX, middleY, dx: 0, dy: 0 });
    const [column, row] = [place % SIDE, Math.floor(place / SIDE)];
    const value = (c: number, r: number): number =>
      c < 0 || r < 0 || c >= SIDE || r >= SIDE ? Number.NaN : (this.#near[from + r * SIDE + c] as number);
    const dx = x + column - NEAR + peak(value(column - 1, row), best, value(column + 1, row));
    const dy = y + row - NEAR + peak(value(column, row - 1), best, value(column, row + 1));
    into.push({ middleX, middleY, dx, dy });
  }
}

/** A tile's middle, from the middle of the picture, and how far it lies beside its home; in cells. */
interface TilePlace {
  readonly middleX: number;
  readonly middleY: number;
  readonly dx: number;
  readonly dy: number;
}

/** Turn and zoom of most tiles, as cells that the outer parts of the picture have moved by. */
function turn(places: readonly TilePlace[], across: number, along: number, { width, height }: Size): number {
  const long = Math.max(width, height);
  const outer = places.filter(({ middleX, middleY }) => Math.hypot(middleX, middleY) > OUTER * long);
  if (outer.length < OUTER_TILES) return 0;
  const share = (of: (place: TilePlace, x: number, y: number) => number): number =>
    median(
      outer.map((place) => {
        const { middleX, middleY, dx, dy } = place;
        return of(place, dx - across, dy - along) / (middleX ** 2 + middleY ** 2);
      }),
    );
  const turned = share(({ middleX, middleY }, x, y) => middleX * y - middleY * x);
  const zoomed = share(({ middleX, middleY }, x, y) => middleX * x + middleY * y);
  return Math.hypot(turned, zoomed) * LEVER * long;
}

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  const middle = (values.length - 1) / 2;
  return ((values[Math.floor(middle)] as number) + (values[Math.ceil(middle)] as number)) / 2;
}

/** Where between its neighbours a peak really lies, -0.5..0.5. */
function peak(before: number, top: number, after: number): number {
  const bend = before - 2 * top + after;
  return Number.isNaN(bend) || bend >= 0 ? 0 : (0.5 * (before - after)) / bend;
}

/** The difference between neighbours that only the strongest fifth of the cells exceeds. */
function edgeThreshold(cells: Uint16Array, { width, height }: Size): number {
  const slopes: number[] = [];
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const across = Math.abs((cells[at + 1] as number) - (cells[at - 1] as number));
      const along = Math.abs((cells[at + width] as number) - (cells[at - width] as number));
      slopes.push(Math.max(across, along));
    }
  }
  slopes.sort((a, b) => b - a);
  return Math.max(LEAST_EDGE, slopes[Math.floor(EDGE_SHARE * slopes.length)] ?? 0);
}

/**
 * How sharply the scene's edges bend, against the difference of what lies on both sides of them: light changes
 * both, blur the first far more. Every bend counts with the sign it was taught with, so that noise cancels.
 */
class SharpnessMeter {
  readonly #size: Size;
  readonly #at: Uint32Array;
  readonly #tile: Uint8Array;
  /** To the neighbours that are compared: two cells across, or two rows along; below 0 where the bend was. */
  readonly #step: Int16Array;
  readonly #rises: Int8Array;
  readonly #bends: Float64Array;
  readonly #slopes: Float64Array;
  readonly #then: Float64Array;
  readonly #counts: Int32Array;

  constructor(cells: Uint16Array, edges: Edges, counts: Int32Array) {
    const { width, height } = edges.size;
    const found: { at: number; tile: number; step: number; rises: number }[] = [];
    for (let y = MARGIN; y < height - MARGIN; y++) {
      for (let x = MARGIN; x < width - MARGIN; x++) {
        const word = y * edges.words + (x >> 5);
        const has = (map: Int32Array): boolean => ((map[word] as number) & (1 << (x & 31))) !== 0;
        const edge = { at: y * width + x, tile: edges.tileOf[word] as number };
        if (has(edges.right) || has(edges.left))
          found.push({ ...edge, step: BEND, rises: has(edges.right) ? 1 : -1 });
        if (has(edges.down) || has(edges.up))
          found.push({ ...edge, step: BEND * width, rises: has(edges.down) ? 1 : -1 });
      }
    }
    this.#size = edges.size;
    this.#at = Uint32Array.from(found, ({ at }) => at);
    this.#tile = Uint8Array.from(found, ({ tile }) => tile);
    this.#rises = Int8Array.from(found, ({ rises }) => rises);
    this.#step = Int16Array.from(found, ({ at, step }) => (bend(cells, at, step) < 0 ? -step : step));
    this.#bends = new Float64Array(edges.tiles);
    this.#slopes = new Float64Array(edges.tiles);
    this.#counts = counts;
    this.#read(cells, 0);
    this.#then = this.#bends.map((sum, tile) => sum / Math.max(1, this.#slopes[tile] as number));
  }

  /**
   * Percent of what was taught, the median of the tiles; null where too few of them tell.
   * @param near of each tile, what of its edges is seen there; @param x, y where the scene lies now, in cells
   */
  measure(cells: Uint16Array, near: Float64Array, x: number, y: number): number | null {
    const [dx, dy] = [Math.round(x), Math.round(y)];
    if (Math.max(Math.abs(dx), Math.abs(dy)) > MARGIN - COARSE) return null;
    this.#read(cells, dy * this.#size.width + dx);
    const shares: number[] = [];
    for (let tile = 0; tile < near.length; tile++) {
      const seen = (this.#counts[tile] as number) >= TILE_EDGES && (near[tile] as number) >= TILE_MATCH;
      if (!seen) continue;
      const now = (this.#bends[tile] as number) / Math.max(1, this.#slopes[tile] as number);
      shares.push(now / Math.max(1e-6, this.#then[tile] as number));
    }
    return shares.length === 0 ? null : Math.max(0, 100 * median(shares));
  }

  #read(cells: Uint16Array, offset: number): void {
    const [at, tiles, steps, rises] = [this.#at, this.#tile, this.#step, this.#rises];
    const [bends, slopes] = [this.#bends, this.#slopes];
    bends.fill(0);
    slopes.fill(0);
    for (let i = 0; i < at.length; i++) {
      const cell = (at[i] as number) + offset;
      const step = steps[i] as number;
      const tile = tiles[i] as number;
      const far = (COARSE / BEND) * (step < 0 ? -step : step);
      const slope = (cells[cell + far] as number) - (cells[cell - far] as number);
      const bent = bend(cells, cell, step);
      bends[tile] = (bends[tile] as number) + (step < 0 ? -bent : bent);
      slopes[tile] = (slopes[tile] as number) + slope * (rises[i] as number);
    }
  }
}

function bend(cells: Uint16Array, at: number, step: number): number {
  return 2 * (cells[at] as number) - (cells[at - step] as number) - (cells[at + step] as number);
}
