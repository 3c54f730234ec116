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
/** Millimetres. From five tiles on the head is lower, or the pictures would be mere stamps. */
const HEAD_MM = 9;
const HEAD_SMALL_MM = 6;
const GAP_MM = 2;
const BAND_MM = 9;
const ZONES_MM = 20;

/**
 * The grid for `count` tiles.
 * @param area the room for all tiles, pixels
 * @param mm pixels per millimetre
 */
export function chooseGrid(count: number, area: Area, mm: number): Grid {
  let best: Grid | undefined;
  for (let columns = 1; columns <= Math.max(1, Math.min(count, 4)); columns++) {
    const grid = gridOf(Math.max(1, count), columns, area, mm);
    // A hair's breadth decides for more columns: people stand side by side in front of a panel, not on top.
    if (best === undefined || grid.picture.width >= best.picture.width - 2) best = grid;
  }
  return best as Grid;
}

function gridOf(count: number, columns: number, area: Area, mm: number): Grid {
  const rows = Math.ceil(count / columns);
  const gapPx = Math.round(GAP_MM * mm);
  const headPx = Math.round((count > 4 ? HEAD_SMALL_MM : HEAD_MM) * mm);
  const cell = {
    width: Math.max(0, Math.floor((area.width - gapPx * (columns - 1)) / columns)),
    height: Math.max(0, Math.floor((area.height - gapPx * (rows - 1)) / rows)),
  };
  const picture = fit(USUAL_ASPECT, { width: cell.width, height: cell.height - headPx });
  const rest = cell.height - headPx - picture.height;
  const detail = rest >= ZONES_MM * mm ? "zones" : rest >= BAND_MM * mm ? "band" : "none";
  return { columns, rows, cell, picture, headPx, gapPx, detail };
}

/** The largest box of that width-to-height ratio in the room, whole pixels. */
export function fit(aspect: number, room: Area): Area {
  const width = Math.max(0, Math.min(room.width, room.height * aspect));
  return { width: Math.floor(width), height: Math.floor(width / aspect) };
}
