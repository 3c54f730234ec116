/** Watches the file of a simulated board, which is the truth about an output whatever the box says of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monotonicMs } from "../../server/base/clock.ts";
import type { Millis } from "../../server/domain/units.ts";
import type { BoardFile, Box } from "./box.ts";
import { until } from "./until.ts";

/** Half of a frame period at 100 frames a second; reading the file takes about 0.05 ms. */
const EVERY_MS = 5;

export interface Change {
  /** When it was seen, at most one period after it was written. */
  readonly at: Millis;
  readonly channels: readonly boolean[];
}

export interface BoardWatch extends Disposable {
  /** Every change of a channel, oldest first. The first entry is what stood when the watch began. */
  readonly changes: readonly Change[];
  /** Longest time between two looks: what happened within it may have been missed. */
  readonly longestGapMs: Millis;
  /** Whether channel 1, in every test the run permit, is energised. */
  permitNow(): boolean;
  /** What channel `n` (from 1) did: when it became energised (true) or dropped (false). */
  channel(n: number): readonly { readonly at: Millis; readonly energised: boolean }[];
  /** Resolves with the time at which channel 1 was first seen so at or after `from`. Throws after `ms`. */
  permit(energised: boolean, ms: number, from?: Millis): Promise<Millis>;
}

/** Undefined where there is no such file yet. */
function read(file: string): readonly boolean[] | undefined {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as BoardFile).channels;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Looks every 5 ms until it is disposed. Needs the box's data folder alone: the box need not run yet. */
export function watchBoard(box: Pick<Box, "data">, id = "sim"): BoardWatch {
  const file = join(box.data, `simulated-board-${id}.json`);
  const changes: Change[] = [];
  let longestGapMs = 0;
  let lookedAt = monotonicMs();
  const look = (): void => {
    const at = monotonicMs();
    longestGapMs = Math.max(longestGapMs, at - lookedAt);
    lookedAt = at;
    const channels = read(file);
    if (channels === undefined) return;
    const last = changes.at(-1)?.channels;
    if (last === undefined || channels.some((state, i) => state !== last[i])) changes.push({ at, channels });
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  const channel = (n: number): { at: Millis; energised: boolean }[] => {
    const story: { at: Millis; energised: boolean }[] = [];
    for (const { at, channels } of changes) {
      const energised = channels[n - 1] ?? false;
      if (story.at(-1)?.energised !== energised) story.push({ at, energised });
    }
    return story;
  };
  return {
    changes,
    get longestGapMs() {
      return longestGapMs;
    },
    permitNow: () => changes.at(-1)?.channels[0] ?? false,
    channel,
    async permit(energised, ms, from = monotonicMs()) {
      return await until({
        what: `run permit ${energised ? "energised" : "dropped"} on the board`,
        ms,
        everyMs: EVERY_MS,
        check: () => {
          const story = channel(1);
          const now = story.findLast((one) => one.at <= from);
          if (now?.energised === energised) return from;
          return story.find((one) => one.at > from && one.energised === energised)?.at;
        },
      });
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
