/** What clips cost: a box that records all its cameras without a break, beside one that records nothing. */
import { monotonicMs } from "../../server/base/clock.ts";
import { type Box, startBox } from "../support/box.ts";
import { FILMS, filmOrder, modelFolders } from "./floors.ts";
import { pause } from "./interrupt.ts";
import { cpuMs, pssMbOf } from "./proc.ts";
import type { Experiment } from "./row.ts";

const FRAMES_FIRST = 40;
/** A requested stop records every camera for as long; the next one makes the clips longer. */
const AGAIN_MS = 5_000;

async function startWith(clips: object): Promise<Box> {
  const cameras = FILMS.map((film, i) => ({ ...filmOrder(film, i), name: `Camera ${i}` }));
  const corner = [
    [0, 0],
    [0.1, 0],
    [0.1, 0.1],
    [0, 0.1],
  ];
  const zones = cameras.map(({ id }) => ({ id, camera: id, name: id, kind: "stop", polygon: corner }));
  const box = await startBox({ env: modelFolders(), provision: { cameras, zones, record: { clips } } });
  try {
    await box.waitFor((view) => view.reaction.count >= FRAMES_FIRST, 60_000);
    return box;
  } catch (error) {
    await box[Symbol.asyncDispose]();
    throw error;
  }
}

/** Of every process that lives: a box starts short ones too. */
function cpuByPid(box: Box): ReadonlyMap<number, number> {
  return new Map(
    box.processes().flatMap(({ pid }): [number, number][] => {
      try {
        return [[pid, cpuMs(pid)]];
      } catch {
        return [];
      }
    }),
  );
}

export const recording: Experiment = {
  rows: {
    "recording-cpu":
      "processor time of every process of a box that records both its cameras without a break, for each frame looked at, against that of a box that records nothing",
    "recording-memory":
      "proportional memory of every process of a box that has recorded both its cameras without a break, against that of a box that records nothing",
  },
  async run({ quick }) {
    const [runs, windowMs] = quick ? [1, 5_000] : [6, 10_000];
    // Both at the same time, so whatever else the machine does, it does to each.
    await using ours = await startWith({});
    await using floor = await startWith({ keep: 0 });
    const boxes = [ours, floor] as const;
    const cpu = [[], []] as [number[], number[]];
    const memory = [[], []] as [number[], number[]];
    const record = async (): Promise<unknown> =>
      await Promise.all(boxes.map((box) => box.send("POST", "/api/stop-request", {})));
    for (let run = 0; run < runs; run++) {
      await record();
      const looked = await Promise.all(boxes.map(async (box) => (await box.view()).reaction.count));
      const before = boxes.map(cpuByPid);
      const until = monotonicMs() + windowMs;
      while (monotonicMs() < until) {
        await pause(Math.min(AGAIN_MS, until - monotonicMs()));
        await record();
      }
      for (const [i, box] of boxes.entries()) {
        const frames = (await box.view()).reaction.count - (looked[i] ?? 0);
        const after = [...cpuByPid(box)].filter(([pid]) => before[i]?.has(pid));
        const spent = after.reduce((sum, [pid, ms]) => sum + ms - (before[i]?.get(pid) ?? 0), 0);
        cpu[i]?.push(spent / frames);
        memory[i]?.push(pssMbOf(after.map(([pid]) => pid)));
      }
    }
    const { body: clips } = await ours.get<readonly unknown[]>("/api/clips");
    if (clips.length < FILMS.length) throw new Error(`Only ${clips.length} clips were recorded`);
    return [
      {
        bench: "recording-cpu",
        better: "lower",
        unit: "ms a frame",
        goal: 1.03,
        ours: cpu[0],
        floor: cpu[1],
      },
      { bench: "recording-memory", better: "lower", unit: "MB", ours: memory[0], floor: memory[1] },
    ];
  },
};
