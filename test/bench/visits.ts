/** Who is where in the clips whose truth is known. A person who was gone for a while is another visit. */
import { readFileSync } from "node:fs";
import { LOST_MS } from "../../server/domain/track.ts";
import type { Box } from "../../server/domain/units.ts";
import { outside, outsidePath } from "../support/missing.ts";
import { FILM_FPS, FILMS } from "./floors.ts";
import type { Present } from "./mot.ts";
import type { Clip } from "./sightings.ts";

/** A clip with everybody in every frame. */
export interface TrueClip extends Clip {
  readonly truth: readonly (readonly Present[])[];
}

type Corner = [x: number, y: number, width: number, height: number];
interface FilmTruth {
  readonly frames: readonly {
    readonly i: number;
    readonly persons: readonly {
      readonly id: string;
      readonly box: Corner;
      readonly visible: number;
      readonly visible_box: Corner;
    }[];
  }[];
}
interface WorkerTruth {
  readonly fps: number;
  readonly boxes: readonly (readonly [x0: number, y0: number, x1: number, y1: number])[];
}
type Interval = readonly [from: number, to: number];
/** Seconds; in neither there is nobody. */
interface RoomTruth {
  readonly fps: number;
  readonly frames: number;
  readonly present: readonly Interval[];
  readonly unsure: readonly Interval[];
}

/** Somebody of whom less can be seen is nobody whom a detector has to find. */
const MIN_VISIBLE = 0.5;
const WORKER = "worker-zone-detection-480x270";
const ROOM = "one-by-one-768x432-10fps";

const read = <T>(path: string): T => JSON.parse(readFileSync(path, "utf8")) as T;
const boxOf = ([x, y, width, height]: Corner): Box => ({ x0: x, y0: y, x1: x + width, y1: y + height });
const place = (name: string) => ({ name, path: outsidePath(`footage/${name}.mp4`) });
const truthOf = <T>(name: string): T => read<T>(outsidePath(`footage/${name}.truth.json`));

function film(path: string): TrueClip {
  const newest = new Map<string, { visit: number; frame: number }>();
  const { frames } = read<FilmTruth>(path.replace(/\.mp4$/, ".truth.json"));
  const truth = frames.map(({ i, persons }) =>
    persons.map(({ id, visible, ...person }): Present => {
      const known = newest.get(id) ?? { visit: 1, frame: i };
      const gone = ((i - known.frame) * 1000) / FILM_FPS > LOST_MS;
      const visit = gone ? known.visit + 1 : known.visit;
      newest.set(id, { visit, frame: i });
      const boxes = [boxOf(person.visible_box), boxOf(person.box)];
      return { visit: `${id}${visit}`, boxes, unsure: visible <= MIN_VISIBLE };
    }),
  );
  const name = /([^/\\]+)\.mp4$/.exec(path)?.[1] ?? path;
  return { name, path, picture: { width: 640, height: 360 }, fps: FILM_FPS, truth };
}

/** One worker who walks into a hall, box by box. */
function worker(): TrueClip {
  const picture = { width: 480, height: 270 };
  const { fps, boxes } = truthOf<WorkerTruth>(WORKER);
  const truth = boxes.map(([x0, y0, x1, y1]): Present[] => {
    const { width, height } = picture;
    const box = { x0: x0 / width, y0: y0 / height, x1: x1 / width, y1: y1 / height };
    return [{ visit: "worker", boxes: [box], unsure: false }];
  });
  return { ...place(WORKER), picture, fps, truth };
}

/** Six people one after the other, of whom only the times are known. */
function room(): TrueClip {
  const { fps, frames, present, unsure } = truthOf<RoomTruth>(ROOM);
  const truth = Array.from({ length: frames }, (_, i): Present[] => {
    const within = ([from, to]: Interval): boolean => i / fps >= from && i / fps < to;
    const visit = present.findIndex(within);
    if (visit >= 0) return [{ visit: `visitor ${visit + 1}`, boxes: [], unsure: false }];
    return unsure.some(within) ? [{ visit: "at the door", boxes: [], unsure: true }] : [];
  });
  return { ...place(ROOM), picture: { width: 768, height: 432 }, fps, truth };
}

/** The clips of the demonstration, and the outside ones that are there. */
export function trueClips(): TrueClip[] {
  const clips = FILMS.map(film);
  for (const [name, clip] of [
    [WORKER, worker],
    [ROOM, room],
  ] as const) {
    const missing = outside(`footage/${name}.truth.json`);
    if (missing === false) clips.push(clip());
    else process.stderr.write(`left out: ${missing}\n`);
  }
  return clips;
}
