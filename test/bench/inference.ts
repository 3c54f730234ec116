/** How fast an eye looks at frames when there are always more of them than it can take. */
import { join } from "node:path";
import { monotonicMs } from "../../server/base/clock.ts";
import { openBenchEyes } from "./eyes.ts";
import {
  benchModel,
  cutFilm,
  FILM_FPS,
  FILMS,
  filmOrder,
  startBareSession,
  temporaryFolder,
} from "./floors.ts";
import { pause } from "./interrupt.ts";
import { cpuMsOf } from "./proc.ts";
import type { Experiment } from "./row.ts";

/** The most a camera may send. */
const FPS = 30;
/** So much more than a bare loop could take: enough to keep the detector busy, little to read in vain. */
const OVERSUPPLY = 1.2;
const MAX_CAMERAS = 16;
/** From the last camera's first frame until all of them send at their rate. */
const SETTLE_MS = 500;
/** Scores count for nothing here; boxes below this are not even reported. */
const KEEP = 0.25;

export const inference: Experiment = {
  rows: {
    "inference-rate":
      "frames a second an eye looks at when its cameras send more than it can take, decoding, live pictures and the picture checks on the same cores, against a bare session.run loop on one prepared frame",
    "inference-cpu":
      "processor time of the eye process for each frame it looks at, fed so, against the bare loop's for each run",
  },
  async run({ quick }) {
    const [runs, windowMs] = quick ? [1, 1_000] : [9, 2_000];
    const model = benchModel();
    await using stack = new AsyncDisposableStack();
    const folder = stack.use(await temporaryFolder());
    const bare = stack.use(await startBareSession(model));
    const fast = await Promise.all(
      FILMS.map((film, i) =>
        cutFilm(["-itsscale", String(FILM_FPS / FPS), "-i", film], join(folder.path, `fast-${i}.mp4`)),
      ),
    );
    const wanted = Math.ceil(((await bare.infer(1_000)).perSecond * OVERSUPPLY) / FPS);
    const cameras = Array.from({ length: Math.min(MAX_CAMERAS, Math.max(2, wanted)) }, (_, i) =>
      filmOrder(fast[i % fast.length] ?? "", i, FPS),
    );
    const { manifestPath, weightsPath } = model;
    const eye = stack.use(openBenchEyes(cameras, { manifestPath, weightsPath, keepThreshold: KEEP }));
    await eye.settle(true);

    const rate = { ours: [] as number[], floor: [] as number[] };
    const cpu = { ours: [] as number[], floor: [] as number[] };
    // Short turns: on a machine with other work to do, neighbours in time meet the same of it.
    for (let run = 0; run < runs; run++) {
      for (const { id } of cameras) eye.eyes.start(id);
      await eye.settle(true);
      await pause(SETTLE_MS);
      const replaced = eye.replaced();
      const [began, before, cpuBefore] = [monotonicMs(), eye.observed(), cpuMsOf(eye.eyes.pids)];
      await pause(windowMs);
      const looked = eye.observed() - before;
      rate.ours.push((1000 * looked) / (monotonicMs() - began));
      cpu.ours.push((cpuMsOf(eye.eyes.pids) - cpuBefore) / looked);
      // The cameras stop for the bare loop: their decoders would take its processor.
      for (const { id } of cameras) eye.eyes.stop(id);
      await eye.settle(false);
      const bareBefore = cpuMsOf([bare.pid]);
      const { runs: bareRuns, perSecond } = await bare.infer(windowMs);
      rate.floor.push(perSecond);
      cpu.floor.push((cpuMsOf([bare.pid]) - bareBefore) / bareRuns);
      if (eye.replaced() === replaced)
        throw new Error(`${cameras.length} cameras at ${FPS} frames a second do not keep the detector busy`);
    }
    return [
      { bench: "inference-rate", better: "higher", unit: "frames/s", ...rate },
      { bench: "inference-cpu", better: "lower", unit: "ms a frame", ...cpu },
    ];
  },
};
