/** How well people keep their numbers, against following by overlap alone, and what that costs for each frame. */
import { monotonicMs } from "../../server/base/clock.ts";
import type { Detection } from "../../server/domain/eye.ts";
import { iou } from "../../server/domain/geometry.ts";
import { advanceTracks, LOST_MS, NO_TRACKS } from "../../server/domain/track.ts";
import type { Millis } from "../../server/domain/units.ts";
import { benchModel } from "./floors.ts";
import { type MotFigures, motFigures, type Placed } from "./mot.ts";
import type { Experiment } from "./row.ts";
import { sightingsOf } from "./sightings.ts";
import { type TrueClip, trueClips } from "./visits.ts";

type Frames = readonly (readonly Detection[])[];
type Tracker = (detections: readonly Detection[], at: Millis) => readonly Placed[];

/** Every frame of a clip, and as slower cameras have it. */
const STRIDES = [1, 2, 5];
const QUICK_FRAMES = 200;
/** Enough that the clock is not what is measured. */
const REPLAYS = 20;
/** The overlap from which the floor takes two boxes for one person. */
const FLOOR_IOU = 0.3;

function ours(threshold: number): Tracker {
  let tracks = NO_TRACKS;
  return (detections, at) => {
    tracks = advanceTracks(tracks, detections, at, threshold);
    return tracks.list.filter(({ state }) => state === "confirmed");
  };
}

/** The least that gives people numbers: each sure box takes that of the last box it overlaps most. */
function byOverlap(threshold: number): Tracker {
  let last: readonly (Placed & { readonly at: Millis })[] = [];
  let nextId = 1;
  return (detections, at) => {
    last = last.filter((one) => at - one.at <= LOST_MS);
    const sure = detections.filter(({ score }) => score >= threshold).sort((a, b) => b.score - a.score);
    const now = sure.map(({ box }) => {
      const fitting = last.filter((one) => iou(one.box, box) >= FLOOR_IOU);
      const [best] = fitting.sort((a, b) => iou(b.box, box) - iou(a.box, box));
      last = last.filter((one) => one !== best);
      return { id: best?.id ?? nextId++, box, at };
    });
    last = [...last, ...now];
    return now;
  };
}

interface Story {
  readonly clip: TrueClip;
  readonly stride: number;
}

function figures({ clip, stride }: Story, seen: Frames, tracker: Tracker): MotFigures {
  const frames = seen.flatMap((detections, i) => {
    if (i % stride !== 0) return [];
    const truth = clip.truth[i] ?? [];
    return [{ truth, told: tracker(detections, (i * 1000) / clip.fps) }];
  });
  return motFigures(frames);
}

/** The truth as a detector that misses nobody would tell it; undefined where nobody's place is known. */
function perfect({ truth }: TrueClip, length: number): Frames | undefined {
  if (truth.some((people) => people.some(({ boxes }) => boxes.length === 0))) return undefined;
  return truth
    .slice(0, length)
    .map((people) =>
      people.flatMap(({ boxes: [box], unsure }) =>
        box === undefined || unsure ? [] : [{ label: "person", score: 1, box }],
      ),
    );
}

/** What following takes for a thousand frames: for one it is too little to tell. */
function cost(seen: Frames, { fps }: TrueClip, threshold: number): Millis {
  const began = monotonicMs();
  for (let replay = 0; replay < REPLAYS; replay++) {
    const tracker = ours(threshold);
    for (const [i, detections] of seen.entries()) tracker(detections, (i * 1000) / fps);
  }
  return (1_000 * (monotonicMs() - began)) / (REPLAYS * seen.length);
}

function tell({ clip, stride }: Story, who: string, found: MotFigures): void {
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const { switches, fragmentations, missed, invented, present } = found;
  const told = [
    `MOTA ${share(found.mota)}, IDF1 ${share(found.idf1)}`,
    `switches ${switches}, fragmentations ${fragmentations}`,
    `numbers a visit ${found.numbersPerVisit.toFixed(2)}`,
    `missed ${missed} and invented ${invented} of ${present}`,
  ];
  const rate = `${(clip.fps / stride).toFixed(1)} frames/s`;
  process.stderr.write(`${clip.name} at ${rate}, ${who}: ${told.join(", ")}\n`);
}

const sides = () => ({ ours: [] as number[], floor: [] as number[] });

export const tracking: Experiment = {
  rows: {
    "tracking-idf1":
      "share of people and of boxes that one number for each visit explains, by the model's boxes, against following by overlap alone",
    "tracking-mota": "1 less the share of people missed, invented and exchanged, against the same",
    "tracking-stretches": "stretches without a break that a visit falls into, against the same",
    "tracking-ids": "numbers given for each visit of a person, against the same",
    "tracking-ceiling": "IDF1 by the model's boxes, against IDF1 by the boxes of the truth",
    "tracking-cpu": "time of following everybody through a thousand frames, against one run of the model",
  },
  async run({ quick }) {
    const model = benchModel();
    const { threshold } = model.manifest;
    const rows = {
      idf1: sides(),
      mota: sides(),
      stretches: sides(),
      ids: sides(),
      ceiling: sides(),
      cpu: sides(),
    };
    for (const clip of quick ? trueClips().slice(1, 2) : trueClips()) {
      const { frames, inferenceMs } = await sightingsOf(clip, model, quick ? QUICK_FRAMES : undefined);
      // The first turn is not counted: the code is still being compiled.
      cost(frames, clip, threshold);
      rows.cpu.ours.push(cost(frames, clip, threshold));
      rows.cpu.floor.push(inferenceMs);
      for (const stride of STRIDES) {
        const story = { clip, stride };
        const mine = figures(story, frames, ours(threshold));
        const least = figures(story, frames, byOverlap(threshold));
        tell(story, "followed", mine);
        tell(story, "by overlap alone", least);
        for (const [row, of] of [
          [rows.idf1, (found: MotFigures) => found.idf1],
          [rows.mota, (found: MotFigures) => found.mota],
          [rows.stretches, (found: MotFigures) => found.stretchesPerVisit],
          [rows.ids, (found: MotFigures) => found.numbersPerVisit],
        ] as const) {
          row.ours.push(of(mine));
          row.floor.push(of(least));
        }
        const truth = perfect(clip, frames.length);
        if (truth === undefined) continue;
        const best = figures(story, truth, ours(threshold));
        tell(story, "followed by the boxes of the truth", best);
        rows.ceiling.ours.push(mine.idf1);
        rows.ceiling.floor.push(best.idf1);
      }
    }
    return [
      { bench: "tracking-idf1", better: "higher", unit: "of 1", ...rows.idf1 },
      { bench: "tracking-mota", better: "higher", unit: "of 1", ...rows.mota },
      { bench: "tracking-stretches", better: "lower", unit: "a visit", ...rows.stretches },
      { bench: "tracking-ids", better: "lower", unit: "a visit", ...rows.ids },
      { bench: "tracking-ceiling", better: "higher", unit: "of 1", ...rows.ceiling },
      { bench: "tracking-cpu", better: "lower", unit: "ms", ...rows.cpu },
    ];
  },
};
