/** What the trust checks add to every frame, against what the detector takes for it. */
import { monotonicMs } from "../../server/base/clock.ts";
import { Watcher } from "../../server/camera/look.ts";
import { MODEL, played, readFilm, sceneOf } from "../support/looks.ts";
import { benchModel, FILM_FPS, FILMS, startBareSession } from "./floors.ts";
import { type Experiment, median, percentile } from "./row.ts";

const PICTURE = { width: 640, height: 360 };
/** Somebody is at work by then. */
const FILM_SECONDS = 20;

export const trust: Experiment = {
  rows: {
    "trust-cost": "time of a camera's checks for one frame, on average, against one run of the model",
    "trust-p99": "the time that 99 of 100 frames are checked within, against one run of the model",
  },
  async run({ quick }) {
    const [runs, frames, windowMs] = quick ? [2, 300, 300] : [9, 2_000, 1_000];
    await using bare = await startBareSession(benchModel());
    const path = FILMS[0] ?? "";
    const film = await readFilm({
      name: "film",
      path,
      picture: PICTURE,
      fps: FILM_FPS,
      seconds: FILM_SECONDS,
    });
    const watcher = new Watcher(MODEL, FILM_FPS, sceneOf(film));
    const pictures = played(film);
    const mean = { ours: [] as number[], floor: [] as number[] };
    const worst = { ours: [] as number[], floor: [] as number[] };
    let at = 0;
    // The first turn is not counted: the code is still being compiled.
    for (let run = 0; run <= runs; run++) {
      const took: number[] = [];
      for (let i = 0; i < frames; i++, at += 1000 / FILM_FPS) {
        const planes = pictures.next().value;
        const began = monotonicMs();
        watcher.look(planes, PICTURE, at, 0, { ratio: 1 });
        took.push(monotonicMs() - began);
      }
      const { perSecond } = await bare.infer(windowMs);
      if (run === 0) continue;
      mean.ours.push(took.reduce((sum, ms) => sum + ms, 0) / frames);
      worst.ours.push(percentile(took, 0.99));
      for (const { floor } of [mean, worst]) floor.push(1000 / perSecond);
    }
    if (watcher.trust.kind !== "trusted")
      throw new Error(
        `The film is not trusted: ${JSON.stringify(watcher.trust)}; ${median(mean.ours)} ms a frame`,
      );
    return [
      { bench: "trust-cost", better: "lower", unit: "ms a frame", ...mean },
      { bench: "trust-p99", better: "lower", unit: "ms a frame", ...worst },
    ];
  },
};
