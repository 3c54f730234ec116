/** What the bench tells: a row for each comparison, as a line of JSON for programs and a table for people. */

/** One comparison. Every run measured both sides, so `ours[i]` and `floor[i]` met the same machine. */
export interface Row {
  readonly bench: string;
  readonly better: "lower" | "higher";
  readonly unit: string;
  /** What the ratio should be, where that is known. */
  readonly goal?: number;
  readonly ours: readonly number[];
  readonly floor: readonly number[];
}

/** How long and how often; short ones prove that a row works and say little about speed. */
export interface Effort {
  readonly quick: boolean;
}

/** Rows that come out of one setting, measured together. */
export interface Experiment {
  /** Each row's name with the sentence that says what is divided by what. */
  readonly rows: Readonly<Record<string, string>>;
  /** A few minutes at most. Throws with a sentence where it cannot measure. */
  readonly run: (effort: Effort) => Promise<readonly Row[]>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? (upper + (sorted[middle - 1] ?? Number.NaN)) / 2 : upper;
}

/** The value that this share of all lies below, 0..1, chosen as the box itself chooses it. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function ratios(row: Row): readonly number[] {
  const each = row.ours.map((ours, i) => ours / (row.floor[i] ?? Number.NaN));
  if (each.length === 0 || !each.every((ratio) => Number.isFinite(ratio) && ratio > 0))
    throw new Error(
      `Cannot tell ${row.bench}: ${row.ours.join(", ")} against ${row.floor.join(", ")} ${row.unit}`,
    );
  return each;
}

const rounded = (value: number): number => Number(value.toFixed(3));

/** The ratio is the median of all runs, the spread their smallest and their largest. */
export function jsonLine(row: Row): string {
  const each = ratios(row);
  return JSON.stringify({
    bench: row.bench,
    ratio: rounded(median(each)),
    goal: row.goal ?? null,
    better: row.better,
    spread: [rounded(Math.min(...each)), rounded(Math.max(...each))],
    runs: each.length,
  });
}

function amount(values: readonly number[], unit: string): string {
  return `${Number(median(values).toPrecision(3))} ${unit}`;
}

/** All rows under one another, and what each of them divides. */
export function table(rows: readonly Row[], sentences: Readonly<Record<string, string>>): string {
  const head = ["bench", "ratio", "spread", "runs", "better", "ours", "floor"];
  const lines = rows.map((row) => {
    const each = ratios(row);
    const spread = `${Math.min(...each).toFixed(2)}..${Math.max(...each).toFixed(2)}`;
    return [
      ...[row.bench, median(each).toFixed(2), spread, String(each.length), row.better],
      ...[amount(row.ours, row.unit), amount(row.floor, row.unit)],
    ];
  });
  const widths = head.map((title, i) =>
    Math.max(title.length, ...lines.map((cells) => cells[i]?.length ?? 0)),
  );
  const text = [head, ...lines].map((cells) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  const legend = rows.map(({ bench }) => `${bench}: ${sentences[bench] ?? ""}`);
  const reading =
    "Ratio, ours and floor are medians of the runs; the spread is the smallest and the largest.";
  return [...text, "", reading, ...legend].join("\n");
}
