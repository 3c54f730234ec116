/** Badge readers that type: a burst of keys ended by Enter, faster than any finger. Pure. */

export interface Burst {
  readonly text: string;
  /** When its last key came, ms. */
  readonly at: number;
  /** A key came neither at once nor after a rest: the rest of a badge must not pass for one. */
  readonly broken: boolean;
}

export const NO_BURST: Burst = { text: "", at: Number.NEGATIVE_INFINITY, broken: false };
/** Readers leave a few ms between two keys, people a tenth of a second and more. */
const GAP_MS = 80;
/** Before a badge nothing was typed for so long. */
const REST_MS = 300;
const MIN_LENGTH = 4;
const MAX_LENGTH = 64;

/** The burst after a key; `badge` where this key has ended one. */
export function afterKey(
  burst: Burst,
  key: string,
  at: number,
): { readonly burst: Burst; readonly badge?: string } {
  const gap = at - burst.at;
  if (key === "Enter") {
    const { text, broken } = burst;
    const whole = gap <= GAP_MS && !broken && text.length >= MIN_LENGTH && text.length <= MAX_LENGTH;
    return whole ? { burst: NO_BURST, badge: text } : { burst: NO_BURST };
  }
  // Shift and the like come in between.
  if ([...key].length !== 1) return { burst };
  if (gap >= REST_MS) return { burst: { text: key, at, broken: false } };
  return { burst: { text: burst.text + key, at, broken: burst.broken || gap > GAP_MS } };
}
