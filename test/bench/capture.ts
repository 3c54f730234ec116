/** What it costs to get the frames of a camera: our ffmpeg, and the process that reads it. */
import { monotonicMs } from "../../server/base/clock.ts";
import { openBenchEyes } from "./eyes.ts";
import { benchModel, FILMS, filmOrder, startDecoder, type Work } from "./floors.ts";
import { pause } from "./interrupt.ts";
import { childrenOf, cpuMsOf } from "./proc.ts";
import type { Experiment } from "./row.ts";

/** Programs start, decoders fill their buffers. */
const SETTLE_MS = 2_000;

export const capture: Experiment = {
  rows: {
    "capture-cpu":
      "processor time a camera of our ffmpeg (raw frames and JPEG), against ffmpeg that only decodes the same film",
    "eye-cpu":
      "processor time a camera of an eye without a detector and its ffmpeg, against the same ffmpeg alone, unread",
  },
  async run({ quick }) {
    const [runs, windowMs] = quick ? [2, 1_000] : [8, 5_000];
    const cameras = FILMS.map((film, i) => filmOrder(film, i));
    const letterbox = benchModel().manifest.input;
    await using stack = new AsyncDisposableStack();
    const eye = stack.use(openBenchEyes(cameras, { failed: "No model, for the bench" }));
    await eye.settle(true);
    const alone = async (work: Work): Promise<readonly number[]> => {
      const pids: number[] = [];
      for (const camera of cameras) pids.push(stack.use(await startDecoder(camera, letterbox, work)).pid);
      return pids;
    };
    const eyePids = eye.eyes.pids;
    const sides = {
      eye: eyePids,
      ours: eyePids.flatMap(childrenOf),
      decode: await alone("decode"),
      same: await alone("same as ours"),
    };
    if (sides.ours.length !== cameras.length)
      throw new Error(`The eye has ${sides.ours.length} ffmpeg processes instead of ${cameras.length}`);
    await pause(SETTLE_MS);

    // All of them run at the same time, so whatever else the machine does, it does to each.
    const share = { eye: [], ours: [], decode: [], same: [] } as Record<keyof typeof sides, number[]>;
    const names = Object.keys(sides) as (keyof typeof sides)[];
    for (let run = 0; run < runs; run++) {
      const [began, before] = [monotonicMs(), names.map((name) => cpuMsOf(sides[name]))];
      await pause(windowMs);
      const after = names.map((name) => cpuMsOf(sides[name]));
      const took = monotonicMs() - began;
      for (const [i, name] of names.entries()) {
        const ms = (after[i] ?? Number.NaN) - (before[i] ?? Number.NaN);
        share[name].push((100 * ms) / took / cameras.length);
      }
    }
    const whole = share.eye.map((percent, i) => percent + (share.ours[i] ?? Number.NaN));
    const told = { better: "lower", unit: "% of a core" } as const;
    return [
      { bench: "capture-cpu", ...told, ours: share.ours, floor: share.decode },
      { bench: "eye-cpu", ...told, ours: whole, floor: share.same },
    ];
  },
};
