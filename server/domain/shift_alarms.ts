/** The alarms of a shift, from the rows that tell how each changed its state. States it does not know it leaves as they are. */
import { ALARMS, type AlarmDefinition, type Priority } from "./alarm.ts";
import {
  type AlarmTotal,
  type Listed,
  listedOf,
  type OpenAlarm,
  type ShiftNames,
  type ShiftReport,
  Stopwatch,
  Tally,
} from "./shift_report.ts";
import type { Millis } from "./units.ts";

/** Both clocks of one row. */
export interface Instant {
  readonly wallAt: Millis;
  readonly monoMs: Millis;
  readonly bootId: string;
}

/** By the monotonic clock where both belong to one boot; a wall clock may have been set in between. */
export function elapsed(from: Instant, to: Instant): Millis {
  const ms = from.bootId === to.bootId ? to.monoMs - from.monoMs : to.wallAt - from.wallAt;
  return Math.max(0, ms);
}

/** One alarm, from the time it is raised until it is normal again. */
export interface Track {
  readonly alarm: string;
  readonly definition: string;
  readonly source: string;
  state: string;
  raised?: Instant;
  /** Raised within the shift, so that what follows is counted. */
  counted: boolean;
  acknowledged?: Instant;
  acknowledgedBy?: string;
  by?: string;
  reason?: string;
  interrupted: boolean;
  /** The newest two times before this one that it was raised. */
  before: readonly Instant[];
}

const CHATTER_MS = 60_000;
const FLEETING_MS = 10_000;
const SPAN_MS = 10 * 60_000;
/** More in ten minutes is a flood (EEMUA 191). */
const FLOOD_OVER = 10;
const TRACKS_MAX = 1_000;
const ACTIVE = ["unacknowledged", "acknowledged"];
const UNSEEN = ["unacknowledged", "returned-unacknowledged", "latched-unacknowledged"];
const HIDDEN = ["shelved", "suppressed", "out-of-service"];
/** From which state to which a person's acknowledge leads. */
const ACKNOWLEDGED: Readonly<Record<string, string>> = {
  unacknowledged: "acknowledged",
  "returned-unacknowledged": "normal",
  "latched-unacknowledged": "latched-acknowledged",
};

export function isActiveTrack({ state, interrupted }: Track): boolean {
  return !interrupted && ACTIVE.includes(state);
}

function definitionOf(id: string): AlarmDefinition | undefined {
  return Object.hasOwn(ALARMS, id) ? ALARMS[id as keyof typeof ALARMS] : undefined;
}

export class ShiftAlarms {
  readonly #names: ShiftNames;
  readonly #fromWallAt: Millis;
  readonly tracks = new Map<string, Track>();
  readonly #raised = new Tally();
  readonly #bursts = new Tally();
  readonly #spans = new Map<number, number>();
  readonly #acknowledged = new Stopwatch();
  readonly #reset = new Stopwatch();
  #fleeting = 0;

  constructor(names: ShiftNames, fromWallAt: Millis) {
    this.#names = names;
    this.#fromWallAt = fromWallAt;
  }

  /** Undefined where there are too many alarms to follow one more. */
  #track(alarm: string): Track | undefined {
    const known = this.tracks.get(alarm);
    if (known !== undefined) return known;
    if (this.tracks.size >= TRACKS_MAX) return undefined;
    const [definition = "", ...source] = alarm.split(":");
    const track: Track = {
      ...{ alarm, definition, source: source.join(":"), state: "normal" },
      ...{ counted: false, interrupted: false, before: [] },
    };
    this.tracks.set(alarm, track);
    return track;
  }

  /** @param counts the row lies within the shift */
  change(
    alarm: string,
    change: {
      readonly from: string;
      readonly to: string;
      readonly by: string;
      readonly reason: string | null;
    },
    at: Instant,
    counts: boolean,
  ): Track | undefined {
    const { from, to, by, reason } = change;
    const raises = to === "unacknowledged" && from !== to;
    if (raises && counts) this.#count(alarm, at);
    const track = this.#track(alarm);
    if (track === undefined) return undefined;
    const wasActive = ACTIVE.includes(from);
    track.state = to;
    track.interrupted = false;
    track.by = by;
    if (reason !== null) track.reason = reason;
    if (raises) this.#raise(track, at, counts);
    else if (ACKNOWLEDGED[from] === to) this.#acknowledge(track, at);
    const ends = from === "latched-acknowledged" && to === "normal";
    const latching = definitionOf(track.definition)?.latching === true;
    if (ends && latching && track.counted && track.raised !== undefined) {
      this.#reset.add(elapsed(track.raised, at));
      track.counted = false; // one reset for one time that it was raised
    }
    const cleared = wasActive && !ACTIVE.includes(to) && !HIDDEN.includes(to);
    if (cleared && track.counted && track.raised !== undefined && elapsed(track.raised, at) < FLEETING_MS)
      this.#fleeting++;
    return track;
  }

  #count(alarm: string, at: Instant): void {
    this.#raised.add(alarm);
    const span = Math.floor((at.wallAt - this.#fromWallAt) / SPAN_MS);
    this.#spans.set(span, (this.#spans.get(span) ?? 0) + 1);
  }

  #raise(track: Track, at: Instant, counts: boolean): void {
    const [first] = track.before;
    const again = track.before.length === 2 && first !== undefined && elapsed(first, at) <= CHATTER_MS;
    if (again && counts) this.#bursts.add(track.alarm);
    // A burst is told once: it begins anew with the next three.
    track.before = again ? [] : [...track.before.slice(-1), at];
    track.raised = at;
    track.counted = counts;
    delete track.acknowledged;
    delete track.acknowledgedBy;
    delete track.reason;
    if (!counts) return;
    const definition = definitionOf(track.definition);
    if (definition === undefined || definition.ackRequired) this.#acknowledged.expect();
    if (definition?.latching) this.#reset.expect();
  }

  #acknowledge(track: Track, at: Instant): void {
    const again = track.acknowledged !== undefined;
    track.acknowledged ??= at;
    if (again || !track.counted || track.raised === undefined) return;
    const definition = definitionOf(track.definition);
    if (definition === undefined || definition.ackRequired) this.#acknowledged.add(elapsed(track.raised, at));
  }

  /** Whoever gave the command; its row stands before or after the one of the alarm. */
  acknowledgedBy(alarm: string, who: string): Track | undefined {
    const track = this.tracks.get(alarm);
    if (track !== undefined) track.acknowledgedBy = who;
    return track;
  }

  /** The box ended, or began anew with other settings: what it listed is not known to go on. */
  interrupt(): void {
    for (const track of this.tracks.values()) if (track.state !== "normal") track.interrupted = true;
  }

  textOf({ definition, source }: Pick<Track, "definition" | "source">): string {
    const { zones, cameras, outputs } = this.#names;
    const named = definition.startsWith("prot.camera.")
      ? cameras
      : definition.startsWith("out.")
        ? outputs
        : zones;
    const name = named.find(({ id }) => id === source)?.name ?? source;
    return definitionOf(definition)?.text.replace("{source}", () => name) ?? `${definition} ${name}`.trim();
  }

  #totals(): AlarmTotal[] {
    return this.#raised.sorted().map(([alarm, count]) => {
      const [definition = "", ...source] = alarm.split(":");
      const text = this.textOf({ definition, source: source.join(":") });
      return { alarm, text, priority: definitionOf(definition)?.priority ?? null, count };
    });
  }

  #open(which: (track: Track) => boolean): Listed<OpenAlarm> {
    const open = [...this.tracks.values()]
      .filter((track) => track.state !== "normal" && which(track))
      .sort((a, b) => (a.alarm < b.alarm ? -1 : 1))
      .map((track): OpenAlarm => {
        const { alarm, state, raised, by = null, reason = null, definition } = track;
        const priority: Priority | null = definitionOf(definition)?.priority ?? null;
        const text = this.textOf(track);
        return { alarm, text, priority, state, raisedWallAt: raised?.wallAt ?? null, by, reason };
      });
    return listedOf(open);
  }

  /** Sources of tests that are overdue at the end. */
  overdue(): string[] {
    return [...this.tracks.values()]
      .filter((track) => track.definition.startsWith("test.overdue") && isActiveTrack(track))
      .map(({ source }) => source)
      .sort();
  }

  report(lengthMs: Millis): ShiftReport["alarms"] {
    const totals = this.#totals();
    const byPriority = { "1": 0, "2": 0, "3": 0, "4": 0, unknown: 0 };
    for (const { priority, count } of totals) byPriority[priority ?? "unknown"] += count;
    const spans = [...this.#spans.values()];
    const live = (track: Track): boolean => !track.interrupted;
    const bursts = this.#bursts.sorted().map(([alarm, count]) => {
      const [definition = "", ...source] = alarm.split(":");
      return { alarm, text: this.textOf({ definition, source: source.join(":") }), bursts: count };
    });
    return {
      raised: this.#raised.total,
      byPriority,
      sources: listedOf(totals),
      acknowledged: this.#acknowledged.waits(),
      reset: this.#reset.waits(),
      unacknowledged: this.#open((track) => live(track) && UNSEEN.includes(track.state)),
      standing: this.#open(isActiveTrack),
      hidden: this.#open((track) => live(track) && HIDDEN.includes(track.state)),
      interrupted: this.#open((track) => track.interrupted),
      chattering: listedOf(bursts),
      fleeting: this.#fleeting,
      spans: {
        count: Math.ceil(lengthMs / SPAN_MS),
        most: Math.max(0, ...spans),
        flooded: spans.filter((count) => count > FLOOD_OVER).length,
      },
    };
  }
}
