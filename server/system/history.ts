/** The newest samples of every figure, in memory that was taken once and never grows. */
import { FIGURES, type Figure, SAMPLES_KEPT, type Sample } from "../domain/figures.ts";
import type { Millis } from "../domain/units.ts";

export interface Samples {
  /** Of the newest sample; counts from 1. 0 where there is none yet. */
  readonly seq: number;
  /** When each was taken, on the monotonic clock, oldest first. */
  readonly at: readonly Millis[];
  /** As many values each; null where a sample could not tell. */
  readonly figures: Readonly<Record<Figure, readonly (number | null)[]>>;
}

export class History {
  #seq = 0;
  readonly #at = new Float64Array(SAMPLES_KEPT);
  readonly #columns = FIGURES.map((figure) => [figure, new Float64Array(SAMPLES_KEPT)] as const);

  add(at: Millis, sample: Sample): void {
    const place = this.#seq++ % SAMPLES_KEPT;
    this.#at[place] = at;
    for (const [figure, column] of this.#columns) column[place] = sample[figure] ?? Number.NaN;
  }

  /** Those after this one; a number that was never given here asks for all. */
  after(seq: number): Samples {
    const known = seq >= 0 && seq <= this.#seq ? seq : 0;
    const first = Math.max(known, this.#seq - SAMPLES_KEPT);
    const places = Array.from({ length: this.#seq - first }, (_, i) => (first + i) % SAMPLES_KEPT);
    const figures = this.#columns.map(([figure, column]) => [
      figure,
      places.map((place) => {
        const value = column[place];
        return value === undefined || Number.isNaN(value) ? null : value;
      }),
    ]);
    return {
      seq: this.#seq,
      at: places.map((place) => this.#at[place] ?? 0),
      figures: Object.fromEntries(figures) as Samples["figures"],
    };
  }
}
