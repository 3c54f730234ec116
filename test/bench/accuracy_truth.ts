/** The pictures and clips whose people are known: ours, and the outside ones where they are here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEMONSTRATION_FOLDER } from "../../server/demonstration.ts";
import type { Size } from "../../server/domain/units.ts";
import { outside, outsidePath } from "../support/missing.ts";
import type { Clip, Interval, Person } from "./accuracy_score.ts";

export interface LabelledPicture {
  readonly set: string;
  readonly path: string;
  readonly size: Size;
  readonly persons: readonly Person[];
}

export interface FilmedClip extends Clip {
  readonly path: string;
  readonly fps: number;
  readonly size: Size;
}

/** COCO's format. */
interface Labels {
  readonly images: readonly (Size & { readonly id: number; readonly file_name: string })[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly bbox: readonly [x: number, y: number, width: number, height: number];
    readonly iscrowd: 0 | 1;
  }[];
}

export const PICTURE_SETS = ["site", "forklift", "coco"];
const WHOLE_PICTURE = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
] as const;

function read<T>(path: string): T {
  return JSON.parse(readFileSync(path, "utf8")) as T;
}

function labelled(set: string): readonly LabelledPicture[] {
  const { images, annotations } = read<Labels>(outsidePath(`eval/${set}/persons.json`));
  return images.map(({ id, file_name, width, height }) => ({
    set,
    path: outsidePath(`eval/${set}/images/${file_name}`),
    size: { width, height },
    persons: annotations
      .filter(({ image_id }) => image_id === id)
      .map(({ bbox: [x, y, w, h], iscrowd }) => ({
        box: { x0: x / width, y0: y / height, x1: (x + w) / width, y1: (y + h) / height },
        ignored: iscrowd === 1,
      })),
  }));
}

/** The labelled pictures of the sets that are here; says of the others why they are not. */
export function pictures(say: (line: string) => void): readonly LabelledPicture[] {
  return PICTURE_SETS.flatMap((set) => {
    const missing = outside(`eval/${set}/persons.json`);
    if (missing !== false) say(`Left out: ${missing}`);
    return missing === false ? labelled(set) : [];
  });
}

interface CellTruth {
  readonly fps: number;
  readonly seconds: number;
  readonly zone: Clip["polygon"];
  readonly zone_intervals: readonly Interval[];
  readonly width: number;
  readonly height: number;
}

function cell(name: string): FilmedClip {
  const truth = read<CellTruth>(join(DEMONSTRATION_FOLDER, `${name}.truth.json`));
  const { fps, seconds, zone: polygon, zone_intervals: inside, width, height } = truth;
  const path = join(DEMONSTRATION_FOLDER, `${name}.mp4`);
  return { name, path, fps, seconds, polygon, inside, unsure: [], size: { width, height } };
}

interface ClipTruth {
  readonly fps: number;
  readonly frames: number;
  readonly present: readonly Interval[];
  readonly unsure: readonly Interval[];
}

/** Of a real clip the whole picture is the zone. */
function filmed(name: string, size: Size): FilmedClip {
  const truth = read<ClipTruth>(outsidePath(`footage/${name}.truth.json`));
  const { fps, present: inside, unsure } = truth;
  const path = outsidePath(`footage/${name}.mp4`);
  return { name, path, fps, seconds: truth.frames / fps, polygon: WHOLE_PICTURE, inside, unsure, size };
}

export function clips(say: (line: string) => void): readonly FilmedClip[] {
  const real: readonly [string, Size][] = [
    ["one-by-one-768x432-10fps", { width: 768, height: 432 }],
    ["worker-zone-detection-480x270", { width: 480, height: 270 }],
  ];
  const others = real.flatMap(([name, size]) => {
    const missing = outside(`footage/${name}.truth.json`);
    if (missing !== false) say(`Left out: ${missing}`);
    return missing === false ? [filmed(name, size)] : [];
  });
  return [cell("cell-front"), cell("cell-side"), ...others];
}
