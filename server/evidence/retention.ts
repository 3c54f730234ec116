/** Which clips have to go: the oldest, until number, bytes, age and the room on the disk are as they should be. */
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

/** @param shelved oldest first */
export function surplus(
  shelved: readonly Shelved[],
  { keep, keepBytes, since, lackingBytes }: Bounds,
): readonly (Shelved & { readonly why: TrimReason })[] {
  let [count, bytes, lacking] = [
    shelved.length,
    shelved.reduce((sum, each) => sum + each.bytes, 0),
    lackingBytes,
  ];
  const gone: (Shelved & { readonly why: TrimReason })[] = [];
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
