/**
 * How a session uses the processor, and which way is taken once several were measured. Each is measured against the
 * usual one in the same rounds, so that a busy box makes both slow.
 */
import type { Millis } from "./units.ts";

export interface Tuning {
  readonly threads: number;
  /** Threads without work go on asking for it for a while instead of sleeping; says nothing of a single one. */
  readonly spinning: boolean;
  /** Memory is taken from the system once and kept. */
  readonly arena: boolean;
}

/** Good everywhere: two eyes with one thread each do more per processor second than one with two. */
export const USUAL: Tuning = { threads: 1, spinning: true, arena: true };

/** What one picture has taken. */
export interface Cost {
  readonly wallMs: Millis;
  readonly cpuMs: Millis;
}

/** Both measured one right after the other. */
export interface Round {
  readonly usual: Cost;
  readonly other: Cost;
}

export interface Figure {
  readonly tuning: Tuning;
  /** A picture, the median: by processor time with one thread, by the clock with several. */
  readonly ms: Millis;
  /** Against the usual one, the median of all rounds; below 1 is faster. */
  readonly ratio: number;
  /** Share of the rounds in which it was faster. */
  readonly faster: number;
  readonly rounds: number;
  /** Why it says nothing; absent where it does. */
  readonly unsure?: "too few rounds" | "the box was busy";
}

export interface Refused {
  readonly tuning: Tuning;
  /** One sentence. */
  readonly why: string;
}

/** What a measurement of one model has found. */
export interface Measured {
  /** A picture in the usual way, by processor time. */
  readonly usualMs: Millis;
  readonly figures: readonly Figure[];
  /** What could not be opened, or did not answer as the usual way does. */
  readonly refused: readonly Refused[];
}

/** A measurement takes at most so long: opening sessions and all rounds together. */
export const CALIBRATE_MS = 10_000;
const LEAST_ROUNDS = 7;
/** With time to spare a single thread is on the processor all the while it runs. */
const BUSY = 1.2;
/** What does not clearly beat the usual one is noise, or not worth to be different. */
const CLEARLY = 0.95;
const MOSTLY = 0.75;
/** Numbers of threads that are tried where there is room for them. */
const THREADS = [2, 4, 8] as const;

/** How many threads an eye may have: half of the cores, shared by all of them, is for inference. */
export function threadsFor(cores: number, eyes: number): number {
  return Math.max(1, Math.floor(Math.floor(cores / 2) / Math.max(1, eyes)));
}

/** What is measured against the usual one. */
export function candidates(threads: number): readonly Tuning[] {
  const several = THREADS.filter((number) => number <= threads).flatMap((number) => [
    { threads: number, spinning: false, arena: true },
    { threads: number, spinning: true, arena: true },
  ]);
  return [{ ...USUAL, arena: false }, ...several];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** What the rounds say of one way. */
export function figureOf(tuning: Tuning, rounds: readonly Round[]): Figure {
  // One thread that others keep from the processor has cost no more; several are worth their wait or not.
  const of = tuning.threads === 1 ? "cpuMs" : "wallMs";
  const ratios = rounds.map(({ usual, other }) => other[of] / usual[of]);
  const figure = {
    tuning,
    ms: median(rounds.map(({ other }) => other[of])),
    ratio: median(ratios),
    faster: ratios.filter((ratio) => ratio < 1).length / Math.max(1, ratios.length),
    rounds: rounds.length,
  };
  if (rounds.length < LEAST_ROUNDS) return { ...figure, unsure: "too few rounds" };
  const busy = median(rounds.map(({ usual }) => usual.wallMs / usual.cpuMs)) > BUSY;
  return tuning.threads > 1 && busy ? { ...figure, unsure: "the box was busy" } : figure;
}

/** The way to take with at most this many threads: the fastest that clearly beats the usual one, or that. */
export function bestTuning(figures: readonly Figure[], threads: number): Tuning {
  const better = figures.filter(
    ({ tuning, ratio, faster, unsure }) =>
      unsure === undefined && tuning.threads <= threads && ratio <= CLEARLY && faster >= MOSTLY,
  );
  return better.sort((a, b) => a.ratio - b.ratio)[0]?.tuning ?? USUAL;
}

/** "2 threads, sleeping; kept memory". */
export function tuningText({ threads, spinning, arena }: Tuning): string {
  const work = threads === 1 ? "one thread" : `${threads} threads, ${spinning ? "spinning" : "sleeping"}`;
  return arena ? work : `${work}, memory given back`;
}
