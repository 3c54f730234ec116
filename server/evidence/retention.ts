/** What evidence has to go: the oldest, until number, bytes, age and the room on the disk are as they should be. */
import type { TrimReason } from "../domain/clip.ts";
import type { Millis } from "../domain/units.ts";

export interface Shelved {
  readonly id: string;
  readonly bytes: number;
  readonly wallAt: Millis;
}

export interface Bounds {
  readonly keep: number;
  readonly keepBytes: number;
  /** Older ones go. */
  readonly since: Millis;
  /** What is lacking on the disk; 0 and less where there is room enough. It takes all but the newest. */
  readonly lackingBytes: number;
}

type Gone = Shelved & { readonly why: TrimReason };

/** @param shelved oldest first */
export function surplus(
  shelved: readonly Shelved[],
  { keep, keepBytes, since, lackingBytes }: Bounds,
): readonly Gone[] {
  let [count, bytes, lacking] = [
    shelved.length,
    shelved.reduce((sum, each) => sum + each.bytes, 0),
    lackingBytes,
  ];
  const gone: Gone[] = [];
  for (const oldest of shelved) {
    const why =
      lacking > 0 && oldest !== shelved.at(-1)
        ? "room"
        : oldest.wallAt < since
          ? "age"
          : count > keep
            ? "count"
            : bytes > keepBytes
              ? "bytes"
              : undefined;
    if (why === undefined) break;
    gone.push({ ...oldest, why });
    count--;
    bytes -= oldest.bytes;
    lacking -= oldest.bytes;
  }
  return gone;
}

/** Of what is lacking on the disk, how much `own` gives where the oldest of both go, but the newest of neither. */
export function shareOf(own: readonly Shelved[], others: readonly Shelved[], lackingBytes: number): number {
  let [lacking, share] = [lackingBytes, 0];
  const mine = new Set(own.slice(0, -1));
  for (const oldest of [...mine, ...others.slice(0, -1)].toSorted((a, b) => a.wallAt - b.wallAt)) {
    if (lacking <= 0) break;
    lacking -= oldest.bytes;
    if (mine.has(oldest)) share += oldest.bytes;
  }
  return share;
}

/** What went for one reason. */
export interface Trim {
  readonly why: TrimReason;
  readonly count: number;
  readonly bytes: number;
  /** When the oldest and the newest of them were kept. */
  readonly from: Millis;
  readonly to: Millis;
}

export function trimsOf(gone: readonly Gone[]): readonly Trim[] {
  return [...Map.groupBy(gone, ({ why }) => why)].map(([why, each]) => ({
    ...{ why, count: each.length, bytes: each.reduce((sum, { bytes }) => sum + bytes, 0) },
    from: Math.min(...each.map(({ wallAt }) => wallAt)),
    to: Math.max(...each.map(({ wallAt }) => wallAt)),
  }));
}
