/**
 * `npm run bench -- accuracy`: how well every installed model finds people in labelled pictures, and trips where
 * somebody enters a zone. A line of JSON for each model, and the tables that the manifests' thresholds come from.
 */
import { delimiter, join } from "node:path";
import { listModels, type ModelEntry } from "../../server/detect/find.ts";
import { Detector } from "../../server/detect/session.ts";
import type { Detection } from "../../server/domain/eye.ts";
import type { Size } from "../../server/domain/units.ts";
import { PERSON } from "../../server/domain/zone.ts";
import { picturesInput, planesOf } from "../support/planes.ts";
import {
  curveOf,
  type LookedAt,
  type LookedAtFrame,
  SIZES,
  type Trips,
  together,
  tripsOf,
  type Watching,
} from "./accuracy_score.ts";
import { clips, type FilmedClip, type LabelledPicture, pictures } from "./accuracy_truth.ts";
import { benchModel } from "./floors.ts";
import { interrupted } from "./interrupt.ts";
import { median } from "./row.ts";

/** What scores less is not looked at: below this, false boxes outnumber people by far with every model. */
const KEEP = 0.05;
const THRESHOLDS = [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6];
/** Frames that must agree: the box's own rule at 10 frames a second, and its neighbours. */
const CONFIRMATIONS = [
  [1, 1],
  [2, 3],
  [3, 5],
] as const;
const OWN_CONFIRMATION = { confirm: 2, window: 3 };
/** A quick run proves that the figures come about, and says little. */
const QUICK_FRAMES = 100;
const QUICK_PICTURES = 5;

type Installed = Required<ModelEntry>;

interface Watched {
  readonly clip: FilmedClip;
  readonly frames: readonly LookedAtFrame[];
}

/** What one model made of everything. */
interface Looked {
  readonly model: Installed;
  readonly pictures: (LookedAt & Pick<LabelledPicture, "set">)[];
  readonly watched: Watched[];
  readonly runMs: number[];
}

function installed(quick: boolean): readonly Installed[] {
  if (quick) return [benchModel()];
  const shared = process.env.PALISADE_SHARED;
  const folders = [process.env.PALISADE_MODELS, shared === undefined ? undefined : join(shared, "models")];
  const further = folders.filter((each) => each !== undefined && each !== "").join(delimiter);
  return listModels({ further }).filter((model): model is Installed => model.weightsPath !== undefined);
}

/** Models that are given the very same planes. */
function alike(models: readonly Installed[]): readonly (readonly Installed[])[] {
  const groups = Map.groupBy(
    models,
    ({ manifest: { input } }) => `${input.width}x${input.height} ${input.pad}`,
  );
  return [...groups.values()];
}

class Models implements AsyncDisposable {
  readonly #detectors: readonly Detector[];
  readonly looked: readonly Looked[];

  private constructor(models: readonly Installed[], detectors: readonly Detector[]) {
    this.#detectors = detectors;
    this.looked = models.map((model) => ({ model, pictures: [], watched: [], runMs: [] }));
  }

  static async open(models: readonly Installed[]): Promise<Models> {
    const detectors: Detector[] = [];
    for (const { manifest, weightsPath } of models)
      detectors.push(await Detector.open({ manifest, weightsPath, keepThreshold: KEEP }));
    return new Models(models, detectors);
  }

  /** What each of them finds, in their order. */
  async find(planes: Uint8Array, size: Size): Promise<readonly (readonly Detection[])[]> {
    const all: (readonly Detection[])[] = [];
    for (const [i, detector] of this.#detectors.entries()) {
      const { detections, inferenceMs } = await detector.detect(planes, size, () => undefined);
      this.looked[i]?.runMs.push(inferenceMs);
      all.push(detections.filter(({ label }) => label === PERSON));
    }
    return all;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const detector of this.#detectors) await detector[Symbol.asyncDispose]();
  }
}

async function lookAtPictures(models: Models, all: readonly LabelledPicture[]): Promise<void> {
  const input = models.looked[0]?.model.manifest.input;
  if (all.length === 0 || input === undefined) return;
  const { args, script } = picturesInput(all.map(({ path }) => path));
  let i = 0;
  for await (const planes of planesOf(args, input, script)) {
    const picture = all[i++];
    if (picture === undefined || interrupted.aborted) break;
    const found = await models.find(planes, picture.size);
    for (const [at, each] of found.entries()) models.looked[at]?.pictures.push({ ...picture, found: each });
  }
  if (i !== all.length && !interrupted.aborted)
    throw new Error(`Of ${all.length} labelled pictures ffmpeg read ${i}; check them`);
}

async function watchClip(models: Models, clip: FilmedClip, most: number): Promise<void> {
  const input = models.looked[0]?.model.manifest.input;
  if (input === undefined) return;
  const frames: LookedAtFrame[][] = models.looked.map(() => []);
  let i = 0;
  for await (const planes of planesOf(["-i", clip.path], input)) {
    if (i >= most || interrupted.aborted) break;
    const second = i++ / clip.fps;
    const found = await models.find(planes, clip.size);
    for (const [at, each] of found.entries()) frames[at]?.push({ second, found: each });
  }
  const seconds = i / clip.fps;
  const inside = clip.inside.filter(([from]) => from < seconds);
  for (const [at, { watched }] of models.looked.entries())
    watched.push({ clip: { ...clip, inside, seconds }, frames: frames[at] ?? [] });
}

function tripsOfAll({ watched }: Looked, watching: Watching): Trips {
  return together(watched.map(({ clip, frames }) => tripsOf(clip, frames, watching)));
}

/** Null where there was nothing to measure. */
const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toFixed(3)) : null);
const percent = (value: number): string => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : "-");
const seconds = (value: number): string => (Number.isFinite(value) ? `${value.toFixed(2)} s` : "-");

function tripsText({ events, tripped, wrong, took, seconds: all }: Trips): string[] {
  const perHour = `${((3600 * wrong) / all).toFixed(1)} (${wrong})`;
  return [`${tripped} of ${events}`, perHour, seconds(median(took)), seconds(Math.max(...took))];
}

/** As a manifest writes down what was measured. */
function setsOf({ pictures: all }: Looked) {
  return [...Map.groupBy(all, ({ set }) => set)].map(([set, some]) => {
    const curve = curveOf(some);
    return { set, precision: rounded(curve.ap50), recall: rounded(curve.at(0.1).recall) };
  });
}

function line(looked: Looked): string {
  const { model, runMs } = looked;
  const { name, threshold } = model.manifest;
  const curve = curveOf(looked.pictures);
  const trips = tripsOfAll(looked, { ...OWN_CONFIRMATION, threshold });
  const ap50 = Object.entries(SIZES).map(([size, range]) => [
    size,
    rounded(curveOf(looked.pictures, range).ap50),
  ]);
  return JSON.stringify({
    bench: "accuracy",
    model: name,
    pictures: looked.pictures.length,
    ap50: rounded(curve.ap50),
    ...Object.fromEntries(ap50),
    recallAtTenthFalse: rounded(curve.at(0.1).recall),
    recallAtOneFalse: rounded(curve.at(1).recall),
    sets: setsOf(looked),
    threshold,
    eventRecall: rounded(trips.tripped / trips.events),
    falseTripsPerHour: rounded((3600 * trips.wrong) / trips.seconds),
    tripMedianSeconds: rounded(median(trips.took)),
    runMs: rounded(median(runMs)),
  });
}

function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function picturesTable(all: readonly Looked[]): string {
  const sizes = Object.keys(SIZES);
  const head = ["model", "ms", "AP50", ...sizes, "recall at 0.1 false", "(score)", "at 1 false", "(score)"];
  const rows = all.map(({ model, pictures: looked, runMs }) => {
    const curve = curveOf(looked);
    const [few, many] = [curve.at(0.1), curve.at(1)];
    const bySize = Object.values(SIZES).map((range) => percent(curveOf(looked, range).ap50));
    return [
      ...[model.manifest.name, median(runMs).toFixed(1), percent(curve.ap50), ...bySize],
      ...[percent(few.recall), few.score.toFixed(2), percent(many.recall), many.score.toFixed(2)],
    ];
  });
  return columns([head, ...rows]);
}

function tripsTable(all: readonly Looked[]): string {
  const head = ["model", "threshold", "frames", "events tripped", "false trips an hour", "median", "longest"];
  const rows = all.flatMap((looked) => {
    const { name, threshold } = looked.model.manifest;
    const row = (watching: Watching): string[] => {
      const { confirm, window } = watching;
      const trips = tripsText(tripsOfAll(looked, watching));
      return [name, watching.threshold.toFixed(2), `${confirm} of ${window}`, ...trips];
    };
    return [
      ...CONFIRMATIONS.map(([confirm, window]) => row({ confirm, window, threshold })),
      ...THRESHOLDS.filter((each) => each !== threshold).map((each) =>
        row({ ...OWN_CONFIRMATION, threshold: each }),
      ),
    ];
  });
  return columns([head, ...rows]);
}

/** Measures and prints. Returns how many groups of models failed. */
export async function accuracy(quick: boolean): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const [labelled, filmed] = [pictures(say), clips(say)];
  const chosen = quick ? labelled.slice(0, QUICK_PICTURES) : labelled;
  const all: Looked[] = [];
  let failed = 0;
  for (const group of alike(installed(quick))) {
    if (interrupted.aborted) break;
    const names = group.map(({ manifest }) => manifest.name).join(", ");
    say(`looking with ${names}`);
    try {
      await using models = await Models.open(group);
      await lookAtPictures(models, chosen);
      for (const clip of quick ? filmed.slice(0, 1) : filmed)
        await watchClip(models, clip, quick ? QUICK_FRAMES : Number.POSITIVE_INFINITY);
      if (interrupted.aborted) break;
      for (const looked of models.looked) console.log(line(looked));
      all.push(...models.looked);
    } catch (error) {
      failed++;
      console.error(`Cannot measure ${names}: ${(error as Error).message}`);
    }
  }
  const people = all[0] === undefined ? 0 : curveOf(all[0].pictures).people;
  if (chosen.length > 0)
    console.log(`\n${chosen.length} labelled pictures with ${people} people\n${picturesTable(all)}`);
  const watched = all[0]?.watched ?? [];
  const minutes = watched.reduce((sum, { clip }) => sum + clip.seconds, 0) / 60;
  console.log(
    `\n${watched.length} clips of ${minutes.toFixed(1)} minutes, one stop zone each\n${tripsTable(all)}`,
  );
  return failed;
}
