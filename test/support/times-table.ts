/** Measured times as a table for people: smallest, middle, 99th of a hundred, largest. */

export interface TimesRow {
  readonly what: string;
  /** Milliseconds. */
  readonly times: readonly number[];
  readonly limitMs: number;
}

/** The value that this share of all lies below or at. */
export function at(share: number, times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function timesTable(rows: readonly TimesRow[]): string {
  const head = ["what", "times", "min", "median", "p99", "max", "limit (ms)"];
  const cells = rows.map(({ what, times, limitMs }) => [
    what,
    String(times.length),
    ...[0, 0.5, 0.99, 1].map((share) => at(share, times).toFixed(0)),
    limitMs.toFixed(0),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  return [head, ...cells]
    .map((row) =>
      row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))),
    )
    .map((row) => row.join("  "))
    .join("\n");
}
