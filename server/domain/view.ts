/**
 * The whole state of a screen. Sent complete, never as differences: at once, on change, and every second.
 * Instants here are Unix milliseconds for people; ages and durations are milliseconds.
 */
import type { ListedState, Priority } from "./alarm.ts";
import type { Sound } from "./alarm_policy.ts";
import type { BoardDriver } from "./board.ts";
import type { BypassReason } from "./bypass.ts";
import type { CameraFault } from "./camera.ts";
import type { OutputRole } from "./config.ts";
import type { LookRate } from "./pace.ts";
import type { Plan } from "./planning.ts";
import type { Trust, TrustFault } from "./trust.ts";
import type {
  BoardId,
  Box,
  CameraId,
  Drive,
  Millis,
  OutputId,
  Point,
  Size,
  Verdict,
  ZoneId,
} from "./units.ts";
import type { WalkAttempt, WalkPhase } from "./walk_test.ts";
import type { ZoneKind } from "./zone.ts";

export type { Verdict } from "./units.ts";

/** The sentence that stands on every screen and paper. */
export const HONEST_LABEL = "Assistance only. Not a safety device. Keep guards and emergency stop in use.";

export interface TrustView {
  /** `proving`: not every check has passed since the camera began to run. */
  readonly kind: Trust["kind"];
  /** What failed, the most telling first; empty unless distrusted. */
  readonly faults: readonly {
    readonly why: TrustFault;
    /** One sentence with the figure that failed. */
    readonly message: string;
    readonly sinceWallAt: Millis;
  }[];
}

export interface CameraView {
  readonly id: CameraId;
  readonly name: string;
  readonly state: "IDLE" | "STARTING" | "RUNNING" | "STOPPING" | "ERROR";
  readonly fault?: CameraFault;
  /** One sentence: why there is no picture, or why nobody looks at it. */
  readonly why?: string;
  /** When an error will be tried again, Unix milliseconds. */
  readonly retryWallAt?: Millis;
  readonly size?: Size;
  /** As ffmpeg names it, such as `h264`. */
  readonly codec?: string;
  /** How much later than at best the newest frame came. */
  readonly lateMs?: Millis;
  readonly trust: TrustView;
  readonly fps30s: number;
  /** How often it is looked at; absent until it was. */
  readonly looked?: LookRate;
  readonly frameCount: number;
  /** Age of the newest picture at the moment this view was made; absent where there never was one. */
  readonly frameAgeMs?: Millis;
  /** The worst verdict of the camera's zones; `blind` where it has none and is not running. */
  readonly verdict: Verdict;
  readonly people: readonly PersonView[];
}

export interface PersonView {
  readonly box: Box;
  readonly score: number;
  /** Zones this person counts in. */
  readonly zones: readonly ZoneId[];
  /** The number they are followed by, the same from frame to frame; absent until they were seen twice. */
  readonly track?: number;
}

export interface ZoneView {
  readonly id: ZoneId;
  readonly camera: CameraId;
  readonly name: string;
  readonly kind: ZoneKind;
  readonly polygon: readonly Point[];
  /** What is seen in it, whether it is in the rules now or not. */
  readonly verdict: Verdict;
  readonly sinceWallAt: Millis;
  /** Only of a zone with a schedule or a condition. */
  readonly activity?: ActivityView;
  /** Only of a zone whose machine's stop time is known. */
  readonly plan?: Plan;
}

export interface ActivityView {
  /** False: it is out of the rules now. */
  readonly active: boolean;
  /** One sentence. */
  readonly why: string;
  /** When its schedule takes it in again, Unix milliseconds. */
  readonly untilWallAt?: Millis;
}

/** A zone that counts and decides nothing. */
export interface CountView {
  readonly id: ZoneId;
  readonly camera: CameraId;
  readonly name: string;
  readonly polygon: readonly Point[];
  /** Absent while nobody looks. */
  readonly people?: number;
}

/** Where nobody is looked for. */
export interface MaskView {
  readonly id: ZoneId;
  readonly camera: CameraId;
  readonly name: string;
  readonly polygon: readonly Point[];
  /** Why it may cover a stop zone; absent where it takes nothing from any. */
  readonly reason?: string;
  /** What people should know of it, one sentence each. */
  readonly warnings: readonly string[];
}

export interface AlarmView {
  readonly id: string;
  readonly definition: string;
  readonly source: string;
  readonly priority: Priority;
  readonly state: ListedState;
  readonly raisedAt: Millis;
  readonly acknowledgedAt?: Millis;
  readonly acknowledgedBy?: string;
  readonly clearedAt?: Millis;
  readonly text: string;
  readonly detail?: string;
  readonly response: string;
  readonly version: number;
  readonly returns: number;
  /** It is the trip that came first since the last reset. */
  readonly firstOut?: true;
  /** It has been present for over a day. */
  readonly standing?: true;
  /** It comes and goes: three times or more within a minute. */
  readonly chattering?: true;
  /** How it is heard now; absent where it is not. */
  readonly sound?: Sound;
  readonly comment?: { readonly by: string; readonly text: string; readonly wallAt: Millis };
  /** The longest time it may be shelved; absent where it never may. */
  readonly shelveMaxMs?: Millis;
  readonly mayLeaveService?: true;
  /** Only of one that is kept from the list. */
  readonly hidden?: HiddenView;
}

/** Why an alarm is kept from the list of those that want a person. */
export interface HiddenView {
  /** The person's name, or the alarm that explains it. */
  readonly by: string;
  /** A reason of the pick list; of a suppressed alarm one sentence. */
  readonly reason: string;
  /** Whether its condition is present now. */
  readonly present: boolean;
  /** When it ends by itself; absent where another alarm decides. */
  readonly untilWallAt?: Millis;
  readonly leftMs?: Millis;
}

export interface OutputView {
  readonly id: OutputId;
  readonly name: string;
  readonly role: OutputRole;
  /** A sounder: Silence ends it. */
  readonly horn: boolean;
  readonly board: BoardId;
  readonly channel: number;
  readonly demand: Drive;
  /** What the board answered; `unknown` while it does not answer. */
  readonly readback: Drive | "unknown";
  /** The second channel's read-back; absent where there is none. */
  readonly second?: Drive | "unknown";
  /** What the feedback contact says; absent where there is none. */
  readonly feedback?: Drive | "unknown";
  /** How long its last drop took, to the feedback contact where there is one. */
  readonly lastDropMs?: Millis;
  /** One sentence: why it is as it is. */
  readonly why: string;
}

export interface BoardView {
  readonly id: BoardId;
  readonly driver: BoardDriver;
  /** What people call a board of this kind. */
  readonly title: string;
  readonly state: "ok" | "lost";
  /** One sentence with the cure. */
  readonly why?: string;
  /** What the board calls itself; need not be unique. */
  readonly identity?: string;
}

/** A zone that a person has taken out of the rules. */
export interface BypassView {
  readonly zone: ZoneId;
  readonly name: string;
  readonly by: string;
  readonly reason: BypassReason;
  readonly untilWallAt: Millis;
  readonly leftMs: Millis;
}

/** An output that a person tries out. */
export interface OutputTestView {
  readonly output: OutputId;
  readonly name: string;
  readonly drive: Drive;
  readonly by: string;
  readonly leftMs: Millis;
}

/** The walk test that somebody goes through now. */
export interface WalkView {
  /** Of this one test; its record bears the same. */
  readonly test: string;
  readonly zone: ZoneId;
  readonly name: string;
  readonly camera: CameraId;
  readonly by: string;
  readonly points: readonly Point[];
  /** How near to its point a foot point must come, as a share of the picture. */
  readonly reach: number;
  readonly phase: Exclude<WalkPhase["kind"], "ended">;
  /** Index of the point it is at; absent in the review. */
  readonly point?: number;
  /** Whether a drop could be measured now: a run permit of the zone is energised, or was when somebody entered. */
  readonly measures: boolean;
  /** The person was seen at the point, and the drop is still to be proven. */
  readonly seen: boolean;
  readonly attempts: readonly WalkAttempt[];
  readonly leftMs: Millis;
}

/** The machine cycle: from a reset that energises to the next trip. */
export interface CycleView {
  /** The last one's where none runs. */
  readonly number: number;
  readonly running: boolean;
  readonly sinceWallAt: Millis;
}

/**
 * From the first byte of a frame to the guardian's answer to the order it led to. A frame that changes an output
 * has the board written and read back within it.
 */
export interface ReactionView {
  /** Frames measured; the percentiles are over the newest 1,000. */
  readonly count: number;
  /** The last frame that tripped a permit. */
  readonly lastTripMs?: Millis;
  readonly p50Ms?: Millis;
  readonly p95Ms?: Millis;
  readonly p99Ms?: Millis;
  readonly maxMs?: Millis;
}

export interface ModelView {
  readonly name: string;
  readonly state: "loading" | "ready" | "failed";
  /** What it is good for, in a few words. */
  readonly grade: string;
  /** How good it is known to be, one sentence. */
  readonly quality: string;
  /** What to do where it failed. */
  readonly why?: string;
}

export interface ResetView {
  readonly possible: boolean;
  /** There is something to reset: a permit is dropped or an alarm is latched. */
  readonly needed: boolean;
  /** A supervisor's PIN is asked for, because the panel does not overlook every zone. */
  readonly pinNeeded: boolean;
  /** Why it is refused, one sentence each; empty where it is possible. */
  readonly refusals: readonly string[];
}

export interface View {
  /** Counts the views of this server since its start. */
  readonly seq: number;
  /** Differs after every restart: a page from an older server loads itself again. */
  readonly boot: string;
  readonly version: string;
  readonly wallAt: Millis;
  readonly site: { readonly name: string; readonly timezone: string };
  readonly demonstration: boolean;
  readonly label: string;
  /**
   * `watching`: every permit energised. `tripped`: at least one dropped. `unguarded`: nothing is configured
   * that could drop.
   */
  readonly state: "watching" | "tripped" | "unguarded";
  readonly cameras: readonly CameraView[];
  readonly zones: readonly ZoneView[];
  readonly counts: readonly CountView[];
  readonly masks: readonly MaskView[];
  /** Only what is not normal, in the banner's order. */
  readonly alarms: readonly AlarmView[];
  /** What is shelved, out of service or suppressed. */
  readonly hidden: readonly AlarmView[];
  readonly outputs: readonly OutputView[];
  readonly boards: readonly BoardView[];
  readonly bypasses: readonly BypassView[];
  readonly tests: readonly OutputTestView[];
  /** Absent where nobody walks. */
  readonly walk?: WalkView;
  readonly cycle: CycleView;
  readonly reset: ResetView;
  readonly silenced: boolean;
  readonly stopRequested: boolean;
  readonly reaction: ReactionView;
  readonly model: ModelView;
  /** Percent of its looking time that the box has left at the configured rates; absent until it was measured. */
  readonly headroom?: number;
  /** What is broken in the box itself, one sentence with its cure each. */
  readonly faults: readonly string[];
}
