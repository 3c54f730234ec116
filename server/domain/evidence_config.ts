/** Clips of what happened: how much of the time around an event they show, and how long they stay. */
import { z } from "zod";

function whole(min: number, max: number) {
  const range = `must be ${min} to ${max}`;
  return z.number().min(min, range).max(max, range).refine(Number.isInteger, "must be a whole number");
}

/** Seconds before an event are held in memory for every camera. */
export const clips = z.strictObject({
  /** 0 keeps none, and holds nothing in memory. */
  keep: whole(0, 10_000).default(1_000),
  keepMegabytes: whole(10, 1_000_000).default(2_000),
  keepDays: whole(1, 4_000).default(30),
  /** The oldest go as long as less than this is free on the disk. */
  keepFreeMegabytes: whole(500, 1_000_000).default(2_000),
  beforeSeconds: whole(0, 30).default(10),
  afterSeconds: whole(1, 60).default(20),
});

export type ClipsConfig = z.infer<typeof clips>;
