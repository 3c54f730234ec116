/** Where the camera tiles go: the grid that makes the pictures largest, and what fits under them. */

export interface Area {
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** The cell of one tile, pixels. */
  readonly cell: Area;
  /** The room for the picture in a tile, pixels; a picture of another shape is fitted into it. */
  readonly picture: Area;
  readonly headPx: number;
  readonly gapPx: number;
  /** What stands under the picture: each zone, the verdict alone, or nothing (the verdict is in the head). */
  readonly detail: "zones" | "band" | "none";
}

/** Most cameras look so; another shape is fitted into the same room. */
const USUAL_ASPECT = 16 / 9;
/** Millimetres. From five tiles on, and wherever it would cost the picture, the head is lower. */
const HEAD_MM = 8;
const HEAD_SMALL_MM = 6;
const GAP_MM = 2;
const BAND_MM = 9;
const ZONES_MM = 19.5;

/**
 * The grid for `count` tiles.
 * @param area the room for all tiles, pixels
 * @param mm pixels per millimetre
 */
export function chooseGrid(count: number, area: Area, mm: number): Grid {
  let best: Grid | undefined;
  for (let columns = 1; columns <= Math.max(1, Math.min(count, 4)); columns++) {
    const grid = gridOf(Math.max(1, count), columns, area, mm);
    const more = grid.picture.width - (best?.picture.width ?? 0);
    // A hair's breadth decides for fewer rows: people stand side by side in front of a panel, not on top.
    if (best === undefined || more > 2 || (more >= -2 && grid.rows < best.rows)) best = grid;
  }
  return best as Grid;
}

function gridOf(count: number, columns: number, area: Area, mm: number): Grid {
  const rows = Math.ceil(count / columns);
  const gapPx = Math.round(GAP_MM * mm);
  const cell = {
    width: Math.max(0, Math.floor((area.width - gapPx * (columns - 1)) / columns)),
    height: Math.max(0, Math.floor((area.height - gapPx * (rows - 1)) / rows)),
  };
  const spare = cell.height - cell.width / USUAL_ASPECT;
  const headPx = Math.round((count > 4 || spare < HEAD_MM * mm ? HEAD_SMALL_MM : HEAD_MM) * mm);
  const picture = fit(USUAL_ASPECT, { width: cell.width, height: cell.height - headPx });
  const rest = cell.height - headPx - picture.height;
  const detail = rest >= ZONES_MM * mm ? "zones" : rest >= BAND_MM * mm ? "band" : "none";
  return { columns, rows, cell, picture, headPx, gapPx, detail };
}

/** The detector's card under the pictures: its name and two lines. */
export const MODEL_MM = 13;
/** The verdict's band, and each zone's row under it. */
const BAND_ROOMY_MM = 12;
const ZONE_ROW_MM = 7.7;

/**
 * The grid that also leaves room for the detector's card under the tiles, where no picture gets smaller by it.
 * @param grid what `chooseGrid` answered for the same count, area and millimetre
 * @param zones the most zones any camera has
 */
export function makeRoom(
  grid: Grid,
  options: { readonly count: number; readonly area: Area; readonly mm: number; readonly zones: number },
): Grid | undefined {
  const { count, area, mm, zones } = options;
  const lower = { width: area.width, height: area.height - (MODEL_MM + GAP_MM) * mm };
  const smaller = chooseGrid(count, lower, mm);
  const unharmed = smaller.picture.width === grid.picture.width && smaller.detail === grid.detail;
  return unharmed && holdsZones(smaller, zones, mm) ? smaller : undefined;
}

/** Whether under each picture is room for that many zones, a row each. */
export function holdsZones({ cell, headPx, picture }: Grid, zones: number, mm: number): boolean {
  return cell.height - headPx - picture.height >= (BAND_ROOMY_MM + ZONE_ROW_MM * zones) * mm;
}

/** The largest box of that width-to-height ratio in the room, whole pixels. */
export function fit(aspect: number, room: Area): Area {
  const width = Math.max(0, Math.min(room.width, room.height * aspect));
  return { width: Math.floor(width), height: Math.floor(width / aspect) };
}

/** Some cameras large, the others small beside them or under them. */
export interface Focus {
  readonly large: Grid;
  readonly others: Grid;
  /** Where the small ones begin, pixels. */
  readonly aside: Place;
}

/** Pixels from the left upper corner of the wall. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const SHARES = [0.28, 0.4] as const;
/** A smaller picture shows nobody anything. */
const SEEN_MM = 14;
/** What a pixel more of the small ones may cost the large ones. */
const LESSER = 0.5;

/**
 * The largest large pictures beside which the small ones can still be seen.
 * @param large how many, at least one
 * @param small how many, at least one
 */
export function chooseFocus(large: number, small: number, area: Area, mm: number): Focus {
  const gapPx = Math.round(GAP_MM * mm);
  const split = (side: "right" | "below", share: number): Focus => {
    const across = side === "right";
    const whole = across ? area.width : area.height;
    const lesser = Math.max(0, Math.floor((whole - gapPx) * share));
    const rest = Math.max(0, whole - lesser - gapPx);
    return {
      large: chooseGrid(large, across ? { ...area, width: rest } : { ...area, height: rest }, mm),
      others: chooseGrid(small, across ? { ...area, width: lesser } : { ...area, height: lesser }, mm),
      aside: across ? { x: rest + gapPx, y: 0 } : { x: 0, y: rest + gapPx },
    };
  };
  const worth = ({ large, others }: Focus): number =>
    others.picture.width >= SEEN_MM * mm
      ? large.picture.width + others.picture.width * LESSER
      : others.picture.width - area.width;
  const splits = SHARES.flatMap((share) => [split("right", share), split("below", share)]);
  return splits.reduce((best, next) => (worth(next) > worth(best) ? next : best));
}

/** Where the nth tile of a grid lies. */
export function placeIn({ columns, cell, gapPx }: Grid, n: number, from: Place = { x: 0, y: 0 }): Place {
  return {
    x: from.x + (n % columns) * (cell.width + gapPx),
    y: from.y + Math.floor(n / columns) * (cell.height + gapPx),
  };
}
