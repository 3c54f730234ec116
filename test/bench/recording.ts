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

/** What its server, and all of its processes, have spent since then. */
function spentBy(
  box: Box,
  before: ReadonlyMap<number, number>,
): { readonly server: number; readonly whole: number } {
  const spent = [...cpuByPid(box)].flatMap(([pid, ms]) => {
    const was = before.get(pid);
    return was === undefined ? [] : [{ pid, ms: ms - was }];
  });
  return {
    server: spent.find(({ pid }) => pid === box.pid)?.ms ?? Number.NaN,
    whole: spent.reduce((sum, { ms }) => sum + ms, 0),
  };
}

export const recording: Experiment = {
  rows: {
    "recording-cpu":
      "processor time of a box that records nothing, with what the server of one that records both its cameras without a break needs more, against the same without; the rest of a box does nothing for clips",
    "recording-memory":
      "proportional memory of the server of a box that has recorded both its cameras without a break, against that of a box that records nothing",
  },
  async run({ quick }) {
    const [runs, windowMs] = quick ? [1, 5_000] : [6, 10_000];
    // Both at the same time, so whatever else the machine does, it does to each.
    await using ours = await startWith({});
    await using floor = await startWith({ keep: 0 });
    const boxes = [ours, floor] as const;
    const cpu = { ours: [] as number[], floor: [] as number[] };
    const memory = { ours: [] as number[], floor: [] as number[] };
    const record = async (): Promise<unknown> =>
      await Promise.all(boxes.map((box) => box.send("POST", "/api/stop-request", {})));
    for (let run = 0; run < runs; run++) {
      await record();
      const began = monotonicMs();
      const before = boxes.map(cpuByPid);
      while (monotonicMs() - began < windowMs) {
        await pause(Math.min(AGAIN_MS, windowMs - (monotonicMs() - began)));
        await record();
      }
      const seconds = (monotonicMs() - began) / 1_000;
      const [recorded, plain] = boxes.map((box, i) => spentBy(box, before[i] ?? new Map()));
      if (recorded === undefined || plain === undefined) throw new Error("A box is gone");
      cpu.ours.push((plain.whole + recorded.server - plain.server) / seconds);
      cpu.floor.push(plain.whole / seconds);
      memory.ours.push(pssMbOf([ours.pid]));
      memory.floor.push(pssMbOf([floor.pid]));
    }
    const { body: clips } = await ours.get<readonly unknown[]>("/api/clips");
    if (clips.length < FILMS.length) throw new Error(`Only ${clips.length} clips were recorded`);
    return [
      { bench: "recording-cpu", better: "lower", unit: "ms a second", goal: 1.03, ...cpu },
      { bench: "recording-memory", better: "lower", unit: "MB", ...memory },
    ];
  },
};
