/** How many of some lengths of time were within each bound: percentiles of any span of time follow from it later. */
import type { Millis } from "./units.ts";

export class Spread {
  readonly bounds: readonly Millis[];
  /** For each bound, how many took at most so long. */
  readonly within: number[];
  count = 0;
  sumMs: Millis = 0;

  constructor(bounds: readonly Millis[]) {
    this.bounds = bounds;
    this.within = bounds.map(() => 0);
  }

  add(ms: Millis): void {
    this.count++;
    this.sumMs += ms;
    for (const [i, bound] of this.bounds.entries())
      if (ms <= bound) this.within[i] = (this.within[i] ?? 0) + 1;
  }
}
