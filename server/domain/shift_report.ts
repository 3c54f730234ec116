/** What a shift report holds. Made of the trail alone, so that whoever has the rows comes to the same report. */
import type { Priority } from "./alarm.ts";
import type { Shift } from "./shift.ts";
import type { PictureRow } from "./stop_picture.ts";
import type { Drive, Millis } from "./units.ts";

/** Entries of one list; what happened more often is counted. */
export const LISTED_MAX = 200;
/** No median of fewer values, and no 95th percentile of fewer than these: a share of three is no share. */
export const MEDIAN_FROM = 5;
export const P95_FROM = 30;

/** `count` is all of them, `list` the first ones. */
export interface Listed<T> {
  readonly count: number;
  readonly list: readonly T[];
}

/** A row of the trail, as far as the report reads it. */
export interface TrailRow {
  readonly seq: number;
  readonly wallAt: string;
  readonly bootId: string;
  readonly monoMs: Millis;
  readonly actorType: string;
  readonly actor: string;
  readonly action: string;
  readonly objectType: string | null;
  readonly objectId: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  readonly reasonCode: string | null;
  readonly result: string;
  readonly hash: string;
}

/** What the configuration in force then calls its parts. */
export interface ShiftNames {
  readonly timezone: string;
  readonly cameras: readonly { readonly id: string; readonly name: string }[];
  readonly zones: readonly { readonly id: string; readonly name: string; readonly camera: string }[];
  readonly outputs: readonly { readonly id: string; readonly name?: string; readonly role: string }[];
}

/** How long something took, of `of` times that it could have happened. */
export interface Waits {
  readonly count: number;
  readonly of: number;
  /** Null where there are too few, or none. */
  readonly medianMs: Millis | null;
  readonly p95Ms: Millis | null;
  readonly longestMs: Millis | null;
}

export interface StopEvent {
  readonly wallAt: Millis;
  readonly cycle: number | null;
  readonly cause: string;
  /** Definitions and sources of the alarms that came with it. */
  readonly alarms: readonly string[];
  readonly camera: string | null;
  /** Who asked for it at the panel. */
  readonly requestedBy: string | null;
  /** From the decision to the first read-back of an output as dropped; null where none was recorded. */
  readonly droppedMs: Millis | null;
  readonly acknowledgedMs: Millis | null;
  readonly acknowledgedBy: string | null;
  readonly resetMs: Millis | null;
  readonly resetBy: string | null;
  /** Of the frames that tripped; absent where no row tells of one, so that a report signed before is still the same. */
  readonly pictures?: readonly StopPictureRow[];
}

/** A picture that the trail tells of, or why there is none. */
export type StopPictureRow =
  | { readonly alarm: string; readonly picture: PictureRow }
  | { readonly alarm: string; readonly why: string };

export interface AlarmTotal {
  readonly alarm: string;
  readonly text: string;
  readonly priority: Priority | null;
  readonly count: number;
}

export interface OpenAlarm {
  readonly alarm: string;
  readonly text: string;
  readonly priority: Priority | null;
  readonly state: string;
  /** Null where it was raised before the rows that were read. */
  readonly raisedWallAt: Millis | null;
  readonly by: string | null;
  readonly reason: string | null;
}

export interface BypassEvent {
  readonly zone: string;
  readonly by: string;
  readonly reason: string;
  readonly fromWallAt: Millis;
  /** Null while it runs. */
  readonly untilWallAt: Millis | null;
  /** `time`, `person`, `shutdown` or `restart`. */
  readonly ended: string | null;
}

export interface TestEvent {
  readonly wallAt: Millis;
  readonly test: string;
  readonly by: string;
  readonly outcome: string;
  /** Of a walk test: how often somebody was seen where they stood. */
  readonly seen: { readonly count: number; readonly of: number } | null;
}

export interface ChangeEvent {
  readonly wallAt: Millis;
  readonly action: string;
  readonly object: string | null;
  readonly by: string;
  readonly reason: string | null;
  /** Absent where the row has none, so that a report signed before is still the same. */
  readonly reasonCode?: string;
}

/** No row tells what happened in between. */
export interface Gap {
  readonly fromWallAt: Millis;
  readonly untilWallAt: Millis;
  /** `ended`: it was told to end. `cut`: it ended without a word, as at a power cut. `before`: nothing was recorded yet. */
  readonly kind: "ended" | "cut" | "before";
}

export interface ShiftReport {
  /** Rises when the same rows would make another report. */
  readonly version: 1;
  readonly shift: Shift;
  readonly timezone: string;
  /** As far as it tells: the end of the shift, or the instant at which it was made. */
  readonly toWallAt: Millis;
  readonly record: {
    readonly rows: number;
    readonly firstSeq: number | null;
    readonly lastSeq: number | null;
    /** Hash of the last row. */
    readonly head: string | null;
    /** Rows were read from here on for what the shift began with; null from the very first one. */
    readonly readFromWallAt: Millis | null;
    readonly gaps: Listed<Gap>;
    readonly clockSteps: Listed<{ readonly wallAt: Millis; readonly byMs: Millis }>;
    /** Rows of a kind that this report does not know. */
    readonly unknownRows: number;
  };
  /** Together the time from the shift's beginning to `toWallAt`. */
  readonly time: { readonly runningMs: Millis; readonly stoppedMs: Millis; readonly unknownMs: Millis };
  readonly stops: Listed<StopEvent>;
  readonly alarms: {
    readonly raised: number;
    /** Together `raised`. */
    readonly byPriority: Readonly<Record<"1" | "2" | "3" | "4" | "unknown", number>>;
    readonly sources: Listed<AlarmTotal>;
    readonly acknowledged: Waits;
    readonly reset: Waits;
    /** At the end. */
    readonly unacknowledged: Listed<OpenAlarm>;
    readonly standing: Listed<OpenAlarm>;
    readonly hidden: Listed<OpenAlarm>;
    /** Listed when the box ended or its settings changed, and not heard of since. */
    readonly interrupted: Listed<OpenAlarm>;
    /** Three times or more within a minute. */
    readonly chattering: Listed<{ readonly alarm: string; readonly text: string; readonly bursts: number }>;
    /** Gone within 10 s, before anybody could act. */
    readonly fleeting: number;
    /** Ten minutes each. */
    readonly spans: { readonly count: number; readonly most: number; readonly flooded: number };
  };
  readonly bypasses: Listed<BypassEvent> & { readonly totalMs: Millis };
  readonly tests: Listed<TestEvent> & { readonly overdue: readonly string[] };
  readonly cameras: readonly {
    readonly camera: string;
    readonly name: string;
    readonly blindMs: Millis;
    readonly times: number;
    readonly unknownMs: Millis;
  }[];
  readonly outputs: readonly {
    readonly output: string;
    readonly name: string;
    readonly energised: number;
    readonly dropped: number;
    readonly unknown: number;
    readonly last: Drive | "unknown" | null;
  }[];
  readonly changes: Listed<ChangeEvent>;
  readonly wrongPins: Listed<{ readonly name: string; readonly count: number }>;
  /** Commands that were refused, by what was asked. */
  readonly refused: Listed<{ readonly action: string; readonly count: number }>;
}

/** Counts everything and keeps the first ones. */
export class Listing<T> {
  readonly #list: T[] = [];
  #count = 0;

  add(item: T): void {
    this.#count++;
    if (this.#list.length < LISTED_MAX) this.#list.push(item);
  }

  listed(): Listed<T> {
    return { count: this.#count, list: this.#list };
  }
}

export function listedOf<T>(items: readonly T[]): Listed<T> {
  return { count: items.length, list: items.slice(0, LISTED_MAX) };
}

/** Counts by name, most first; beyond a thousand names the rest is one. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const key = this.#counts.has(name) || this.#counts.size < 1_000 ? name : "(others)";
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** By count, then by name, so that the same rows give the same list. */
  sorted(): [name: string, count: number][] {
    return [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Times of which the longest and, where there are enough, the middle is told. */
export class Stopwatch {
  readonly #values: Millis[] = [];
  #of = 0;

  expect(): void {
    this.#of++;
  }

  add(ms: Millis): void {
    this.#values.push(ms);
  }

  waits(): Waits {
    const sorted = this.#values.toSorted((a, b) => a - b);
    const { length } = sorted;
    const low = sorted[Math.floor((length - 1) / 2)] ?? 0;
    const high = sorted[Math.floor(length / 2)] ?? 0;
    return {
      count: length,
      of: this.#of,
      medianMs: length < MEDIAN_FROM ? null : (low + high) / 2,
      // The nearest rank, so that it is a time that was measured.
      p95Ms: length < P95_FROM ? null : (sorted[Math.ceil(0.95 * length) - 1] ?? null),
      longestMs: sorted.at(-1) ?? null,
    };
  }
}
