/** Badge readers that type: a burst of keys ended by Enter, faster than any finger. Pure. */

export interface Burst {
  readonly text: string;
  /** When its last key came, ms. */
  readonly at: number;
}

export const NO_BURST: Burst = { text: "", at: Number.NEGATIVE_INFINITY };
/** Readers leave a few ms between two keys, people a tenth of a second. */
const GAP_MS = 60;
const MIN_LENGTH = 4;
const MAX_LENGTH = 64;

/** The burst after a key; `badge` where this key has ended one. */
export function afterKey(
  burst: Burst,
  key: string,
  at: number,
): { readonly burst: Burst; readonly badge?: string } {
  const goesOn = at - burst.at <= GAP_MS;
  if (key === "Enter") {
    const { text } = burst;
    return goesOn && text.length >= MIN_LENGTH && text.length <= MAX_LENGTH
      ? { burst: NO_BURST, badge: text }
      : { burst: NO_BURST };
  }
  // Shift and the like come in between.
  if ([...key].length !== 1) return { burst };
  return { burst: { text: (goesOn ? burst.text : "") + key, at } };
}
