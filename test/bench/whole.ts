/** What the whole box takes of the machine with the demonstration's two cameras: processor time and memory. */
import { monotonicMs } from "../../server/base/clock.ts";
import { type Box, startBox } from "../support/box.ts";
import {
  benchModel,
  FILM_FPS,
  FILMS,
  filmOrder,
  modelFolders,
  startBareSession,
  startDecoder,
} from "./floors.ts";
import { pause } from "./interrupt.ts";
import { cpuMsOf, pssMbOf } from "./proc.ts";
import type { Experiment } from "./row.ts";

/** Frames looked at before anything is measured: the box has started, everything has run once. */
const FRAMES_FIRST = 40;
const FLOOR_PER_SECOND = FILM_FPS * FILMS.length;

async function startDemonstration(): Promise<Box> {
  const box = await startBox({ env: modelFolders() });
  try {
    await box.waitFor((view) => view.reaction.count >= FRAMES_FIRST, 20_000);
    return box;
  } catch (error) {
    await box[Symbol.asyncDispose]();
    throw error;
  }
}

interface Floor extends AsyncDisposable {
  readonly pids: readonly number[];
}

/** A decoder for each film and one session that runs as often as there are frames. */
async function startFloor(): Promise<Floor> {
  const model = benchModel();
  await using stack = new AsyncDisposableStack();
  const pids: number[] = [];
  for (const [i, film] of FILMS.entries()) {
    pids.push(stack.use(await startDecoder(filmOrder(film, i), model.manifest.input, "decode")).pid);
  }
  const session = stack.use(await startBareSession(model));
  await session.pace(FLOOR_PER_SECOND);
  pids.push(session.pid);
  const owned = stack.move();
  return { pids, [Symbol.asyncDispose]: async () => await owned.disposeAsync() };
}

const pidsOf = (box: Box): readonly number[] => box.processes().map(({ pid }) => pid);

export const boxCpu: Experiment = {
  rows: {
    "box-cpu":
      "processor time of every process of the box for each frame looked at, against ffmpeg that only decodes and a bare session.run for every frame",
  },
  async run({ quick }) {
    const [runs, windowMs] = quick ? [2, 1_000] : [8, 5_000];
    await using floor = await startFloor();
    await using box = await startDemonstration();
    const pids = pidsOf(box);
    const ms = { ours: [] as number[], floor: [] as number[] };
    for (let run = 0; run < runs; run++) {
      const [boxBefore, floorBefore, began] = [cpuMsOf(pids), cpuMsOf(floor.pids), monotonicMs()];
      const { count } = (await box.view()).reaction;
      await pause(windowMs);
      // A frame: on a busy machine the box skips some, and must not look cheaper for it.
      const looked = (await box.view()).reaction.count - count;
      ms.ours.push((cpuMsOf(pids) - boxBefore) / looked);
      const frames = (FLOOR_PER_SECOND * (monotonicMs() - began)) / 1000;
      ms.floor.push((cpuMsOf(floor.pids) - floorBefore) / frames);
    }
    await box.stop();
    return [{ bench: "box-cpu", better: "lower", unit: "ms a frame", ...ms }];
  },
};

export const memory: Experiment = {
  rows: {
    memory:
      "proportional memory of every process of the box, against an ffmpeg a camera that only decodes and one bare process with a session",
  },
  async run({ quick }) {
    const [runs, settleMs] = quick ? [1, 500] : [3, 5_000];
    const mb = { ours: [] as number[], floor: [] as number[] };
    // One after the other: side by side they would share pages and both look smaller than they are.
    for (let run = 0; run < runs; run++) {
      {
        await using box = await startDemonstration();
        await pause(settleMs);
        mb.ours.push(pssMbOf(pidsOf(box)));
        await box.stop();
      }
      await using floor = await startFloor();
      await pause(settleMs / 2);
      mb.floor.push(pssMbOf(floor.pids));
    }
    return [{ bench: "memory", better: "lower", unit: "MB", ...mb }];
  },
};
