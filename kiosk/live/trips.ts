/** Which cameras are enlarged by themselves: those with a person in a stop zone, without a wall that jumps. Pure. */

/** A wall stays as it is for so long, and a camera stays large for so long after its last trip. */
export const HOLD_MS = 5_000;

export interface Trips {
  /** The cameras that are large now. */
  readonly large: readonly string[];
  /** When that changed last. */
  readonly changedAt: number;
  /** When each camera was seen to trip last, within the hold. */
  readonly seenAt: ReadonlyMap<string, number>;
}

export const NO_TRIPS: Trips = { large: [], changedAt: Number.NEGATIVE_INFINITY, seenAt: new Map() };

interface Seen {
  readonly at: number;
  /** The cameras with a stop now, in the order of the wall. */
  readonly tripping: readonly string[];
  /** A finger is on the panel: nothing moves under it. */
  readonly touched: boolean;
}

/** The same `large` as before wherever nothing has to change. */
export function nextTrips(trips: Trips, { at, tripping, touched }: Seen): Trips {
  const seenAt = new Map([...trips.seenAt].filter(([, seen]) => at - seen < HOLD_MS));
  for (const camera of tripping) seenAt.set(camera, at);
  const wanted = [...seenAt.keys()].sort();
  const same = wanted.join("\n") === trips.large.join("\n");
  if (same || touched || at - trips.changedAt < HOLD_MS) return { ...trips, seenAt };
  return { large: wanted, changedAt: at, seenAt };
}
