/**
 * The two clocks. Timers and ages use the monotonic one, which every process of the machine shares;
 * the wall clock is for people and records.
 */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Node's hrtime is CLOCK_MONOTONIC itself. Deno's starts at zero with the process, so there the machine's
 * up-time is added once; the kernel tells it in hundredths of a second.
 */
const offsetMs = "Deno" in globalThis ? uptimeMs() - rawMs() : 0;

function rawMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function uptimeMs(): number {
  return Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * 1000;
}

/** Milliseconds on the monotonic clock, the same in every process of this machine. */
export function monotonicMs(): number {
  return rawMs() + offsetMs;
}

/** Unix time in milliseconds: for people and records, never for a timer. */
export function wallMs(): number {
  return Date.now();
}

export interface ClockStep {
  /** Forward where positive. */
  readonly byMs: number;
  /** What the wall clock would show now without the step, and what it shows. */
  readonly wallBefore: number;
  readonly wallAfter: number;
}

/** Less is the ordinary work of a time server, or a late timer between the two readings. */
const STEP_MS = 1_000;

/** Tells when somebody set the wall clock: it went by another time than the monotonic clock did. */
export class ClockWatch {
  #last: { readonly wall: number; readonly mono: number } | undefined;

  /** Both clocks, read one right after the other; about once a second, so that drift never adds up to a step. */
  see(wall: number, mono: number): ClockStep | undefined {
    const last = this.#last;
    this.#last = { wall, mono };
    if (last === undefined) return undefined;
    const wallBefore = last.wall + (mono - last.mono);
    const byMs = wall - wallBefore;
    return Math.abs(byMs) > STEP_MS ? { byMs, wallBefore, wallAfter: wall } : undefined;
  }
}

/** Waits on the monotonic clock; ends early, without an error, when the signal aborts. */
export async function wait(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
}
