/** What an eye does around each run of the model: the frame made ready for it, its answer read, against the run. */
import { monotonicMs } from "../../server/base/clock.ts";
import { Detector } from "../../server/detect/session.ts";
import type { Millis } from "../../server/domain/units.ts";
import { benchModel } from "./floors.ts";
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
  },
  async run({ quick }) {
    const [runs, count] = quick ? [1, 5] : [15, 40];
    const { manifest, weightsPath } = benchModel();
    const { width, height } = manifest.input;
    await using detector = await Detector.open({ manifest, weightsPath, keepThreshold: KEEP });
    const planes = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 97 + (i >> 8) * 31) & 255);
    await pictures(detector, planes, count);
    const [ours, floor]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      const [aroundMs, runMs] = await pictures(detector, planes, count);
      ours.push(aroundMs);
      floor.push(runMs);
    }
    return [{ bench: "inference-around", better: "lower", unit: "ms", goal: 0.1, ours, floor }];
  },
};
