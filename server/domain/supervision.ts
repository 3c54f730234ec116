/** Everything the box knows at one instant, and the questions all rules ask of it. */
import type { Inactive, WallClock } from "./activity.ts";
import type { Alarm } from "./alarm.ts";
import { NO_PAST_ALARMS, type PastAlarms, restoredAlarms } from "./alarm_past.ts";
import type { Hiding } from "./annunciation.ts";
import type { Bypass } from "./bypass.ts";
import type { CameraFault, CameraState } from "./camera.ts";
import type { Detection, DetectorState } from "./eye.ts";
import type { OutputTest } from "./output_test.ts";
import type { OfflinePanel } from "./panel.ts";
import type { Demand, RelayLinkState } from "./relay.ts";
import type { Rules } from "./rules.ts";
import { isTestOverdue } from "./self_test.ts";
import { NO_TRACKS, type Tracks } from "./track.ts";
import type { Trust } from "./trust.ts";
import type { CameraId, Millis, OutputId, Verdict, ZoneId } from "./units.ts";
import { NEW_ZONE, type ZoneState } from "./zone.ts";

/** What keeps a camera from running: it failed, or a person stopped it. */
export interface Trouble {
  readonly why: CameraFault | "stopped";
  readonly message: string;
}

/** What is known of one camera. */
export interface CameraWatch {
  readonly state: CameraState;
  /** When it began to run, if it runs. */
  readonly runningSince: Millis | undefined;
  /** Why it does not run, since it last did; while it is tried again this is still the cause. */
  readonly trouble: Trouble | undefined;
  /** Capture time of the newest observation that was young enough to count. */
  readonly observedAt: Millis | undefined;
  readonly detections: readonly Detection[];
  /** When the detector that looked last had been right on its golden picture. */
  readonly testedAt: Millis | undefined;
  /** Who is who in the frames that counted. No verdict goes by it. */
  readonly tracks: Tracks;
  /** Whether its pictures can be believed. */
  readonly trust: Trust;
  /** Observations that came too late to count. */
  readonly late: number;
  /** Why it is looked at too seldom for its zones; undefined where it is not. */
  readonly overload: string | undefined;
}

export interface ZoneVerdict {
  readonly verdict: Verdict;
  readonly since: Millis;
}

/** What is known of tests and wear outside the rules. */
export interface Maintenance {
  /** Why Reset gives no permit back; undefined where nothing is withheld. */
  readonly withheld?: string;
  readonly overdue: readonly OverdueTest[];
  readonly worn: readonly { readonly output: OutputId; readonly message: string }[];
  /** How little room the disk has; undefined where it has enough. */
  readonly diskLow?: string;
  /** Why an earlier version of the settings is in force; undefined where the newest is. */
  readonly fellBack?: string;
  /** Why a backup is due; undefined where none is. */
  readonly backupDue?: string;
  /** Why the certificate for other panels has to be replaced; undefined where it has not. */
  readonly certificateDue?: string;
  /** Panels that are expected and show nobody anything; none where absent. */
  readonly offline?: readonly OfflinePanel[];
}

export interface OverdueTest {
  readonly test: "relay" | "proof" | "walk";
  readonly message: string;
  /** It has been left out twice. */
  readonly long?: boolean;
}

/** From a reset that energises to the next trip: what the machine did meanwhile bears the number. */
export type Cycle =
  /** `number` is the last cycle's. */
  | { readonly kind: "waiting"; readonly number: number; readonly since: Millis }
  | { readonly kind: "running"; readonly number: number; readonly since: Millis; readonly by: string };

export interface Supervision {
  readonly startedAt: Millis;
  readonly at: Millis;
  readonly cameras: ReadonlyMap<CameraId, CameraWatch>;
  readonly detector: DetectorState;
  readonly detectorSince: Millis;
  readonly relay: RelayLinkState;
  /** The guardian has held the outputs once: its absence is no start-up any more. */
  readonly relayHeld: boolean;
  readonly record: { readonly writable: boolean; readonly why?: string };
  readonly zones: ReadonlyMap<ZoneId, ZoneState>;
  readonly verdicts: ReadonlyMap<ZoneId, ZoneVerdict>;
  /** People in the newest frames of each zone that counts, newest first. */
  readonly counts: ReadonlyMap<ZoneId, readonly number[]>;
  /** As it was last told; undefined before. */
  readonly clock: WallClock | undefined;
  /** Since when the contact of each zone's condition is closed without a break. */
  readonly closedSince: ReadonlyMap<ZoneId, Millis>;
  /** Zones that are out of the rules by schedule or condition. */
  readonly inactive: ReadonlyMap<ZoneId, Inactive>;
  readonly alarms: ReadonlyMap<string, AlarmTrack>;
  /** Alarms a person has taken from the list for a while, by the alarm's id; no rule goes by it. */
  readonly hidden: ReadonlyMap<string, Hiding>;
  /** The trip that came first since the last reset. */
  readonly firstOut: string | undefined;
  /** The version of an alarm that was never raised. */
  readonly firstVersion: number;
  readonly permits: ReadonlyMap<OutputId, Permit>;
  /** When each running pulse ends. */
  readonly pulses: ReadonlyMap<OutputId, Millis>;
  /** Zones a person has taken out of the rules, each for its time. */
  readonly bypasses: ReadonlyMap<ZoneId, Bypass>;
  /** When the newest bypasses began, for the limit on them. */
  readonly bypassedAt: readonly Millis[];
  /** Outputs a person tries out, each for its time. */
  readonly tests: ReadonlyMap<OutputId, OutputTest>;
  readonly maintenance: Maintenance;
  readonly cycle: Cycle;
  /** Alarms raised up to here are silent. */
  readonly silencedAt: Millis;
  /** A stop was requested in this very step. */
  readonly stopRequested: boolean;
  /** PINs were tried in this very step. */
  readonly guessing: string | undefined;
  /** The box is shutting down: nothing is energised any more. */
  readonly ended: boolean;
  readonly demand: Demand;
}

/** One alarm and how long its condition is present or gone. */
export interface AlarmTrack {
  readonly alarm: Alarm;
  /** Since when the condition is present without a break; undefined while it is not. */
  readonly presentSince: Millis | undefined;
  /** Since when it is gone without a break; undefined while it is present. */
  readonly goneSince: Millis | undefined;
  /** When it was raised the last few times, newest last: whether it chatters. */
  readonly raises: readonly Millis[];
  /** From before the start, and nobody has looked since whether it is still so. */
  readonly restored?: boolean;
}

/** One run permit. `why` is the first cause of the drop, in words, and stays until the reset. */
export type Permit =
  | { readonly kind: "dropped"; readonly since: Millis; readonly why: string }
  | {
      readonly kind: "energised";
      readonly since: Millis;
      /** The guardian's epoch that the reset answered; a newer one means the guardian dropped by itself. */
      readonly epoch: number;
    };

/** What outlasts a restart. */
export interface Past {
  /** Number of the last machine cycle. */
  readonly cycle: number;
  /** When the newest bypasses began. */
  readonly bypassedAt: readonly Millis[];
  readonly alarms: PastAlarms;
}

/** Where a relay test is asked for every day, none has passed until that is told. */
const WITHHELD = "Run permits are withheld until today's relay test has passed";

/**
 * The start: nothing is known, so every permit is dropped and waits for a person.
 * @param before what is known from before it: the number of the last machine cycle, and when bypasses began
 */
export function initialSupervision(
  rules: Rules,
  at: Millis,
  { cycle = 0, bypassedAt = [], alarms = NO_PAST_ALARMS }: Partial<Past> = {},
): Supervision {
  const idle: CameraWatch = {
    state: { kind: "idle" },
    runningSince: undefined,
    trouble: undefined,
    observedAt: undefined,
    detections: [],
    testedAt: undefined,
    tracks: NO_TRACKS,
    trust: { kind: "proving", since: at },
    late: 0,
    overload: undefined,
  };
  const permits = rules.outputs.filter((output) => output.role === "run-permit");
  return {
    startedAt: at,
    at,
    cameras: new Map(rules.cameras.map((camera) => [camera.id, idle])),
    detector: { kind: "loading" },
    detectorSince: at,
    relay: { kind: "lost", why: "The guardian is starting", since: at },
    relayHeld: false,
    record: { writable: true },
    zones: new Map(rules.zones.map((zone) => [zone.id, NEW_ZONE])),
    verdicts: new Map(rules.zones.map((zone) => [zone.id, { verdict: "blind", since: at }])),
    counts: new Map(),
    clock: undefined,
    closedSince: new Map(),
    inactive: new Map(),
    ...restoredAlarms(alarms, rules),
    firstVersion: alarms.versions,
    permits: new Map(
      permits.map((output) => [
        output.id,
        { kind: "dropped", since: at, why: "Waiting for Reset after the start" },
      ]),
    ),
    pulses: new Map(),
    bypasses: new Map(),
    bypassedAt,
    tests: new Map(),
    maintenance: { overdue: [], worn: [], ...(rules.withholdPermit ? { withheld: WITHHELD } : {}) },
    cycle: { kind: "waiting", number: cycle, since: at },
    silencedAt: Number.NEGATIVE_INFINITY,
    stopRequested: false,
    guessing: undefined,
    ended: false,
    demand: Object.fromEntries(rules.outputs.map((output) => [output.id, "dropped"])),
  };
}

/** What is left where the rules themselves failed: nobody judges any more, and everything is dropped for good. */
export function failedSupervision(before: Supervision, at: Millis): Supervision {
  const since = Math.max(before.at, at);
  const why = "The box met an error of its own; restart it";
  return {
    ...before,
    at: since,
    ended: true,
    verdicts: new Map([...before.verdicts.keys()].map((id) => [id, { verdict: "blind", since }])),
    permits: new Map(
      [...before.permits].map(([id, permit]) => [
        id,
        permit.kind === "dropped" ? permit : { kind: "dropped", since, why },
      ]),
    ),
    pulses: new Map(),
    bypasses: new Map(),
    inactive: new Map(),
    tests: new Map(),
    cycle: { kind: "waiting", number: before.cycle.number, since },
    demand: Object.fromEntries(Object.keys(before.demand).map((id) => [id, "dropped"])),
  };
}

/** A copy of the map with one entry changed; the same map where nothing changed. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return map.get(key) === value ? map : new Map(map).set(key, value);
}

/** Whether the camera runs and somebody has looked at a picture of it that is young enough. */
export function isLookedAt(state: Supervision, camera: CameraId, rules: Rules): boolean {
  const watch = state.cameras.get(camera);
  const rule = rules.cameras.find((candidate) => candidate.id === camera);
  if (watch === undefined || rule === undefined || watch.observedAt === undefined) return false;
  // All eyes run the same model: where it has failed in one, it is trusted in none.
  if (state.detector.kind === "failed" || isTestOverdue(state, camera)) return false;
  return watch.state.kind === "running" && state.at - watch.observedAt <= rule.staleMs;
}

/** Whether what was seen last counts: it is young enough, and the pictures can be believed. */
export function isFresh(state: Supervision, camera: CameraId, rules: Rules): boolean {
  return isLookedAt(state, camera, rules) && state.cameras.get(camera)?.trust.kind === "trusted";
}

/** Asked for by every output in every step, and the same for as long as no alarm changes. */
const LISTED = new WeakMap<Supervision["alarms"], readonly Alarm[]>();

/** Every alarm that is not normal. */
export function listedAlarms({ alarms }: Supervision): readonly Alarm[] {
  const known = LISTED.get(alarms);
  if (known !== undefined) return known;
  const listed = [...alarms.values()].map(({ alarm }) => alarm).filter(({ state }) => state !== "normal");
  LISTED.set(alarms, listed);
  return listed;
}
