/**
 * What an eye does around each run of the model: the frame made ready for it, its answer read. Against the run, and as
 * the rate of a detector whose frames are always there against a bare loop of runs.
 */
import { monotonicMs } from "../../server/base/clock.ts";
import { Detector } from "../../server/detect/session.ts";
import type { Millis } from "../../server/domain/units.ts";
import { benchModel, startBareSession } from "./floors.ts";
import type { Experiment } from "./row.ts";

const SIZE = { width: 1280, height: 720 };
/** What the box keeps of an answer: more boxes are read than count. */
const KEEP = 0.2;

/** What a picture takes beside the run, and in it. */
async function pictures(detector: Detector, planes: Uint8Array, count: number): Promise<[Millis, Millis]> {
  const began = monotonicMs();
  let inRuns = 0;
  for (let i = 0; i < count; i++)
    inRuns += (await detector.detect(planes, SIZE, () => undefined)).inferenceMs;
  return [(monotonicMs() - began - inRuns) / count, inRuns / count];
}

export const around: Experiment = {
  rows: {
    "inference-around":
      "time of a picture that is not the model's run (preparing the frame, reading the boxes), against the run",
    "inference-pool":
      "pictures a second of a detector whose frames are always ready, against a bare session.run loop with as many threads",
  },
  async run({ quick }) {
    const [runs, count] = quick ? [1, 5] : [15, 40];
    const model = benchModel();
    const { manifest, weightsPath } = model;
    const { width, height } = manifest.input;
    await using bare = await startBareSession(model);
    await using detector = await Detector.open({ manifest, weightsPath, keepThreshold: KEEP });
    const planes = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 97 + (i >> 8) * 31) & 255);
    await pictures(detector, planes, count);
    const beside = { ours: [] as number[], floor: [] as number[] };
    const rate = { ours: [] as number[], floor: [] as number[] };
    for (let run = 0; run < runs; run++) {
      const [aroundMs, runMs] = await pictures(detector, planes, count);
      beside.ours.push(aroundMs);
      beside.floor.push(runMs);
      rate.ours.push(1_000 / (aroundMs + runMs));
      rate.floor.push((await bare.infer(count * runMs)).perSecond);
    }
    return [
      { bench: "inference-around", better: "lower", unit: "ms", goal: 0.1, ...beside },
      { bench: "inference-pool", better: "higher", unit: "pictures/s", goal: 0.95, ...rate },
    ];
  },
};
